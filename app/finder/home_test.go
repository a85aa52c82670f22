package finder

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const tiny = "../../inference/testdata/checkpoints/"

// put copies a file or folder of the tiny models to a place, making folders.
func put(t *testing.T, from string, to ...string) string {
	t.Helper()
	path := filepath.Join(to...)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(tiny + from)
	if err == nil && info.IsDir() {
		err = os.CopyFS(path, os.DirFS(tiny+from))
	} else if err == nil {
		var b []byte
		if b, err = os.ReadFile(tiny + from); err == nil {
			err = os.WriteFile(path, b, 0o644)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func write(t *testing.T, text string, to ...string) string {
	t.Helper()
	path := filepath.Join(to...)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// foreign writes a safetensors file with these tensors, all [2, 2] of F32.
func foreign(t *testing.T, names []string, to ...string) string {
	t.Helper()
	table := map[string]any{}
	for i, n := range names {
		table[n] = map[string]any{"dtype": "F32", "shape": []int{2, 2}, "data_offsets": []int{16 * i, 16*i + 16}}
	}
	b, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	head := binary.LittleEndian.AppendUint64(nil, uint64(len(b)))
	return write(t, string(head)+string(b)+strings.Repeat("\x00", 16*len(names)), to...)
}

// lengthen adds a tensor of so many bytes to a safetensors file, which is a hole.
func lengthen(t *testing.T, path string, size int64) {
	t.Helper()
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n := 8 + int64(binary.LittleEndian.Uint64(old))
	table := map[string]any{}
	if err := json.Unmarshal(old[8:n], &table); err != nil {
		t.Fatal(err)
	}
	end := int64(len(old)) - n
	table["hole"] = map[string]any{"dtype": "U8", "shape": []int64{size}, "data_offsets": []int64{end, end + size}}
	b, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	head := binary.LittleEndian.AppendUint64(nil, uint64(len(b)))
	if err := os.WriteFile(path, slices.Concat(head, b, old[n:]), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 8+int64(len(b))+end+size); err != nil {
		t.Skip("no sparse files here: ", err)
	}
}

// Names of other models' tensors.
var (
	sdxl   = []string{"model.diffusion_model.input_blocks.0.0.weight", "conditioner.embedders.0.transformer.text_model.embeddings.token_embedding.weight", "first_stage_model.decoder.conv_in.weight"}
	flux   = []string{"double_blocks.0.img_attn.qkv.weight", "single_blocks.0.linear1.weight"}
	lora   = []string{"lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight", "lora_te_text_model_encoder_layers_0_mlp_fc1.alpha"}
	clipL  = []string{"text_model.embeddings.token_embedding.weight", "text_model.embeddings.position_embedding.weight", "text_model.final_layer_norm.weight"}
	vae    = []string{"decoder.conv_in.weight", "encoder.conv_in.weight", "quant_conv.weight"}
	canny  = []string{"controlnet_cond_embedding.conv_in.weight", "down_blocks.0.resnets.0.conv1.weight"}
	vision = []string{"visual_projection.weight", "vision_model.embeddings.class_embedding"}
)

// A home is a computer of one system below a folder of this one.
type home struct {
	t *testing.T
	Computer
	dir  string
	vars map[string]string
}

func newHome(t *testing.T, system string) *home {
	h := &home{t: t, dir: t.TempDir(), vars: map[string]string{}}
	h.Computer = Computer{System: system, Home: h.dir, Getenv: func(k string) string { return h.vars[k] }}
	return h
}

func (h *home) find(cache string) Result {
	h.t.Helper()
	var here []Place
	for _, p := range h.Places(cache) {
		p.Path = strings.ReplaceAll(p.Path, `\`, "/") // a home of Windows lies in a folder of this system
		if strings.HasPrefix(p.Path, h.dir) {
			here = append(here, p)
		}
	}
	r, err := Find(context.Background(), here)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// found are the parts, each as "kind path program".
func (h *home) found(r Result) []string {
	var out []string
	for _, p := range r.Parts {
		rel, _ := filepath.Rel(h.dir, p.Path)
		out = append(out, fmt.Sprintf("%s %s %s", p.Name, rel, p.Program))
	}
	slices.Sort(out)
	return out
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// clutter puts what is none of ours beside.
func clutter(t *testing.T, dir string) {
	foreign(t, sdxl, dir, "sd_xl_base_1.0.safetensors")
	foreign(t, flux, dir, "stage_c_flux.safetensors") // by its name it could be ours
	foreign(t, lora, dir, "Lora", "style.safetensors")
	foreign(t, clipL, dir, "clip", "clip_l.safetensors")
	foreign(t, vae, dir, "VAE", "vae-ft-mse.safetensors")
	foreign(t, canny, dir, "ControlNet", "canny.safetensors")
	foreign(t, vision, dir, "clip_vision", "vit-h.safetensors")
	write(t, "no weights", dir, "broken.safetensors")
	write(t, "", dir, "empty.safetensors")
	write(t, "PK\x03\x04pickle", dir, "old.ckpt")
	write(t, `{"_class_name":"UNet2DConditionModel"}`, dir, "unet", "config.json")
	foreign(t, flux, dir, "unet", "diffusion_pytorch_model.safetensors")
	foreign(t, sdxl, dir, "a folder.safetensors", "x.safetensors")
}
