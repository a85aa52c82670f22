package checkpoint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every layout leads to the same networks and the same numbers.
func TestOpenLayouts(t *testing.T) {
	m := newModel()
	for _, tt := range []struct {
		name string
		make func(t *testing.T, dir string) []string
	}{
		{"merged diffusers folder", func(t *testing.T, dir string) []string {
			return []string{m.diffusers(t, dir, F32)}
		}},
		{"merged, relative path", func(t *testing.T, dir string) []string {
			m.diffusers(t, dir, F16)
			t.Chdir(filepath.Dir(dir))
			return []string{filepath.Base(dir)}
		}},
		{"two repositories", func(t *testing.T, dir string) []string { return m.repositories(t, dir) }},
		{"two repositories, the other way round", func(t *testing.T, dir string) []string {
			p := m.repositories(t, dir)
			return []string{p[1], p[0]}
		}},
		{"two repositories in one folder", func(t *testing.T, dir string) []string {
			m.repositories(t, dir)
			return []string{dir}
		}},
		{"Hugging Face cache", func(t *testing.T, dir string) []string {
			var out []string
			for _, p := range m.repositories(t, filepath.Join(dir, "plain")) {
				out = append(out, cached(t, p, filepath.Join(dir, "hub", "models--stabilityai--"+filepath.Base(p))))
			}
			return out
		}},
		{"Hugging Face cache, snapshots named", func(t *testing.T, dir string) []string {
			p := cached(t, m.diffusers(t, filepath.Join(dir, "plain"), F32), filepath.Join(dir, "hub", "models--a--b"))
			return []string{filepath.Join(p, "snapshots", "cafe")}
		}},
		{"combined pipeline", func(t *testing.T, dir string) []string {
			m.diffusers(t, dir, BF16)
			for _, name := range []string{"prior", "text_encoder", "tokenizer"} {
				to := "prior_" + name
				if err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, to)); err != nil {
					t.Fatal(err)
				}
			}
			return []string{dir}
		}},
		{"components one by one", func(t *testing.T, dir string) []string {
			m.diffusers(t, dir, F32)
			var out []string
			for _, name := range []string{"tokenizer", "vqgan", "text_encoder", "decoder", "prior"} {
				if err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, "my "+name)); err != nil {
					t.Fatal(err)
				}
				out = append(out, filepath.Join(dir, "my "+name))
			}
			return out
		}},
		{"only variants", func(t *testing.T, dir string) []string {
			m.diffusers(t, dir, F16)
			for _, name := range []string{"prior", "decoder", "vqgan"} {
				rename1(t, filepath.Join(dir, name, unetFile), "diffusion_pytorch_model.bf16.safetensors")
			}
			rename1(t, filepath.Join(dir, "text_encoder", "model.safetensors"), "model.fp16.safetensors")
			return []string{dir}
		}},
		{"shards", func(t *testing.T, dir string) []string {
			m.diffusers(t, dir, F32)
			shards(t, filepath.Join(dir, "prior"), "diffusion_pytorch_model", "", m.priorW)
			shards(t, filepath.Join(dir, "decoder"), "diffusion_pytorch_model", ".fp16", m.decoderW)
			shards(t, filepath.Join(dir, "text_encoder"), "model", "", m.textW)
			for _, f := range []string{"prior/" + unetFile, "decoder/" + unetFile, "text_encoder/model.safetensors"} {
				if err := os.Remove(filepath.Join(dir, f)); err != nil {
					t.Fatal(err)
				}
			}
			return []string{dir}
		}},
		{"original argument names", func(t *testing.T, dir string) []string {
			m.diffusers(t, dir, F32)
			put(t, filepath.Join(dir, "decoder", "config.json"), object("_class_name", "StableCascadeUNet",
				"c_in", 4, "c_out", 4, "c_r", 32, "patch_size", 2, "c_cond", 16, "c_hidden", []int{16, 24, 64},
				"nhead", []any{0, nil, 1}, "blocks", [][]int{{1, 2, 1}, {2, 1, 1}}, "block_repeat", [][]int{{1, 2, 1}, {3, 2, 2}},
				"level_config", []any{"CT", []string{"C", "T"}, "CTA"}, "c_clip_text", nil, "c_clip_text_pooled", 32,
				"c_clip_img", nil, "c_clip_seq", 4, "c_effnet", 16, "c_pixels", 3, "kernel_size", 3,
				"dropout", 0.1, "self_attn", []bool{true, true, true}, "t_conds", []string{"sca"}, "switch_level", nil))
			put(t, filepath.Join(dir, "decoder", unetFile), m.decoderW.fused().bytes(F32))
			return []string{dir}
		}},
		{"original files in one folder", func(t *testing.T, dir string) []string {
			m.original(t, dir)
			component(t, filepath.Join(dir, "text_encoder"), m.textJSON(), "model.safetensors", m.textW, BF16)
			tokenizerIn(t, filepath.Join(dir, "tokenizer"))
			return []string{dir}
		}},
		{"original files one by one", func(t *testing.T, dir string) []string {
			p := m.original(t, dir)
			component(t, filepath.Join(dir, "text_encoder"), m.textJSON(), "model.safetensors", m.textW, F32)
			tokenizerIn(t, filepath.Join(dir, "tokenizer"))
			return append(p, filepath.Join(dir, "tokenizer", "tokenizer.json"), filepath.Join(dir, "text_encoder"))
		}},
		{"ComfyUI", func(t *testing.T, dir string) []string { return m.comfy(t, dir, arrays.fused) }},
		{"ComfyUI, saved again", func(t *testing.T, dir string) []string { return m.comfy(t, dir, arrays.split) }},
		{"wrapped by training, one file each", func(t *testing.T, dir string) []string {
			put(t, filepath.Join(dir, "stage_c.safetensors"), m.priorW.fused().prefixed("_orig_mod.").bytes(F32))
			put(t, filepath.Join(dir, "stage_b.safetensors"), m.decoderW.fused().prefixed("module._orig_mod.").bytes(F32))
			put(t, filepath.Join(dir, "stage_a.safetensors"), m.vqW.prefixed("module.").bytes(F32))
			put(t, filepath.Join(dir, "text_model.safetensors"), m.textW.prefixed("text_encoder.").bytes(F32))
			tokenizerIn(t, filepath.Join(dir, "tokenizer"))
			return []string{dir}
		}},
		{"wrapped inside, and behind other prefixes", func(t *testing.T, dir string) []string {
			inside := arrays{}
			for name, v := range m.priorW {
				inside[strings.Replace(name, "blocks.", "blocks._orig_mod.", 1)] = v
			}
			put(t, filepath.Join(dir, "c.safetensors"), merge(inside.prefixed("model.diffusion_model."), zeros(m.priorW).prefixed("model_ema.")).bytes(F32))
			put(t, filepath.Join(dir, "b.safetensors"), m.decoderW.prefixed("ema_model.module.").bytes(F32))
			put(t, filepath.Join(dir, "a.safetensors"), m.vqW.prefixed("vqgan.").bytes(F32))
			put(t, filepath.Join(dir, "t.safetensors"), m.textW.prefixed("module.text_encoder.").bytes(F32))
			tokenizerIn(t, filepath.Join(dir, "tokenizer"))
			return []string{dir}
		}},
		{"components wrapped by training", func(t *testing.T, dir string) []string {
			m.diffusers(t, dir, F32)
			put(t, filepath.Join(dir, "prior", unetFile), m.priorW.prefixed("_orig_mod.").bytes(F32))
			put(t, filepath.Join(dir, "decoder", unetFile), m.decoderW.prefixed("module.").bytes(F32))
			put(t, filepath.Join(dir, "vqgan", unetFile), m.vqW.prefixed("ema.").bytes(F32))
			put(t, filepath.Join(dir, "text_encoder", "model.safetensors"), m.textW.prefixed("module._orig_mod.").bytes(F32))
			return []string{dir}
		}},
		{"capitals, single files", func(t *testing.T, dir string) []string {
			put(t, filepath.Join(dir, "STAGE_C.SAFETENSORS"), m.priorW.fused().bytes(F32))
			put(t, filepath.Join(dir, "Stage_B.SafeTensors"), m.decoderW.fused().bytes(F32))
			put(t, filepath.Join(dir, "stage_a.sft"), m.vqW.bytes(F32))
			component(t, filepath.Join(dir, "Text_Encoder"), m.textJSON(), "MODEL.SAFETENSORS", m.textW, BF16)
			tokenizerIn(t, filepath.Join(dir, "TOKENIZER"))
			return []string{dir}
		}},
		{"capitals, components", func(t *testing.T, dir string) []string {
			m.diffusers(t, dir, F32)
			for _, name := range []string{"prior", "decoder", "vqgan", "tokenizer"} {
				rename1(t, filepath.Join(dir, name), strings.ToUpper(name))
			}
			rename1(t, filepath.Join(dir, "PRIOR", "config.json"), "Config.JSON")
			rename1(t, filepath.Join(dir, "DECODER", unetFile), strings.ToUpper(unetFile))
			return []string{dir}
		}},
		{"safetensors by another ending", func(t *testing.T, dir string) []string {
			put(t, filepath.Join(dir, "stage_c.ckpt"), m.priorW.fused().bytes(F32))
			put(t, filepath.Join(dir, "stage_b.bin"), m.decoderW.fused().bytes(F32))
			put(t, filepath.Join(dir, "stage_a"), m.vqW.bytes(F32))
			component(t, filepath.Join(dir, "text_encoder"), m.textJSON(), "model.safetensors", m.textW, F32)
			tokenizerIn(t, filepath.Join(dir, "tokenizer"))
			return []string{filepath.Join(dir, "stage_a"), filepath.Join(dir, "stage_b.bin"), dir}
		}},
		{"a damaged file beside a good one", func(t *testing.T, dir string) []string {
			m.original(t, dir)
			put(t, filepath.Join(dir, "stage_c.safetensors"), m.priorW.fused().bytes(F32)[:500])
			component(t, filepath.Join(dir, "text_encoder"), m.textJSON(), "model.safetensors", m.textW, BF16)
			tokenizerIn(t, filepath.Join(dir, "tokenizer"))
			return []string{dir}
		}},
		{"ComfyUI, the folder", func(t *testing.T, dir string) []string {
			m.comfy(t, dir, arrays.fused)
			put(t, filepath.Join(dir, "sd15.safetensors"), arrays{"model.diffusion_model.input_blocks.0.0.weight": {[]int64{1}, []float32{1}}}.bytes(F32))
			put(t, filepath.Join(dir, "broken.safetensors"), []byte("not a model"))
			return []string{dir}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			paths := tt.make(t, filepath.Join(t.TempDir(), "m [x]*"))
			c, err := Open(paths...)
			if err != nil {
				t.Fatal(err)
			}
			m.check(t, c)
			comfy := strings.HasPrefix(tt.name, "ComfyUI")
			if (c.Tokenizer.JSON == "") != comfy || (c.Tokenizer.Merges == "") != comfy {
				t.Errorf("tokenizer %+v", c.Tokenizer)
			}
		})
	}
}

