package checkpoint

import (
	"path/filepath"
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

// parts tells from the names what networks a file holds.
func parts(f *safetensors.File) []part {
	var out []part
	look := func(kind Kind, prefixes []string, marks ...string) {
		for _, p := range prefixes {
			for _, m := range marks {
				if _, ok := f.Tensors[p+m]; ok {
					out = append(out, part{kind, p})
					return
				}
			}
		}
	}
	unet := []string{"", comfyUNet}
	look(KindPrior, unet, "clip_txt_mapper.weight", "clip_img_mapper.weight")
	if len(out) == 0 {
		look(KindDecoder, unet, "clip_mapper.weight", "effnet_mapper.0.weight", "clip_txt_pooled_mapper.weight")
	}
	look(KindText, []string{"", comfyText}, "text_model.embeddings.token_embedding.weight", "text_model.final_layer_norm.weight")
	look(KindVQ, []string{"", comfyVAE}, "up_blocks.0.0.weight", "out_block.0.weight")
	look(KindPreview, []string{"", comfyPreview}, "blocks.24.weight", "blocks.0.weight")
	return out
}

// openPart reads a network's configuration off its tensors and picks them.
func openPart(f *safetensors.File, p part) (*Network, error) {
	all, err := rename(strip(weightsOf(f), p.prefix))
	if err != nil {
		return nil, faultIn(f.Path, err)
	}
	if w, ok := f.Tensors[comfyProject]; ok && p.prefix == comfyText && len(w.Shape) == 2 {
		all["text_projection.weight"] = Weight{
			File: f.Path, Offset: w.Offset, Length: w.Length, DType: DType(w.DType),
			Shape: []int64{w.Shape[1], w.Shape[0]}, Transposed: true,
		}
	}
	n := &Network{Kind: p.kind, Files: []string{f.Path}}
	ws, err := n.infer(all)
	if err == nil {
		n.Weights, err = pick(n.Kind, all, ws)
	}
	if err != nil {
		return nil, faultIn(f.Path, err)
	}
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
	default:
		if n.UNetConfig, err = inferUNet(all, n.Kind); err == nil {
			ws, err = n.UNetConfig.weights(), n.UNetConfig.suits(n.Kind)
		}
	}
	return ws, err
}

// guess tells the network from a file's name, for a file that cannot be read.
func guess(path string) (Kind, bool) {
	name := strings.ToLower(filepath.Base(path))
	for part, kind := range map[string]Kind{
		"stage_a": KindVQ, "stage_b": KindDecoder, "stage_c": KindPrior, "previewer": KindPreview,
	} {
		if strings.Contains(name, part) {
			return kind, true
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
