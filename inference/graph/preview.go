package graph

import (
	"fmt"

	"cascata/inference/onnx"
)

// previewer is the official previewer: convolutions, each followed by GELU and
// BatchNorm. Its widths are read off its weights.
func (b *builder) previewer() {
	first := b.dims("blocks.0.weight", 4)
	last := b.dims("blocks.24.weight", 4)
	c, in, out := first[0], first[1], last[0]
	if b.err != nil {
		return
	}
	b.check("width of blocks.0", int(c), 4, maxWidth)
	batch := onnx.Dim{Name: "batch"}
	v := b.from32(b.Input("sample", onnx.Float, batch, onnx.Dim{Size: in}, onnx.Dim{Name: "height"}, onnx.Dim{Name: "width"}))
	for _, l := range []struct {
		n       int
		in, out int64
		kernel  int64 // 1 and 3: convolution; 2: transposed, doubles the size
	}{
		{0, in, c, 1}, {3, c, c, 3},
		{6, c, c / 2, 2}, {9, c / 2, c / 2, 3},
		{12, c / 2, c / 4, 2}, {15, c / 4, c / 4, 3},
		{18, c / 4, c / 4, 2}, {21, c / 4, c / 4, 3},
	} {
		b.Scope = fmt.Sprintf("blocks.%d", l.n)
		v = b.batchNorm(b.gelu(b.convolve(v, l.in, l.out, l.kernel)), fmt.Sprintf("blocks.%d", l.n+2), l.out, 1e-5)
	}
	b.Scope = "blocks.24"
	v = b.convolve(v, c/4, out, 1)
	b.Output("image", b.to32(v), onnx.Float, batch, onnx.Dim{Size: out},
		onnx.Dim{Name: "picture_height"}, onnx.Dim{Name: "picture_width"})
}

// convolve is the convolution named by the scope.
func (b *builder) convolve(v string, in, out, k int64) string {
	bias := b.weight(b.Scope+".bias", out)
	if k == 2 {
		w := b.weight(b.Scope+".weight", in, out, k, k)
		return b.Node("ConvTranspose", []string{v, w, bias}, onnx.Ints("kernel_shape", k, k), onnx.Ints("strides", k, k))
	}
	w := b.weight(b.Scope+".weight", out, in, k, k)
	return b.Node("Conv", []string{v, w, bias}, onnx.Ints("kernel_shape", k, k), onnx.Ints("pads", k/2, k/2, k/2, k/2))
}

func (b *builder) batchNorm(v, name string, c int64, eps float32) string {
	in := []string{v}
	for _, p := range []string{"weight", "bias", "running_mean", "running_var"} {
		in = append(in, b.weight(name+"."+p, c))
	}
	return b.Node("BatchNormalization", in, onnx.Flt("epsilon", eps))
}
