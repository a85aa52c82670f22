package lora

import (
	"strings"
	"testing"
)

func TestKeys(t *testing.T) {
	for _, tt := range []struct {
		key   string
		scope scope
		layer string
		part  part
	}{
		{"lora_prior_unet_down_blocks_0_2_attention_attn_to_q.lora_down.weight", scopePrior, "down_blocks_0_2_attention_attn_to_q", partDown},
		{"lora_unet_up_blocks_1_5_attention_attn_in_proj_2.lora_up.weight", scopeUNet, "up_blocks_1_5_attention_attn_in_proj_2", partUp},
		{"lora_te_text_model_encoder_layers_0_mlp_fc1.alpha", scopeText, "text_model_encoder_layers_0_mlp_fc1", partAlpha},
		{"lora_prior_te_text_projection.lora_up.weight", scopeText, "text_projection", partUp},
		{"prior.down_blocks.0.2.attention.to_out.0.lora_A.weight", scopePrior, "down_blocks_0_2_attention_to_out_0", partDown},
		{"prior.down_blocks.0.2.attention.to_q.lora_magnitude_vector.weight", scopePrior, "down_blocks_0_2_attention_to_q", partMagnitude},
		{"base_model.model.down_blocks.0.2.attention.to_q.lora_B.default.weight", scopeUNet, "down_blocks_0_2_attention_to_q", partUp},
		{"base_model.model.embedding.1.lora_magnitude_vector.default.weight", scopeUNet, "embedding_1", partMagnitude},
		{"text_encoder.text_model.encoder.layers.3.self_attn.q_proj.lora_linear_layer.up.weight", scopeText, "text_model_encoder_layers_3_self_attn_q_proj", partUp},
		{"down_blocks.0.2.attention.attn.in_proj.0.lora_A.weight", scopeUNet, "down_blocks_0_2_attention_attn_in_proj_0", partDown},
		{"down_blocks.0.2.attention.attn.out_proj.dora_scale", scopeUNet, "down_blocks_0_2_attention_attn_out_proj", partDora},
		{"diffusion_model.clf.1.lora_B.weight", scopeUNet, "clf_1", partUp},
		{"text_encoders.clip_g.transformer.text_model.encoder.layers.1.mlp.fc2.lora_A.weight", scopeText, "text_model_encoder_layers_1_mlp_fc2", partDown},
		{"down_blocks.0.2.attention.processor.to_v_lora.down.weight", scopeUNet, "down_blocks_0_2_attention_to_v", partDown},
		{"decoder.down_downscalers.1.1.hada_w1_a", scopeDecoder, "down_downscalers_1_1", partHada1A},
		{"lycoris_clip_txt_mapper.lokr_w2", scopeUNet, "clip_txt_mapper", partKron2},
		{"weights.17.lora_down", scopeList, "weights_17", partDown},
		{"embeddings.indices", scopeTokens, "embeddings", partIndices},
		{"lora_unet_embedding_1.diff_b", scopeUNet, "embedding_1", partDiffBias},
		{"clip_txt_mapper.lora_B.bias", scopeUNet, "clip_txt_mapper", partBias},
	} {
		name, part, ok := split(tt.key)
		scope, layer := place(name)
		if !ok || part != tt.part || scope != tt.scope || layer != tt.layer {
			t.Errorf("%s: %v %q %q of %d, want %d %q %q", tt.key, ok, part, layer, scope, tt.scope, tt.part, tt.layer)
		}
	}
	for _, key := range []string{"", ".alpha", "lora_down.weight", "x.lora_C.weight", "x.oft_blocks", "x.weight", "weights", "embeddings"} {
		if name, part, ok := split(key); ok {
			t.Errorf("%q is %q of %q", key, part, name)
		}
	}
}

// Whatever a key is, its layer's name is none of its prefixes and endings.
func FuzzKeys(f *testing.F) {
	f.Add("lora_prior_unet_down_blocks_0_2_attention_attn_to_q.lora_down.weight")
	f.Add("base_model.model.prior.prior.x.lora_A.a.b.weight")
	f.Add("lora_unet_lora_unet_")
	f.Add("bundle_emb..clip_g")
	f.Add("weights.99999.lora_up")
	f.Fuzz(func(t *testing.T, key string) {
		if w, ok := wordOf(key); ok && w.key == "" && w.out == "" {
			t.Errorf("%q is a word of nothing", key)
		}
		name, part, ok := split(key)
		if !ok {
			return
		}
		if name == "" || part == "" || len(name) > len(key) {
			t.Errorf("%q: %q of %q", key, part, name)
		}
		if _, layer := place(name); layer == "" || strings.Contains(layer, ".") {
			t.Errorf("%q: the layer %q", key, layer)
		}
	})
}
