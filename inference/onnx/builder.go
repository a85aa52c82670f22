package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// A Builder collects a graph, naming nodes and values as it goes. A value is
// spoken of by its name. The zero value is ready.
type Builder struct {
	Graph Graph
	Scope string // prefix of the names of new nodes, for profiles and messages

	consts map[string]string // constants by type, dims and content
	count  int
}

// Input declares a graph input and returns its name.
func (b *Builder) Input(name string, t DType, dims ...Dim) string {
	b.Graph.Inputs = append(b.Graph.Inputs, Port{name, t, dims})
	return name
}

// Output gives value the name of a new graph output.
func (b *Builder) Output(name, value string, t DType, dims ...Dim) {
	b.Graph.Nodes = append(b.Graph.Nodes, Node{
		Name: "output " + name, Op: "Identity", Inputs: []string{value}, Outputs: []string{name},
	})
	b.Graph.Outputs = append(b.Graph.Outputs, Port{name, t, dims})
}

// Node adds a node of the standard domain with one output, and returns it.
func (b *Builder) Node(op string, inputs []string, attrs ...Attr) string {
	return b.add("", op, 1, inputs, attrs)[0]
}

// Nodes is Node for n outputs.
func (b *Builder) Nodes(op string, n int, inputs []string, attrs ...Attr) []string {
	return slices.Clone(b.add("", op, n, inputs, attrs))
}

// Contrib is Node for an operator of another domain.
func (b *Builder) Contrib(domain, op string, inputs []string, attrs ...Attr) string {
	return b.add(domain, op, 1, inputs, attrs)[0]
}

// Opsets lists the sets whose operators the graph uses, the standard one at version.
func (b *Builder) Opsets(version int64) []Opset {
	sets := []Opset{{Version: version}}
	for _, n := range b.Graph.Nodes {
		if !slices.ContainsFunc(sets, func(s Opset) bool { return s.Domain == n.Domain }) {
			sets = append(sets, Opset{Domain: n.Domain, Version: 1})
		}
	}
	return sets
}

func (b *Builder) add(domain, op string, n int, inputs []string, attrs []Attr) []string {
	b.count++
	name := fmt.Sprintf("%s/%s_%d", b.Scope, op, b.count)
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s:%d", name, i)
	}
	b.Graph.Nodes = append(b.Graph.Nodes, Node{
		Name: name, Op: op, Domain: domain, Inputs: inputs, Outputs: out, Attrs: attrs,
	})
	return out
}

// External adds a constant whose bytes lie in a file. The name must be new.
func (b *Builder) External(name string, t DType, dims []int64, file External) string {
	b.Graph.Initializers = append(b.Graph.Initializers, Tensor{Name: name, Type: t, Dims: dims, File: &file})
	return name
}

// Ints returns a constant int64 vector.
func (b *Builder) Ints(v ...int64) string {
	raw := make([]byte, 0, 8*len(v))
	for _, x := range v {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(x))
	}
	return b.constant(Int64, []int64{int64(len(v))}, raw)
}

// Byte returns a constant uint8 scalar.
func (b *Builder) Byte(v byte) string { return b.constant(Uint8, nil, []byte{v}) }

// Floats returns a constant float32 tensor; with no dims it is a scalar.
func (b *Builder) Floats(v []float32, dims ...int64) string {
	raw := make([]byte, 0, 4*len(v))
	for _, x := range v {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	return b.constant(Float, dims, raw)
}

// constant adds a constant, or finds the one with the same content.
func (b *Builder) constant(t DType, dims []int64, raw []byte) string {
	key := fmt.Sprint(t, dims, string(raw))
	if name, ok := b.consts[key]; ok {
		return name
	}
	if b.consts == nil {
		b.consts = map[string]string{}
	}
	name := fmt.Sprintf("const_%d", len(b.consts))
	b.consts[key] = name
	b.Graph.Initializers = append(b.Graph.Initializers, Tensor{Name: name, Type: t, Dims: dims, Raw: raw})
	return name
}
