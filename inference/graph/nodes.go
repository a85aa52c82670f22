package graph

import (
	"fmt"

	"cascata/inference/checkpoint"
	"cascata/inference/onnx"
)

// op adds a node whose attributes are left at their defaults.
func (b *builder) op(name string, in ...string) string { return b.Node(name, in) }

func (b *builder) cast(v string, t onnx.DType) string {
	return b.Node("Cast", []string{v}, onnx.Int("to", int64(t)))
}

// to32 and from32 bring a value of the type of computation to float32 and back.
func (b *builder) to32(v string) string {
	if b.float == onnx.Float {
		return v
	}
	return b.cast(v, onnx.Float)
}

func (b *builder) from32(v string) string {
	if b.float == onnx.Float {
		return v
	}
	return b.cast(v, b.float)
}

// number returns a constant scalar in float32.
func (b *builder) number(v float64) string { return b.Floats([]float32{float32(v)}) }

// vector returns a constant of n equal float32.
func (b *builder) vector(n int64, v float32) string {
	s := make([]float32, min(max(n, 0), maxWidth))
	for i := range s {
		s[i] = v
	}
	return b.Floats(s, int64(len(s)))
}

// reshape brings v to a constant shape, in which 0 keeps an axis and one -1 is worked out.
func (b *builder) reshape(v string, shape ...int64) string {
	return b.op("Reshape", v, b.Ints(shape...))
}

func (b *builder) transpose(v string, perm ...int64) string {
	return b.Node("Transpose", []string{v}, onnx.Ints("perm", perm...))
}

func (b *builder) concat(axis int64, in ...string) string {
	if len(in) == 1 {
		return in[0]
	}
	return b.Node("Concat", in, onnx.Int("axis", axis))
}

func (b *builder) gelu(v string) string { return b.op("Gelu", v) }

// split cuts v into n equal parts.
func (b *builder) split(v string, axis int64, n int) []string {
	return b.Nodes("Split", n, []string{v}, onnx.Int("axis", axis), onnx.Int("num_outputs", int64(n)))
}

// linear is scale*(v W^T + b) on rows [n, in], for the layer called name, whose
// weight may also be that of a 1x1 convolution.
func (b *builder) linear(v, name string, in, out int64, scale float32) string {
	shape := []int64{out, in}
	if len(b.net.Weights[name+".weight"].Shape) == 4 {
		shape = append(shape, 1, 1)
	}
	bias := b.weight(name+".bias", out)
	b.observe(name, v, in)
	if b.quantized(name) {
		return b.product(v, name, in, out, bias, scale)
	}
	return b.gemm(v, name+".weight", b.matrix(name+".weight", shape...), bias, scale, scale)
}

// gemm is alpha*(v W^T) + beta*bias; bias may be "". The weight's name tells
// whether it is stored transposed.
func (b *builder) gemm(v, name, weight, bias string, alpha, beta float32) string {
	in := []string{v, weight}
	if bias != "" {
		in = append(in, bias)
	}
	var attrs []onnx.Attr
	if !b.net.Weights[name].Transposed {
		attrs = append(attrs, onnx.Int("transB", 1))
	}
	if alpha != 1 {
		attrs = append(attrs, onnx.Flt("alpha", alpha))
	}
	if beta != 1 && bias != "" {
		attrs = append(attrs, onnx.Flt("beta", beta))
	}
	return b.Node("Gemm", in, attrs...)
}

// norm is LayerNorm over the last axis, of width c, without weight or bias.
func (b *builder) norm(v string, c int64, eps float64) string {
	return b.scaledNorm(v, b.vector(c, 1), eps)
}

// scaledNorm is LayerNorm with a weight in float32, without bias. In bfloat16 it
// needs no casts: the statistics are float32 anyway, and nothing overflows.
func (b *builder) scaledNorm(v, weight string, eps float64) string {
	if b.float == onnx.BFloat16 {
		return b.layerNorm(v, b.shared("low "+weight, func() string { return b.from32(weight) }), "", eps)
	}
	return b.from32(b.layerNorm(b.to32(v), weight, "", eps))
}

// affineNorm is LayerNorm with the weight and bias of the layer called name.
func (b *builder) affineNorm(v, name string, c int64, eps float64) string {
	if b.float == onnx.BFloat16 {
		return b.layerNorm(v, b.weight(name+".weight", c), b.weight(name+".bias", c), eps)
	}
	return b.from32(b.layerNorm(b.to32(v), b.weight32(name+".weight", c), b.weight32(name+".bias", c), eps))
}

func (b *builder) layerNorm(v, weight, bias string, eps float64) string {
	in := []string{v, weight}
	if bias != "" {
		in = append(in, bias)
	}
	return b.Node("LayerNormalization", in, onnx.Int("axis", -1), onnx.Flt("epsilon", float32(eps)))
}

// attention mixes values [B, m, heads*d] by queries [B, n, heads*d] and keys
// [B, m, heads*d], already scaled, and returns rows [B*n, heads*d]. bias is
// added to the logits [B, heads, n, m] in float32, unless "".
func (b *builder) attention(q, k, v, bias string, heads, d int64) string {
	q = b.transpose(b.reshape(q, 0, 0, heads, d), 0, 2, 1, 3)
	k = b.transpose(b.reshape(k, 0, 0, heads, d), 0, 2, 3, 1)
	v = b.transpose(b.reshape(v, 0, 0, heads, d), 0, 2, 1, 3)
	s := b.to32(b.op("MatMul", q, k))
	if bias != "" {
		s = b.op("Add", s, bias)
	}
	p := b.from32(b.Node("Softmax", []string{s}, onnx.Int("axis", -1)))
	return b.reshape(b.transpose(b.op("MatMul", p, v), 0, 2, 1, 3), -1, heads*d)
}

