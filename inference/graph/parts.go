package graph

import (
	"fmt"
	"slices"

	"cascata/inference/onnx"
)

// mayPart notes that the graph may be cut here, where a block takes rows [n, c].
func (b *builder) mayPart(rows string, c int64) {
	b.borders = append(b.borders, len(b.Graph.Nodes))
	b.passes(rows, -1, c)
}

// passes notes the shape of a value, in float32 or int64, that may be taken by
// another part than the one that gives it; -1 is any length. It returns v.
func (b *builder) passes(v string, shape ...int64) string {
	if b.passed == nil {
		b.passed = map[string][]onnx.Dim{}
	}
	dims := make([]onnx.Dim, len(shape))
	for i, n := range shape {
		dims[i] = onnx.Dim{Size: n}
		if n < 0 {
			dims[i] = onnx.Dim{Name: fmt.Sprintf("%s %d", v, i)} // lengths of one name are taken to be equal
		}
	}
	b.passed[v] = dims
	return v
}

// parts cuts the graph, in float32, at borders between blocks into up to n graphs of
// about as many bytes of weights, to be run in order: what one gives and a later one
// takes has the same name in both. Small weights may be in several parts.
func (b *builder) parts(n int) []onnx.Graph {
	c := newCutter(&b.Graph, b.passed)
	closed := c.closed()
	var parts []onnx.Graph
	from := 0
	for i := 1; i < n; i++ {
		if to := c.border(b.borders, closed, from, float64(i)/float64(n)); to > from {
			parts, from = append(parts, c.part(from, to)), to
		}
	}
	return append(parts, c.part(from, len(b.Graph.Nodes)))
}

// smallWeight is up to how many bytes a weight may be in several parts.
const smallWeight = 1 << 20

// A cutter cuts a graph.
type cutter struct {
	g       *onnx.Graph
	weights map[string]*onnx.Tensor
	passed  map[string][]onnx.Dim // the shapes of values that may be passed on
	whole   map[string]bool       // values in int64
	maker   map[string]int        // the node that gives a value
	first   map[string]int        // the nodes that take a value first and last
	last    map[string]int
	outputs map[string]onnx.Port

	// again are nodes that each part has for itself: those of weights alone, and
	// cheap ones that give scalars, which onnxruntime_go cannot pass on.
	again []bool
}

func newCutter(g *onnx.Graph, passed map[string][]onnx.Dim) *cutter {
	c := &cutter{
		g: g, weights: map[string]*onnx.Tensor{}, passed: passed, whole: map[string]bool{}, maker: map[string]int{},
		first: map[string]int{}, last: map[string]int{}, outputs: map[string]onnx.Port{}, again: make([]bool, len(g.Nodes)),
	}
	for i := range g.Initializers {
		t := &g.Initializers[i]
		c.weights[t.Name], c.whole[t.Name] = t, t.Type == onnx.Int64
	}
	for i, n := range g.Nodes {
		constant, whole := true, n.Op != "Cast"
		for _, v := range n.Inputs {
			m, made := c.maker[v]
			constant = constant && (v == "" || c.weights[v] != nil || made && c.again[m] && g.Nodes[m].Op != dynamic)
			whole = whole && c.whole[v]
			c.use(v, i)
		}
		c.again[i] = constant || n.Op == dynamic
		for _, v := range n.Outputs {
			c.maker[v], c.whole[v] = i, whole || n.Op == "Shape"
		}
	}
	for _, p := range g.Outputs {
		c.outputs[p.Name] = p
	}
	return c
}

// dynamic gives its input in eight bits, with a scale and a zero.
const dynamic = "DynamicQuantizeLinear"

// use notes that node i takes a value, and what that is worked out from there.
func (c *cutter) use(value string, i int) {
	if m, made := c.maker[value]; made && c.again[m] {
		for _, v := range c.g.Nodes[m].Inputs {
			c.use(v, i)
		}
	}
	if _, ok := c.first[value]; !ok {
		c.first[value] = i
	}
	c.last[value] = i
}

// closed are the places before nodes where the graph cannot be cut: a large weight
// would be in two parts, or a value had to be passed on that cannot be.
func (c *cutter) closed() []bool {
	across := make([]int, len(c.g.Nodes)+2)
	over := func(from, to int) {
		across[from+1]++
		across[to+1]--
	}
	for name, t := range c.weights {
		if first, used := c.first[name]; used && t.File != nil && t.File.Length > smallWeight {
			over(first, c.last[name])
		}
	}
	for value, m := range c.maker {
		if last, used := c.last[value]; used && !c.again[m] && c.passed[value] == nil {
			over(m, last)
		}
	}
	closed := make([]bool, len(c.g.Nodes)+1)
	held := 0
	for i := range closed {
		held += across[i]
		closed[i] = held > 0
	}
	return closed
}

// border is the one of borders after node from, and not closed, that has closest to
// share of the bytes of weights before it; from if there is none.
func (c *cutter) border(borders []int, closed []bool, from int, share float64) int {
	at := make([]int64, len(c.g.Nodes)+1) // bytes, behind the node that takes them first
	all := int64(0)
	for name, t := range c.weights {
		if first, used := c.first[name]; used && t.File != nil {
			at[first+1] += t.File.Length
			all += t.File.Length
		}
	}
	best, off, before := from, 2., int64(0)
	for i := range at {
		before += at[i]
		d := float64(before)/float64(all) - share
		if d = max(d, -d); i > from && d < off && !closed[i] && slices.Contains(borders, i) {
			best, off = i, d
		}
	}
	return best
}

// part is the graph of the nodes from one to before another.
func (c *cutter) part(from, to int) onnx.Graph {
	takes := make([]bool, len(c.g.Nodes))
	var take func(i int)
	take = func(i int) {
		if takes[i] {
			return
		}
		takes[i] = true
		for _, v := range c.g.Nodes[i].Inputs {
			if m, made := c.maker[v]; made && c.again[m] {
				take(m)
			}
		}
	}
	for i := from; i < to; i++ {
		if !c.again[i] {
			take(i)
		}
	}
	var p onnx.Graph
	used := map[string]bool{}
	for i, n := range c.g.Nodes {
		if !takes[i] {
			continue
		}
		p.Nodes = append(p.Nodes, n)
		for _, v := range n.Inputs {
			if m, made := c.maker[v]; made && !takes[m] && !used[v] {
				p.Inputs = append(p.Inputs, c.port(v))
			}
			used[v] = true
		}
		for _, v := range n.Outputs {
			if o, ok := c.outputs[v]; ok {
				p.Outputs = append(p.Outputs, o)
			} else if !c.again[i] && c.last[v] >= to {
				p.Outputs = append(p.Outputs, c.port(v))
			}
		}
	}
	for _, in := range c.g.Inputs {
		if used[in.Name] {
			p.Inputs = append(p.Inputs, in)
		}
	}
	for _, t := range c.g.Initializers {
		if used[t.Name] {
			p.Initializers = append(p.Initializers, t)
		}
	}
	return p
}

// port is that of a value which is passed on.
func (c *cutter) port(v string) onnx.Port {
	t := onnx.Float
	if c.whole[v] {
		t = onnx.Int64
	}
	return onnx.Port{Name: v, Type: t, Dims: c.passed[v]}
}
