package meta

import (
	"encoding/json"
	"slices"
)

// A graph is what ComfyUI writes as "prompt": nodes by their IDs.
type graph map[string]node

// A node is one step of a graph. An input is a value, or a link to another
// node's output: ["id", slot].
type node struct {
	Class  string `json:"class_type"`
	Inputs object `json:"inputs"`
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
			g[id] = n
		}
	}
	return g, len(g) > 0
}

// link is the node that an input comes from, "" for a value.
func (n node) link(input string) (id string, slot int) {
	var pair []json.RawMessage
	if raw := n.Inputs[input]; len(raw) == 0 || raw[0] != '[' || json.Unmarshal(raw, &pair) != nil || len(pair) != 2 {
		return "", 0
	}
	id, ok := scalar(pair[0])
	if !ok || json.Unmarshal(pair[1], &slot) != nil {
		return "", 0
	}
	return id, slot
}

// inputs are the names of a node's inputs, in an order that does not change.
func (n node) inputs() []string {
	names := make([]string, 0, len(n.Inputs))
	for name := range n.Inputs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (g graph) sampler(id string) bool {
	n, ok := g[id]
	if !ok {
		return false
	}
	latent, _ := n.link("latent_image")
	return latent != "" && (n.Inputs["positive"] != nil || n.Inputs["guider"] != nil)
}

// find walks from a node towards where its values come from, nearest first,
// and returns the first node, itself included, that is.
func (g graph) find(from string, is func(id string) bool) string {
	seen := map[string]bool{from: true}
	for next := []string{from}; len(next) > 0; next = next[1:] {
		n, ok := g[next[0]]
		if !ok {
			continue
		}
		if is(next[0]) {
			return next[0]
		}
		for _, input := range n.inputs() {
			if id, _ := n.link(input); id != "" && !seen[id] {
				seen[id] = true
				next = append(next, id)
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
			if to, _ := n.link(name); to != "" && next == "" {
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
