package graph

import (
	"fmt"

	"cascata/inference/checkpoint"
	"cascata/inference/onnx"
)

// effnetEps is torchvision's for efficientnet_v2_s.
const effnetEps = 1e-3

// effnet is the backbone of an EfficientNetV2 on a picture [B, c, h, w]. The
// first convolution pads the picture or not.
func (b *builder) effnet(v string, c *checkpoint.EffnetConfig, pad int64) string {
	width := int64(c.Stem)
	v = b.silu(b.convNorm(v, "backbone.0", int64(c.Channels), width, 3, 2, pad, 1))
	for g, group := range c.Groups {
		for l, block := range group {
			if b.err != nil {
				return v
			}
			stride := 1
			if l == 0 {
				stride = checkpoint.EffnetStrides[g]
			}
			b.Scope = fmt.Sprintf("backbone.%d.%d", g+1, l)
			x := v
			v = b.effnetBlock(v, block, width, int64(stride))
			if stride == 1 && width == int64(block.Out) {
				v = b.op("Add", x, v)
			}
			width = int64(block.Out)
		}
	}
	b.Scope = "backbone.7"
	return b.silu(b.convNorm(v, "backbone.7", width, int64(c.Head), 1, 1, 0, 1))
}

// effnetBlock is FusedMBConv or MBConv without what is added.
func (b *builder) effnetBlock(v string, e checkpoint.EffnetBlock, in, stride int64) string {
	at, wide, out := b.Scope+".block.", int64(e.Wide), int64(e.Out)
	switch {
	case e.Squeeze > 0:
		v = b.silu(b.convNorm(v, at+"0", in, wide, 1, 1, 0, 1))
		v = b.silu(b.convNorm(v, at+"1", 1, wide, 3, stride, 1, wide))
		gate := b.silu(b.conv(b.op("GlobalAveragePool", v), at+"2.fc1", wide, int64(e.Squeeze), 1, 1, 0, true))
		gate = b.op("Sigmoid", b.conv(gate, at+"2.fc2", int64(e.Squeeze), wide, 1, 1, 0, true))
		return b.convNorm(b.op("Mul", v, gate), at+"3", wide, out, 1, 1, 0, 1)
	case e.Wide > 0:
		v = b.silu(b.convNorm(v, at+"0", in, wide, 3, stride, 1, 1))
		return b.convNorm(v, at+"1", wide, out, 1, 1, 0, 1)
	}
	return b.silu(b.convNorm(v, at+"0", in, out, 3, stride, 1, 1))
}

func (b *builder) silu(v string) string { return b.op("Mul", v, b.op("Sigmoid", v)) }

// convNorm is the convolution name.0, without bias, and the batch norm name.1.
// in is the channels of one of groups.
func (b *builder) convNorm(v, name string, in, out, k, stride, pad, groups int64) string {
	w := b.weight(name+".0.weight", out, in, k, k)
	if groups == 1 {
		v, w = b.widened(v, w, in, out)
	}
	v = b.Node("Conv", []string{v, w}, onnx.Ints("kernel_shape", k, k), onnx.Ints("strides", stride, stride),
		onnx.Ints("pads", pad, pad, pad, pad), onnx.Int("group", groups))
	return b.batchNorm(v, name+".1", out, effnetEps)
}

// conv is a convolution.
func (b *builder) conv(v, name string, in, out, k, stride, pad int64, bias bool) string {
	v, w := b.widened(v, b.weight(name+".weight", out, in, k, k), in, out)
	inputs := []string{v, w}
	if bias {
		inputs = append(inputs, b.weight(name+".bias", out))
	}
	return b.Node("Conv", inputs, onnx.Ints("kernel_shape", k, k), onnx.Ints("strides", stride, stride), onnx.Ints("pads", pad, pad, pad, pad))
}

// widened gives the input of a convolution in one group, and its weight, a few
// channels of zeros where WebGPU (ONNX Runtime 1.30) would sum up others than
// there are: where they are a multiple of 3 and not of 4, and those that come out
// one of 4. A picture's own three are right. See ort/runtimes.md.
func (b *builder) widened(v, w string, in, out int64) (string, string) {
	if b.opt.Fused || in == 3 || in%3 != 0 || in%4 == 0 || out%4 != 0 {
		return v, w
	}
	more := 4 - in%4
	pad := func(v string) string { return b.op("Pad", v, b.Ints(0, 0, 0, 0, 0, more, 0, 0)) }
	return pad(v), b.shared("wide "+w, func() string { return pad(w) })
}