// repositories writes m like the two official ones. The text encoder of the
// decoder's is a different one, so that taking it would show.
func (m *model) repositories(t *testing.T, dir string) []string {
	a, b := filepath.Join(dir, "stable-cascade"), filepath.Join(dir, "stable-cascade-prior")
	component(t, filepath.Join(a, "decoder"), unetJSONOf(m.decoder), unetFile, m.decoderW, F32)
	component(t, filepath.Join(a, "vqgan"), m.vqJSON(), unetFile, m.vqW, F32)
	component(t, filepath.Join(b, "prior"), unetJSONOf(m.prior), unetFile, m.priorW, F32)
	component(t, filepath.Join(b, "text_encoder"), m.textJSON(), "model.safetensors", m.textW, F32)
	other := fill(m.text.weights())
	for _, v := range other {
		clear(v.data)
	}
	component(t, filepath.Join(a, "text_encoder"), m.textJSON(), "model.safetensors", other, F32)
	tokenizerIn(t, filepath.Join(a, "tokenizer"))
	tokenizerIn(t, filepath.Join(b, "tokenizer"))
	return []string{a, b}
}

// cached lays a folder out as Hugging Face's cache does: blobs, and a
// snapshot of links to them.
func cached(t *testing.T, from, to string) string {
	t.Helper()
	put(t, filepath.Join(to, "refs", "main"), []byte("cafe\n"))
	put(t, filepath.Join(to, "snapshots", "old", "README.md"), nil)
	n := 0
	err := filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(from, path)
		blob := filepath.Join(to, "blobs", string(rune('a'+n/26))+string(rune('a'+n%26)))
		n++
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		put(t, blob, b)
		link := filepath.Join(to, "snapshots", "cafe", rel)
		os.MkdirAll(filepath.Dir(link), 0o755)
		target, _ := filepath.Rel(filepath.Dir(link), blob)
		return os.Symlink(target, link)
	})
	if err != nil {
		t.Skip("no symlinks here: ", err)
	}
	return to
}

