package checkpoint

import (
	"cmp"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"cascata/inference/safetensors"
)

// A part is one network inside a single file: its tensors are those whose
// names start with prefix.
type part struct {
	kind   Kind
	prefix string
}

// The prefixes of ComfyUI's combined files; alone, networks have none.
const (
	comfyUNet    = "model.diffusion_model."
	comfyText    = "text_encoder.clip_g.transformer."
	comfyProject = "text_encoder.clip_g.text_projection" // stored [in, out]
	comfyVAE     = "vae."
	comfyPreview = "vae.previewer."
)

// marks are tensors that tell a network, the surest first.
var marks = map[Kind][]string{
	KindPrior:   {"clip_txt_mapper.weight", "clip_img_mapper.weight"},
	KindDecoder: {"clip_mapper.weight", "effnet_mapper.0.weight", "clip_txt_pooled_mapper.weight"},
	KindText:    {"text_model.embeddings.token_embedding.weight", "text_model.final_layer_norm.weight"},
	KindVQ:      {"up_blocks.0.0.weight", "out_block.0.weight"},
	KindPreview: {"blocks.24.weight", "blocks.0.weight"},
	KindEncoder: {"mapper.0.weight", "blocks.24.weight", "blocks.0.weight"},
	KindVision:  {"visual_projection.weight"},
	KindControl: {"projections.0.0.weight"},
}

// outer matches what programs put before the names of a network.
var outer = regexp.MustCompile(`^(?:(?:model|diffusion_model|unet|prior|decoder|generator|net|network|state_dict|module|ema|ema_model|model_ema|` +
	`averaged_model|text_encoder|clip_g|transformer|vae|vqgan|vqmodel|previewer|encoder|effnet|clip_l_vision|image_encoder|controlnet)\.){0,6}$`)

// prefixOf is what stands before the names of a network's tensors. Where there
// are several, the shorter one is, and the weights as trained before their
// running average (EMA), which ComfyUI leaves out too.
func prefixOf(all tensors, kind Kind) (prefix string, ok bool) {
	for _, m := range marks[kind] {
		var found []string
		for name := range all {
			if p, is := strings.CutSuffix(name, m); is && outer.MatchString(p) {
				found = append(found, p)
			}
		}
		if len(found) > 0 {
			return slices.MinFunc(found, func(a, b string) int {
				return cmp.Or(first(!strings.Contains(a, "ema"), !strings.Contains(b, "ema")), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
			}), true
		}
	}
	return "", false
}

// bare takes what programs put before the names of a component's tensors away.
func bare(all tensors, kind Kind) (tensors, error) {
	all, err := unwrap(all)
	if prefix, ok := prefixOf(all, kind); err == nil && ok && prefix != "" {
		all = strip(all, prefix)
	}
	return all, err
}

// parts tells from the names what networks a file holds.
func parts(all tensors) []part {
	var out []part
	for _, kind := range []Kind{KindPrior, KindDecoder, KindText, KindVQ, KindPreview, KindEncoder, KindVision, KindControl} {
		if kind == KindDecoder && len(out) > 0 {
			continue // Stage C has these tensors too
		}
		if prefix, ok := prefixOf(all, kind); ok && is(all, kind, prefix) {
			out = append(out, part{kind, prefix})
		}
	}
	return out
}

// is tells a previewer, which starts with a 1x1 convolution of a latent, from an
// encoder of the same names, which starts with patches of a picture.
func is(all tensors, kind Kind, prefix string) bool {
	first := prefix + "blocks.0.weight"
	patches := all.dim(first, 1) == 3 && all.dim(first, 2) > 1
	switch kind {
	case KindPreview:
		return !patches
	case KindEncoder:
		return patches || all.has(prefix+"mapper.0.weight") && all.has(prefix+"backbone.0.0.weight")
	}
	return true
}

// tensorsOf are the tensors of a file under the names that they had before
// training wrapped the network.
func tensorsOf(f *safetensors.File) (tensors, error) {
	all, err := unwrap(weightsOf(f))
	if err != nil {
		return nil, faultIn(f.Path, err)
	}
	return all, nil
}

// openPart reads a network's configuration off its tensors and picks them.
func openPart(f *safetensors.File, p part) (*Network, error) {
	whole, err := tensorsOf(f)
	if err != nil {
		return nil, err
	}
	all, err := rename(strip(whole, p.prefix))
	if err != nil {
		return nil, faultIn(f.Path, err)
	}
	if w, ok := whole[comfyProject]; ok && p.prefix == comfyText && len(w.Shape) == 2 {
		w.Shape, w.Transposed = []int64{w.Shape[1], w.Shape[0]}, true
		all["text_projection.weight"] = w
	}
	n := &Network{Kind: p.kind, Files: []string{f.Path}}
	ws, err := n.infer(all)
	if err == nil {
		n.Weights, err = pick(n.Kind, all, ws)
	}
	if err != nil {
		return nil, faultIn(f.Path, err)
	}
	n.encode(all)
	return n, nil
}

// infer sets n's configuration from its tensors and returns what weights it
// needs.
func (n *Network) infer(all tensors) (ws wants, err error) {
	switch n.Kind {
	case KindText:
		if n.TextConfig, err = inferText(all); err == nil {
			ws = n.TextConfig.weights()
		}
	case KindVQ:
		if n.VQConfig, err = inferVQ(all); err == nil {
			ws = n.VQConfig.weights()
		}
	case KindPreview:
		ws, err = inferPreview(all)
	case KindEncoder:
		if n.EncoderConfig, err = inferEncoder(all); err == nil {
			ws = n.EncoderConfig.weights()
		}
	case KindVision:
		if n.VisionConfig, err = inferVision(all); err == nil {
			ws = n.VisionConfig.weights()
		}
	case KindControl:
		if n.ControlConfig, err = inferControl(all); err == nil {
			ws = n.ControlConfig.weights()
		}
	default:
		if n.UNetConfig, err = inferUNet(all, n.Kind); err == nil {
			ws, err = n.UNetConfig.weights(), n.UNetConfig.suits(n.Kind)
		}
	}
	return ws, err
}

// guess tells the network from a file's name, or from its folder's, for a file
// that cannot be read.
func guess(path string) (Kind, bool) {
	name := strings.NewReplacer("-", "_", " ", "_", ".", "_").Replace(strings.ToLower(filepath.Base(path)))
	for part, kind := range map[string]Kind{
		"stage_a": KindVQ, "stage_b": KindDecoder, "stage_c": KindPrior, "previewer": KindPreview,
		"effnet": KindEncoder, "image_encoder": KindVision,
		"text_encoder": KindText, "text_model": KindText,
	} {
		if strings.Contains(name, part) {
			return kind, true
		}
	}
	folder := strings.ToLower(filepath.Base(filepath.Dir(path)))
	for _, c := range components {
		if c.name == folder {
			return c.kind, true
		}
	}
	return "", false
}

// variantOf reads a precision off a single file's name.
func variantOf(path string) string {
	name := strings.ToLower(filepath.Base(path))
	for _, v := range []string{"bf16", "fp16"} {
		if strings.Contains(name, v) {
			return v
		}
	}
	return ""
}
