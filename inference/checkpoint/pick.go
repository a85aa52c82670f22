package checkpoint

import (
	"fmt"
	"os"
	"slices"

	"cascata/inference/safetensors"
)

// pick takes the wanted tensors out of all, and demands each to be there in
// its shape and in a type that a graph can read.
func pick(kind Kind, all map[string]Weight, ws wants) (map[string]Weight, error) {
	out := make(map[string]Weight, len(ws))
	missing, first := 0, ""
	for _, want := range ws {
		w, ok := all[want.name]
		switch {
		case !ok:
			if missing++; missing == 1 {
				first = want.name
			}
		case !slices.Equal(w.Shape, want.shape):
			return nil, faultIn(w.File, fmt.Errorf("tensor %q has shape %v, its network wants %v", want.name, w.Shape, want.shape))
		case w.DType != F32 && w.DType != F16 && w.DType != BF16:
			return nil, faultIn(w.File, &unsupported{
				fmt.Sprintf("tensor %q is of type %s, not F32, F16 or BF16", want.name, w.DType),
				"use a version of the model in one of these",
			})
		default:
			out[want.name] = w
		}
	}
	if missing > 0 {
		return nil, fmt.Errorf("%d of %d tensors of the %s are missing, %q first", missing, len(ws), kind, first)
	}
	return out, nil
}

// Floats reads the whole weight, in the order of its Shape. It returns an
// error wrapping ErrBad, or one of package os.
func (w Weight) Floats() ([]float32, error) {
	f, err := os.Open(w.File)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	v, err := safetensors.ReadFloats(f, safetensors.Tensor{DType: string(w.DType), Shape: w.Shape, Offset: w.Offset, Length: w.Length})
	if err != nil {
		return nil, faultIn(w.File, err)
	}
	if !w.Transposed {
		return v, nil
	}
	rows, cols := int(w.Shape[0]), int(w.Shape[1])
	t := make([]float32, len(v))
	for i := range rows {
		for j := range cols {
			t[i*cols+j] = v[j*rows+i]
		}
	}
	return t, nil
}
