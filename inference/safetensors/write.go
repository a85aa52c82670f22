package safetensors

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
)

// An Array is an F32 tensor to be written, row major.
type Array struct {
	Shape []int64
	Data  []float32
}

// Write puts arrays and metadata, which may be nil, into a file at path. The
// file appears whole or not at all: it is written beside path, synced and
// renamed, replacing what was there.
func Write(path string, arrays map[string]Array, metadata map[string]string) error {
	shapes := make(map[string][]int64, len(arrays))
	for name, a := range arrays {
		shapes[name] = a.Shape
	}
	return WriteEach(path, shapes, metadata, func(name string) ([]float32, error) { return arrays[name].Data, nil })
}

// WriteEach is Write for arrays that need not be in memory together: data is
// called for one after another, by name, and its errors are returned.
func WriteEach(path string, shapes map[string][]int64, metadata map[string]string, data func(name string) ([]float32, error)) error {
	names := slices.Sorted(maps.Keys(shapes))
	header, err := header(names, shapes, metadata)
	if err != nil {
		return err
	}
	return Replace(path, func(w io.Writer) error {
		if _, err := w.Write(header); err != nil {
			return err
		}
		for _, name := range names {
			v, err := data(name)
			if err != nil {
				return err
			}
			if n, _ := elements(shapes[name]); n != int64(len(v)) {
				return fmt.Errorf("safetensors: %q has %d numbers for shape %v", name, len(v), shapes[name])
			}
			if err := binary.Write(w, binary.LittleEndian, v); err != nil {
				return err
			}
		}
		return nil
	})
}

// Replace writes a file beside path, syncs it and gives it the name: at path is
// what was there, or the whole of what write wrote.
func Replace(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// header is the length and the JSON table, padded so that data starts at a
// multiple of eight.
func header(names []string, shapes map[string][]int64, metadata map[string]string) ([]byte, error) {
	table := make(map[string]any, len(names)+1)
	if len(metadata) > 0 {
		table["__metadata__"] = metadata
	}
	at := int64(0)
	for _, name := range names {
		n, err := elements(shapes[name])
		if err != nil || n > math.MaxInt64/8-at {
			return nil, fmt.Errorf("safetensors: %q has shape %v", name, shapes[name])
		}
		table[name] = map[string]any{"dtype": "F32", "shape": shapes[name], "data_offsets": []int64{at, at + 4*n}}
		at += 4 * n
	}
	text, err := json.Marshal(table)
	if err != nil {
		return nil, err
	}
	for len(text)%8 != 0 {
		text = append(text, ' ')
	}
	if len(text) > maxHeader {
		return nil, fmt.Errorf("safetensors: a header of %d bytes (limit %d)", len(text), maxHeader)
	}
	return append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...), nil
}
