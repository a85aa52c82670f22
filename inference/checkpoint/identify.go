package checkpoint

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Identify opens the networks at a path, which is a file with weights or the
// folder of one component, by what is written there and not by names. It reads tables and
// configurations only. What is of another kind of model gives none. Errors, as of
// Open, are of files that should be ours, or cannot be told.
func Identify(path string) ([]*Network, error) {
	if isFolder(path) {
		return identifyFolder(path)
	}
	if ours, err := mentions(path); err != nil || !ours {
		return nil, err
	}
	f, err := openTensors(path)
	if err != nil {
		return nil, err
	}
	all, err := tensorsOf(f)
	if err != nil {
		return nil, err
	}
	var out []*Network
	var fault error
	for _, p := range parts(all) {
		if n, err := openPart(f, p); err == nil {
			out = append(out, n)
		} else {
			fault = err
		}
	}
	if out != nil {
		return out, nil
	}
	return nil, fault
}

func identifyFolder(dir string) ([]*Network, error) {
	if !IsComponent(dir) {
		return nil, nil
	}
	b, err := readSmall(within(dir, "config.json"), maxConfig)
	if err != nil {
		return nil, err
	}
	kind, err := kindOf(b)
	if err != nil {
		return nil, nil // another model's
	}
	n, err := openFolder(dir, kind, "", "")
	if err != nil {
		return nil, err
	}
	return []*Network{n}, nil
}

// IsComponent reports whether a folder has weights and their configuration.
func IsComponent(dir string) bool {
	return exists(within(dir, "config.json")) && len(weightSets(dir)) > 0
}

// IsWeights tells by its ending whether a file may hold weights that can be read.
func IsWeights(name string) bool {
	return slices.Contains(weightEndings, strings.ToLower(filepath.Ext(name)))
}

// Refuse says why the file or folder at path is not used, and what network it should be by
// its name; no kind if the name does not tell.
func Refuse(path string, err error) Refusal {
	r := Refusal{Path: path}
	r.Kind, _ = guess(path)
	var why *fault
	if errors.As(pathFault(path, err), &why) {
		r.Cause, r.Next = why.cause, why.next
	}
	return r
}

// maxLooked bounds a table that is looked through for names of ours, bytes. The
// largest official one has 200 KB.
const maxLooked = 16 << 20

// mentions reports whether a file's table has a name by which a network of ours
// is told. It is far quicker than reading the table.
func mentions(path string) (bool, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false, err
	}
	r, err := os.Open(path)
	if err != nil {
		return false, faultIn(path, err)
	}
	defer r.Close()
	var size [8]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		_, err = openTensors(path)
		return false, err
	}
	n := binary.LittleEndian.Uint64(size[:])
	if n > maxLooked || int64(n) > info.Size()-8 {
		_, err = openTensors(path) // it says what is wrong
		return false, err
	}
	table := make([]byte, n)
	if _, err := io.ReadFull(r, table); err != nil {
		return false, faultIn(path, err)
	}
	for _, names := range marks {
		if slices.ContainsFunc(names, func(m string) bool { return bytes.Contains(table, []byte(m+`"`)) }) {
			return true, nil
		}
	}
	return false, nil
}
