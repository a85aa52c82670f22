package graph

import (
	"fmt"
	"slices"

	"cascata/inference/checkpoint"
	"cascata/inference/onnx"
)

// A unet is the state of building a StableCascadeUNet as diffusers'
// unet_stable_cascade.py has it.
type unet struct {
	*builder
	cfg *checkpoint.UNetConfig

	time string // [B, c_r], for exactly
	clip string // SiLU of the condition, rows [B*m, cc]
	cc   int64

	controls []string // the maps of a control network, in float32; none without
	ran      int      // residual blocks built so far

	// scale is what the activations are multiplied by in the level being
	// built, see fp16Scale.
	scale float32
}

// A feature is the activations of a level.
type feature struct {
	rows string // [B*h*w, c]
	c    int64
	grid grid
}

const unetEps = 1e-6

func (b *builder) unet(cfg *checkpoint.UNetConfig) {
	b.checkUNet(cfg)
	if b.err != nil {
		return
	}
	u := &unet{builder: b, cfg: cfg, cc: int64(cfg.ConditioningDim), scale: 1}
	sample := b.Input("sample", onnx.Float, onnx.Dim{Name: "batch"},
		onnx.Dim{Size: int64(cfg.InChannels)}, onnx.Dim{Name: "height"}, onnx.Dim{Name: "width"})
	u.time = b.timestep(int64(cfg.TimestepRatioEmbeddingDim))
	u.condition()
	if b.opt.Control {
		u.takeControl()
	}
	x := u.embed(sample)

	levels := len(cfg.BlockOutChannels)
	skips := make([]feature, levels)
	for i := range levels {
		if i > 0 {
			x = u.down(x, i)
		}
		x = u.level("down", i, i, cfg.DownLayers[i], cfg.DownRepeats[i], x, nil)
		skips[i] = x
		u.passes(x.rows, -1, x.c)
	}
	for n := range levels {
		i := levels - 1 - n
		var skip *feature
		if n > 0 {
			x = u.up(x, n, i)
			skip = &skips[i]
		}
		x = u.level("up", n, i, cfg.UpLayers[n], cfg.UpRepeats[n], x, skip)
	}
	u.head(x)
}

func (b *builder) checkUNet(cfg *checkpoint.UNetConfig) {
	levels := len(cfg.BlockOutChannels)
	b.check("number of levels", levels, 1, 16)
	for _, s := range []struct {
		what string
		n    int
	}{
		{"num_attention_heads", len(cfg.NumAttentionHeads)},
		{"down_num_layers_per_block", len(cfg.DownLayers)},
		{"up_num_layers_per_block", len(cfg.UpLayers)},
		{"down_blocks_repeat_mappers", len(cfg.DownRepeats)},
		{"up_blocks_repeat_mappers", len(cfg.UpRepeats)},
		{"block_types_per_layer", len(cfg.BlockTypes)},
		{"self_attn", len(cfg.SelfAttn)},
	} {
		b.check("length of "+s.what, s.n, levels, levels)
	}
	if cfg.SwitchLevel != nil {
		b.check("length of switch_level", len(cfg.SwitchLevel), levels-1, 16)
	}
	b.check("in_channels", cfg.InChannels, 1, maxWidth)
	b.check("out_channels", cfg.OutChannels, 1, maxWidth)
	b.check("patch_size", cfg.PatchSize, 1, 64)
	b.check("conditioning_dim", cfg.ConditioningDim, 1, maxWidth)
	b.check("clip_seq", cfg.ClipSeq, 1, 1024)
	b.check("clip_text_pooled_in_channels", cfg.ClipTextPooledInChannels, 1, maxWidth)
	b.check("clip_text_in_channels", cfg.ClipTextInChannels, 0, maxWidth)
	b.check("clip_image_in_channels", cfg.ClipImageInChannels, 0, maxWidth)
	b.check("effnet_in_channels", cfg.EffnetInChannels, 0, maxWidth)
	b.check("pixel_mapper_in_channels", cfg.PixelMapperInChannels, 0, maxWidth)
	b.check("kernel_size", cfg.KernelSize, 1, 63)
	if cfg.KernelSize%2 == 0 {
		b.fail(checkpoint.ErrUnsupported, "kernel_size is %d, it must be odd", cfg.KernelSize)
	}
	if b.err != nil {
		return
	}
	for i, c := range cfg.BlockOutChannels {
		b.check("block_out_channels", c, 1, maxWidth)
		b.check("down_num_layers_per_block", cfg.DownLayers[i], 0, maxBlocks)
		b.check("up_num_layers_per_block", cfg.UpLayers[i], 0, maxBlocks)
		b.check("down_blocks_repeat_mappers", cfg.DownRepeats[i], 1, 16)
		b.check("up_blocks_repeat_mappers", cfg.UpRepeats[i], 1, 16)
		b.check("blocks a layer", len(cfg.BlockTypes[i]), 0, 16)
	}
}

