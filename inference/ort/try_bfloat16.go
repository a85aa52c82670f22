package ort

import (
	"context"
	"fmt"
	"math"

	"cascata/inference"
	"cascata/inference/onnx"
)

// tryBFloat16 computes in type t, which is bfloat16, on d, and checks it: the
// operators whose kernels come from several libraries, in the dialect of package
// graph for CUDA.
func (r *Runtime) tryBFloat16(ctx context.Context, d inference.Device, t onnx.DType) error {
	x, y := inference.NewTensor(1, 1, bf16Rows, bf16Columns), inference.NewTensor(1, bf16Rows, bf16Columns)
	for i := range x.F32 {
		x.F32[i] = float32(i%7)/8 - float32(i%5)/4 // bfloat16 holds it
	}
	c, s, err := r.bound(ctx, d, bfloat16Proto(t), x, y)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := c.Run(ctx); err != nil {
		return err
	}
	want := mixed(x.F32)
	for i, got := range y.F32 {
		if !(math.Abs(float64(got)-want[i]) < 0.05) { // NaN fails too
			return fmt.Errorf("ort: %s: %w: %s (%v for %v)", d, inference.ErrNoDevice, wrongNumbers, got, want[i])
		}
	}
	return nil
}

const (
	bf16Rows, bf16Columns = 16, 64
	bf16Heads             = 2
)

// bfloat16Proto is a graph that convolves its input [1, 1, rows, columns] so that
// it is halved, norms its rows, and has them attend to each other.
func bfloat16Proto(t onnx.DType) []byte {
	var b onnx.Builder
	size := func(n ...int64) (dims []onnx.Dim) {
		for _, n := range n {
			dims = append(dims, onnx.Dim{Size: n})
		}
		return dims
	}
	low := func(v string) string { return b.Node("Cast", []string{v}, onnx.Int("to", int64(t))) }
	ones := make([]float32, bf16Columns)
	for i := range ones {
		ones[i] = 1
	}
	v := low(b.Input("x", onnx.Float, size(1, 1, bf16Rows, bf16Columns)...))
	v = b.Node("Conv", []string{v, low(b.Floats([]float32{0, 0, 0, 0, 0.5, 0, 0, 0, 0}, 1, 1, 3, 3))}, onnx.Ints("pads", 1, 1, 1, 1))
	v = b.Node("Reshape", []string{v, b.Ints(1, bf16Rows, bf16Columns)})
	v = b.Node("LayerNormalization", []string{v, low(b.Floats(ones, bf16Columns))})
	v = b.Node("Attention", []string{v, v, v},
		onnx.Int("q_num_heads", bf16Heads), onnx.Int("kv_num_heads", bf16Heads), onnx.Flt("scale", 1.0/bf16Columns))
	v = b.Node("Cast", []string{v}, onnx.Int("to", int64(onnx.Float)))
	b.Output("y", v, onnx.Float, size(1, bf16Rows, bf16Columns)...)
	m := onnx.Model{IR: 11, Producer: "cascata", Opsets: b.Opsets(23), Graph: b.Graph}
	return m.Marshal()
}

// mixed is what bfloat16Proto's graph makes of x.
func mixed(x []float32) []float64 {
	const width = bf16Columns / bf16Heads
	rows := make([]float64, len(x))
	for at := 0; at < len(x); at += bf16Columns {
		var mean, square float64
		for _, v := range x[at : at+bf16Columns] {
			mean += float64(v) / 2 / bf16Columns
			square += float64(v) * float64(v) / 4 / bf16Columns
		}
		for i, v := range x[at : at+bf16Columns] {
			rows[at+i] = (float64(v)/2 - mean) / math.Sqrt(square-mean*mean+1e-5)
		}
	}
	out := make([]float64, len(x))
	for q := 0; q < len(x); q += width {
		var sum float64
		for k := q % bf16Columns; k < len(x); k += bf16Columns {
			var dot float64
			for i := range width {
				dot += rows[q+i] * rows[k+i] / bf16Columns
			}
			e := math.Exp(dot)
			sum += e
			for i := range width {
				out[q+i] += e * rows[k+i]
			}
		}
		for i := range width {
			out[q+i] /= sum
		}
	}
	return out
}
