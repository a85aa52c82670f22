package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
)

// Floats reads the named F32, F16 or BF16 tensor, whole. Errors are those of package
// os, or say that the file is damaged or has no such tensor.
func (f *File) Floats(name string) ([]float32, error) {
	t, ok := f.Tensors[name]
	if !ok {
		return nil, fmt.Errorf("%w: tensor %q is missing", errBad, name)
	}
	r, err := os.Open(f.Path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	v, err := ReadFloats(r, t)
	if err != nil {
		return nil, fmt.Errorf("tensor %q: %w", name, err)
	}
	return v, nil
}

// ReadFloats reads the F32, F16 or BF16 tensor t of a file; another type is an error.
func ReadFloats(r io.ReaderAt, t Tensor) ([]float32, error) {
	size := int64(4)
	decode := func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }
	switch t.DType {
	case "F32":
	case "BF16":
		size = 2
		decode = func(b []byte) float32 { return math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16) }
	case "F16":
		size = 2
		decode = func(b []byte) float32 { return half(binary.LittleEndian.Uint16(b)) }
	default:
		return nil, fmt.Errorf("%w: %s is not F32, F16 or BF16", errBad, t.DType)
	}
	out := make([]float32, 0, t.Length/size)
	buf := make([]byte, min(t.Length, 1<<20))
	for at := int64(0); at < t.Length; at += int64(len(buf)) {
		buf = buf[:min(int64(len(buf)), t.Length-at)]
		if n, err := r.ReadAt(buf, t.Offset+at); n < len(buf) {
			return nil, fmt.Errorf("%w: %w", errBad, err)
		}
		for b := buf; len(b) > 0; b = b[size:] {
			out = append(out, decode(b))
		}
	}
	return out, nil
}

// half widens an IEEE 754 binary16 number.
func half(h uint16) float32 {
	sign := uint32(h>>15) << 31
	exp, frac := uint32(h>>10&31), uint32(h&1023)
	switch exp {
	case 0: // zero or subnormal: frac * 2^-24
		return math.Float32frombits(sign | math.Float32bits(float32(frac)*0x1p-24))
	case 31:
		return math.Float32frombits(sign | 0xff<<23 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
}

// ReadInts reads the I64 or I32 tensor t of a file; another type is an error.
func ReadInts(r io.ReaderAt, t Tensor) ([]int64, error) {
	if t.DType != "I64" && t.DType != "I32" {
		return nil, fmt.Errorf("%w: %s is not I64 or I32", errBad, t.DType)
	}
	b := make([]byte, t.Length)
	if n, err := r.ReadAt(b, t.Offset); n < len(b) {
		return nil, fmt.Errorf("%w: %w", errBad, err)
	}
	if t.DType == "I32" {
		out := make([]int64, len(b)/4)
		for i := range out {
			out[i] = int64(int32(binary.LittleEndian.Uint32(b[4*i:])))
		}
		return out, nil
	}
	out := make([]int64, len(b)/8)
	for i := range out {
		out[i] = int64(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return out, nil
}