// embed brings the noisy latent to the width of level 0 and adds what the
// effnet latent and the pixels say.
func (u *unet) embed(sample string) feature {
	u.Scope = "embedding"
	p, c := int64(u.cfg.PatchSize), int64(u.cfg.BlockOutChannels[0])
	in := int64(u.cfg.InChannels)
	rows, g := u.unshuffle(u.from32(sample), in, p)
	rows = u.exactly(u.raised(rows), func(rows string) string { return u.linear(rows, "embedding.1", in*p*p, c, 1) })
	rows = u.norm(rows, c, unetEps)

	if e := int64(u.cfg.EffnetInChannels); e > 0 {
		u.Scope = "effnet_mapper"
		effnet := u.Input("effnet", onnx.Float, onnx.Dim{Name: "batch"}, onnx.Dim{Size: e},
			onnx.Dim{Name: "effnet_height"}, onnx.Dim{Name: "effnet_width"})
		v := u.rows(u.from32(u.resize(effnet, g)), e)
		v = u.linear(u.gelu(u.linear(v, "effnet_mapper.0", e, 4*c, 1)), "effnet_mapper.2", 4*c, c, 1)
		rows = u.op("Add", rows, u.norm(v, c, unetEps))
	}
	if e := int64(u.cfg.PixelMapperInChannels); e > 0 {
		// The pixels are zeros, so the mapper gives one vector: a constant
		// that the runtime folds.
		u.Scope = "pixels_mapper"
		u.require("pixels_mapper.0.weight", 4*c, e, 1, 1)
		v := u.gelu(u.reshape(u.weight32("pixels_mapper.0.bias", 4*c), 1, -1))
		w := u.weightAs(onnx.Float, "pixels_mapper.2.weight", []int64{c, 4 * c, 1, 1}, []int64{c, 4 * c})
		v = u.gemm(v, "", w, u.weight32("pixels_mapper.2.bias", c), 1, 1)
		rows = u.op("Add", rows, u.from32(u.layerNorm(v, u.vector(c, 1), "", unetEps)))
	}
	return feature{rows, c, g}
}

// level is the blocks of one level, run repeats times with the same weights
// and a 1x1 convolution between. Block 0 takes the skip every time.
func (u *unet) level(way string, n, i, layers, repeats int, x feature, skip *feature) feature {
	types := u.cfg.BlockTypes[i]
	for r := range repeats {
		if u.opt.Stream {
			u.pass = r
		}
		if r > 0 {
			u.Scope = fmt.Sprintf("%s_repeat_mappers.%d.%d", way, n, r-1)
			v := u.matrix(u.Scope+".weight", x.c, x.c, 1, 1)
			x.rows = u.gemm(x.rows, "", v, u.weight(u.Scope+".bias", x.c), 1, u.scale)
		}
		for p := range layers * len(types) {
			if u.err != nil {
				return x
			}
			u.mayPart(x.rows, x.c)
			u.Scope = fmt.Sprintf("%s_blocks.%d.%d", way, n, p)
			switch t := types[p%len(types)]; t {
			case checkpoint.ResBlock:
				if p == 0 && skip != nil {
					x = u.residual(u.steer(u.fit(x, skip.grid)), skip)
				} else {
					x = u.residual(u.steer(x), nil)
				}
			case checkpoint.TimestepBlock:
				x = u.modulate(x)
			case checkpoint.AttnBlock:
				x = u.attend(x, u.cfg.NumAttentionHeads[i], u.cfg.SelfAttn[i])
			default:
				u.fail(checkpoint.ErrUnsupported, "block type %q", t)
			}
		}
	}
	u.pass = 0
	return x
}

// fit resizes x to the skip's grid; the two differ when a length was odd on
// the way down. Where they cannot differ nothing is added.
func (u *unet) fit(x feature, g grid) feature {
	if x.grid == g {
		return x
	}
	v := u.resize(u.to32(u.picture(x.rows, x.grid, x.c)), g)
	return feature{u.rows(u.from32(v), x.c), x.c, g}
}

