package onnx

import (
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
)

// Marshal returns m as a serialised ModelProto.
func (m *Model) Marshal() []byte {
	var b message
	b.int(1, m.IR)
	b.string(2, m.Producer)
	b.message(7, m.Graph.marshal)
	for _, o := range m.Opsets {
		b.message(8, func(b *message) {
			b.string(1, o.Domain)
			b.int(2, o.Version)
		})
	}
	return b.buf
}

func (g *Graph) marshal(b *message) {
	for i := range g.Nodes {
		b.message(1, g.Nodes[i].marshal)
	}
	b.string(2, g.Name)
	for i := range g.Initializers {
		b.message(5, g.Initializers[i].marshal)
	}
	for i := range g.Inputs {
		b.message(11, g.Inputs[i].marshal)
	}
	for i := range g.Outputs {
		b.message(12, g.Outputs[i].marshal)
	}
}

func (n *Node) marshal(b *message) {
	for _, s := range n.Inputs {
		b.string(1, s)
	}
	for _, s := range n.Outputs {
		b.string(2, s)
	}
	b.string(3, n.Name)
	b.string(4, n.Op)
	for i := range n.Attrs {
		b.message(5, n.Attrs[i].marshal)
	}
	if n.Domain != "" {
		b.string(7, n.Domain)
	}
}

func (a *Attr) marshal(b *message) {
	b.string(1, a.Name)
	switch a.kind {
	case kindFloat:
		b.float(2, a.f)
	case kindInt:
		b.int(3, a.i)
	case kindString:
		b.string(4, a.s)
	case kindGraph:
		b.message(6, a.g.marshal)
	case kindInts:
		for _, v := range a.is {
			b.int(8, v)
		}
	}
	b.int(20, int64(a.kind))
}

func (t *Tensor) marshal(b *message) {
	for _, d := range t.Dims {
		b.int(1, d)
	}
	b.int(2, int64(t.Type))
	b.string(8, t.Name)
	if t.File == nil {
		b.bytes(9, t.Raw)
		return
	}
	for _, e := range [][2]string{
		{"location", t.File.Location},
		{"offset", strconv.FormatInt(t.File.Offset, 10)},
		{"length", strconv.FormatInt(t.File.Length, 10)},
	} {
		b.message(13, func(b *message) {
			b.string(1, e[0])
			b.string(2, e[1])
		})
	}
	b.int(14, 1) // data_location: external
}

func (p *Port) marshal(b *message) {
	b.string(1, p.Name)
	b.message(2, func(b *message) { // TypeProto
		b.message(1, func(b *message) { // its tensor
			b.int(1, int64(p.Type))
			b.message(2, func(b *message) { // its shape
				for _, d := range p.Dims {
					b.message(1, d.marshal)
				}
			})
		})
	})
}

func (d Dim) marshal(b *message) {
	if d.Name != "" {
		b.string(2, d.Name)
		return
	}
	b.int(1, d.Size)
}

// A message is a protobuf message being written.
type message struct{ buf []byte }

func (b *message) int(field protowire.Number, v int64) {
	b.buf = protowire.AppendTag(b.buf, field, protowire.VarintType)
	b.buf = protowire.AppendVarint(b.buf, uint64(v))
}

func (b *message) float(field protowire.Number, v float32) {
	b.buf = protowire.AppendTag(b.buf, field, protowire.Fixed32Type)
	b.buf = protowire.AppendFixed32(b.buf, math.Float32bits(v))
}

func (b *message) string(field protowire.Number, v string) {
	b.buf = protowire.AppendTag(b.buf, field, protowire.BytesType)
	b.buf = protowire.AppendString(b.buf, v)
}

func (b *message) bytes(field protowire.Number, v []byte) {
	b.buf = protowire.AppendTag(b.buf, field, protowire.BytesType)
	b.buf = protowire.AppendBytes(b.buf, v)
}

func (b *message) message(field protowire.Number, write func(*message)) {
	var sub message
	write(&sub)
	b.bytes(field, sub.buf)
}
