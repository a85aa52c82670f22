package lora

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cascata/inference/checkpoint"
	"cascata/inference/safetensors"
)

const checkpoints = "../testdata/checkpoints"

func openCheckpoint(t testing.TB, name string) *checkpoint.Checkpoint {
	t.Helper()
	ck, err := checkpoint.Open(filepath.Join(checkpoints, name))
	if err != nil {
		t.Fatal(err)
	}
	return ck
}

// A tensors map is what a test's LoRA file holds, each a shape filled with one number.
type tensors map[string][]int64

func write(t testing.TB, all tensors, value float32) string {
	t.Helper()
	arrays := map[string]safetensors.Array{}
	for name, shape := range all {
		n := int64(1)
		for _, d := range shape {
			n *= d
		}
		arrays[name] = safetensors.Array{Shape: shape, Data: slices.Repeat([]float32{value}, int(n))}
	}
	path := filepath.Join(t.TempDir(), "test.safetensors")
	if err := safetensors.Write(path, arrays, nil); err != nil {
		t.Fatal(err)
	}
	return path
}

// merge opens a file, fits it and merges all that it changes.
func merge(t testing.TB, ck *checkpoint.Checkpoint, path string) error {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		return err
	}
	s, err := Fit(ck, []Use{{f, 1}})
	if err != nil {
		return err
	}
	for _, n := range []*checkpoint.Network{ck.Text, ck.Prior, ck.Decoder, ck.VQ} {
		if _, err := s.Network(context.Background(), n, t.TempDir()); err != nil {
			return err
		}
	}
	return nil
}

// The layers of diffusers-a that the tests below change: 40 by 40.
const (
	layerQ = "prior.down_blocks.0.2.attention.to_q"
	down   = layerQ + ".lora_A.weight"
	up     = layerQ + ".lora_B.weight"
)

func TestBadFiles(t *testing.T) {
	ck := openCheckpoint(t, "diffusers-a")
	good := tensors{down: {2, 40}, up: {40, 2}}
	if err := merge(t, ck, write(t, good, 0.1)); err != nil {
		t.Fatalf("a good one: %v", err)
	}
	raw := func(name, content string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	nan := float32(math.NaN())
	for _, tt := range []struct {
		name string
		path string
		says string // beside the file
	}{
		{"missing", filepath.Join(t.TempDir(), "none.safetensors"), "there is no such file"},
		{"a folder", t.TempDir(), "not a regular file"},
		{"empty", raw("x.safetensors", ""), "0 bytes"},
		{"a text", raw("x.safetensors", "<html>please log in</html>"), "download it again"},
		{"a pickle", raw("x.pt", "\x80\x02}q\x00."), "pickles are not read"},
		{"nothing in it", write(t, tensors{}, 0), "it holds no LoRA"},
		{"half: no up", write(t, tensors{down: {2, 40}}, 1), "no lora_up: half of it is missing"},
		{"half: no down", write(t, tensors{up: {40, 2}}, 1), "no lora_down: half of it is missing"},
		{"alpha alone", write(t, tensors{layerQ + ".alpha": {}}, 1), "nothing that it belongs to"},
		{"not finite", write(t, good, nan), "not finite"},
		{"infinite", write(t, good, float32(math.Inf(1))), "not finite"},
		{"overflow", write(t, good, 3e38), "not finite; lower its weight"},
		{"ranks differ", write(t, tensors{down: {2, 40}, up: {40, 3}}, 1), "do not fit together"},
		{"rank 0", write(t, tensors{down: {0, 40}, up: {40, 0}}, 1), "do not fit together"},
		{"wider", write(t, tensors{down: {2, 2048}, up: {2048, 2}}, 1), "2048 by 2048, here it is 40 by 40"},
		{"narrower input", write(t, tensors{down: {2, 39}, up: {40, 2}}, 1), "made for a model of other widths"},
		{"another model", write(t, tensors{
			"lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q.lora_down.weight": {4, 640},
			"lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q.lora_up.weight":   {640, 4},
		}, 1), "1 of its 1 layers are none of this model's: lora_unet_down_blocks_1_attentions_0"},
		{"a layer too many", write(t, tensors{
			down: {2, 40}, up: {40, 2}, "prior.down_blocks.7.2.attention.to_q.lora_A.weight": {2, 40}, "prior.down_blocks.7.2.attention.to_q.lora_B.weight": {40, 2},
		}, 1), "1 of its 2 layers are none of this model's: prior.down_blocks.7.2.attention.to_q"},
		{"of another kind", write(t, tensors{down: {2, 40}, up: {40, 2}, "lora_unet_clf_1.oft_blocks": {2, 2}}, 1), "lora_unet_clf_1.oft_blocks"},
		{"many keys", write(t, tensors{"a": {1}, "b": {1}, "c": {1}, "d": {1}, "e": {1}, "f": {1}}, 1), "a, b, c, d and 2 more"},
		{"the same part twice", write(t, tensors{down: {2, 40}, up: {40, 2}, layerQ + ".lora_down.weight": {2, 40}}, 1), "the same part of one layer"},
		{"two ways", write(t, tensors{down: {2, 40}, up: {40, 2}, layerQ + ".diff": {40, 40}}, 1), "changed in two ways"},
		{"half a LoHa", write(t, tensors{layerQ + ".hada_w1_a": {40, 2}, layerQ + ".hada_w1_b": {2, 40}}, 1), "no hada_w2_a"},
		{"a LoHa of two sizes", write(t, tensors{layerQ + ".hada_w1_a": {40, 2}, layerQ + ".hada_w1_b": {2, 40}, layerQ + ".hada_w2_a": {40, 2}, layerQ + ".hada_w2_b": {2, 41}}, 1), "40 by 40 and 40 by 41"},
		{"half a LoKr", write(t, tensors{layerQ + ".lokr_w1": {4, 4}, layerQ + ".lokr_w2_a": {10, 2}}, 1), "no lokr_w2_b"},
		{"a huge LoKr", write(t, tensors{layerQ + ".lokr_w1": {70000, 1}, layerQ + ".lokr_w2": {70000, 1}}, 1), "too large"},
		{"wrong magnitudes", write(t, tensors{down: {2, 40}, up: {40, 2}, layerQ + ".lora_magnitude_vector": {39}}, 1), "magnitudes of shape [39] for 40 rows"},
		{"wrong columns", write(t, tensors{down: {2, 40}, up: {40, 2}, layerQ + ".dora_scale": {1, 39}}, 1), "39 magnitudes for 40 input channels"},
		{"wrong bias", write(t, tensors{layerQ + ".diff_b": {39}}, 1), "has 39 numbers"},
		{"half a word", write(t, tensors{"embeddings.embeddings": {1, 32}}, 1), "no embeddings.indices"},
		{"words without numbers", write(t, tensors{"embeddings.embeddings": {1, 32}, "embeddings.indices": {1}}, 1), "F32 is not I64"},
		{"embeddings of another model", write(t, tensors{"clip_g": {2, 1280}}, 1), "have shape [2 1280]; this model's are 32 wide"},
		{"embeddings of SDXL", write(t, tensors{"clip_g": {2, 32}, "clip_l": {2, 24}}, 1), "clip_l"},
		{"output alone", write(t, tensors{"bundle_emb.x.clip_g_out": {2, 32}}, 1), "the embeddings of \"x\""},
		{"an endless word", write(t, tensors{"clip_g": {76, 32}}, 1), "have shape [76 32]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := merge(t, ck, tt.path)
			if !errors.Is(err, ErrBad) {
				t.Fatalf("got %v, want ErrBad", err)
			}
			if !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), filepath.Base(tt.path)) || len(err.Error()) > 1000 {
				t.Errorf("%q does not say %q, or not of which file", err, tt.says)
			}
		})
	}
}

