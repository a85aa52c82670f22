package onnx

import (
	"errors"
	"fmt"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// errMalformed marks bytes that are no ONNX model.
var errMalformed = errors.New("not an ONNX model")

// maxNesting bounds graphs in nodes of graphs.
const maxNesting = 32 // messages, about 10 graphs

// A scope is a message of ONNX that may hold tensors, at whatever depth.
type scope int

const (
	inModel scope = iota
	inFunction
	inTraining
	inGraph
	inNode
	inAttribute
	inSparse
	inTensor
	inExternal
)

// inner are the fields of each message that lead to tensors' external data.
var inner = map[scope]map[protowire.Number]scope{
	inModel:     {7: inGraph, 20: inTraining, 25: inFunction},
	inTraining:  {1: inGraph, 2: inGraph},
	inFunction:  {7: inNode, 11: inAttribute},
	inGraph:     {1: inNode, 5: inTensor, 15: inSparse},
	inNode:      {5: inAttribute},
	inAttribute: {5: inTensor, 6: inGraph, 10: inTensor, 11: inGraph, 22: inSparse, 23: inSparse},
	inSparse:    {1: inTensor, 2: inTensor},
	inTensor:    {13: inExternal},
}

// Locations lists the files that tensors of a serialised ModelProto lie in, as
// the model names them, each once, sorted. Bytes that are
// no model are an error.
func Locations(model []byte) ([]string, error) {
	seen := map[string]bool{}
	_, err := Relocate(model, func(location string) (string, error) {
		seen[location] = true
		return location, nil
	})
	var list []string
	for location := range seen {
		list = append(list, location)
	}
	slices.Sort(list)
	return list, err
}

// Relocate returns a serialised ModelProto with every file that its tensors
// lie in renamed by to. Errors are those of to; bytes that are no model are one too.
func Relocate(model []byte, to func(location string) (string, error)) ([]byte, error) {
	return relocate(make([]byte, 0, len(model)), model, inModel, 0, to)
}

// relocate appends the message b to out.
func relocate(out, b []byte, in scope, depth int, to func(string) (string, error)) ([]byte, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("%w: graphs are nested too deep", errMalformed)
	}
	if in == inExternal {
		return entry(out, b, to)
	}
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeField(b)
		if n < 0 {
			return nil, fmt.Errorf("%w: %w", errMalformed, protowire.ParseError(n))
		}
		field := b[:n]
		b = b[n:]
		_, _, tag := protowire.ConsumeTag(field)
		next, ok := inner[in][num]
		if !ok || typ != protowire.BytesType {
			out = append(out, field...)
			continue
		}
		body, _ := protowire.ConsumeBytes(field[tag:])
		changed, err := relocate(nil, body, next, depth+1, to)
		if err != nil {
			return nil, err
		}
		out = protowire.AppendBytes(append(out, field[:tag]...), changed)
	}
	return out, nil
}

// entry appends a StringStringEntryProto, whose key may be "location".
func entry(out, b []byte, to func(string) (string, error)) ([]byte, error) {
	var key, value string
	rest := b
	for len(rest) > 0 {
		num, typ, n := protowire.ConsumeTag(rest)
		if n < 0 {
			return nil, fmt.Errorf("%w: %w", errMalformed, protowire.ParseError(n))
		}
		size := protowire.ConsumeFieldValue(num, typ, rest[n:])
		if size < 0 {
			return nil, fmt.Errorf("%w: %w", errMalformed, protowire.ParseError(size))
		}
		if typ == protowire.BytesType {
			text, _ := protowire.ConsumeBytes(rest[n:])
			switch num {
			case 1:
				key = string(text)
			case 2:
				value = string(text)
			}
		}
		rest = rest[n+size:]
	}
	if key != "location" {
		return append(out, b...), nil
	}
	value, err := to(value)
	if err != nil {
		return nil, err
	}
	out = protowire.AppendString(protowire.AppendTag(out, 1, protowire.BytesType), key)
	return protowire.AppendString(protowire.AppendTag(out, 2, protowire.BytesType), value), nil
}
