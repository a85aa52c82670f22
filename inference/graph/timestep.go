package graph

import (
	"math"

	"cascata/inference/checkpoint"
	"cascata/inference/onnx"
)

const maxPositions = 10000

// frequencies are the dim/2 angular frequencies of a timestep embedding,
// rounded to float32 where diffusers rounds them. dim is at least 4.
func frequencies(dim int) []float32 {
	half := dim / 2
	step := float32(-math.Log(maxPositions) / float64(half-1))
	f := make([]float32, half)
	for i := range f {
		f[i] = float32(math.Exp(float64(float32(i) * step)))
	}
	return f
}

// TimestepEmbedding is a UNet's view of the time ratio r: dim/2 sines, dim/2
// cosines, and a zero when dim is odd. It follows float32 arithmetic as
// diffusers does it; dim below 4 has no meaning and gives zeros.
func TimestepEmbedding(r float32, dim int) []float32 {
	e := make([]float32, max(dim, 0))
	if dim < 4 {
		return e
	}
	for i, f := range frequencies(dim) {
		a := float64(r * maxPositions * f)
		e[i] = float32(math.Sin(a))
		e[dim/2+i] = float32(math.Cos(a))
	}
	return e
}

// timestep declares the input that tells the time and returns its embedding
// [B, dim] for exactly.
func (b *builder) timestep(dim int64) string {
	batch := onnx.Dim{Name: "batch"}
	if dim < 4 || dim > maxWidth {
		b.fail(checkpoint.ErrBad, "timestep_ratio_embedding_dim is %d in the configuration", dim)
		return ""
	}
	if !b.opt.Export {
		return b.lowered(b.Input("timestep_embedding", onnx.Float, batch, onnx.Dim{Size: dim}))
	}
	r := b.reshape(b.Input("timestep_ratio", onnx.Float, batch), -1, 1)
	r = b.op("Mul", r, b.number(maxPositions))
	a := b.op("Mul", r, b.Floats(frequencies(int(dim)), 1, dim/2))
	e := b.concat(1, b.op("Sin", a), b.op("Cos", a))
	if dim%2 == 1 {
		e = b.Node("Pad", []string{e, b.Ints(0, 0, 0, 1)})
	}
	return b.lowered(e)
}