// down brings x to level i.
func (u *unet) down(x feature, i int) feature {
	u.Scope = fmt.Sprintf("down_downscalers.%d", i)
	c := int64(u.cfg.BlockOutChannels[i])
	v := u.norm(x.rows, x.c, unetEps)
	if u.cfg.SwitchLevel == nil {
		v, w := u.widened(u.picture(v, x.grid, x.c), u.weight(u.Scope+".1.weight", c, x.c, 2, 2), x.c, c)
		v = u.Node("Conv", []string{v, w, u.weight(u.Scope+".1.bias", c)},
			onnx.Ints("kernel_shape", 2, 2), onnx.Ints("strides", 2, 2))
		return feature{u.rows(v, c), c, u.gridOf(v)}
	}
	v = u.linear(v, u.Scope+".1.blocks.0", x.c, c, 1)
	if !u.cfg.SwitchLevel[i-1] {
		return feature{v, c, x.grid}
	}
	v = u.rescale(u.to32(u.picture(v, x.grid, c)), 0.5)
	return feature{u.rows(u.from32(v), c), c, u.gridOf(v)}
}

// up brings x from up level n-1 to up level n, which is level i.
func (u *unet) up(x feature, n, i int) feature {
	u.Scope = fmt.Sprintf("up_upscalers.%d", n-1)
	c := int64(u.cfg.BlockOutChannels[i])
	v := u.norm(x.rows, x.c, unetEps*float64(u.scale)*float64(u.scale))
	u.scale = u.fp16Scale(i)
	if u.cfg.SwitchLevel == nil {
		// A transposed convolution whose kernel is as wide as its stride: each
		// cell becomes 2x2 on its own. The weight [in, c, 2, 2] is the matrix.
		name := u.Scope + ".1.weight"
		w := u.weightAs(u.float, name, []int64{x.c, c, 2, 2}, []int64{x.c, 4 * c})
		v = u.shuffle(u.op("MatMul", v, w), x.grid, c, 2)
		v = u.op("Add", u.rows(v, c), u.weight(u.Scope+".1.bias", c))
		return feature{v, c, u.times(x.grid, 2)}
	}
	g := x.grid
	if u.cfg.SwitchLevel[i] {
		p := u.rescale(u.to32(u.picture(v, g, x.c)), 2)
		v, g = u.rows(u.from32(p), x.c), u.gridOf(p)
	}
	return feature{u.linear(v, u.Scope+".1.blocks.1", x.c, c, u.scale), c, g}
}

// head brings the activations of level 0 to the predicted noise.
func (u *unet) head(x feature) {
	u.Scope = "clf"
	p, out := int64(u.cfg.PatchSize), int64(u.cfg.OutChannels)
	v := u.exactly(u.raised(u.blockNorm(x)), func(v string) string { return u.linear(v, "clf.1", x.c, out*p*p, 1) })
	v = u.to32(u.shuffle(v, x.grid, out, p))
	u.observations()
	u.Output("out_sample", v, onnx.Float, onnx.Dim{Name: "batch"},
		onnx.Dim{Size: out}, onnx.Dim{Name: "height"}, onnx.Dim{Name: "width"})
}

// takeControl declares the maps of a control network, of one picture.
func (u *unet) takeControl() {
	u.Scope = "control"
	for i := range checkpoint.ControlBlocks {
		u.controls = append(u.controls, u.Input(ControlName(i), onnx.Float, onnx.Dim{Size: 1}, onnx.Dim{Size: int64(u.cfg.BlockOutChannels[0])},
			onnx.Dim{Name: "control_height"}, onnx.Dim{Name: "control_width"}))
	}
}

// steer adds the map for the residual block that comes next, if there is one.
func (u *unet) steer(x feature) feature {
	i := slices.Index(checkpoint.ControlBlocks[:], u.ran)
	u.ran++
	if u.controls == nil || i < 0 {
		return x
	}
	v := u.resize(u.controls[i], x.grid)
	if u.scale != 1 {
		v = u.op("Mul", v, u.number(float64(u.scale)))
	}
	v = u.from32(u.reshape(u.transpose(v, 0, 2, 3, 1), 1, -1, x.c))
	x.rows = u.reshape(u.op("Add", u.perPicture(x.rows, x.c), v), -1, x.c)
	return x
}
