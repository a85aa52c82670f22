package checkpoint

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"cascata/inference/safetensors"
)

// Of the networks that read pictures no tensor can be left out.
func TestDroppedTensor(t *testing.T) {
	dir := filepath.Join("..", "testdata", "checkpoints", "pictures")
	for file, kind := range map[string]Kind{
		"effnet_encoder.safetensors": KindEncoder, "../../../../assets/demo/encoder.safetensors": KindEncoder, "image_encoder/model.safetensors": KindVision,
		"controlnet/canny.safetensors": KindControl, "controlnet/super_resolution.safetensors": KindControl,
	} {
		f, err := safetensors.Open(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		ps := parts(weightsOf(f))
		if len(ps) != 1 || ps[0].kind != kind {
			t.Errorf("%s holds %v", file, ps)
			continue
		}
		n, err := openPart(f, ps[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range slices.Sorted(maps.Keys(n.Weights)) {
			all := weightsOf(f)
			delete(all, name)
			less := &Network{Kind: kind}
			ws, err := less.infer(all)
			if err == nil {
				less.Weights, err = pick(kind, all, ws)
			}
			if err == nil && len(less.Weights) == len(n.Weights) {
				t.Errorf("%s: without %s it is whole", file, name)
			}
		}
	}
	if _, err := OpenControl(filepath.Join(dir, "effnet_encoder.safetensors")); !errors.Is(err, ErrUnsupported) {
		t.Errorf("an encoder as a control network: %v", err)
	}
}
