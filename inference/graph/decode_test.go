package graph

import (
	"fmt"
	"strconv"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// decoded is what the tests read back from a serialised model.
type decoded struct {
	ir, opset    int64
	nodes        []decodedNode
	initializers map[string]decodedTensor
	inputs       []string
	outputs      []string
}

type decodedNode struct {
	op              string
	inputs, outputs []string
}

type decodedTensor struct {
	dims           []int64
	dtype          int64
	raw            []byte
	location       string
	offset, length int64
}

// fields calls f for every field of a protobuf message.
func fields(t *testing.T, b []byte, f func(n protowire.Number, v int64, sub []byte)) {
	t.Helper()
	for len(b) > 0 {
		n, typ, size := protowire.ConsumeTag(b)
		if size < 0 {
			t.Fatal(protowire.ParseError(size))
		}
		b = b[size:]
		switch typ {
		case protowire.VarintType:
			v, size := protowire.ConsumeVarint(b)
			f(n, int64(v), nil)
			b = b[max(size, 0):]
		case protowire.BytesType:
			sub, size := protowire.ConsumeBytes(b)
			f(n, 0, sub)
			b = b[max(size, 0):]
		case protowire.Fixed32Type:
			b = b[4:]
		default:
			t.Fatalf("field %d has wire type %d", n, typ)
		}
	}
}

func decode(t *testing.T, proto []byte) decoded {
	t.Helper()
	m := decoded{initializers: map[string]decodedTensor{}}
	fields(t, proto, func(n protowire.Number, v int64, sub []byte) {
		switch n {
		case 1:
			m.ir = v
		case 7:
			m.graph(t, sub)
		case 8:
			var domain string
			fields(t, sub, func(n protowire.Number, v int64, sub []byte) {
				switch {
				case n == 1:
					domain = string(sub)
				case n == 2 && domain == "":
					m.opset = v
				}
			})
		}
	})
	return m
}

func (m *decoded) graph(t *testing.T, b []byte) {
	t.Helper()
	name := func(b []byte) (s string) {
		fields(t, b, func(n protowire.Number, _ int64, sub []byte) {
			if n == 1 {
				s = string(sub)
			}
		})
		return s
	}
	fields(t, b, func(n protowire.Number, _ int64, sub []byte) {
		switch n {
		case 1:
			var d decodedNode
			fields(t, sub, func(n protowire.Number, _ int64, sub []byte) {
				switch n {
				case 1:
					d.inputs = append(d.inputs, string(sub))
				case 2:
					d.outputs = append(d.outputs, string(sub))
				case 4:
					d.op = string(sub)
				}
			})
			m.nodes = append(m.nodes, d)
		case 5:
			m.tensor(t, sub)
		case 11:
			m.inputs = append(m.inputs, name(sub))
		case 12:
			m.outputs = append(m.outputs, name(sub))
		}
	})
}

func (m *decoded) tensor(t *testing.T, b []byte) {
	t.Helper()
	var d decodedTensor
	var name string
	fields(t, b, func(n protowire.Number, v int64, sub []byte) {
		switch n {
		case 1:
			d.dims = append(d.dims, v)
		case 2:
			d.dtype = v
		case 8:
			name = string(sub)
		case 9:
			d.raw = sub
		case 13:
			var key, value string
			fields(t, sub, func(n protowire.Number, _ int64, sub []byte) {
				if n == 1 {
					key = string(sub)
				} else {
					value = string(sub)
				}
			})
			number, _ := strconv.ParseInt(value, 10, 64)
			switch key {
			case "location":
				d.location = value
			case "offset":
				d.offset = number
			case "length":
				d.length = number
			}
		}
	})
	if _, ok := m.initializers[name]; ok {
		t.Errorf("two initializers are called %q", name)
	}
	m.initializers[name] = d
}

// check fails unless every value is made once, before it is used, and every
// initializer is used.
func (m *decoded) check(t *testing.T) {
	t.Helper()
	made, used := map[string]bool{"": true}, map[string]bool{}
	for name := range m.initializers {
		made[name] = true
	}
	for _, name := range m.inputs {
		made[name] = true
	}
	for _, n := range m.nodes {
		for _, v := range n.inputs {
			if !made[v] {
				t.Errorf("%s reads %q, which nothing has made", n.op, v)
			}
			used[v] = true
		}
		for _, v := range n.outputs {
			if made[v] {
				t.Errorf("%q is made twice", v)
			}
			made[v] = true
		}
	}
	for name := range m.initializers {
		if !used[name] {
			t.Errorf("initializer %s is not used", name)
		}
	}
	for _, name := range m.outputs {
		if !made[name] {
			t.Errorf("output %s is not made", name)
		}
	}
}

// count is how many nodes have an operator.
func (m *decoded) count(op string) (n int) {
	for _, node := range m.nodes {
		if node.op == op {
			n++
		}
	}
	return n
}

func (d decodedTensor) String() string {
	return fmt.Sprintf("%v at %s:%d+%d", d.dims, d.location, d.offset, d.length)
}
