package checkpoint

import (
	"fmt"
)

// parseText reads config.json of a CLIPTextModelWithProjection. Absent values
// are those of transformers' class.
func parseText(b []byte) (*TextConfig, error) {
	r := struct {
		ModelType     string   `json:"model_type"`
		Architectures []string `json:"architectures"`
		VocabSize     int      `json:"vocab_size"`
		Hidden        int      `json:"hidden_size"`
		Intermediate  int      `json:"intermediate_size"`
		Layers        int      `json:"num_hidden_layers"`
		Heads         int      `json:"num_attention_heads"`
		Positions     int      `json:"max_position_embeddings"`
		Projection    int      `json:"projection_dim"`
		Act           string   `json:"hidden_act"`
		Eps           float64  `json:"layer_norm_eps"`
		BOS           int      `json:"bos_token_id"`
		EOS           int      `json:"eos_token_id"`
	}{"", nil, 49408, 512, 2048, 12, 8, 77, 512, "quick_gelu", 1e-5, 49406, 49407}
	if err := decode(b, &r); err != nil {
		return nil, err
	}
	if r.ModelType != "" && r.ModelType != "clip_text_model" {
		return nil, &unsupported{fmt.Sprintf("a %q is not a CLIP text encoder", clip(r.ModelType)), "use the text encoder that came with the model"}
	}
	c := &TextConfig{
		VocabSize: r.VocabSize, HiddenSize: r.Hidden, IntermediateSize: r.Intermediate, Layers: r.Layers,
		Heads: r.Heads, MaxPositions: r.Positions, ProjectionDim: r.Projection, HiddenAct: r.Act,
		LayerNormEps: r.Eps, BOS: r.BOS, EOS: r.EOS,
	}
	if c.EOS == 2 {
		// Configurations from before transformers 4.31 say 2, and transformers
		// then pools at the highest id, which is CLIP's true end of text.
		c.BOS, c.EOS = c.VocabSize-2, c.VocabSize-1
	}
	return c, c.check()
}

func (c *TextConfig) check() error {
	var k checker
	k.in("vocab_size", c.VocabSize, 3, maxVocab)
	k.in("hidden_size", c.HiddenSize, 1, maxWidth)
	k.in("intermediate_size", c.IntermediateSize, 1, 4*maxWidth)
	k.in("num_hidden_layers", c.Layers, 1, maxLayers)
	k.in("num_attention_heads", c.Heads, 1, c.HiddenSize)
	k.in("max_position_embeddings", c.MaxPositions, 3, maxPositions)
	k.in("projection_dim", c.ProjectionDim, 1, maxWidth)
	k.in("bos_token_id", c.BOS, 0, c.VocabSize-1)
	k.in("eos_token_id", c.EOS, 0, c.VocabSize-1)
	k.layers(c.HiddenSize, c.Heads, c.LayerNormEps, c.HiddenAct)
	return k.err
}

// layers checks what the layers of CLIP's encoders have in common.
func (k *checker) layers(channels, heads int, eps float64, act string) {
	if k.err == nil && channels%heads != 0 {
		k.unsupported("%d channels do not divide among %d heads", channels, heads)
	}
	if !(eps > 0 && eps < 1) {
		k.fail("layer_norm_eps is %g", eps)
	}
	if act != "gelu" && act != "quick_gelu" {
		k.unsupported("hidden_act is %q, not gelu or quick_gelu", clip(act))
	}
}

// parseVQ reads config.json of a PaellaVQModel. Absent values are those of
// diffusers' class.
func parseVQ(b []byte) (*VQConfig, error) {
	r := struct {
		Class      string  `json:"_class_name"`
		In         int     `json:"in_channels"`
		Out        int     `json:"out_channels"`
		Factor     int     `json:"up_down_scale_factor"`
		Levels     int     `json:"levels"`
		Bottleneck int     `json:"bottleneck_blocks"`
		Embed      int     `json:"embed_dim"`
		Latent     int     `json:"latent_channels"`
		Scale      float64 `json:"scale_factor"`
	}{"", 3, 3, 2, 2, 12, 384, 4, paellaScale}
	if err := decode(b, &r); err != nil {
		return nil, err
	}
	if r.Class != "" && r.Class != "PaellaVQModel" {
		return nil, &unsupported{fmt.Sprintf("a %q is not a PaellaVQModel", clip(r.Class)), "use the vqgan that came with the model"}
	}
	c := &VQConfig{
		InChannels: r.In, OutChannels: r.Out, UpDownScaleFactor: r.Factor, Levels: r.Levels,
		BottleneckBlocks: r.Bottleneck, EmbedDim: r.Embed, LatentChannels: r.Latent, ScaleFactor: r.Scale,
	}
	return c, c.check()
}

// paellaScale is the scale_factor of a PaellaVQModel that does not say one.
const paellaScale = 0.3764

func (c *VQConfig) check() error {
	var k checker
	k.in("in_channels", c.InChannels, 1, maxChannels)
	k.in("out_channels", c.OutChannels, 1, maxChannels)
	k.in("up_down_scale_factor", c.UpDownScaleFactor, 1, maxPatch)
	k.in("levels", c.Levels, 1, maxLevels)
	k.in("bottleneck_blocks", c.BottleneckBlocks, 0, maxLayers)
	k.in("embed_dim", c.EmbedDim, 1<<max(min(c.Levels, maxLevels)-1, 0), maxWidth)
	k.in("latent_channels", c.LatentChannels, 1, maxChannels)
	if c.OutChannels != 3 {
		k.unsupported("out_channels is %d, not 3", c.OutChannels)
	}
	if !(c.ScaleFactor > 0 && c.ScaleFactor < 1e3) {
		k.fail("scale_factor is %g", c.ScaleFactor)
	}
	return k.err
}
