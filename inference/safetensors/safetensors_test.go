package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// file makes a safetensors file of a header and so many bytes of data.
func file(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	b = append(b, header...)
	return append(b, make([]byte, data)...)
}

func read(b []byte) (*File, error) { return ReadHeader(bytes.NewReader(b), int64(len(b))) }

func TestReadHeader(t *testing.T) {
	header := `{"__metadata__":{"format":"pt"},` +
		`"b":{"dtype":"BF16","shape":[2,3],"data_offsets":[4,16]},` +
		`"a":{"shape":[],"data_offsets":[0,4],"dtype":"F32"},` +
		`"none":{"dtype":"F32","shape":[7,0],"data_offsets":[16,16]},` +
		`"new":{"dtype":"Q3_X","shape":[5],"data_offsets":[16,19]}}   `
	f, err := read(file(header, 19))
	if err != nil {
		t.Fatal(err)
	}
	start := int64(8 + len(header))
	want := map[string]Tensor{
		"a":    {"F32", []int64{}, start, 4},
		"b":    {"BF16", []int64{2, 3}, start + 4, 12},
		"none": {"F32", []int64{7, 0}, start + 16, 0},
		"new":  {"Q3_X", []int64{5}, start + 16, 3},
	}
	if !reflect.DeepEqual(f.Tensors, want) {
		t.Errorf("got %v\nwant %v", f.Tensors, want)
	}
	if f.Metadata["format"] != "pt" {
		t.Errorf("metadata %v", f.Metadata)
	}
}

