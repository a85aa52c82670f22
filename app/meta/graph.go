package meta

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A graph is what ComfyUI writes as "prompt": nodes by their IDs.
type graph map[string]*node

// A node is one step of a graph.
type node struct {
	class  string
	inputs []input // in the order in which they are written
}

// An input is a value, or a link to another node's output: ["id", slot].
type input struct {
	name   string
	words  []string // of the name, in small letters
	raw    json.RawMessage
	id     string // of the node that it is linked to, "" for a value
	slot   int
	value  string // a string, number or boolean
	scalar bool
	typed  bool // value is a string
}

// maxNodes bounds a graph.
const maxNodes = 2000

// parseGraph reads a graph, also one that lies in a larger object; what is no
// node is skipped. ok is false for text without nodes, and for more than
// maxNodes.
func parseGraph(text string) (graph, bool) {
	raw := []byte(text)
	if !json.Valid(raw) {
		if raw = withoutNaN(raw); !json.Valid(raw) {
			return nil, false
		}
	}
	all := fields(raw)
	if len(all) > maxNodes {
		return nil, false
	}
	g := graph{}
	for _, f := range all {
		var n struct {
			Class  string          `json:"class_type"`
			Inputs json.RawMessage `json:"inputs"`
		}
		if json.Unmarshal(f.raw, &n) == nil && n.Class != "" && len(n.Inputs) > 0 {
			g[f.name] = &node{class: n.Class, inputs: inputs(n.Inputs)}
		}
	}
	g.link()
	if len(g) > 0 {
		return g, true
	}
	for _, f := range all {
		inner := string(f.raw)
		if s, ok := scalar(f.raw); ok {
			inner = s
		}
		if f.name == "prompt" && len(inner) < len(text) && strings.Contains(inner, `class_type`) {
			return parseGraph(inner)
		}
	}
	return nil, false
}

func inputs(raw json.RawMessage) []input {
	var all []input
	for _, f := range fields(raw) {
		in := input{name: f.name, words: nameWords(f.name), raw: f.raw}
		value := unwrap(f.raw)
		in.value, in.scalar = scalar(value)
		in.typed = in.scalar && value[0] == '"'
		var several []string
		if len(value) > 0 && value[0] == '[' && json.Unmarshal(value, &several) == nil && len(several) > 0 {
			in.value, in.scalar, in.typed = strings.Join(several, "\n"), true, true
		}
		all = append(all, in)
	}
	return all
}

// nameWords takes a name apart: "text_a1" is text, a, 1.
func nameWords(name string) []string {
	var words []string
	var last rune
	for _, r := range strings.ToLower(name) {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
		case len(words) == 0 || !unicode.IsLetter(last) && !unicode.IsDigit(last) || unicode.IsDigit(last) != unicode.IsDigit(r) && len(words[len(words)-1]) > 2:
			words = append(words, string(r))
		default:
			words[len(words)-1] += string(r)
		}
		last = r
	}
	return words
}

// unwrap takes a value out of what nodes put around it: a list of one,
// {"__value__": ...}, and {"content": ...} of lists with pictures.
func unwrap(raw json.RawMessage) json.RawMessage {
	for range 4 {
		switch {
		case len(raw) == 0:
			return raw
		case raw[0] == '[':
			var list []json.RawMessage
			if json.Unmarshal(raw, &list) != nil || len(list) != 1 {
				return raw
			}
			raw = list[0]
		case raw[0] == '{':
			var o object
			if json.Unmarshal(raw, &o) != nil {
				return raw
			}
			inner := o["__value__"]
			if inner == nil {
				inner = o["content"]
			}
			if inner == nil {
				return raw
			}
			raw = inner
		default:
			return raw
		}
	}
	return raw
}

// link finds the links among all inputs: pairs that name a node which is there.
func (g graph) link() {
	for _, n := range g {
		for k := range n.inputs {
			in := &n.inputs[k]
			var pair []json.RawMessage
			if len(in.raw) == 0 || in.raw[0] != '[' || json.Unmarshal(in.raw, &pair) != nil || len(pair) != 2 {
				continue
			}
			id, ok := scalar(pair[0])
			if ok = ok && g[id] != nil && json.Unmarshal(pair[1], &in.slot) == nil; ok {
				in.id = id
			}
		}
	}
}

