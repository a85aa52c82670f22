// Package lora reads LoRA files of every format that Stable Cascade has and
// merges them into the weights of a checkpoint. The checkpoint's files stay as
// they are: the matrices that change, and no others, go into a side file, and
// the network that Merge returns reads them from there.
package lora

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cascata/inference/safetensors"
)

// Errors that callers may test for with errors.Is.
var (
	ErrBad = errors.New("LoRA cannot be used")

	// ErrWidths is a reason for ErrBad: it was made for a model of other widths.
	ErrWidths = errors.New("other widths")
)

// A fault says which LoRA file is wrong, why, and what to do about it.
type fault struct {
	path, cause, next string
	err               error // beneath it, may be nil
}

func (f *fault) Error() string {
	return fmt.Sprintf("%v: %s: %s; %s", ErrBad, f.path, f.cause, f.next)
}

func (f *fault) Unwrap() []error { return []error{ErrBad, f.err} }

// again is the usual next step for a damaged file.
const again = "download it again"

// A File is what a LoRA file's header says. No handle is kept.
type File struct {
	Path     string // absolute, symlinks resolved
	Size     int64  // bytes
	Metadata map[string]string

	id      string // identifies a file and its version
	tensors map[string]safetensors.Tensor
	changes []*change // by name
	words   []word    // by name
	strange []string  // keys that mean nothing here, sorted
	scaling scalings
}

// A change is all that a file says of one layer.
type change struct {
	name  string // of the layer as the file has it, for messages
	scope scope
	layer string // without prefixes, flattened
	parts map[part]string
}

// Open reads the header of the file at path. It returns an error wrapping
// ErrBad.
func Open(path string) (*File, error) {
	real, err := filepath.Abs(path)
	if err == nil {
		real, err = filepath.EvalSymlinks(real)
	}
	if err != nil {
		return nil, unreadable(path, err)
	}
	info, err := os.Stat(real)
	if err != nil {
		return nil, unreadable(path, err)
	}
	st, err := safetensors.Open(real)
	if err != nil {
		return nil, unreadable(path, err)
	}
	f := &File{Path: real, Size: info.Size(), Metadata: st.Metadata, tensors: st.Tensors}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%d", real, info.Size(), info.ModTime().UnixNano()))
	f.id = hex.EncodeToString(sum[:])
	if err := f.read(); err != nil {
		return nil, &fault{path, err.Error(), again, err}
	}
	f.scaling = scalingOf(real, st.Metadata)
	return f, nil
}

func unreadable(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &fault{path, "there is no such file", "check the path", err}
	case errors.Is(err, fs.ErrPermission):
		return &fault{path, "it may not be read", "change its permissions", err}
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".pt", ".ckpt", ".pth", ".bin":
		return &fault{path, "it is not safetensors; pickles are not read, because they can run programs", "download the .safetensors file instead", err}
	}
	return &fault{path, err.Error(), again, err}
}

// read sorts the tensors by what they mean.
func (f *File) read() error {
	byLayer := map[string]*change{}
	for _, key := range slices.Sorted(maps.Keys(f.tensors)) {
		if w, ok := wordOf(key); ok {
			f.addWord(w)
			continue
		}
		name, p, ok := split(key)
		if !ok {
			f.strange = append(f.strange, key)
			continue
		}
		scope, layer := place(name)
		id := fmt.Sprint(scope, " ", layer)
		c := byLayer[id]
		if c == nil {
			c = &change{name: name, scope: scope, layer: layer, parts: map[part]string{}}
			byLayer[id] = c
			f.changes = append(f.changes, c)
		}
		if other, ok := c.parts[p]; ok {
			return fmt.Errorf("the tensors %.80q and %.80q are the same part of one layer", other, key)
		}
		c.parts[p] = key
	}
	return nil
}

// shape is that of a part of c, nil where there is none.
func (f *File) shape(c *change, p part) []int64 {
	key, ok := c.parts[p]
	if !ok {
		return nil
	}
	return f.tensors[key].Shape
}
