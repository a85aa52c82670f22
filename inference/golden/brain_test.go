package golden

import (
	"context"
	"errors"
	"strings"
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
)

// ONNX Runtime infers types and shapes of the graphs for CUDA, and then misses
// nothing but the processor's kernels for bfloat16. What they compute is compared
// with diffusers by graph/check_onnx.py.
func TestGraphsInBfloat16(t *testing.T) {
	rt := runtime(t)
	for _, name := range []string{"lite-bf16", "comfy", "diffusers-a"} {
		ck := openCheckpoint(t, name)
		for _, n := range []*checkpoint.Network{ck.Text, ck.Prior, ck.Decoder} {
			m, err := graph.Build(n, graph.Options{Precision: "bf16"})
			if err != nil {
				t.Fatal(err)
			}
			_, err = rt.Load(context.Background(), inference.Model{Name: string(n.Kind), Proto: m.Proto, Root: m.Root}, cpu)
			if !errors.Is(err, inference.ErrUnsupported) || !strings.Contains(err.Error(), "Could not find an implementation") {
				t.Errorf("%s %s: got %v, want a missing kernel", name, n.Kind, err)
			}
		}
		if _, err := graph.Build(ck.VQ, graph.Options{Precision: "bf16"}); !errors.Is(err, checkpoint.ErrUnsupported) {
			t.Errorf("%s stage a: got %v, want ErrUnsupported", name, err)
		}
	}
}
