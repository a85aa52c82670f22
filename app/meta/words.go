package meta

import (
	"regexp"
	"slices"
	"strings"
)

// A wanted is which of a sampler's two prompts is looked for.
type wanted int

const (
	positive wanted = 1
	negative wanted = -1
)

// side is the prompt that an input's name speaks of, 0 for both.
func (in *input) side() wanted {
	switch {
	case in.has("negative", "neg", "uncond", "unconditional"):
		return negative
	case in.has("positive", "pos"):
		return positive
	}
	return 0
}

// maxWords bounds a prompt that is joined of many parts, bytes.
const maxWords = 256 << 10

// A follower finds the words that a graph's conditioning is made of.
type follower struct {
	g     graph
	slots map[string]int // the last output of a node that is used
	known map[ask]*string
}

// An ask is for the words that come out of a node. sure says that these belong
// to the prompt that is looked for, and not to whichever.
type ask struct {
	id   string
	slot int
	want wanted
	sure bool
}

func newFollower(g graph) *follower {
	f := &follower{g: g, slots: map[string]int{}, known: map[ask]*string{}}
	for _, n := range g {
		for _, in := range n.inputs {
			if in.id != "" {
				f.slots[in.id] = max(f.slots[in.id], in.slot)
			}
		}
	}
	return f
}

// words follows the inputs of a node to where words are typed in, through any
// node. nil means that none are found. A graph may go round in circles.
func (f *follower) words(a ask) *string {
	n := f.g[a.id]
	if n == nil {
		return nil
	}
	if s, ok := f.known[a]; ok {
		return s
	}
	f.known[a] = nil
	s := f.wordsOf(n, a)
	if s != nil && len(*s) > maxWords {
		s = nil
	}
	f.known[a] = s
	return s
}

func (f *follower) wordsOf(n *node, a ask) *string {
	if strings.Contains(n.class, "ZeroOut") {
		if !a.sure {
			return nil
		}
		return new(string)
	}
	if in := n.input("populated_text"); in != nil && in.typed && in.value != "" && a.sure { // what a wildcard became
		return &in.value
	}
	p := f.parts(n, a)
	if n.either(f.slots[a.id]) && a.slot < len(p.named) && len(p.named) > 1 {
		p.named = p.named[a.slot : a.slot+1]
	}
	switch {
	case len(p.named) > 0:
		return n.join(f.g, p.named)
	case len(p.prose) > 0 && a.sure:
		return n.join(f.g, p.prose)
	}
	return nil
}

// parts are the words that come into a node. prose are texts under names that
// do not speak of text; they count where there are no others.
type parts struct{ named, prose []string }

func (f *follower) parts(n *node, a ask) (p parts) {
	own := slices.ContainsFunc(n.inputs, func(in input) bool { return in.side() == a.want && (in.id != "" || in.typed) })
	var linked []string
	for _, k := range n.switched(f.g) {
		in := &n.inputs[k]
		side := in.side()
		if side == -a.want || own && side != a.want {
			continue
		}
		sure := a.sure || side == a.want
		switch {
		case in.id != "" && leadsToWords(in):
			if s := f.words(ask{in.id, in.slot, a.want, sure}); s != nil {
				p.named, linked = append(p.named, *s), append(linked, *s)
				if n.is("any switch") {
					return p
				}
			}
		case in.id != "" || !in.typed || !sure:
		case holdsWords(in):
			p.named = append(p.named, in.value)
		case !in.has("delimiter", "separator", "sep") && isProse(in.value):
			p.prose = append(p.prose, in.value)
		}
	}
	if linked != nil && n.is("show", "display", "preview") { // what it shows came through its link
		p.named = linked
	}
	return p
}

// is reports whether a node's class speaks of one of these.
func (n *node) is(words ...string) bool {
	class := strings.ToLower(n.class)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(class, w) })
}

// either reports whether a node that holds several texts gives each on an output
// of its own. last is the last of its outputs that is used.
func (n *node) either(last int) bool {
	return (last > 0 || n.is("text string")) && !n.encodes() && n.input("delimiter", "separator", "action") == nil
}

// encodes reports whether a node makes conditioning, and not text.
func (n *node) encodes() bool {
	return slices.ContainsFunc(n.inputs, func(in input) bool {
		return in.id != "" && (in.has("clip", "conditioning", "cond", "model", "pipe", "guider", "t5") || in.side() != 0)
	})
}

