package graph

import (
	"fmt"

	"cascata/inference/checkpoint"
	"cascata/inference/onnx"
)

// masked is what hides a position from attention. Two of them still add up to
// a finite float32.
const masked = -1e30

// textEncoder is CLIPTextModelWithProjection.
func (b *builder) textEncoder(cfg *checkpoint.TextConfig) {
	b.check("vocab_size", cfg.VocabSize, 1, 1<<24)
	b.check("hidden_size", cfg.HiddenSize, 1, maxWidth)
	b.check("intermediate_size", cfg.IntermediateSize, 1, maxWidth)
	b.check("projection_dim", cfg.ProjectionDim, 1, maxWidth)
	b.check("num_hidden_layers", cfg.Layers, 1, maxBlocks)
	b.check("max_position_embeddings", cfg.MaxPositions, 1, 4096)
	b.check("num_attention_heads", cfg.Heads, 1, cfg.HiddenSize)
	if b.err == nil && cfg.HiddenSize%cfg.Heads != 0 {
		b.fail(checkpoint.ErrBad, "hidden_size %d is no multiple of num_attention_heads %d", cfg.HiddenSize, cfg.Heads)
	}
	if cfg.HiddenAct != "gelu" && cfg.HiddenAct != "quick_gelu" {
		b.fail(checkpoint.ErrUnsupported, "hidden_act %q", cfg.HiddenAct)
	}
	if b.err != nil {
		return
	}
	t := &textEncoder{builder: b, cfg: cfg, c: int64(cfg.HiddenSize)}
	t.run()
}

type textEncoder struct {
	*builder
	cfg *checkpoint.TextConfig
	c   int64

	ids, length string // [B, L] int64, [1] int64
}

func (t *textEncoder) run() {
	batch, length := onnx.Dim{Name: "batch"}, onnx.Dim{Name: "length"}
	t.ids = t.Input("input_ids", onnx.Int64, batch, length)
	mask := t.Input("attention_mask", onnx.Int64, batch, length)
	t.length = t.Node("Shape", []string{t.ids}, onnx.Int("start", 1), onnx.Int("end", 2))

	x := t.embed()
	bias := t.bias(mask)
	states := []string{x}
	for i := range t.cfg.Layers {
		if t.err != nil {
			return
		}
		t.mayPart(x, t.c)
		x = t.layer(x, bias, i)
		states = append(states, x)
	}
	t.Scope = "text_model"
	last := t.perPicture(t.affineNorm(x, "text_model.final_layer_norm", t.c, t.cfg.LayerNormEps), t.c)
	p := int64(t.cfg.ProjectionDim)
	pooled := t.gemm(t.pool(last), "text_projection.weight", t.matrix("text_projection.weight", p, t.c), "", 1, 1)

	hidden := func(name, rows string) {
		t.Output(name, t.to32(t.perPicture(rows, t.c)), onnx.Float, batch, length, onnx.Dim{Size: t.c})
	}
	if !t.opt.Export {
		hidden("hidden_states", x)
		t.Output("text_embeds", t.to32(pooled), onnx.Float, batch, onnx.Dim{Size: p})
		return
	}
	t.Output("text_embeds", t.to32(pooled), onnx.Float, batch, onnx.Dim{Size: p})
	t.Output("last_hidden_state", t.to32(last), onnx.Float, batch, length, onnx.Dim{Size: t.c})
	for i, rows := range states {
		hidden(fmt.Sprintf("hidden_states.%d", i), rows)
	}
}

// embed looks up tokens and positions: rows [B*L, c].
func (t *textEncoder) embed() string {
	t.Scope = "embeddings"
	tokens := t.weight("text_model.embeddings.token_embedding.weight", int64(t.cfg.VocabSize), t.c)
	places := t.weight("text_model.embeddings.position_embedding.weight", int64(t.cfg.MaxPositions), t.c)
	places = t.op("Slice", places, t.Ints(0), t.length, t.Ints(0))
	return t.reshape(t.op("Add", t.op("Gather", tokens, t.ids), places), -1, t.c)
}

// bias is what is added to the logits, [B, 1, L, L] float32: a position sees
// those before it and itself, as far as the mask is one.
func (t *textEncoder) bias(mask string) string {
	t.Scope = "mask"
	n := t.cfg.MaxPositions
	causal := make([]float32, n*n)
	for i := range n {
		for j := i + 1; j < n; j++ {
			causal[i*n+j] = masked
		}
	}
	v := t.op("Slice", t.Floats(causal, 1, 1, int64(n), int64(n)),
		t.Ints(0, 0), t.concat(0, t.length, t.length), t.Ints(2, 3))
	m := t.op("Mul", t.op("Sub", t.number(1), t.cast(mask, onnx.Float)), t.number(masked))
	return t.passes(t.op("Add", v, t.op("Unsqueeze", m, t.Ints(1, 2))), -1, 1, -1, -1)
}

func (t *textEncoder) layer(x, bias string, i int) string {
	t.Scope = fmt.Sprintf("layers.%d", i)
	return t.clipLayer(x, bias, clipLayer{
		name: fmt.Sprintf("text_model.encoder.layers.%d.", i), width: t.c, inner: int64(t.cfg.IntermediateSize),
		heads: int64(t.cfg.Heads), act: t.cfg.HiddenAct, eps: t.cfg.LayerNormEps,
	})
}

// pool takes from [B, L, c] the position of the first EOS: [B, c]. Old
// configurations say that EOS is 2 and mean the largest id.
func (t *textEncoder) pool(v string) string {
	t.Scope = "pool"
	ids := t.cast(t.ids, onnx.Float)
	if t.cfg.EOS != 2 {
		ids = t.cast(t.op("Equal", ids, t.number(float64(t.cfg.EOS))), onnx.Float)
	}
	at := t.Node("ArgMax", []string{ids}, onnx.Int("axis", 1), onnx.Int("keepdims", 1))
	return t.Node("GatherND", []string{v, at}, onnx.Int("batch_dims", 1))
}
