package meta

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// A graph is what ComfyUI writes as "prompt": nodes by their IDs.
type graph map[string]node

// A node is one step of a graph. An input is a value, or a link to another
// node's output: ["id", slot].
type node struct {
	Class  string `json:"class_type"`
	Inputs object `json:"inputs"`
	links  []link // the inputs that are one, by name
}

type link struct {
	input, id string
	slot      int
}

// maxNodes bounds a graph.
const maxNodes = 2000

// parseGraph reads a graph; what is no node is skipped. ok is false for text
// without nodes, and for more than maxNodes.
func parseGraph(text string) (graph, bool) {
	o, ok := parseObject(text)
	if !ok || len(o) > maxNodes {
		return nil, false
	}
	g := graph{}
	for id, raw := range o {
		var n node
		if json.Unmarshal(raw, &n) == nil && n.Class != "" && n.Inputs != nil {
			n.link()
			g[id] = n
		}
	}
	return g, len(g) > 0
}

// link finds the links among a node's inputs.
func (n *node) link() {
	for _, input := range slices.Sorted(maps.Keys(n.Inputs)) {
		raw := n.Inputs[input]
		var pair []json.RawMessage
		if len(raw) == 0 || raw[0] != '[' || json.Unmarshal(raw, &pair) != nil || len(pair) != 2 {
			continue
		}
		l := link{input: input}
		ok := false
		if l.id, ok = scalar(pair[0]); ok && json.Unmarshal(pair[1], &l.slot) == nil {
			n.links = append(n.links, l)
		}
	}
}

// from is the node that an input comes from, "" for a value.
func (n node) from(input string) (id string, slot int) {
	if k, ok := slices.BinarySearchFunc(n.links, input, func(l link, input string) int { return strings.Compare(l.input, input) }); ok {
		return n.links[k].id, n.links[k].slot
	}
	return "", 0
}

func (g graph) sampler(id string) bool {
	n, ok := g[id]
	if !ok {
		return false
	}
	latent, _ := n.from("latent_image")
	return latent != "" && (n.Inputs["positive"] != nil || n.Inputs["guider"] != nil)
}

// find walks from a node towards where its values come from, nearest first,
// and returns the first node, itself included, that is.
func (g graph) find(from string, is func(id string) bool) string {
	return g.findFrom([]string{from}, is)
}

// findFrom is find from several nodes at once.
func (g graph) findFrom(next []string, is func(id string) bool) string {
	seen := map[string]bool{}
	for _, id := range next {
		seen[id] = true
	}
	for ; len(next) > 0; next = next[1:] {
		n, ok := g[next[0]]
		if ok && is(next[0]) {
			return next[0]
		}
		for _, l := range n.links {
			if !seen[l.id] {
				seen[l.id] = true
				next = append(next, l.id)
			}
		}
	}
	return ""
}

// value is what an input holds, followed to where it is typed in: under the
// same name, or one of those under which nodes hold a value.
func (g graph) value(id string, names ...string) (string, bool) {
	names = append(names, "value", "text", "string", "int", "float", "number")
	for range 64 {
		n, ok := g[id]
		if !ok {
			return "", false
		}
		next := ""
		for _, name := range names {
			if s, ok := scalar(n.Inputs[name]); ok {
				return s, true
			}
			if to, _ := n.from(name); to != "" && next == "" {
				next = to
			}
		}
		if next == "" {
			return "", false
		}
		id = next
	}
	return "", false
}
