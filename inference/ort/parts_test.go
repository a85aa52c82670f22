package ort

import (
	"errors"
	"slices"
	"testing"

	"cascata/inference"
)

// square is a part that gives the square of a matrix of n rows and columns.
func square(n int64, in, out string) []byte {
	return modelProto(inputProto(in, 1, n, n), nodeProto("MatMul", []string{in, in}, []string{out}), outputProto(out, 1, n, n))
}

func TestParts(t *testing.T) {
	r := open(t, Options{})
	whole := modelProto(inputProto("x", 1, 2, 2), outputProto("y", 1, 2, 2), outputProto("z", 1, 2, 2))
	parts := [][]byte{square(2, "x", "between"), square(2, "between", "y"), square(2, "y", "z")}
	s, err := r.Load(none, inference.Model{Name: "test", Proto: whole, Parts: parts}, cpu)
	if err != nil {
		t.Fatal(err)
	}
	x, y, z := floats([]int64{2, 2}, 1, 1, 0, 1), inference.NewTensor(2, 2), inference.NewTensor(2, 2)
	for _, out := range []tensors{{"y": y}, {"z": z}, {"y": y, "z": z}} {
		clear(y.F32)
		clear(z.F32)
		c, err := s.Bind(tensors{"x": x}, out)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := c.Run(none); err != nil {
				t.Fatal(err)
			}
		}
		c.Close()
		if out["y"] != nil && !slices.Equal(y.F32, []float32{1, 4, 0, 1}) || out["z"] != nil && !slices.Equal(z.F32, []float32{1, 8, 0, 1}) {
			t.Errorf("got %v and %v", y.F32, z.F32)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}

	for i := range parts {
		broken := slices.Clone(parts)
		broken[i] = modelProto(inputProto("x", 1, 2, 2), nodeProto("None such", []string{"x"}, []string{"y"}), outputProto("y", 1, 2, 2))
		if _, err := r.Load(none, inference.Model{Name: "test", Proto: whole, Parts: broken}, cpu); !errors.Is(err, inference.ErrUnsupported) {
			t.Errorf("part %d is broken: %v", i, err)
		}
	}
}
