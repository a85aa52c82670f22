package graph

import (
	"fmt"
	"math"

	"cascata/inference/checkpoint"
	"cascata/inference/onnx"
)

// vision is CLIPVisionModelWithProjection.
func (b *builder) vision(cfg *checkpoint.VisionConfig) {
	b.check("hidden_size", cfg.HiddenSize, 1, maxWidth)
	b.check("num_hidden_layers", cfg.Layers, 1, maxBlocks)
	b.check("num_attention_heads", cfg.Heads, 1, cfg.HiddenSize)
	b.check("patch_size", cfg.PatchSize, 1, 1024)
	b.check("image_size", cfg.ImageSize, cfg.PatchSize, 1<<14)
	if b.err != nil {
		return
	}
	batch, c, size, patch := onnx.Dim{Name: "batch"}, int64(cfg.HiddenSize), int64(cfg.ImageSize), int64(cfg.PatchSize)
	p := int64(cfg.ProjectionDim)
	v := b.from32(b.Input("sample", onnx.Float, batch, onnx.Dim{Size: 3}, onnx.Dim{Size: size}, onnx.Dim{Size: size}))

	b.Scope = "embeddings"
	v = b.Node("Conv", []string{v, b.weight("vision_model.embeddings.patch_embedding.weight", c, 3, patch, patch)},
		onnx.Ints("kernel_shape", patch, patch), onnx.Ints("strides", patch, patch))
	v = b.perPicture(b.rows(v, c), c)
	class := b.weightAs(b.float, "vision_model.embeddings.class_embedding", []int64{c}, []int64{1, 1, c})
	class = b.op("Expand", class, b.concat(0, b.batch(), b.Ints(1, c)))
	v = b.concat(1, class, v)
	v = b.op("Add", v, b.weight("vision_model.embeddings.position_embedding.weight", int64(cfg.Patches())+1, c))
	x := b.affineNorm(b.reshape(v, -1, c), "vision_model.pre_layrnorm", c, cfg.LayerNormEps)
	for i := range cfg.Layers {
		if b.err != nil {
			return
		}
		b.Scope = fmt.Sprintf("layers.%d", i)
		x = b.clipLayer(x, "", clipLayer{
			name: fmt.Sprintf("vision_model.encoder.layers.%d.", i), width: c, inner: int64(cfg.IntermediateSize),
			heads: int64(cfg.Heads), act: cfg.HiddenAct, eps: cfg.LayerNormEps,
		})
	}
	b.Scope = "pool"
	first := b.Node("Gather", []string{b.perPicture(x, c), b.Ints(0)}, onnx.Int("axis", 1))
	first = b.affineNorm(b.reshape(first, -1, c), "vision_model.post_layernorm", c, cfg.LayerNormEps)
	out := b.gemm(first, "visual_projection.weight", b.matrix("visual_projection.weight", p, c), "", 1, 1)
	b.Output("image_embeds", b.to32(out), onnx.Float, batch, onnx.Dim{Size: p})
}

// A clipLayer describes one transformer layer of CLIP.
type clipLayer struct {
	name                string // before its tensors'
	width, inner, heads int64
	act                 string // "gelu" or "quick_gelu"
	eps                 float64
}

// clipLayer runs a layer on rows [B*n, c]. bias is added to the logits, unless "".
func (b *builder) clipLayer(x, bias string, l clipLayer) string {
	c, d := l.width, l.width/l.heads
	proj := func(v, layer string, scale float32) string {
		return b.perPicture(b.linear(v, l.name+"self_attn."+layer, c, c, scale), c)
	}
	n := b.affineNorm(x, l.name+"layer_norm1", c, l.eps)
	q := proj(n, "q_proj", float32(1/math.Sqrt(float64(d))))
	a := b.attention(q, proj(n, "k_proj", 1), proj(n, "v_proj", 1), bias, l.heads, d)
	x = b.op("Add", x, b.linear(a, l.name+"self_attn.out_proj", c, c, 1))

	n = b.affineNorm(x, l.name+"layer_norm2", c, l.eps)
	v := b.linear(n, l.name+"mlp.fc1", c, l.inner, 1)
	if l.act == "gelu" {
		v = b.gelu(v)
	} else {
		v = b.op("Mul", v, b.op("Sigmoid", b.op("Mul", v, b.from32(b.number(1.702)))))
	}
	return b.op("Add", x, b.linear(v, l.name+"mlp.fc2", l.inner, c, 1))
}
