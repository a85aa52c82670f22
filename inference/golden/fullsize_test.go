package golden

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
	"cascata/inference/inferencetest"
)

// The networks that read pictures run at their official shapes for a picture
// of 1024 by 1024; random weights, which make/make_fullsize.py writes.
func TestFullSize(t *testing.T) {
	dir := os.Getenv("FULLSIZE")
	if dir == "" {
		t.Skip("FULLSIZE names no folder that make_fullsize.py wrote")
	}
	base := filepath.Join(testdata, "checkpoints", "original", "stage_a.safetensors")
	ck, err := checkpoint.Open(base, filepath.Join(dir, "effnet_encoder.safetensors"), filepath.Join(dir, "image_encoder"))
	if err != nil {
		t.Fatal(err)
	}
	networks := []*checkpoint.Network{ck.Encoder, ck.Vision}
	for _, name := range []string{"canny", "inpainting", "super_resolution"} {
		n, err := checkpoint.OpenControl(filepath.Join(dir, name+".safetensors"))
		if err != nil {
			t.Fatal(err)
		}
		networks = append(networks, n)
	}
	inputs := []struct {
		name  string
		shape []int64
	}{
		{"image", []int64{1, 3, 768, 768}}, {"sample", []int64{1, 3, 224, 224}},
		{"control", []int64{1, 1, 768, 768}}, {"control", []int64{1, 4, 768, 768}}, {"control", []int64{1, 16, 24, 24}},
	}
	rt := runtime(t)
	for i, n := range networks {
		before, start := inferencetest.Resident(t), time.Now()
		m, err := graph.Build(n, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := rt.Load(t.Context(), inference.Model{Name: string(n.Kind), Proto: m.Proto, Root: m.Root}, cpu)
		if err != nil {
			t.Fatal(err)
		}
		loaded, out := time.Since(start), map[string]*inference.Tensor{}
		for _, port := range s.Outputs() {
			shape := []int64{1, port.Shape[1]}
			if len(port.Shape) == 4 {
				shape = append(shape, 24, 24)
			}
			out[port.Name] = inference.NewTensor(shape...)
		}
		start = time.Now()
		run(t, s, map[string]*inference.Tensor{inputs[i].name: inference.NewTensor(inputs[i].shape...)}, out)
		t.Logf("%s: loaded in %v, run in %v, %d MiB", n.Files[0], loaded.Round(time.Millisecond), time.Since(start).Round(time.Millisecond), (inferencetest.Resident(t)-before)>>20)
		s.Close()
	}
}
