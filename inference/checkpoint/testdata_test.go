package checkpoint

import (
	"os"
	"path/filepath"
	"testing"
)

// committed is the folder of small trained checkpoints; its README says what
// is odd about each.
const committed = "../testdata/checkpoints"

func TestCommittedCheckpoints(t *testing.T) {
	for _, tt := range []struct {
		name    string
		paths   []string
		look    func(t *testing.T, c *Checkpoint)
		preview bool
	}{
		{"diffusers-a", nil, func(t *testing.T, c *Checkpoint) {
			p, d := c.Prior.UNetConfig, c.Decoder.UNetConfig
			same(t, "prior widths", p.BlockOutChannels, []int{40, 32})
			same(t, "prior heads", p.NumAttentionHeads, []int{4, 4})
			same(t, "prior self attention", p.SelfAttn, []bool{true, false})
			same(t, "prior switch", p.SwitchLevel, []bool{true})
			same(t, "prior repeats", [][]int{p.DownRepeats, p.UpRepeats}, [][]int{{2, 1}, {1, 2}})
			same(t, "decoder layers", [][]int{d.DownLayers, d.UpLayers}, [][]int{{1, 1, 2, 1}, {1, 2, 1, 1}})
			same(t, "decoder repeats", d.UpRepeats, []int{3, 3, 2, 2})
			same(t, "scale", c.VQ.VQConfig.ScaleFactor, 0.3764)
			same(t, "activation", c.Text.TextConfig.HiddenAct, "gelu")
		}, false},
		{"lite-bf16", nil, func(t *testing.T, c *Checkpoint) {
			same(t, "prior widths", c.Prior.UNetConfig.BlockOutChannels, []int{48, 48})
			same(t, "decoder heads", c.Decoder.UNetConfig.NumAttentionHeads, []int{-1, 9, 3, 3})
			same(t, "decoder files", len(c.Decoder.Files), 5) // three shards, index, config
			same(t, "activation", c.Text.TextConfig.HiddenAct, "quick_gelu")
			same(t, "type", c.Prior.Weights["clf.1.weight"].DType, BF16)
			same(t, "tokenizer", c.Tokenizer.JSON, "")
		}, false},
		{"original", nil, func(t *testing.T, c *Checkpoint) {
			same(t, "prior widths", c.Prior.UNetConfig.BlockOutChannels, []int{64, 64})
			same(t, "decoder repeats", c.Decoder.UNetConfig.UpRepeats, []int{3, 2, 1, 2})
			same(t, "type", c.Prior.Weights["clf.1.weight"].DType, BF16)
			same(t, "tokenizer", c.Tokenizer.Vocab, "")
		}, false},
		{"original", []string{"tokenizer", "stage_b.safetensors", "text_encoder", "stage_a.safetensors", "stage_c.safetensors"}, func(t *testing.T, c *Checkpoint) {
			same(t, "type", c.VQ.Weights["up_blocks.0.0.weight"].DType, F32)
		}, false},
		{"comfy", nil, func(t *testing.T, c *Checkpoint) {
			same(t, "r embedding", c.Prior.UNetConfig.TimestepRatioEmbeddingDim, 16)
			same(t, "text heads", c.Text.TextConfig.Heads, 1)
			same(t, "text width", c.Text.TextConfig.HiddenSize, 8)
			same(t, "projection", c.Text.Weights["text_projection.weight"].Transposed, true)
			same(t, "tokenizer", c.Tokenizer, TokenizerFiles{})
		}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(committed, tt.name)
			paths := []string{dir}
			if tt.paths != nil {
				paths = nil
			}
			for _, p := range tt.paths {
				paths = append(paths, filepath.Join(dir, p))
			}
			c, err := Open(paths...)
			if err != nil {
				t.Fatal(err)
			}
			kinds := []Kind{KindText, KindPrior, KindDecoder, KindVQ}
			if tt.preview {
				kinds = append(kinds, KindPreview)
			}
			if err := c.Need(kinds...); err != nil {
				t.Fatal(err)
			}
			for _, k := range kinds {
				for name, w := range c.network(k).Weights {
					if v, err := w.Floats(); err != nil || len(v) == 0 {
						t.Errorf("%s: %s: %d numbers, %v", k, name, len(v), err)
					}
				}
			}
			tt.look(t, c)
		})
	}
}

func TestCommittedBundle(t *testing.T) {
	c, err := Open(filepath.Join(committed, "bundle"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Need(KindText, KindPrior, KindDecoder, KindVQ); err != nil {
		t.Fatal(err)
	}
	if c.Prior.ONNX == "" || c.Prior.Weights != nil || c.Tokenizer == (TokenizerFiles{}) {
		t.Errorf("prior %+v, tokenizer %+v", c.Prior, c.Tokenizer)
	}
}

// The same folders under other parents make the same model.
func TestCommittedUnderOtherParents(t *testing.T) {
	from, err := filepath.Abs(filepath.Join(committed, "diffusers-a"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := Open(from)
	if err != nil {
		t.Fatal(err)
	}
	link := func(dir string, names map[string]string) string {
		os.MkdirAll(dir, 0o755)
		for name, target := range names {
			if err := os.Symlink(filepath.Join(from, target), filepath.Join(dir, name)); err != nil {
				t.Skip("no symlinks here: ", err)
			}
		}
		return dir
	}
	dir := t.TempDir()
	a := link(filepath.Join(dir, "stable-cascade"), map[string]string{"decoder": "decoder", "vqgan": "vqgan", "text_encoder": "text_encoder", "tokenizer": "tokenizer"})
	b := link(filepath.Join(dir, "stable-cascade-prior"), map[string]string{"prior": "prior", "text_encoder": "text_encoder", "tokenizer": "tokenizer"})
	combined := link(filepath.Join(dir, "combined"), map[string]string{
		"decoder": "decoder", "vqgan": "vqgan", "text_encoder": "text_encoder", "tokenizer": "tokenizer",
		"prior_prior": "prior", "prior_text_encoder": "text_encoder", "prior_tokenizer": "tokenizer",
	})
	for _, paths := range [][]string{{a, b}, {b, a}, {dir}, {combined}} {
		c, err := Open(paths...)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range []Kind{KindText, KindPrior, KindDecoder, KindVQ} {
			same(t, string(k), c.network(k).Weights, want.network(k).Weights)
		}
	}
}
