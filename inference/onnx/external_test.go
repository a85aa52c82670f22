package onnx

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// nested is a message of fields, each leading to the next.
func nested(body []byte, fields ...protowire.Number) []byte {
	for _, num := range slices.Backward(fields) {
		body = protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), body)
	}
	return body
}

// located is an entry of a tensor's external data.
func located(key, value string) []byte {
	b := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), key)
	return protowire.AppendString(protowire.AppendTag(b, 2, protowire.BytesType), value)
}

// Every place of a model where a tensor may be is found, and nothing else is
// changed.
func TestRelocate(t *testing.T) {
	places := map[string][]protowire.Number{
		"initializer": {7, 5, 13}, "node's attribute": {7, 1, 5, 5, 13}, "list of tensors": {7, 1, 5, 10, 13},
		"branch": {7, 1, 5, 6, 5, 13}, "sparse": {7, 15, 1, 13}, "function": {25, 7, 5, 5, 13}, "training": {20, 1, 5, 13},
	}
	model := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 10)
	want := slices.Clone(model)
	var names []string
	for name, fields := range places {
		model = append(model, nested(located("location", name), fields...)...)
		model = append(model, nested(located("offset", name), fields...)...)
		want = append(want, nested(located("location", "/d/"+name), fields...)...)
		want = append(want, nested(located("offset", name), fields...)...)
		names = append(names, name)
	}
	model = append(model, nested(located("location", "elsewhere"), 8, 13)...) // no tensor
	want = append(want, nested(located("location", "elsewhere"), 8, 13)...)
	slices.Sort(names)
	if got, err := Locations(model); err != nil || !slices.Equal(got, names) {
		t.Errorf("got %q, %v, want %q", got, err, names)
	}
	got, err := Relocate(model, func(s string) (string, error) { return "/d/" + s, nil })
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	refused := errors.New("no")
	if _, err := Relocate(model, func(string) (string, error) { return "", refused }); !errors.Is(err, refused) {
		t.Errorf("got %v, want the error of the function", err)
	}
}

func TestRelocateRefuses(t *testing.T) {
	deep := slices.Concat([]protowire.Number{7}, slices.Repeat([]protowire.Number{1, 5, 6}, 500))
	for name, b := range map[string][]byte{
		"noise": []byte("\xff\xff\xff"), "cut": nested(located("location", strings.Repeat("x", 99)), 7, 5, 13)[:50], "deep": nested(nil, deep...),
	} {
		if _, err := Locations(b); !errors.Is(err, errMalformed) {
			t.Errorf("%s: got %v, want errMalformed", name, err)
		}
	}
}

// Whatever the bytes, renaming nothing changes no location.
func FuzzRelocate(f *testing.F) {
	f.Add(nested(located("location", "x"), 7, 5, 13))
	f.Add(nested(located("location", "x"), 7, 1, 5, 6, 5, 13))
	f.Add([]byte("\x3a\x05abcde"))
	f.Fuzz(func(t *testing.T, b []byte) {
		was, err := Locations(b)
		if err != nil {
			return
		}
		same, err := Relocate(b, func(s string) (string, error) { return s, nil })
		if err != nil {
			t.Fatal(err)
		}
		if now, err := Locations(same); err != nil || !slices.Equal(was, now) {
			t.Errorf("%q and %q, %v", was, now, err)
		}
	})
}
