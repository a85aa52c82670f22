package checkpoint

import (
	"fmt"
	"math"
)

// VisionConfig describes a CLIP image encoder (config.json of CLIPVisionModelWithProjection).
type VisionConfig struct {
	HiddenSize       int     `json:"hidden_size"`
	IntermediateSize int     `json:"intermediate_size"`
	Layers           int     `json:"num_hidden_layers"`
	Heads            int     `json:"num_attention_heads"`
	ImageSize        int     `json:"image_size"` // pixels, square
	PatchSize        int     `json:"patch_size"`
	ProjectionDim    int     `json:"projection_dim"`
	HiddenAct        string  `json:"hidden_act"` // "gelu" (exact) or "quick_gelu"
	LayerNormEps     float64 `json:"layer_norm_eps"`
}

// parseVision reads config.json. Absent values are those of transformers' class.
func parseVision(b []byte) (*VisionConfig, error) {
	c := &VisionConfig{768, 3072, 12, 12, 224, 32, 512, "quick_gelu", 1e-5}
	if err := decode(b, c); err != nil {
		return nil, err
	}
	return c, c.check()
}

// inferVision reads the configuration of a CLIP image encoder off its shapes.
// The activation is that of ViT-L/14, on which Stage C rests.
func inferVision(t tensors) (*VisionConfig, error) {
	const layer = "vision_model.encoder.layers."
	c := &VisionConfig{
		HiddenSize:       t.dim("vision_model.embeddings.class_embedding", 0),
		IntermediateSize: t.dim(layer+"0.mlp.fc1.weight", 0),
		Layers:           t.count(layer, ".mlp.fc1.weight", maxLayers+1),
		PatchSize:        t.dim("vision_model.embeddings.patch_embedding.weight", 2),
		ProjectionDim:    t.dim("visual_projection.weight", 0),
		HiddenAct:        "quick_gelu",
		LayerNormEps:     1e-5,
	}
	patches := t.dim("vision_model.embeddings.position_embedding.weight", 0) - 1
	c.ImageSize = c.PatchSize * int(math.Sqrt(float64(max(patches, 0))))
	var err error
	if c.Heads, err = headsOf(c.HiddenSize); err != nil {
		return nil, err
	}
	return c, c.check()
}

func (c *VisionConfig) check() error {
	var k checker
	k.in("hidden_size", c.HiddenSize, 1, maxWidth)
	k.in("intermediate_size", c.IntermediateSize, 1, 4*maxWidth)
	k.in("num_hidden_layers", c.Layers, 1, maxLayers)
	k.in("num_attention_heads", c.Heads, 1, c.HiddenSize)
	k.in("patch_size", c.PatchSize, 1, 256)
	k.in("image_size", c.ImageSize, c.PatchSize, 64*c.PatchSize)
	k.in("projection_dim", c.ProjectionDim, 1, maxWidth)
	k.layers(c.HiddenSize, c.Heads, c.LayerNormEps, c.HiddenAct)
	return k.err
}

// Patches is how many patches the encoder sees.
func (c *VisionConfig) Patches() int {
	return (c.ImageSize / c.PatchSize) * (c.ImageSize / c.PatchSize)
}

// weights lists the tensors of a CLIPVisionModelWithProjection.
func (c *VisionConfig) weights() wants {
	var w wants
	h := c.HiddenSize
	norm := func(name string) {
		w.add(name+".weight", h)
		w.add(name+".bias", h)
	}
	w.add("vision_model.embeddings.class_embedding", h)
	w.add("vision_model.embeddings.patch_embedding.weight", h, 3, c.PatchSize, c.PatchSize)
	w.add("vision_model.embeddings.position_embedding.weight", c.Patches()+1, h)
	norm("vision_model.pre_layrnorm")
	for l := range c.Layers {
		w.clipLayer(fmt.Sprintf("vision_model.encoder.layers.%d.", l), h, c.IntermediateSize)
	}
	norm("vision_model.post_layernorm")
	w.add("visual_projection.weight", c.ProjectionDim, h)
	return w
}

// clipLayer adds one transformer layer of CLIP.
func (w *wants) clipLayer(p string, width, inner int) {
	for _, name := range []string{"layer_norm1", "layer_norm2"} {
		w.add(p+name+".weight", width)
		w.add(p+name+".bias", width)
	}
	for _, name := range []string{"q_proj", "k_proj", "v_proj", "out_proj"} {
		w.layer(p+"self_attn."+name, width, width)
	}
	w.layer(p+"mlp.fc1", inner, width)
	w.layer(p+"mlp.fc2", width, inner)
}
