package lora

import (
	"regexp"
	"strings"
)

// A part is what one tensor is to its layer.
type part string

// The parts. down is [rank, in...], up is [out, rank]; LoHa has two such pairs
// that are multiplied number by number, LoKr two matrices whose Kronecker
// product counts. The names are LyCORIS's.
const (
	partDown      part = "lora_down"
	partUp        part = "lora_up"
	partMid       part = "lora_mid" // [rank, rank, h, w], between the two
	partAlpha     part = "alpha"
	partDora      part = "dora_scale"
	partMagnitude part = "lora_magnitude_vector"
	partBias      part = "lora_B.bias"

	partHada1A part = "hada_w1_a"
	partHada1B part = "hada_w1_b"
	partHada2A part = "hada_w2_a"
	partHada2B part = "hada_w2_b"
	partHadaT1 part = "hada_t1"
	partHadaT2 part = "hada_t2"

	partKron1  part = "lokr_w1"
	partKron1A part = "lokr_w1_a"
	partKron1B part = "lokr_w1_b"
	partKron2  part = "lokr_w2"
	partKron2A part = "lokr_w2_a"
	partKron2B part = "lokr_w2_b"
	partKronT2 part = "lokr_t2"

	partDiff     part = "diff"   // the whole difference
	partDiffBias part = "diff_b" // that of the bias

	partRows    part = "embeddings.embeddings" // of the official code: differences of token embeddings
	partIndices part = "embeddings.indices"    // and whose they are
)

// endings tell a tensor's part. No ending is that of another.
var endings = []struct {
	text string
	part part
}{
	{".lora_down.weight", partDown}, {".lora_up.weight", partUp}, {".lora_mid.weight", partMid},
	{".lora.down.weight", partDown}, {".lora.up.weight", partUp},
	{"_lora.down.weight", partDown}, {"_lora.up.weight", partUp},
	{".lora_linear_layer.down.weight", partDown}, {".lora_linear_layer.up.weight", partUp},
	{".lora_down", partDown}, {".lora_up", partUp},
	{".lora_A.weight", partDown}, {".lora_B.weight", partUp}, {".lora_B.bias", partBias},
	{".lora_A", partDown}, {".lora_B", partUp},
	{".lora_magnitude_vector.weight", partMagnitude}, {".lora_magnitude_vector", partMagnitude},
	{".alpha", partAlpha}, {".dora_scale", partDora},
	{".hada_w1_a", partHada1A}, {".hada_w1_b", partHada1B}, {".hada_w2_a", partHada2A}, {".hada_w2_b", partHada2B},
	{".hada_t1", partHadaT1}, {".hada_t2", partHadaT2},
	{".lokr_w1", partKron1}, {".lokr_w1_a", partKron1A}, {".lokr_w1_b", partKron1B},
	{".lokr_w2", partKron2}, {".lokr_w2_a", partKron2A}, {".lokr_w2_b", partKron2B}, {".lokr_t2", partKronT2},
	{".diff", partDiff}, {".diff_b", partDiffBias},
}

// peftName is the name of an adapter, which PEFT puts into its keys.
var peftName = regexp.MustCompile(`\.(lora_A|lora_B|lora_magnitude_vector)\.[^.]+\.(weight|bias)$`)

// split takes a key apart: the layer's name as the file has it, and what the
// tensor is to the layer.
func split(key string) (name string, p part, ok bool) {
	if p := part(key); p == partRows || p == partIndices {
		return "embeddings", p, true
	}
	key = peftName.ReplaceAllString(key, ".$1.$2")
	for _, e := range endings {
		if name, ok := strings.CutSuffix(key, e.text); ok && name != "" {
			return name, e.part, true
		}
	}
	return "", "", false
}

// A scope is the networks that a layer's name may mean.
type scope int

const (
	scopeUNet    scope = iota // Stage C or Stage B
	scopePrior                // Stage C
	scopeDecoder              // Stage B
	scopeText                 // the text encoder
	scopeList                 // the official code's list of Stage C's attention
	scopeTokens               // the official code's token embeddings
)

// prefixes are what stands before a layer's own name. They are taken away one
// after another.
var prefixes = []struct {
	text  string
	scope scope
}{
	{"base_model.model.", scopeUNet}, {"model.diffusion_model.", scopeUNet}, {"diffusion_model.", scopeUNet}, {"unet.", scopeUNet},
	{"lora_unet_", scopeUNet}, {"lora_prior_unet_", scopePrior}, {"lora_decoder_unet_", scopeDecoder}, {"lycoris_", scopeUNet},
	{"prior_prior.", scopePrior}, {"prior.", scopePrior}, {"decoder.", scopeDecoder},
	{"lora_te_", scopeText}, {"lora_prior_te_", scopeText}, {"lora_te1_", scopeText}, {"prior_text_encoder.", scopeText}, {"text_encoder.", scopeText},
	{"text_encoders.", scopeText}, {"clip_g.transformer.", scopeText}, {"clip_g.", scopeText}, {"te.", scopeText},
}

var listed = regexp.MustCompile(`^weights\.[0-9]{1,4}$`)

// place tells from a layer's name which network it may mean, and the name that
// it has there, flattened.
func place(name string) (scope, string) {
	switch {
	case name == "embeddings":
		return scopeTokens, name
	case listed.MatchString(name):
		return scopeList, flat(name)
	}
	s := scopeUNet
	for again := true; again; {
		again = false
		for _, p := range prefixes {
			if rest, ok := strings.CutPrefix(name, p.text); ok && rest != "" {
				name, again = rest, true
				if p.scope != scopeUNet {
					s = p.scope
				}
			}
		}
	}
	name = flat(name)
	if s == scopeUNet && (strings.HasPrefix(name, "text_model_") || name == "text_projection") {
		s = scopeText
	}
	return s, name
}

// flat is a name with _ in place of dots: kohya's and OneTrainer's way, from
// which dots cannot be told again.
func flat(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, ".processor.", "."), ".", "_")
}
