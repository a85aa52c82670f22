package graph

import (
	"fmt"

	"cascata/inference/checkpoint"
	"cascata/inference/onnx"
)

// control turns what a control network reads into the maps that Stage C adds,
// control_0 and so on.
func (b *builder) control(cfg *checkpoint.ControlConfig) {
	batch, embed := onnx.Dim{Name: "batch"}, int64(cfg.Embed)
	v := b.from32(b.Input("control", onnx.Float, batch, onnx.Dim{Size: int64(cfg.Channels)},
		onnx.Dim{Name: "picture_height"}, onnx.Dim{Name: "picture_width"}))
	if cfg.Effnet != nil {
		v = b.effnet(v, cfg.Effnet, 0)
	} else {
		v = b.largeBackbone(v, cfg)
	}
	for i := range checkpoint.ControlBlocks {
		b.Scope = fmt.Sprintf("projections.%d", i)
		m := b.leaky(b.conv(v, b.Scope+".0", embed, embed, 1, 1, 0, false))
		m = b.conv(m, b.Scope+".2", embed, int64(cfg.Width), 1, 1, 0, false)
		b.Output(ControlName(i), b.to32(m), onnx.Float, batch, onnx.Dim{Size: int64(cfg.Width)},
			onnx.Dim{Name: "height"}, onnx.Dim{Name: "width"})
	}
}

// ControlName is what the i-th map of a control network is called.
func ControlName(i int) string { return fmt.Sprintf("control_%d", i) }

func (b *builder) leaky(v string) string {
	return b.Node("LeakyRelu", []string{v}, onnx.Flt("alpha", 0.2))
}

// largeBackbone is that of super_resolution, at the size of its input.
func (b *builder) largeBackbone(v string, cfg *checkpoint.ControlConfig) string {
	wide, c := int64(cfg.Inner[0]), int64(cfg.Inner[1])
	b.Scope = "backbone.0"
	v = b.leaky(b.conv(v, b.Scope, int64(cfg.Channels), wide, 1, 1, 0, true))
	b.Scope = "backbone.2"
	v = b.conv(v, b.Scope, wide, c, 1, 1, 0, true)
	g := b.gridOf(v)
	for i := range cfg.Blocks {
		x := v
		for _, half := range []int{0, 3} {
			at := fmt.Sprintf("backbone.%d.blocks.", 3+i)
			b.Scope = fmt.Sprint(at, half)
			v = b.picture(b.gelu(b.affineNorm(b.rows(v, c), b.Scope, c, 1e-5)), g, c)
			b.Scope = fmt.Sprint(at, half+2)
			v = b.conv(v, b.Scope, c, c, 3, 1, 1, true)
		}
		v = b.op("Add", x, v)
	}
	b.Scope = fmt.Sprintf("backbone.%d", 3+cfg.Blocks)
	return b.conv(v, b.Scope, c, int64(cfg.Embed), 1, 1, 0, true)
}
