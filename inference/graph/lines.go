package graph

import (
	"fmt"
	"maps"

	"cascata/inference/onnx"
)

// linesFrom is how many cells a picture has that inLines takes line by line. A
// smaller one fits the processor's caches as a whole.
const linesFrom = 1 << 15

// inLines is f of x's rows, where f takes each row for itself. On the processor
// f takes a large picture line by line, so that what it makes on the way, four
// times as wide as x, stays in the caches and takes next to no memory. Of the
// values made before, f may use any; of those it makes, nothing is left for later.
func (b *builder) inLines(x feature, f func(rows string) string) string {
	if !b.opt.Lines {
		return f(x.rows)
	}
	shape := b.shared(fmt.Sprint("lines ", x.grid, x.c), func() string {
		height := b.split(string(x.grid), 0, 2)[0]
		large := b.op("Greater", b.op("ReduceProd", string(x.grid), b.Ints(0)), b.Ints(linesFrom))
		lines := b.op("Mul", b.batch(), b.op("Where", large, height, b.Ints(1)))
		return b.concat(0, lines, b.Ints(-1, x.c))
	})
	lines := b.op("Reshape", x.rows, shape)

	nodes, shared := b.Graph.Nodes, b.cache
	b.Graph.Nodes, b.cache = nil, maps.Clone(shared)
	line := b.Scope + "/line"
	done := f(line)
	port := func(name string) []onnx.Port {
		return []onnx.Port{{Name: name, Type: b.float, Dims: []onnx.Dim{{Name: "cells"}, {Size: x.c}}}}
	}
	body := onnx.Graph{Name: b.Scope, Inputs: port(line), Outputs: port(done), Nodes: b.Graph.Nodes}
	b.Graph.Nodes, b.cache = nodes, shared
	return b.reshape(b.Node("Scan", []string{lines}, onnx.Int("num_scan_inputs", 1), onnx.Body("body", body)), -1, x.c)
}
