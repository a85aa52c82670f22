package graph

import (
	"fmt"

	"cascata/inference/checkpoint"
	"cascata/inference/onnx"
)

const vqEps = 1e-6

// checkVQ fails unless the configuration is within bounds.
func (b *builder) checkVQ(cfg *checkpoint.VQConfig) {
	b.check("levels", cfg.Levels, 1, 16)
	b.check("bottleneck_blocks", cfg.BottleneckBlocks, 0, maxBlocks)
	b.check("embed_dim", cfg.EmbedDim, 1, maxWidth)
	b.check("latent_channels", cfg.LatentChannels, 1, maxWidth)
	b.check("out_channels", cfg.OutChannels, 1, maxWidth)
	b.check("up_down_scale_factor", cfg.UpDownScaleFactor, 1, 64)
}

// stageA is the decoder of PaellaVQModel.
func (b *builder) stageA(cfg *checkpoint.VQConfig) {
	if b.checkVQ(cfg); b.err != nil {
		return
	}
	batch, height, width := onnx.Dim{Name: "batch"}, onnx.Dim{Name: "height"}, onnx.Dim{Name: "width"}
	in, c := int64(cfg.LatentChannels), int64(cfg.EmbedDim)
	v := b.from32(b.Input("sample", onnx.Float, batch, onnx.Dim{Size: in}, height, width))
	b.Scope = "up_blocks.0"
	x := feature{b.linear(b.rows(v, in), "up_blocks.0.0", in, c, 1), c, b.gridOf(v)}

	n := 1 // index into up_blocks
	for i := range cfg.Levels {
		blocks := 1
		if i == 0 {
			blocks = cfg.BottleneckBlocks
		}
		for range blocks {
			b.Scope = fmt.Sprintf("up_blocks.%d", n)
			x = b.mixing(x)
			n++
		}
		if i < cfg.Levels-1 {
			b.Scope = fmt.Sprintf("up_blocks.%d", n)
			x = b.double(x, int64(cfg.EmbedDim>>(i+1)))
			n++
		}
		if b.err != nil {
			return
		}
	}
	b.Scope = "out_block"
	p, out := int64(cfg.UpDownScaleFactor), int64(cfg.OutChannels)
	v = b.shuffle(b.linear(x.rows, "out_block.0", x.c, out*p*p, 1), x.grid, out, p)
	b.Output("latent_sample", b.to32(v), onnx.Float, batch, onnx.Dim{Size: out},
		onnx.Dim{Name: "picture_height"}, onnx.Dim{Name: "picture_width"})
}

// stageAEncoder is the encoder of PaellaVQModel, without what would make its
// latent one of few: Stage B learns the latents as they come.
func (b *builder) stageAEncoder(cfg *checkpoint.VQConfig) {
	if b.checkVQ(cfg); b.err != nil {
		return
	}
	batch := onnx.Dim{Name: "batch"}
	v := b.from32(b.Input("image", onnx.Float, batch, onnx.Dim{Size: 3}, onnx.Dim{Name: "picture_height"}, onnx.Dim{Name: "picture_width"}))
	p, c := int64(cfg.UpDownScaleFactor), int64(cfg.EmbedDim>>(cfg.Levels-1))
	b.Scope = "in_block"
	rows, g := b.unshuffle(v, 3, p)
	x := feature{b.linear(rows, "in_block.1", 3*p*p, c, 1), c, g}
	n := 0 // index into down_blocks
	for i := range cfg.Levels {
		if i > 0 {
			b.Scope = fmt.Sprintf("down_blocks.%d", n)
			x = b.halve(x, int64(cfg.EmbedDim>>(cfg.Levels-1-i)))
			n++
		}
		b.Scope = fmt.Sprintf("down_blocks.%d", n)
		x = b.mixing(x)
		if n++; b.err != nil {
			return
		}
	}
	b.Scope = fmt.Sprintf("down_blocks.%d", n)
	out := int64(cfg.LatentChannels)
	v = b.conv(b.picture(x.rows, x.grid, x.c), b.Scope+".0", x.c, out, 1, 1, 0, false)
	v = b.batchNorm(v, b.Scope+".1", out, 1e-5)
	b.Output("latent", b.to32(v), onnx.Float, batch, onnx.Dim{Size: out}, onnx.Dim{Name: "height"}, onnx.Dim{Name: "width"})
}

// halve is the convolution between two levels.
func (b *builder) halve(x feature, c int64) feature {
	v := b.conv(b.picture(x.rows, x.grid, x.c), b.Scope, x.c, c, 4, 2, 1, true)
	return feature{b.rows(v, c), c, b.gridOf(v)}
}

// double is the transposed convolution between two levels.
func (b *builder) double(x feature, c int64) feature {
	w := b.weight(b.Scope+".weight", x.c, c, 4, 4)
	v := b.Node("ConvTranspose", []string{b.picture(x.rows, x.grid, x.c), w, b.weight(b.Scope+".bias", c)},
		onnx.Ints("kernel_shape", 4, 4), onnx.Ints("strides", 2, 2), onnx.Ints("pads", 1, 1, 1, 1))
	return feature{b.rows(v, c), c, b.times(x.grid, 2)}
}

// mixing is MixingResidualBlock. Its six gammas fold into the layers they
// stand beside: constants for the runtime.
func (b *builder) mixing(x feature) feature {
	c, name := x.c, b.Scope
	g := b.split(b.weight32(name+".gammas", 6), 0, 6)
	one := b.number(1)

	// A padded constant is that constant, so the shift passes the convolution exactly.
	dw := b.weight32(name+".depthwise.1.weight", c, 1, 3, 3)
	kernel := b.op("Mul", dw, b.op("Mul", g[2], b.op("Add", g[0], one)))
	sum := b.Node("ReduceSum", []string{dw, b.Ints(1, 2, 3)}, onnx.Int("keepdims", 0))
	bias := b.op("Mul", g[2], b.op("Add", b.weight32(name+".depthwise.1.bias", c), b.op("Mul", g[1], sum)))
	v := b.norm(x.rows, c, vqEps)
	v = b.op("Reshape", v, b.shape(x.grid, c))
	v = b.Node("Pad", []string{v, b.Ints(0, 1, 1, 0, 0, 1, 1, 0)}, onnx.Str("mode", "edge"))
	v = b.Node("Conv", []string{b.transpose(v, 0, 3, 1, 2), b.from32(kernel), b.from32(bias)},
		onnx.Ints("kernel_shape", 3, 3), onnx.Int("group", c))
	x.rows = b.op("Add", x.rows, b.rows(v, c))

	w0 := b.weight32(name+".channelwise.0.weight", 4*c, c)
	sum = b.Node("ReduceSum", []string{w0, b.Ints(1)}, onnx.Int("keepdims", 0))
	bias0 := b.from32(b.op("Add", b.weight32(name+".channelwise.0.bias", 4*c), b.op("Mul", g[4], sum)))
	w0 = b.from32(b.op("Mul", w0, b.op("Add", g[3], one)))
	w2 := b.from32(b.op("Mul", b.weight32(name+".channelwise.2.weight", c, 4*c), g[5]))
	bias2 := b.from32(b.op("Mul", b.weight32(name+".channelwise.2.bias", c), g[5]))
	x.rows = b.inLines(x, func(rows string) string {
		v := b.gelu(b.gemm(b.norm(rows, c, vqEps), "", w0, bias0, 1, 1))
		return b.op("Add", rows, b.gemm(v, "", w2, bias2, 1, 1))
	})
	return x
}
