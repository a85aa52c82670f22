package ort

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// A message is a serialised protobuf message under construction. It writes the
// few ONNX messages that a graph for trying out a device needs.
type message []byte

func (m message) varint(num protowire.Number, v int64) message {
	return protowire.AppendVarint(protowire.AppendTag(m, num, protowire.VarintType), uint64(v))
}

func (m message) bytes(num protowire.Number, b []byte) message {
	return protowire.AppendBytes(protowire.AppendTag(m, num, protowire.BytesType), b)
}

func (m message) text(num protowire.Number, s string) message { return m.bytes(num, []byte(s)) }

// modelProto is an ONNX model of the graph's nodes, initializers, inputs and
// outputs: opset 20 in IR 10, which every provider knows.
func modelProto(parts ...message) []byte {
	var graph message
	for _, p := range parts {
		graph = append(graph, p...)
	}
	graph = graph.text(2, "g")
	opset := message{}.varint(2, 20)
	return message{}.varint(1, 10).bytes(7, graph).bytes(8, opset)
}

// nodeProto is a part of a graph: op applied to in.
func nodeProto(op string, in, out []string, attrs ...message) message {
	var n message
	for _, name := range in {
		n = n.text(1, name)
	}
	for _, name := range out {
		n = n.text(2, name)
	}
	n = n.text(4, op)
	for _, a := range attrs {
		n = n.bytes(5, a)
	}
	return message{}.bytes(1, n)
}

// intsAttr is an attribute of a node.
func intsAttr(name string, values ...int64) message {
	a := message{}.text(1, name)
	for _, v := range values {
		a = a.varint(8, v)
	}
	return a.varint(20, 7) // INTS
}

// weightProto is a part of a graph: a float32 initializer.
func weightProto(name string, shape []int64, values []float32) message {
	var t message
	for _, d := range shape {
		t = t.varint(1, d)
	}
	raw := make([]byte, 0, 4*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return message{}.bytes(5, t.varint(2, 1).text(8, name).bytes(9, raw))
}

// inputProto and outputProto are parts of a graph. elem is a
// TensorProto.DataType; a negative length is free.
func inputProto(name string, elem int64, shape ...int64) message {
	return message{}.bytes(11, valueInfo(name, elem, shape))
}

func outputProto(name string, elem int64, shape ...int64) message {
	return message{}.bytes(12, valueInfo(name, elem, shape))
}

func valueInfo(name string, elem int64, shape []int64) message {
	dims := message{}
	for _, d := range shape {
		dim := message{}
		if d >= 0 {
			dim = dim.varint(1, d)
		}
		dims = dims.bytes(1, dim)
	}
	tensor := message{}.varint(1, elem).bytes(2, dims)
	return message{}.text(1, name).bytes(2, message{}.bytes(1, tensor))
}
