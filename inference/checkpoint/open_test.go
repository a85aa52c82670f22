package checkpoint

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenChooses(t *testing.T) {
	m := newModel()
	dir := m.diffusers(t, t.TempDir(), F32)
	put(t, filepath.Join(dir, "prior", "diffusion_pytorch_model.bf16.safetensors"), m.priorW.bytes(BF16))
	put(t, filepath.Join(dir, "prior", "diffusion_pytorch_model.fp16.safetensors"), m.priorW.bytes(F16))
	component(t, filepath.Join(dir, "prior_lite"), unetJSONOf(m.prior), unetFile, m.priorW, F16)
	put(t, filepath.Join(dir, "stage_c.safetensors"), m.priorW.fused().bytes(BF16))
	put(t, filepath.Join(dir, "decoder_lite", "config.json"), unetJSONOf(m.decoder)) // no weights
	file := filepath.Join(dir, "stage_c.safetensors")
	for _, tt := range []struct {
		name  string
		o     options
		extra string
		file  string
		dtype DType
	}{
		{"the file without a variant", options{}, "", "prior/" + unetFile, F32},
		{"a variant", options{Variant: "bf16"}, "", "prior/diffusion_pytorch_model.bf16.safetensors", BF16},
		{"a variant that is not there", options{Variant: "fp8"}, "", "prior/" + unetFile, F32},
		{"lite", options{Lite: true}, "", "prior_lite/" + unetFile, F16},
		{"a named component", options{}, filepath.Join(dir, "prior_lite"), "prior_lite/" + unetFile, F16},
		{"a named file", options{}, file, "stage_c.safetensors", BF16},
		{"a named file of a component", options{}, filepath.Join(dir, "prior", "diffusion_pytorch_model.fp16.safetensors"), "prior/diffusion_pytorch_model.fp16.safetensors", F16},
	} {
		t.Run(tt.name, func(t *testing.T) {
			paths := []string{dir}
			if tt.extra != "" {
				paths = append(paths, tt.extra)
			}
			c, err := openWith(tt.o, paths...)
			if err != nil {
				t.Fatal(err)
			}
			w := c.Prior.Weights["clf.1.weight"]
			want, _ := filepath.EvalSymlinks(filepath.Join(dir, filepath.FromSlash(tt.file)))
			if w.File != want || w.DType != tt.dtype {
				t.Errorf("took %s of %s, want %s of %s", w.DType, w.File, tt.dtype, want)
			}
			if got := c.Decoder.Files[0]; filepath.Base(filepath.Dir(got)) != "decoder" {
				t.Errorf("took the decoder of %s", got)
			}
		})
	}
}

// A component's config.json says more than a single file, so it wins wherever
// it is found.
func TestOpenPrefersComponents(t *testing.T) {
	m, files := newModel(), t.TempDir()
	m.original(t, files)
	c, err := Open(files, m.diffusers(t, t.TempDir(), F32))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []*Network{c.Prior, c.Decoder, c.VQ} {
		if filepath.Base(n.Files[0]) != unetFile {
			t.Errorf("%s comes from %s", n.Kind, n.Files[0])
		}
	}
}

func TestOpenSingleFilesByVariant(t *testing.T) {
	m, dir := newModel(), t.TempDir()
	m.original(t, dir)
	for _, name := range []string{"stage_b_bf16", "stage_b_lite", "stage_b_lite_bf16"} {
		put(t, filepath.Join(dir, name+".safetensors"), m.decoderW.fused().bytes(BF16))
	}
	for _, tt := range []struct {
		o    options
		want string
	}{
		{options{}, "stage_b"}, {options{Variant: "bf16"}, "stage_b_bf16"},
		{options{Lite: true}, "stage_b_lite"}, {options{Variant: "bf16", Lite: true}, "stage_b_lite_bf16"},
	} {
		c, err := openWith(tt.o, dir)
		if err != nil {
			t.Fatal(err)
		}
		if got := filepath.Base(c.Decoder.Files[0]); got != tt.want+".safetensors" {
			t.Errorf("%+v took %s, want %s", tt.o, got, tt.want)
		}
		if c.Prior == nil || c.Preview == nil || c.Text != nil {
			t.Errorf("prior %v, preview %v, text %v", c.Prior, c.Preview, c.Text)
		}
	}
}

func TestOpenONNX(t *testing.T) {
	dir := t.TempDir()
	graph := append([]byte{0x08, 0x0a, 0x3a, 0x03}, 1, 2, 3) // ir_version 10, a graph of 3 bytes
	for _, name := range []string{"text_encoder", "prior", "decoder", "vae_decoder", "vae_encoder"} {
		put(t, filepath.Join(dir, name, "model.onnx"), graph)
	}
	put(t, filepath.Join(dir, "prior", "model.onnx.data"), make([]byte, 8))
	put(t, filepath.Join(dir, "prior", "config.json"), []byte("{}"))
	put(t, filepath.Join(dir, "tokenizer", "vocab.json"), []byte("{}"))
	put(t, filepath.Join(dir, "tokenizer", "merges.txt"), nil)
	named := []string{filepath.Join(dir, "prior"), filepath.Join(dir, "decoder", "model.onnx"), filepath.Join(dir, "vae_decoder"), filepath.Join(dir, "text_encoder"), filepath.Join(dir, "tokenizer")}
	put(t, filepath.Join(dir, "prior2", "x"), nil)
	os.Remove(filepath.Join(dir, "prior", "config.json"))
	for _, paths := range [][]string{{dir}, named} {
		c, err := Open(paths...)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Need(KindText, KindPrior, KindDecoder, KindVQ); err != nil {
			t.Fatal(err)
		}
		if c.Prior.ONNX != filepath.Join(dir, "prior", "model.onnx") || len(c.Prior.Files) != 2 || c.Prior.Weights != nil {
			t.Errorf("prior %+v", c.Prior)
		}
		if c.Tokenizer.Vocab == "" || c.Tokenizer.JSON != "" {
			t.Errorf("tokenizer %+v", c.Tokenizer)
		}
	}
}

func TestMeta(t *testing.T) {
	m, dir := newModel(), t.TempDir()
	m.diffusers(t, dir, F32)
	put(t, filepath.Join(dir, "cascata.json"), object("title", "Small", "stage_a_scale", 0.9, "compression", 42.67,
		"width", 256, "height", 128, "prior_preview", make([][3]float32, 17), "recommended", map[string]any{"steps": 12, "preset": "comfy"}, "later", 1))
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if g := c.Meta; g.Title != "Small" || g.StageAScale != 0.9 || g.Width != 256 || g.Recommended.Steps != 12 || len(g.PriorPreview) != 17 {
		t.Errorf("got %+v", g)
	}
}

func TestNeed(t *testing.T) {
	m, dir := newModel(), t.TempDir()
	component(t, filepath.Join(dir, "prior"), unetJSONOf(m.prior), unetFile, m.priorW, F32)
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	err = c.Need(KindPrior, KindDecoder, KindVQ)
	if !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "no stage b, no stage a; add the folder decoder") {
		t.Errorf("got %v", err)
	}
	if err := c.Need(KindPrior); err != nil {
		t.Error(err)
	}
}