// input is the one of that name, nil where there is none.
func (n *node) input(names ...string) *input {
	if n == nil {
		return nil
	}
	for _, name := range names {
		for k := range n.inputs {
			if n.inputs[k].name == name {
				return &n.inputs[k]
			}
		}
	}
	return nil
}

// has reports whether one of the words is in an input's name.
func (in *input) has(words ...string) bool {
	return slices.ContainsFunc(in.words, func(w string) bool { return slices.Contains(words, w) })
}

// from is the node that an input comes from, "" for a value.
func (n *node) from(name string) string {
	if in := n.input(name); in != nil {
		return in.id
	}
	return ""
}

// ids are those of the nodes in the order of their numbers, 9 before 10.
func (g graph) ids() []string {
	ids := make([]string, 0, len(g))
	for id := range g {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) })
	return ids
}

// find walks from nodes towards where their values come from, along the inputs
// that follow takes, nearest first, and returns the first node that is.
func (g graph) find(next []string, follow func(in *input) bool, is func(id string) bool) string {
	seen := map[string]bool{}
	for _, id := range next {
		seen[id] = true
	}
	for ; len(next) > 0; next = next[1:] {
		n := g[next[0]]
		if n == nil {
			continue
		}
		if is(next[0]) {
			return next[0]
		}
		for k := range n.inputs {
			if in := &n.inputs[k]; in.id != "" && !seen[in.id] && follow(in) {
				seen[in.id] = true
				next = append(next, in.id)
			}
		}
	}
	return ""
}

func anyInput(*input) bool { return true }

// carries takes the inputs through which pictures and latents come, and those
// that carry many things.
func carries(in *input) bool {
	if in.has("conditioning", "cond", "positive", "negative", "text", "prompt", "mask", "vision", "control", "embeds", "style") {
		return false
	}
	return in.has("latent", "latents", "samples", "image", "images", "img", "pixels", "noised") || bundle(in)
}

// bundle takes the inputs that carry many things, or anything.
func bundle(in *input) bool {
	return len(in.words) == 0 || in.has("pipe", "tuple", "ctx", "context", "bus", "any", "input", "base", "anything", "value")
}

// loads takes the inputs through which models come.
func loads(in *input) bool {
	return (in.has("model", "unet", "guider", "models") || bundle(in)) && !in.has("vision", "style", "upscale", "control", "patch")
}

// numeric is what a whole or broken number looks like.
var numeric = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$`)

// maxLinks bounds how far a value is followed.
const maxLinks = 64

// number is a number that an input holds, followed to where it is typed in:
// under one of these names, one under which nodes hold a number, or the only
// one there.
func (g graph) number(in *input, names ...string) (string, bool) {
	names = append(names, "value", "int", "float", "number", "Value", "Number")
	for range maxLinks {
		if in == nil {
			return "", false
		}
		if in.id == "" {
			return in.value, in.scalar && numeric.MatchString(in.value)
		}
		in = g.numberOf(g[in.id], names)
	}
	return "", false
}

func (g graph) numberOf(n *node, names []string) *input {
	for _, name := range names {
		if in := n.input(name); in != nil && (in.id != "" || numeric.MatchString(in.value)) {
			return in
		}
	}
	var only, linked *input
	several := false
	for _, k := range n.switched(g) {
		in := &n.inputs[k]
		switch {
		case in.id != "" && linked == nil:
			linked = in
		case in.scalar && !in.typed && numeric.MatchString(in.value):
			several = only != nil
			only = in
		}
	}
	if only != nil && !several {
		return only
	}
	return linked
}

// text is a text that an input holds, followed to where it is typed in.
func (g graph) text(in *input, names ...string) (string, bool) {
	names = append(names, "value", "text", "string", "Text", "String")
	for range maxLinks {
		if in == nil {
			return "", false
		}
		if in.id == "" {
			return in.value, in.scalar
		}
		n := g[in.id]
		if in = n.input(names...); in == nil && len(n.inputs) == 1 {
			in = &n.inputs[0]
		}
	}
	return "", false
}
