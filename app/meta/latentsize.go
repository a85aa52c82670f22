package meta

import (
	"regexp"
	"slices"
	"strings"
)

// resolution is a size in the words of a list: "832 x 1216 (2:3)".
var resolution = regexp.MustCompile(`([0-9]{2,5}) ?[x×*] ?([0-9]{2,5})`)

// size is that of the latent or picture which a sampler begins with, as
// "640x448"; "" where nothing on the way says it. Conditioning has sizes too,
// which say what the model is to believe.
func (g graph) size(sampler string) string {
	size := ""
	follow := func(in *input) bool { return carries(in) || in.has("embeds") && in.has("image", "latent") }
	g.find([]string{sampler}, follow, func(id string) bool {
		if id == sampler && !slices.ContainsFunc(g[id].inputs, func(in input) bool { return in.id != "" && carries(&in) }) || id != sampler {
			if size = g.sizeOf(g[id]); size == "" && g[id].scales() {
				return true // by how much is not known before the picture is
			}
		}
		return size != ""
	})
	return size
}

// sizeOf is the size that a node makes, "" for none.
func (g graph) sizeOf(n *node) string {
	swap := n.input("swap_dimensions", "invert", "swap")
	for k := range n.inputs {
		in := &n.inputs[k]
		if !in.has("resolution", "dimensions", "dimension", "size", "ratio", "preset") {
			continue
		}
		s, _ := g.text(in, in.name)
		if m := resolution.FindStringSubmatch(s); m != nil {
			if swap != nil && (swap.value == "true" || strings.EqualFold(swap.value, "on")) {
				m[1], m[2] = m[2], m[1]
			}
			return m[1] + "x" + m[2]
		}
	}
	for k := range n.inputs {
		wide := &n.inputs[k]
		if !wide.has("width") || wide.has("target", "crop", "original", "max", "min", "tile") {
			continue
		}
		high := n.input(strings.Replace(wide.name, "width", "height", 1))
		w, ok := g.number(wide, "width", wide.name)
		if !ok || high == nil {
			continue
		}
		if h, ok := g.number(high, "height", high.name); ok && w != "0" && h != "0" {
			return w + "x" + h
		}
	}
	return ""
}

// scales reports whether a node makes pictures larger by something.
func (n *node) scales() bool {
	for _, name := range []string{"scale_by", "upscale_by", "scale", "factor", "scale_factor", "megapixels", "left", "top", "right", "bottom"} {
		if in := n.input(name); in != nil && in.value != "0" && in.value != "1" && in.value != "1.0" {
			return true
		}
	}
	return false
}
