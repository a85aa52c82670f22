package ort

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"google.golang.org/protobuf/encoding/protowire"

	"cascata/inference"
)

// The library wants the names of inputs and outputs before it loads a graph,
// so they are read off the file here. Weights inside it are stepped over.

// Limits of what is believed of a file.
const (
	maxPorts = 4096
	maxRank  = 32
	maxText  = 1 << 16 // bytes of a name
)

var errGraph = errors.New("not an ONNX graph")

// readPorts lists the inputs that must be given and the outputs of m.
func readPorts(m inference.Model) (in, out []inference.Port, err error) {
	if m.Path == "" {
		return scanPorts(bytes.NewReader(m.Proto), int64(len(m.Proto)))
	}
	f, err := os.Open(m.Path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errGraph
	}
	return scanPorts(f, info.Size())
}

// scanPorts reads a ModelProto of size bytes. An input that has an initializer
// need not be given, so it is left out.
func scanPorts(r io.ReaderAt, size int64) (in, out []inference.Port, err error) {
	s := &scanner{r: r}
	set := map[string]bool{}
	graphs := 0
	err = s.each(span{0, size}, func(num protowire.Number, body span, _ uint64) error {
		if num != 7 { // ModelProto.graph
			return nil
		}
		graphs++
		return s.each(body, func(num protowire.Number, body span, _ uint64) error {
			switch num { // of GraphProto
			case 5: // initializer
				return s.each(body, func(num protowire.Number, body span, _ uint64) error {
					if num != 8 { // TensorProto.name
						return nil
					}
					name, err := s.text(body)
					set[name] = true
					return err
				})
			case 11:
				return s.port(body, &in)
			case 12:
				return s.port(body, &out)
			}
			return nil
		})
	})
	if err == nil && (graphs != 1 || len(out) == 0) {
		err = errGraph
	}
	if err != nil {
		return nil, nil, err
	}
	given := in[:0]
	for _, p := range in {
		if !set[p.Name] {
			given = append(given, p)
		}
	}
	return given, out, nil
}

// A scanner walks protobuf messages in a file without reading what it skips.
type scanner struct {
	r    io.ReaderAt
	buf  []byte // the window of r at base
	base int64
}

// A span is a part of the file: off up to end.
type span struct{ off, end int64 }

// each calls f for every field of a message: with the span of a
// length-delimited one, or the value of a varint.
func (s *scanner) each(m span, f func(num protowire.Number, body span, value uint64) error) error {
	for m.off < m.end {
		b, err := s.window(m)
		if err != nil {
			return err
		}
		num, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return errGraph
		}
		m.off += int64(n)
		var body span
		var value uint64
		switch kind {
		case protowire.VarintType, protowire.BytesType:
			if value, n = protowire.ConsumeVarint(b[n:]); n < 0 {
				return errGraph
			}
			m.off += int64(n)
			if kind == protowire.VarintType {
				break
			}
			if value > uint64(m.end-m.off) {
				return fmt.Errorf("%w: a field is longer than the file", errGraph)
			}
			body = span{m.off, m.off + int64(value)}
			m.off = body.end
		case protowire.Fixed32Type:
			m.off += 4
		case protowire.Fixed64Type:
			m.off += 8
		default:
			return errGraph
		}
		if m.off > m.end {
			return errGraph
		}
		if err := f(num, body, value); err != nil {
			return err
		}
	}
	return nil
}

// window returns what lies at m.off, cut at m.end: enough for a tag and a length.
func (s *scanner) window(m span) ([]byte, error) {
	const need, size = 2 * 10, 1 << 15
	end := s.base + int64(len(s.buf))
	if m.off < s.base || m.off >= end || end < min(m.off+need, m.end) {
		if s.buf == nil {
			s.buf = make([]byte, size)
		}
		s.buf = s.buf[:size]
		n, err := s.r.ReadAt(s.buf, m.off)
		if n == 0 && err != nil {
			return nil, err
		}
		s.buf, s.base = s.buf[:n], m.off
	}
	b := s.buf[m.off-s.base:]
	return b[:min(int64(len(b)), m.end-m.off)], nil
}

func (s *scanner) text(body span) (string, error) {
	n := body.end - body.off
	if n > maxText {
		return "", fmt.Errorf("%w: a name of %d bytes", errGraph, n)
	}
	b := make([]byte, n)
	if _, err := s.r.ReadAt(b, body.off); err != nil && n > 0 {
		return "", err
	}
	return string(b), nil
}

// port appends the ValueInfoProto at body to list.
func (s *scanner) port(body span, list *[]inference.Port) error {
	if len(*list) == maxPorts {
		return fmt.Errorf("%w: more than %d inputs or outputs", errGraph, maxPorts)
	}
	p := inference.Port{Type: "unknown"}
	err := s.each(body, func(num protowire.Number, body span, _ uint64) (err error) {
		switch num { // of ValueInfoProto
		case 1: // name
			p.Name, err = s.text(body)
		case 2: // type
			err = s.each(body, func(num protowire.Number, body span, _ uint64) error {
				if num != 1 { // TypeProto.tensor_type; others are no tensors
					return nil
				}
				return s.tensorType(body, &p)
			})
		}
		return err
	})
	*list = append(*list, p)
	return err
}

// tensorType reads a TypeProto.Tensor. A Shape that stays nil is of any rank.
func (s *scanner) tensorType(body span, p *inference.Port) error {
	return s.each(body, func(num protowire.Number, body span, value uint64) error {
		switch num {
		case 1: // elem_type
			p.Type = typeName(value)
		case 2: // shape
			p.Shape = []int64{}
			return s.each(body, func(num protowire.Number, body span, _ uint64) error {
				if num != 1 { // TensorShapeProto.dim
					return nil
				}
				if len(p.Shape) == maxRank {
					return fmt.Errorf("%w: more than %d dimensions", errGraph, maxRank)
				}
				dim := int64(-1)
				err := s.each(body, func(num protowire.Number, _ span, value uint64) error {
					if num == 1 && value <= math.MaxInt64 { // dim_value
						dim = int64(value)
					}
					return nil
				})
				p.Shape = append(p.Shape, dim)
				return err
			})
		}
		return nil
	})
}