// encoder turns a picture in [0, 1] into a Stage C latent.
func (b *builder) encoder(cfg *checkpoint.EncoderConfig) {
	batch, out := onnx.Dim{Name: "batch"}, int64(cfg.Out)
	v := b.Input("image", onnx.Float, batch, onnx.Dim{Size: 3}, onnx.Dim{Name: "picture_height"}, onnx.Dim{Name: "picture_width"})
	if cfg.Effnet != nil {
		v = b.effnet(b.from32(b.normalised(v)), cfg.Effnet, 1)
		b.Scope = "mapper"
		v = b.conv(v, "mapper.0", int64(cfg.Effnet.Head), out, 1, 1, 0, false)
		one, zero := b.from32(b.vector(out, 1)), b.from32(b.vector(out, 0))
		v = b.Node("BatchNormalization", []string{v, one, zero, b.weight("mapper.1.running_mean", out), b.weight("mapper.1.running_var", out)},
			onnx.Flt("epsilon", 1e-5))
	} else {
		v = b.sceneEncoder(b.from32(v), cfg)
	}
	b.Output("latent", b.to32(v), onnx.Float, batch, onnx.Dim{Size: out}, onnx.Dim{Name: "height"}, onnx.Dim{Name: "width"})
}

// normalised brings a picture in [0, 1] to the mean and deviation of ImageNet.
func (b *builder) normalised(v string) string {
	b.Scope = "normalise"
	mean := b.Floats([]float32{0.485, 0.456, 0.406}, 1, 3, 1, 1)
	std := b.Floats([]float32{0.229, 0.224, 0.225}, 1, 3, 1, 1)
	return b.op("Div", b.op("Sub", v, mean), std)
}

// sceneEncoder is an encoder that says what it sees: numbers by convolutions over the
// whole picture, whose probabilities and lengths times fixed matrices are the
// latent but for its first three channels, the blurred picture.
func (b *builder) sceneEncoder(picture string, c *checkpoint.EncoderConfig) string {
	s, v, in := c.Scene, picture, int64(3)
	for i, l := range s.Layers {
		b.Scope = fmt.Sprintf("blocks.%d", i)
		v = b.conv(v, b.Scope, in, int64(l.Out), int64(l.Kernel), int64(l.Stride), int64(l.Padding), true)
		if i < len(s.Layers)-1 {
			v = b.gelu(v)
		}
		in = int64(l.Out)
	}
	b.Scope = "said"
	sizes, said := []int64{}, int64(s.Lengths)
	for _, n := range s.Groups {
		sizes, said = append(sizes, int64(n)), said+int64(n)
	}
	if said != in || len(s.Layers) == 0 {
		b.fail(checkpoint.ErrBad, "the last layer says %d numbers, %d are used", in, said)
		return v
	}
	sizes = append(sizes, int64(s.Lengths))
	parts := b.Nodes("Split", len(sizes), []string{b.reshape(v, -1, said), b.Ints(sizes...)}, onnx.Int("axis", 1))
	cells, written := int64(s.Cells), int64(c.Out-3)*int64(s.Cells)*int64(s.Cells)
	z := b.weight("bias", written)
	for i, name := range append(checkpoint.SceneGroups, "lengths") {
		p := parts[i]
		if i < len(s.Groups) {
			p = b.from32(b.Node("Softmax", []string{b.to32(p)}, onnx.Int("axis", -1)))
		}
		z = b.gemm(p, name+".weight", b.weight(name+".weight", written, sizes[i]), z, 1, 1)
	}
	z = b.reshape(z, -1, int64(c.Out-3), cells, cells)

	b.Scope = "blur"
	side := int64(checkpoint.ScenePatch)
	small := b.to32(b.Node("AveragePool", []string{picture}, onnx.Ints("kernel_shape", side, side), onnx.Ints("strides", side, side)))
	small = b.op("Div", b.op("Sub", small, b.number(0.58)), b.number(0.27))
	blur := b.weight32("blur", cells, int64(s.Means))
	around := b.op("MatMul", b.op("MatMul", blur, small), b.transpose(blur, 1, 0))
	return b.concat(1, b.from32(around), z)
}
