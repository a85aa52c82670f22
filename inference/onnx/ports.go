package onnx

import (
	"fmt"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Limits of what is believed of a file.
const (
	maxPorts = 4096
	maxRank  = 32
	maxText  = 1 << 16 // bytes of a name
)

// Ports lists the inputs that must be given to the graph of a ModelProto of size
// bytes, and its outputs. Weights are stepped over, not read. An input that has an initializer need not
// be given, so it is left out. A Dim that is open has the size -1; Dims that stay
// nil are of any rank. Bytes that are no model are an error.
func Ports(r io.ReaderAt, size int64) (in, out []Port, err error) {
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
		err = errMalformed
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
			return errMalformed
		}
		m.off += int64(n)
		var body span
		var value uint64
		switch kind {
		case protowire.VarintType, protowire.BytesType:
			if value, n = protowire.ConsumeVarint(b[n:]); n < 0 {
				return errMalformed
			}
			m.off += int64(n)
			if kind == protowire.VarintType {
				break
			}
			if value > uint64(m.end-m.off) {
				return fmt.Errorf("%w: a field is longer than the file", errMalformed)
			}
			body = span{m.off, m.off + int64(value)}
			m.off = body.end
		case protowire.Fixed32Type:
			m.off += 4
		case protowire.Fixed64Type:
			m.off += 8
		default:
			return errMalformed
		}
		if m.off > m.end {
			return errMalformed
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
		return "", fmt.Errorf("%w: a name of %d bytes", errMalformed, n)
	}
	b := make([]byte, n)
	if _, err := s.r.ReadAt(b, body.off); err != nil && n > 0 {
		return "", err
	}
	return string(b), nil
}

// port appends the ValueInfoProto at body to list.
func (s *scanner) port(body span, list *[]Port) error {
	if len(*list) == maxPorts {
		return fmt.Errorf("%w: more than %d inputs or outputs", errMalformed, maxPorts)
	}
	p := Port{}
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

// tensorType reads a TypeProto.Tensor. Dims that stay nil are of any rank.
func (s *scanner) tensorType(body span, p *Port) error {
	return s.each(body, func(num protowire.Number, body span, value uint64) error {
		switch num {
		case 1: // elem_type
			p.Type = DType(min(value, math.MaxInt32))
		case 2: // shape
			p.Dims = []Dim{}
			return s.each(body, func(num protowire.Number, body span, _ uint64) error {
				if num != 1 { // TensorShapeProto.dim
					return nil
				}
				if len(p.Dims) == maxRank {
					return fmt.Errorf("%w: more than %d dimensions", errMalformed, maxRank)
				}
				dim := int64(-1)
				err := s.each(body, func(num protowire.Number, _ span, value uint64) error {
					if num == 1 && value <= math.MaxInt64 { // dim_value
						dim = int64(value)
					}
					return nil
				})
				p.Dims = append(p.Dims, Dim{Size: dim})
				return err
			})
		}
		return nil
	})
}
