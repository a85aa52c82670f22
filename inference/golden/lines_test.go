package golden

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"cascata/inference"
	"cascata/inference/graph"
	"cascata/inference/noise"
)

// Stage A gives the same picture line by line as in one piece, whatever the
// shape, and in one piece where the picture is small.
func TestStageAInLines(t *testing.T) {
	rt, vq := runtime(t), openCheckpoint(t, "lite-bf16").VQ
	paint := func(o graph.Options, h, w int64) []float32 {
		m, err := graph.Build(vq, o)
		if err != nil {
			t.Fatal(err)
		}
		s, err := rt.Load(t.Context(), inference.Model{Name: "stage a", Proto: m.Proto, Root: m.Root}, cpu)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		in, out := inference.NewTensor(2, 4, h, w), inference.NewTensor(2, 3, 4*h, 4*w)
		noise.New(1).Normal(in.F32)
		run(t, s, map[string]*inference.Tensor{"sample": in}, map[string]*inference.Tensor{"latent_sample": out})
		return out.F32
	}
	for _, size := range [][2]int64{{16, 24}, {192, 208}, {183, 181}, {4, 9000}} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			whole, lines := paint(graph.Options{}, size[0], size[1]), paint(graph.Options{Lines: true}, size[0], size[1])
			if i := slices.IndexFunc(whole, func(v float32) bool { return v != whole[0] }); i < 0 {
				t.Fatal("the picture is of one colour")
			}
			for i, v := range whole {
				if !(math.Abs(float64(lines[i]-v)) <= 1e-5) {
					t.Fatalf("number %d is %v line by line, %v in one piece", i, lines[i], v)
				}
			}
		})
	}
}
