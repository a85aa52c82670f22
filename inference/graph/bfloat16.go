package graph

import "cascata/inference/onnx"

// roundedOps give numbers that a network in bfloat16 would round. Mul is one of
// them unless it counts.
var roundedOps = map[string]bool{
	"Gemm": true, "MatMul": true, "MatMulNBits": true, "Conv": true, "LayerNormalization": true, "Gelu": true,
	"MultiHeadAttention": true, "Add": true, "Mul": true,
}

// round puts a cast to bfloat16 and back behind every layer.
func (b *builder) round() {
	whole := map[string]bool{}
	for _, t := range b.Graph.Initializers {
		whole[t.Name] = t.Type == onnx.Int64
	}
	var nodes []onnx.Node
	for _, n := range b.Graph.Nodes {
		counts := len(n.Inputs) > 1 && whole[n.Inputs[1]]
		if !roundedOps[n.Op] || counts {
			nodes = append(nodes, n)
			continue
		}
		out := n.Outputs[0]
		n.Outputs = append([]string{out + " exact"}, n.Outputs[1:]...)
		low := out + " low"
		nodes = append(nodes, n,
			onnx.Node{Name: low, Op: "Cast", Inputs: []string{out + " exact"}, Outputs: []string{low}, Attrs: []onnx.Attr{onnx.Int("to", int64(onnx.BFloat16))}},
			onnx.Node{Name: out + " wide", Op: "Cast", Inputs: []string{low}, Outputs: []string{out}, Attrs: []onnx.Attr{onnx.Int("to", int64(onnx.Float))}})
	}
	b.Graph.Nodes = nodes
}