// leadsToWords is false for the inputs of a node that words never come through.
func leadsToWords(in *input) bool {
	if in.has("text", "prompt", "string", "conditioning", "cond", "positive", "negative", "pipe", "tuple", "embeds", "pos", "neg") {
		return true
	}
	return !in.has("clip", "model", "vae", "image", "images", "pixels", "mask", "latent", "latents", "samples", "noise", "sigmas", "sampler", "control",
		"controlnet", "cnet", "gligen", "lora", "unet", "upscale", "stage", "vision", "seed", "steps", "cfg", "width", "height", "denoise", "weight",
		"strength", "scheduler", "batch", "index", "count", "select", "boolean", "delimiter", "separator", "t5", "bbox", "segs")
}

// holdsWords is true for the inputs that words are typed into.
func holdsWords(in *input) bool {
	if slices.Contains([]string{"clip_l", "clip_g", "t5xxl", "llama", "bert", "mt5xl"}, in.name) { // of the text encoders
		return true
	}
	return in.has("text", "texts", "txt", "prompt", "prompts", "string", "strings", "str", "value", "caption", "positive", "negative", "pos", "neg", "tags",
		"content", "words", "description", "sentence", "populated") &&
		!in.has("name", "mode", "select", "type", "path", "file", "filename", "prefix", "format", "encoding", "delimiter", "separator", "style", "weight",
			"strength", "normalization", "interpretation", "lora", "seed", "log", "preset", "language", "font", "color", "align", "folder", "dir", "url",
			"device", "dtype", "sampler", "scheduler", "count", "tidy", "clean", "action", "loader", "model", "system")
}

// aFile is what the name of a file looks like.
var aFile = regexp.MustCompile(`(?i)\.(safetensors|ckpt|gguf|sft|pth?|bin|onnx|ya?ml|json|txt|png|jpe?g|webp|gif|mp4)$`)

// isProse reports whether somebody wrote a text, as against chose it of a list.
func isProse(s string) bool {
	return strings.ContainsAny(strings.TrimSpace(s), " ,\n") && !aFile.MatchString(s) && !strings.HasPrefix(s, "data:")
}

// join puts the parts together as the node does.
func (n *node) join(g graph, parts []string) *string {
	s := ""
	switch {
	case n.encodes():
		s = joinEach(parts, "\n")
	case n.input("action") != nil && n.input("action").value == "replace" && len(parts) > 1:
		s = strings.ReplaceAll(parts[0], parts[1], strings.Join(parts[2:min(3, len(parts))], ""))
	default:
		s = strings.Join(slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" }), n.delimiter(g))
	}
	find, replace := n.input("find"), n.input("replace")
	if find != nil && replace != nil && find.typed && replace.typed && find.value != "" {
		s = strings.ReplaceAll(s, find.value, replace.value)
	}
	if s = strings.TrimSpace(s); len(s) > maxWords {
		return nil
	}
	return &s
}

// joinEach joins what is not there yet: models with two text encoders often
// get the same words twice.
func joinEach(parts []string, with string) string {
	var each []string
	for _, s := range parts {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(each, s) {
			each = append(each, s)
		}
	}
	return strings.Join(each, with)
}

// delimiter is what a node puts between texts.
func (n *node) delimiter(g graph) string {
	for k := range n.inputs {
		if in := &n.inputs[k]; in.has("delimiter", "separator", "sep") {
			if s, ok := g.text(in); ok {
				return strings.ReplaceAll(s, `\n`, "\n")
			}
		}
	}
	switch tidy := n.input("tidy_tags"); {
	case tidy == nil:
		return " "
	case tidy.value == "yes":
		return ", "
	}
	return ""
}

// switched are the inputs of a node that count: of a switch those that it
// chooses.
func (n *node) switched(g graph) []int {
	all := make([]int, len(n.inputs))
	for k := range all {
		all[k] = k
	}
	if !n.is("switch", "select", "index", "ternary", "conditional", "if") {
		return all
	}
	chosen := ""
	for k := range n.inputs {
		in := &n.inputs[k]
		if in.scalar && slices.Contains([]string{"select", "index", "input", "switch", "selected", "boolean", "bool", "condition", "selection"}, strings.ToLower(in.name)) {
			chosen = strings.ToLower(in.value)
			break
		}
	}
	names := map[string][]string{"true": {"true", "a", "tt"}, "false": {"false", "b", "ff"}}[chosen]
	if numeric.MatchString(chosen) {
		names = []string{chosen}
	}
	var counts []int
	for k, in := range n.inputs {
		if len(in.words) > 0 && slices.Contains(names, in.words[len(in.words)-1]) {
			counts = append(counts, k)
		}
	}
	if counts == nil {
		return all
	}
	return counts
}
