package lora

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cascata/inference/checkpoint"
)

// A layer is the weights of a network, by name, whose rows one after another a
// change means: one, or three where the change has queries, keys and values in
// one matrix.
type layer []string

// tokens is the matrix of token embeddings.
const tokens = "text_model.embeddings.token_embedding.weight"

// layersOf lists the layers of a network by every flattened name that formats
// give them.
func layersOf(n *checkpoint.Network) map[string]layer {
	all := map[string]layer{}
	for name := range n.Weights {
		own, ok := strings.CutSuffix(name, ".weight")
		if !ok {
			continue
		}
		for _, alias := range aliases(own) {
			all[flat(alias)] = layer{name}
		}
		if n.Kind == checkpoint.KindDecoder && own == "clip_txt_pooled_mapper" {
			all["clip_mapper"] = layer{name}
		}
	}
	for i, block := range attentions(n) {
		fused := layer{block + "to_q.weight", block + "to_k.weight", block + "to_v.weight"}
		for _, alias := range []string{"in_proj", "attn.in_proj", "attn.in_proj_weight", "attn"} {
			all[flat(block+alias)] = fused
		}
		all[fmt.Sprintf("weights_%d", 2*i)] = layer{block + "to_out.0.weight"}
		all[fmt.Sprintf("weights_%d", 2*i+1)] = fused
	}
	return all
}

// aliases are the names a layer has in diffusers, in the original code and in
// ComfyUI.
func aliases(name string) []string {
	block, rest, ok := strings.Cut(name, ".attention.")
	if !ok {
		return []string{name}
	}
	names := map[string][]string{
		"to_q": {"to_q", "attn.to_q", "in_proj.0", "attn.in_proj.0"}, "to_k": {"to_k", "attn.to_k", "in_proj.1", "attn.in_proj.1"},
		"to_v":     {"to_v", "attn.to_v", "in_proj.2", "attn.in_proj.2"},
		"to_out.0": {"to_out.0", "to_out", "out_proj", "attn.to_out.0", "attn.to_out", "attn.out_proj", "attn.base_layer.out_proj"},
	}[rest]
	out := []string{name}
	for _, n := range names {
		out = append(out, block+".attention."+n)
	}
	return out
}

// attentions are what the names of a UNet's attention blocks begin with, in the
// order in which the original code lists them: down before up, then by level
// and place.
func attentions(n *checkpoint.Network) []string {
	type block struct {
		name    string
		way     string
		level   int
		placeIn int
	}
	var found []block
	for name := range n.Weights {
		own, ok := strings.CutSuffix(name, ".attention.to_q.weight")
		parts := strings.Split(own, ".")
		if !ok || len(parts) != 3 {
			continue
		}
		level, err1 := strconv.Atoi(parts[1])
		at, err2 := strconv.Atoi(parts[2])
		if err1 == nil && err2 == nil {
			found = append(found, block{own + ".attention.", parts[0], level, at})
		}
	}
	slices.SortFunc(found, func(a, b block) int {
		return cmp.Or(cmp.Compare(a.way, b.way), cmp.Compare(a.level, b.level), cmp.Compare(a.placeIn, b.placeIn))
	})
	names := make([]string, len(found))
	for i, b := range found {
		names[i] = b.name
	}
	return names
}