// fitted is a small LoRA for one layer of Stage C, and what it changes in ck by
// that weight.
func fitted(t *testing.T, ck *checkpoint.Checkpoint, weight float64) (*File, *Set) {
	t.Helper()
	f, err := Open(write(t, tensors{down: {2, 40}, up: {40, 2}}, 1))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Fit(ck, []Use{{f, weight}})
	if err != nil {
		t.Fatal(err)
	}
	return f, s
}

// Into a ready-made graph nothing is merged, and the error says so.
func TestGraphsAreRefused(t *testing.T) {
	ck := openCheckpoint(t, "bundle")
	err := merge(t, ck, write(t, tensors{down: {2, 40}, up: {40, 2}}, 1))
	if !errors.Is(err, ErrBad) || !strings.Contains(err.Error(), "ready-made ONNX graph") {
		t.Errorf("got %v", err)
	}
}

// When merging is cancelled nothing is left behind.
func TestCancelledMerge(t *testing.T) {
	ck := openCheckpoint(t, "diffusers-a")
	_, s := fitted(t, ck, 1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	cache := t.TempDir()
	if _, err := s.Network(ctx, ck.Prior, cache); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(cache); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A folder that cannot be made is said to be.
func TestNoCache(t *testing.T) {
	ck := openCheckpoint(t, "diffusers-a")
	f, s := fitted(t, ck, 1)
	if _, err := s.Network(context.Background(), ck.Prior, filepath.Join(f.Path, "cache")); !errors.Is(err, checkpoint.ErrCache) {
		t.Errorf("got %v", err)
	}
}

// A side file that is damaged is made anew.
func TestDamagedSideFile(t *testing.T) {
	ck := openCheckpoint(t, "diffusers-a")
	_, s := fitted(t, ck, 0.5)
	cache := t.TempDir()
	for range 2 {
		n, err := s.Network(context.Background(), ck.Prior, cache)
		if err != nil {
			t.Fatal(err)
		}
		w := n.Weights["down_blocks.0.2.attention.to_q.weight"]
		if w.File == ck.Prior.Weights["down_blocks.0.2.attention.to_q.weight"].File {
			t.Error("the weight still lies in the model")
		}
		if err := os.Truncate(w.File, w.Offset+w.Length/2); err != nil {
			t.Fatal(err)
		}
	}
}

// Whatever the header, a file is refused or fitted.
func FuzzHeader(f *testing.F) {
	ck := openCheckpoint(f, "diffusers-a")
	for _, all := range []tensors{
		{down: {2, 40}, up: {40, 2}, layerQ + ".alpha": {}, layerQ + ".dora_scale": {1, 40}},
		{layerQ + ".lokr_w1": {4, 4}, layerQ + ".lokr_w2_a": {10, 2}, layerQ + ".lokr_w2_b": {2, 10}},
		{"clip_g": {2, 32}, "embeddings.embeddings": {1, 32}, "embeddings.indices": {1}},
		{layerQ + ".hada_w1_a": {2, 40}, layerQ + ".hada_w1_b": {2, 40}, layerQ + ".hada_t1": {2, 2, 1, 1}},
	} {
		b, err := os.ReadFile(write(f, all, 1))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(dir, "fuzz.safetensors")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Describe(path); err != nil && !errors.Is(err, ErrBad) {
			t.Errorf("%v is not ErrBad", err)
		}
		if err := merge(t, ck, path); err != nil && !errors.Is(err, ErrBad) {
			t.Errorf("%v is not ErrBad", err)
		}
	})
}
