package graph

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"cascata/inference/checkpoint"
	"cascata/inference/safetensors"
)

// TestWriteForCheck writes the graphs that check_onnx.py compares with
// diffusers: one for every folder of CASCATA_GRAPHS that holds a network.json
// (a checkpoint.Network without weights, and Options) and weights.safetensors.
func TestWriteForCheck(t *testing.T) {
	root := os.Getenv("CASCATA_GRAPHS")
	if root == "" {
		t.Skip("CASCATA_GRAPHS is not set; run check_onnx.py")
	}
	descriptions, err := filepath.Glob(filepath.Join(root, "*", "network.json"))
	if err != nil || len(descriptions) == 0 {
		t.Fatalf("no network.json under %s (%v)", root, err)
	}
	for _, d := range descriptions {
		n, o := readNetwork(t, d)
		m, err := Build(n, o)
		if err != nil {
			t.Fatalf("%s: %v", d, err)
		}
		if err := os.WriteFile(filepath.Join(m.Root, "model.onnx"), m.Proto, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func readNetwork(t *testing.T, description string) (*checkpoint.Network, Options) {
	t.Helper()
	var in struct {
		checkpoint.Network
		Options
		Transposed []string
	}
	text, err := os.ReadFile(description)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &in); err != nil {
		t.Fatalf("%s: %v", description, err)
	}
	path, err := filepath.EvalSymlinks(filepath.Join(filepath.Dir(description), "weights.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	n := &in.Network
	n.Weights, n.Files = map[string]checkpoint.Weight{}, []string{path}
	for name, w := range f.Tensors {
		n.Weights[name] = checkpoint.Weight{
			File: path, Offset: w.Offset, Length: w.Length, DType: checkpoint.DType(w.DType), Shape: w.Shape,
		}
	}
	for _, name := range in.Transposed {
		w := n.Weights[name]
		w.Shape, w.Transposed = []int64{w.Shape[1], w.Shape[0]}, true
		n.Weights[name] = w
	}
	return n, in.Options
}