func TestReadHeaderRefuses(t *testing.T) {
	length := func(n uint64) []byte { return append(binary.LittleEndian.AppendUint64(nil, n), "{}      "...) }
	one := func(entry string) []byte { return file(`{"w":`+entry+`}`, 8) }
	for _, tt := range []struct {
		name string
		file []byte
		says string
	}{
		{"empty", nil, "0 bytes"},
		{"seven bytes", make([]byte, 7), "7 bytes"},
		{"length 2^63", length(1 << 63), "9223372036854775808"},
		{"length 2^64-1", length(math.MaxUint64), "18446744073709551615"},
		{"length above the limit", length(maxHeader + 1), "limit"},
		{"length beyond the file", length(9), "9 bytes in a file of 16"},
		{"no JSON", file("PK\x03\x04", 0), "header"},
		{"null", file("null", 0), "wants"},
		{"a list", file("[]", 0), "wants"},
		{"cut", file(`{"w":{"dtype":"F32"`, 8), "header"},
		{"two values", file(`{}{}`, 0), "after its end"},
		{"deep", file(`{"w":`+strings.Repeat("[", 1<<20), 0), "wants"},
		{"deep objects", file(`{"w":{"shape":`+strings.Repeat(`{"shape":`, 1<<16), 0), "wants"},
		{"twice", file(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), "twice"},
		{"no span", one(`{"dtype":"F32","shape":[1]}`), "wants dtype, shape"},
		{"one offset", one(`{"dtype":"F32","shape":[1],"data_offsets":[4]}`), "two data_offsets"},
		{"three offsets", one(`{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}`), "more than 2"},
		{"negative", one(`{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}`), "whole number"},
		{"fraction", one(`{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}`), "whole number"},
		{"2^63 offset", one(`{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775808]}`), "whole number"},
		{"backwards", one(`{"dtype":"F32","shape":[1],"data_offsets":[8,4]}`), "byte 8 to 4"},
		{"outside", one(`{"dtype":"F32","shape":[4],"data_offsets":[0,16]}`), "byte 16 of 8"},
		{"short for its shape", one(`{"dtype":"F32","shape":[2],"data_offsets":[0,4]}`), "4 bytes for F32"},
		{"long for its shape", one(`{"dtype":"F16","shape":[2],"data_offsets":[0,8]}`), "8 bytes for F16"},
		{"product of 2^64", one(`{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}`), "out of range"},
		{"product of 2^62 times 4", one(`{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}`), "0 bytes for F32"},
		{"half a byte", one(`{"dtype":"F4","shape":[3],"data_offsets":[0,1]}`), "1 bytes for F4"},
		{"17 dimensions", one(`{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}`), "more than 16"},
		{"unknown member", one(`{"dtype":"F32","shape":[1],"offset":[0,4]}`), "unknown member"},
		{"long name", file(`{"`+strings.Repeat("n", maxName+1)+`":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}`, 8), "name of 4097 bytes"},
		{"metadata of numbers", file(`{"__metadata__":{"a":1}}`, 0), "wants text"},
		{"overlap", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}}`, 8), `"a" and "b" overlap`},
		{"the same bytes", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 8), "overlap"},
		{"a gap at the beginning", one(`{"dtype":"F32","shape":[1],"data_offsets":[4,8]}`), `4 bytes before tensor "w"`},
		{"a gap", file(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"none":{"dtype":"U8","shape":[0],"data_offsets":[2,2]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}`, 8), `2 bytes before tensor "b"`},
		{"bytes at the end", one(`{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`), "last 4 bytes"},
		{"bytes and no tensor", file(`{}`, 8), "last 8 bytes"},
		{"an empty tensor past the end", file(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[8,8]}}`, 8), "8 bytes before"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := read(tt.file)
			if !errors.Is(err, errBad) {
				t.Fatalf("got %v, want errBad", err)
			}
			if msg := err.Error(); !strings.Contains(msg, tt.says) || len(msg) > 5000 {
				t.Errorf("%.300q does not say %q", msg, tt.says)
			}
		})
	}
}

// A length that ends within the padding would move every tensor.
func TestReadHeaderRefusesAShorterLength(t *testing.T) {
	b := file(`{"w":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}   `, 8)
	if _, err := read(b); err != nil {
		t.Fatal(err)
	}
	b[0] -= 2
	if _, err := read(b); !errors.Is(err, errBad) || !strings.Contains(err.Error(), "last 2 bytes") {
		t.Errorf("got %v, want errBad about 2 bytes", err)
	}
}

func TestOpenRefusesFolders(t *testing.T) {
	if _, err := Open(t.TempDir()); !errors.Is(err, errBad) {
		t.Errorf("got %v, want errBad", err)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want ErrNotExist", err)
	}
}

func TestWriteAndRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "latent.safetensors")
	data := make([]float32, 16*3*5)
	for i := range data {
		data[i] = float32(i)*0.37 - 20
	}
	in := map[string]Array{"latent": {[]int64{1, 16, 3, 5}, data}, "empty": {[]int64{0}, nil}}
	for range 2 { // the second time over an old file
		if err := Write(path, in, map[string]string{"seed": "7"}); err != nil {
			t.Fatal(err)
		}
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Floats("latent")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, data) || !reflect.DeepEqual(f.Tensors["latent"].Shape, []int64{1, 16, 3, 5}) {
		t.Errorf("read back %v of shape %v", got, f.Tensors["latent"].Shape)
	}
	if f.Metadata["seed"] != "7" || f.Tensors["latent"].Offset%8 != 0 {
		t.Errorf("metadata %v, offset %d", f.Metadata, f.Tensors["latent"].Offset)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("left behind: %v", files)
	}
	if err := Write(path, map[string]Array{"x": {[]int64{2}, data}}, nil); err == nil {
		t.Error("a shape of 2 with 240 numbers was written")
	}
	if err := Write(filepath.Join(dir, "none", "x"), in, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want ErrNotExist", err)
	}
}

// The widening of all 65536 halves, against the formula of IEEE 754.
func TestHalf(t *testing.T) {
	for i := range 1 << 16 {
		h := uint16(i)
		exp, frac := int(h>>10&31), float64(h&1023)
		want := math.Ldexp(1+frac/1024, exp-15)
		switch {
		case exp == 0:
			want = math.Ldexp(frac/1024, -14)
		case exp == 31 && frac == 0:
			want = math.Inf(1)
		case exp == 31:
			want = math.NaN()
		}
		if h>>15 == 1 {
			want = -want
		}
		got := float64(half(h))
		if got != want && !(math.IsNaN(got) && math.IsNaN(want)) || math.Signbit(got) != (h>>15 == 1) {
			t.Fatalf("half(%#x) = %g, want %g", h, got, want)
		}
	}
}

func TestFloatsOfEveryType(t *testing.T) {
	header := `{"f":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"h":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},` +
		`"b":{"dtype":"BF16","shape":[2],"data_offsets":[12,16]},"i":{"dtype":"I64","shape":[1],"data_offsets":[16,24]}}`
	b := file(header, 0)
	for _, v := range []any{[]float32{1.5, -2}, []uint16{0x3e00, 0xc000}, []uint16{0x3fc0, 0xc000}, int64(3)} {
		b, _ = binary.Append(b, binary.LittleEndian, v)
	}
	path := filepath.Join(t.TempDir(), "x.safetensors")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"f", "h", "b"} {
		if got, err := f.Floats(name); err != nil || !reflect.DeepEqual(got, []float32{1.5, -2}) {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
	for _, name := range []string{"i", "none"} {
		if _, err := f.Floats(name); !errors.Is(err, errBad) {
			t.Errorf("%s: got %v, want errBad", name, err)
		}
	}
}

// Whatever the bytes, an accepted table keeps the package's promises.
func FuzzHeader(f *testing.F) {
	f.Add(file(`{"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}`, 4))
	f.Add(file(`{"w":{"dtype":"F16","shape":[2],"data_offsets":[0,99]}}`, 4))
	f.Add(file(`{"__metadata__":{"a":"b"},"v":{"dtype":"F32","shape":[],"data_offsets":[4,8]},"w":{"dtype":"U8","shape":[2,2],"data_offsets":[0,4]}}`, 8))
	f.Add(file(`null`, 0))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := read(b)
		if err != nil {
			if !errors.Is(err, errBad) {
				t.Errorf("%v is not errBad", err)
			}
			return
		}
		used, free := make([]bool, len(b)), len(b)-8-int(binary.LittleEndian.Uint64(b))
		for name, x := range got.Tensors {
			if x.Offset < 8 || x.Length < 0 || x.Offset+x.Length > int64(len(b)) {
				t.Fatalf("%s lies at %d, %d bytes long, in %d", name, x.Offset, x.Length, len(b))
			}
			for i := range x.Length {
				if used[x.Offset+i] {
					t.Fatalf("%s shares byte %d", name, x.Offset+i)
				}
				used[x.Offset+i] = true
			}
			free -= int(x.Length)
			v, err := ReadFloats(bytes.NewReader(b), x)
			n, _ := elements(x.Shape)
			if (x.DType == "F32" || x.DType == "F16" || x.DType == "BF16") && (err != nil || int64(len(v)) != n) {
				t.Errorf("%s: %d numbers for shape %v, %v", name, len(v), x.Shape, err)
			}
		}
		if free != 0 {
			t.Errorf("%d bytes belong to no tensor", free)
		}
	})
}