func rename1(t *testing.T, path, name string) {
	t.Helper()
	if err := os.Rename(path, filepath.Join(filepath.Dir(path), name)); err != nil {
		t.Fatal(err)
	}
}

// shards writes a in three files and an index.
func shards(t *testing.T, dir, base, variant string, a arrays) {
	files := [3]string{base + variant + "-00001-of-00003.safetensors", base + variant + "-00002-of-00003.safetensors", base + variant + "-00003-of-00003.safetensors"}
	parts, owner, i := [3]arrays{{}, {}, {}}, map[string]string{}, 0
	for name, v := range a {
		parts[i%3][name], owner[name] = v, files[i%3]
		i++
	}
	for i, p := range parts {
		put(t, filepath.Join(dir, files[i]), p.bytes(F32))
	}
	name := base + ".safetensors.index" + variant + ".json"
	put(t, filepath.Join(dir, name), object("metadata", map[string]int{"total_size": 1}, "weight_map", owner))
}

// original writes the three stages and the previewer in the original code's
// form.
func (m *model) original(t *testing.T, dir string) []string {
	var out []string
	for name, a := range map[string]arrays{
		"stage_a": merge(m.vqW, arrays{"vquantizer.codebook.weight": {[]int64{2, 4}, make([]float32, 8)}}),
		"stage_b": m.decoderW.fused(), "stage_c_bf16": m.priorW.fused(), "previewer": m.pvW,
	} {
		path := filepath.Join(dir, name+".safetensors")
		put(t, path, a.bytes(BF16))
		out = append(out, path)
	}
	return out
}

// comfy writes ComfyUI's two files.
func (m *model) comfy(t *testing.T, dir string, names func(arrays) arrays) []string {
	b, c := filepath.Join(dir, "stable_cascade_stage_b.safetensors"), filepath.Join(dir, "stable_cascade_stage_c.safetensors")
	text := m.textW.comfyTextOf()
	put(t, b, merge(names(m.decoderW).prefixed(comfyUNet), text, m.vqW.prefixed(comfyVAE)).bytes(F16))
	put(t, c, merge(names(m.priorW).prefixed(comfyUNet), text, m.pvW.prefixed(comfyPreview),
		arrays{"vae.encoder.backbone.0.0.weight": {[]int64{1}, []float32{1}}, "clip_l_vision.x": {[]int64{1}, []float32{1}}}).bytes(F16))
	return []string{b, c}
}
