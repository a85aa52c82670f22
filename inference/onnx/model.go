// Package onnx writes ONNX models. It knows the part of the format that our
// graphs use and no more; numbers of fields are those of onnx.proto.
package onnx

// A Model is one graph and the operator sets it is written in.
type Model struct {
	IR       int64 // format version, such as 10
	Producer string
	Opsets   []Opset
	Graph    Graph
}

// An Opset names a version of a set of operators. The standard set's domain is "".
type Opset struct {
	Domain  string
	Version int64
}

// A Graph is a list of nodes in an order in which they can run.
type Graph struct {
	Name         string
	Inputs       []Port
	Outputs      []Port
	Initializers []Tensor
	Nodes        []Node
}

// DType is an element type by its number in TensorProto.DataType.
type DType int32

// The element types our graphs use.
const (
	Float    DType = 1
	Uint8    DType = 2
	Int8     DType = 3
	Int32    DType = 6
	Int64    DType = 7
	Bool     DType = 9
	Float16  DType = 10
	BFloat16 DType = 16
)

// Size is the length of one element in bytes, 0 for an unknown type.
func (t DType) Size() int64 {
	switch t {
	case Bool, Uint8, Int8:
		return 1
	case Float16, BFloat16:
		return 2
	case Float, Int32:
		return 4
	case Int64:
		return 8
	}
	return 0
}

// A Port is an input or output of a graph.
type Port struct {
	Name string
	Type DType
	Dims []Dim
}

// A Dim is a fixed length, or a named one when Name is set.
type Dim struct {
	Size int64
	Name string
}

// A Tensor is a constant: its elements lie in Raw, little endian and row
// major, or in a file.
type Tensor struct {
	Name string
	Type DType
	Dims []int64
	Raw  []byte
	File *External
}

// External says where a tensor's bytes lie.
type External struct {
	Location string // relative, with forward slashes
	Offset   int64
	Length   int64
}

// A Node is one operation. An input left out is "".
type Node struct {
	Name, Op, Domain string
	Inputs, Outputs  []string
	Attrs            []Attr
}

// An Attr is a named attribute of a node; see Int, Flt, Ints, Str and Body.
type Attr struct {
	Name string
	kind int32
	i    int64
	f    float32
	s    string
	is   []int64
	g    *Graph
}

// Kinds of attributes, numbered as in AttributeProto.AttributeType.
const (
	kindFloat  = 1
	kindInt    = 2
	kindString = 3
	kindGraph  = 5
	kindInts   = 7
)

// Int returns an integer attribute.
func Int(name string, v int64) Attr { return Attr{Name: name, kind: kindInt, i: v} }

// Flt returns a float attribute.
func Flt(name string, v float32) Attr { return Attr{Name: name, kind: kindFloat, f: v} }

// Str returns a string attribute.
func Str(name, v string) Attr { return Attr{Name: name, kind: kindString, s: v} }

// Ints returns a list of integers.
func Ints(name string, v ...int64) Attr { return Attr{Name: name, kind: kindInts, is: v} }

// Body returns a graph that a node such as Scan runs. It may use the values of
// the graph that the node is in.
func Body(name string, g Graph) Attr { return Attr{Name: name, kind: kindGraph, g: &g} }