// A grid is the height and width of activations: the name of an int64 vector
// [2]. Two grids of one name are the same; others may be.
type grid string

// batch is the number of pictures, an int64 vector [1].
func (b *builder) batch() string {
	return b.shared("batch", func() string {
		return b.passes(b.Node("Shape", []string{b.Graph.Inputs[0].Name}, onnx.Int("start", 0), onnx.Int("end", 1)), 1)
	})
}

// gridOf returns the grid of a picture [B, c, h, w].
func (b *builder) gridOf(v string) grid {
	return grid(b.passes(b.Node("Shape", []string{v}, onnx.Int("start", 2), onnx.Int("end", 4)), 2))
}

// times returns a grid n times as fine.
func (b *builder) times(g grid, n int64) grid {
	if n == 1 {
		return g
	}
	return grid(b.shared(fmt.Sprint("grid ", g, n), func() string { return b.passes(b.op("Mul", string(g), b.Ints(n)), 2) }))
}

// over returns a grid n times as coarse.
func (b *builder) over(g grid, n int64) grid {
	if n == 1 {
		return g
	}
	return grid(b.passes(b.op("Div", string(g), b.Ints(n)), 2))
}

// ones is a row of as many ones as g has cells, [1, 1, h*w] float32.
func (b *builder) ones(g grid) string {
	return b.shared(fmt.Sprint("ones ", g), func() string {
		cells := b.op("ReduceProd", string(g), b.Ints(0))
		return b.passes(b.op("Expand", b.Floats([]float32{1}, 1, 1, 1), b.concat(0, b.Ints(1, 1), cells)), 1, 1, -1)
	})
}

// shape is the vector of batch, height, width and the lengths that follow.
func (b *builder) shape(g grid, rest ...int64) string {
	return b.shared(fmt.Sprint("shape ", g, rest), func() string {
		return b.passes(b.concat(0, b.batch(), string(g), b.Ints(rest...)), int64(3+len(rest)))
	})
}

// perPicture brings rows [B*n, c] to [B, n, c].
func (b *builder) perPicture(rows string, c int64) string {
	return b.op("Reshape", rows, b.shared(fmt.Sprint("shape ", c), func() string {
		return b.passes(b.concat(0, b.batch(), b.Ints(-1, c)), 3)
	}))
}

// picture brings rows [B*h*w, c] to [B, c, h, w].
func (b *builder) picture(rows string, g grid, c int64) string {
	return b.transpose(b.op("Reshape", rows, b.shape(g, c)), 0, 3, 1, 2)
}

// rows brings a picture [B, c, h, w] to [B*h*w, c].
func (b *builder) rows(picture string, c int64) string {
	return b.reshape(b.transpose(picture, 0, 2, 3, 1), -1, c)
}

// shuffle brings rows [B*h*w, c*p*p] to [B, c, h*p, w*p], where g is h and w.
func (b *builder) shuffle(rows string, g grid, c, p int64) string {
	if p == 1 {
		return b.picture(rows, g, c)
	}
	v := b.transpose(b.op("Reshape", rows, b.shape(g, c, p, p)), 0, 3, 1, 4, 2, 5)
	return b.op("Reshape", v, b.concat(0, b.batch(), b.Ints(c), string(b.times(g, p))))
}

// unshuffle brings [B, c, h*p, w*p] to rows [B*h*w, c*p*p] and returns the grid of h and w.
func (b *builder) unshuffle(v string, c, p int64) (string, grid) {
	if p == 1 {
		return b.rows(v, c), b.gridOf(v)
	}
	g := b.over(b.gridOf(v), p)
	hw := b.Nodes("Split", 2, []string{string(g)}, onnx.Int("axis", 0), onnx.Int("num_outputs", 2))
	shape := b.concat(0, b.batch(), b.Ints(c), hw[0], b.Ints(p), hw[1], b.Ints(p))
	return b.reshape(b.transpose(b.op("Reshape", v, shape), 0, 2, 4, 1, 3, 5), -1, c*p*p), g
}

// resize brings a picture in float32 to a grid, bilinear with aligned corners.
func (b *builder) resize(v string, g grid) string {
	start := b.Node("Shape", []string{v}, onnx.Int("start", 0), onnx.Int("end", 2))
	return b.Node("Resize", []string{v, "", "", b.concat(0, start, string(g))}, bilinear...)
}

// rescale is resize by a factor; odd lengths are rounded down.
func (b *builder) rescale(v string, by float32) string {
	return b.Node("Resize", []string{v, "", b.Floats([]float32{1, 1, by, by}, 4)}, bilinear...)
}

var bilinear = []onnx.Attr{
	onnx.Str("mode", "linear"), onnx.Str("coordinate_transformation_mode", "align_corners"),
}

// Limits on configurations, far above any real model: they keep a lying file
// from making a graph that does not end.
const (
	maxWidth  = 1 << 20
	maxBlocks = 1 << 10
)

// check fails unless low <= v <= high.
func (b *builder) check(what string, v, low, high int) {
	if v < low || v > high {
		b.fail(checkpoint.ErrBad, "%s is %d in the configuration, it must be from %d to %d", what, v, low, high)
	}
}
