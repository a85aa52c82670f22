package graph

import (
	"slices"

	"cascata/inference/checkpoint"
	"cascata/inference/onnx"
	"cascata/inference/quant"
)

// quantized reports whether the weight of the layer called name takes eight bits.
func (b *builder) quantized(name string) bool {
	t := b.net.Weights[name+".weight"].DType
	return t == quant.I8 || t == quant.U8
}

// product is scale*(v W^T + bias) on rows [n, in] for a layer whose weight
// takes eight bits.
func (b *builder) product(v, name string, in, out int64, bias string, scale float32) string {
	if b.float != onnx.Float {
		b.fail(checkpoint.ErrUnsupported, "eight bits are multiplied in float32 alone")
		return ""
	}
	if scale != 1 {
		bias = b.op("Mul", bias, b.number(float64(scale)))
	}
	if len(b.net.Weights[name+".weight"].Shape) == 3 {
		return b.blocks(v, name, in, out, bias, scale)
	}
	return b.integers(v, name, in, out, bias, scale)
}

// integers multiplies v, rounded to 255 steps from its least to its largest
// element, with a weight stored in columns.
func (b *builder) integers(v, name string, in, out int64, bias string, scale float32) string {
	q := b.cache["rounded "+v]
	if q == "" {
		parts := b.Nodes("DynamicQuantizeLinear", 3, []string{v})
		q = parts[0]
		b.cache["rounded "+v], b.cache["scale "+q], b.cache["zero "+q] = q, parts[1], parts[2]
	}
	w := b.whole(name+".weight", in, out)
	zero := ""
	if b.net.Weights[name+".weight"].DType == quant.U8 {
		zero = b.Byte(128)
	}
	return b.Contrib("com.microsoft", "MatMulIntegerToFloat",
		[]string{q, w, b.cache["scale "+q], b.scales(name, out, scale), b.cache["zero "+q], zero, bias})
}

// blocks multiplies v in float32 with a weight stored in blocks.
func (b *builder) blocks(v, name string, in, out int64, bias string, scale float32) string {
	w := b.whole(name+".weight", out, in/quant.Block, quant.Block)
	s := b.scales(name, out*in/quant.Block, scale)
	// accuracy 0 multiplies in float32; the others round v too.
	return b.Contrib("com.microsoft", "MatMulNBits", []string{v, w, s, "", "", bias},
		onnx.Int("K", in), onnx.Int("N", out), onnx.Int("bits", 8), onnx.Int("block_size", quant.Block),
		onnx.Int("accuracy_level", 0))
}

// scales are those of a layer's weight, times scale.
func (b *builder) scales(name string, n int64, scale float32) string {
	s := b.weight32(name+".weight"+quant.Scale, n)
	if scale == 1 {
		return s
	}
	return b.shared("scaled "+name, func() string { return b.op("Mul", s, b.number(float64(scale))) })
}

// whole returns a weight of whole numbers as it is stored.
func (b *builder) whole(name string, want ...int64) string {
	return b.shared("whole "+name, func() string {
		v, _ := b.initializer(name, want, want)
		return v
	})
}

// smoothing is what the input of the layer called name is multiplied by, or ""
// where it is not.
func (b *builder) smoothing(name string, in int64) string {
	weight := name + ".weight" + quant.Smooth
	if _, ok := b.net.Weights[weight]; !ok {
		return ""
	}
	return b.weight32(weight, in)
}

// smooth smooths v, whose last axis has length in, for the layer called name.
func (b *builder) smooth(v, name string, in int64) string {
	if by := b.smoothing(name, in); by != "" {
		return b.op("Mul", v, by)
	}
	return v
}

// observe notes that the layer called name is multiplied with v [n, in].
func (b *builder) observe(name, v string, in int64) {
	if !b.opt.Observe || !quant.InBlocks(name) {
		return
	}
	at := slices.IndexFunc(b.seen, func(o Observed) bool { return o.Layer == name })
	if at < 0 {
		at = len(b.seen)
		b.seen = append(b.seen, Observed{name, int(in)})
	}
	b.inputs = append(b.inputs, observedInput{at, v})
}

// An observedInput is what a layer, by its place in seen, was multiplied with.
type observedInput struct {
	layer int
	rows  string
}

// observations declares the output of what was observed.
func (b *builder) observations() {
	if !b.opt.Observe {
		return
	}
	b.Scope = "observed"
	// ONNX Runtime walks from the outputs to the inputs and takes the input whose
	// node stands last first: with the nodes in reverse, each input is summed up
	// before the network goes on. Otherwise the inputs of all layers are kept to the end.
	var sums []string
	var sizes []int64
	for _, in := range slices.Backward(b.inputs) {
		columns := int64(b.seen[in.layer].Columns)
		rows := b.cast(b.Node("Shape", []string{in.rows}, onnx.Int("start", 0), onnx.Int("end", 1)), onnx.Float)
		most := b.Node("ReduceMax", []string{b.op("Abs", in.rows), b.Ints(0)}, onnx.Int("keepdims", 0))
		sum := b.Node("ReduceSum", []string{in.rows, b.Ints(0)}, onnx.Int("keepdims", 0))
		sums, sizes = append(sums, sum, most, rows), append(sizes, columns, columns, 1)
	}
	parts := b.Nodes("Split", len(sums), []string{b.concat(0, sums...), b.Ints(sizes...)}, onnx.Int("axis", 0))
	var all []string
	n := 0
	for layer, o := range b.seen {
		var sum, most, rows []string
		for i, in := range slices.Backward(b.inputs) {
			if in.layer == layer {
				at := 3 * (len(b.inputs) - 1 - i)
				sum, most, rows = append(sum, parts[at]), append(most, parts[at+1]), append(rows, parts[at+2])
			}
		}
		all = append(all, b.op("Div", b.op("Sum", sum...), b.op("Sum", rows...)), b.op("Max", most...))
		n += 2 * o.Columns
	}
	b.Output("observed", b.concat(0, all...), onnx.Float, onnx.Dim{Size: int64(n)})
}
