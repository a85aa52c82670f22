package checkpoint

import (
	"fmt"
	"slices"
	"strings"
)

// rename gives tensors of the original code's or ComfyUI's UNets the names of
// diffusers, and leaves diffusers' own alone. A fused in_proj becomes three
// weights that point at its thirds.
func rename(all map[string]Weight) (map[string]Weight, error) {
	out := make(map[string]Weight, len(all))
	put := func(name string, w Weight) error {
		if _, ok := out[name]; ok {
			return fmt.Errorf("two tensors stand for %q", name)
		}
		out[name] = w
		return nil
	}
	for name, w := range all {
		block, rest, ok := strings.Cut(name, ".attention.attn.")
		var err error
		switch {
		case !ok && strings.HasPrefix(name, "clip_mapper."):
			err = put("clip_txt_pooled_mapper."+strings.TrimPrefix(name, "clip_mapper."), w)
		case !ok:
			err = put(name, w)
		case strings.HasPrefix(rest, "in_proj_"):
			suffix := strings.TrimPrefix(rest, "in_proj_")
			if len(w.Shape) == 0 || w.Shape[0]%3 != 0 || w.Length%3 != 0 {
				return nil, fmt.Errorf("%q of shape %v is not three matrices in one", name, w.Shape)
			}
			for i, part := range [3]string{"to_q", "to_k", "to_v"} {
				if err == nil {
					err = put(block+".attention."+part+"."+suffix, third(w, i))
				}
			}
		case strings.HasPrefix(rest, "out_proj."):
			err = put(block+".attention.to_out.0."+strings.TrimPrefix(rest, "out_proj."), w)
		default: // to_q, to_k and to_v, as ComfyUI saves them
			err = put(block+".attention."+rest, w)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// wrappers are modules that training puts between others: torch.compile,
// fully sharded training, and the saving of memory.
var wrappers = []string{"_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"}

// unwrap gives tensors the names they had before training wrapped the network:
// without the wrappers' names anywhere, and without the "module." in front
// with which training on several cards begins.
func unwrap(all tensors) (tensors, error) {
	out := make(tensors, len(all))
	for name, w := range all {
		parts := strings.Split(name, ".")
		parts = slices.DeleteFunc(parts, func(p string) bool { return slices.Contains(wrappers, p) })
		for len(parts) > 1 && parts[0] == "module" {
			parts = parts[1:]
		}
		name = strings.Join(parts, ".")
		if _, ok := out[name]; ok {
			return nil, fmt.Errorf("two tensors stand for %q", clip(name))
		}
		out[name] = w
	}
	return out, nil
}

// third is the i-th of three equal parts of w.
func third(w Weight, i int) Weight {
	w.Shape = append([]int64{w.Shape[0] / 3}, w.Shape[1:]...)
	w.Length /= 3
	w.Offset += int64(i) * w.Length
	return w
}

// strip takes the tensors whose name starts with prefix, without it.
func strip(all map[string]Weight, prefix string) map[string]Weight {
	out := make(map[string]Weight)
	for name, w := range all {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			out[rest] = w
		}
	}
	return out
}
