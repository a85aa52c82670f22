// Package safetensors reads and writes safetensors files: eight bytes of
// header length, a JSON table of tensors, and their bytes. Nothing in a file
// is trusted: the header's size, its JSON, every shape and every span are
// checked before use, and memory stays within a few times the header.
package safetensors

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
)

// errBad marks a file that is not safetensors, or is damaged.
var errBad = errors.New("not a whole safetensors file")

// Limits. The reference implementation sets the first.
const (
	maxHeader  = 100 << 20 // bytes
	maxTensors = 1 << 17
	maxDims    = 16
	maxName    = 1 << 12 // bytes
)

// A File is the table of one safetensors file. No handle is kept.
type File struct {
	Path     string
	Size     int64 // bytes
	Tensors  map[string]Tensor
	Metadata map[string]string
}

// A Tensor locates one tensor, little endian and row major. Its bytes lie
// inside the file, overlap no other's and, where its type is a known one, are
// as many as the shape needs. Together tensors fill the file behind its header.
type Tensor struct {
	DType  string // "F32", "F16", "BF16", "I64", ...; may be unknown to us
	Shape  []int64
	Offset int64 // bytes from the start of the file
	Length int64 // bytes
}

// Open reads the table of the file at path. Errors are those of
// package os, or say what is damaged.
func Open(path string) (*File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for ever
		return nil, fmt.Errorf("%w: not a regular file", errBad)
	}
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f, err := ReadHeader(r, info.Size())
	if err != nil {
		return nil, err
	}
	f.Path = path
	return f, nil
}

// ReadHeader reads the table of a file that is size bytes long, within bounds. The
// error says what of it is damaged.
func ReadHeader(r io.ReaderAt, size int64) (*File, error) {
	if size < 8 {
		return nil, fmt.Errorf("%w: only %d bytes long", errBad, size)
	}
	var b [8]byte
	if _, err := r.ReadAt(b[:], 0); err != nil {
		return nil, fmt.Errorf("%w: header length: %w", errBad, err)
	}
	n := binary.LittleEndian.Uint64(b[:])
	if n > maxHeader || int64(n) > size-8 {
		return nil, fmt.Errorf("%w: a header of %d bytes in a file of %d (limit %d)", errBad, n, size, maxHeader)
	}
	entries, meta, err := parse(bufio.NewReader(io.NewSectionReader(r, 8, int64(n))))
	if err != nil {
		return nil, fmt.Errorf("%w: header: %w", errBad, err)
	}
	f := &File{Size: size, Tensors: make(map[string]Tensor, len(entries)), Metadata: meta}
	start := 8 + int64(n)
	for _, e := range entries {
		if err := e.check(size - start); err != nil {
			return nil, fmt.Errorf("%w: tensor %.80q: %w", errBad, e.name, err)
		}
		f.Tensors[e.name] = Tensor{DType: e.dtype, Shape: e.shape, Offset: start + e.begin, Length: e.end - e.begin}
	}
	if err := cover(entries, size-start); err != nil {
		return nil, fmt.Errorf("%w: %w", errBad, err)
	}
	return f, nil
}

// check verifies the span against the size of the data section and the shape.
func (e entry) check(data int64) error {
	if e.end > data {
		return fmt.Errorf("it ends at byte %d of %d, the file is cut short", e.end, data)
	}
	if e.begin > e.end {
		return fmt.Errorf("it lies from byte %d to %d", e.begin, e.end)
	}
	n, err := elements(e.shape)
	if err != nil {
		return err
	}
	bits, ok := bitsOf[e.dtype]
	if !ok {
		return nil
	}
	if n > math.MaxInt64/bits || n*bits%8 != 0 || n*bits/8 != e.end-e.begin {
		return fmt.Errorf("%d bytes for %s of shape %v", e.end-e.begin, e.dtype, e.shape)
	}
	return nil
}

// elements multiplies the dimensions.
func elements(shape []int64) (int64, error) {
	if slices.Contains(shape, 0) {
		return 0, nil
	}
	n := int64(1)
	for _, d := range shape {
		if d < 0 || n > math.MaxInt64/d {
			return 0, fmt.Errorf("shape %v is out of range", shape)
		}
		n *= d
	}
	return n, nil
}

// cover demands that tensors lie one after another over the whole data section, as
// the reference implementation does: a header that ends too early or too late, or
// bytes that came in between, would otherwise give other weights without a word.
func cover(entries []entry, data int64) error {
	slices.SortFunc(entries, func(x, y entry) int {
		return cmp.Or(cmp.Compare(x.begin, y.begin), cmp.Compare(x.end, y.end))
	})
	var last entry
	for _, e := range entries {
		switch {
		case e.begin < last.end:
			return fmt.Errorf("tensors %.80q and %.80q overlap", last.name, e.name)
		case e.begin > last.end:
			return fmt.Errorf("%d bytes before tensor %.80q belong to none", e.begin-last.end, e.name)
		}
		last = e
	}
	if last.end < data {
		return fmt.Errorf("its last %d bytes belong to no tensor", data-last.end)
	}
	return nil
}

// bitsOf holds the width of an element, by type.
var bitsOf = map[string]int64{
	"F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
	"BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8,
	"U16": 16, "I16": 16, "F16": 16, "BF16": 16,
	"U32": 32, "I32": 32, "F32": 32,
	"U64": 64, "I64": 64, "F64": 64, "C64": 64,
}
