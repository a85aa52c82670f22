package ort

import (
	"bytes"
	"debug/elf"
	"debug/pe"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// CUDA are the files that NVIDIA cards need and that lie elsewhere than the
// library, by absolute path.
type CUDA struct {
	Version  string   // of ONNX Runtime that the provider belongs to
	Provider []string // in one folder, which the program may write to
	Preload  []string // NVIDIA's libraries, in the order they are loaded
}

// beside returns the library to open in place of the one at path, so that it
// finds the provider of c: a twin of it in the provider's folder, since ONNX
// Runtime looks beside itself and nowhere else.
func (c *CUDA) beside(path string) (string, error) {
	if len(c.Provider) == 0 {
		return "", errors.New("no provider is named")
	}
	have, err := versionOf(path)
	if err != nil {
		return "", err
	}
	if have != c.Version {
		return "", fmt.Errorf("the installed part for CUDA is for ONNX Runtime %s, the library is %s: cascata devices install cuda brings the right one", c.Version, have)
	}
	twin := filepath.Join(filepath.Dir(c.Provider[0]), filepath.Base(path))
	if same(path, twin) {
		return twin, nil
	}
	tmp := twin + ".new"
	os.Remove(tmp)
	defer os.Remove(tmp)
	if err := os.Link(path, tmp); err != nil {
		if err := copyFile(path, tmp); err != nil {
			return "", err
		}
	}
	return twin, os.Rename(tmp, twin)
}

// versionOf is the release that a library of ONNX Runtime is: on Linux its
// symbols name it, on Windows its resources.
func versionOf(path string) (string, error) {
	if strings.EqualFold(filepath.Ext(path), ".dll") {
		return versionOfDLL(path)
	}
	f, err := elf.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	versions, err := f.DynamicVersions()
	if err != nil {
		return "", err
	}
	for _, v := range versions {
		if name, ok := strings.CutPrefix(v.Name, "VERS_"); ok {
			return name, nil
		}
	}
	return "", fmt.Errorf("%s does not say which version it is", path)
}

// fixedInfo is what VS_FIXEDFILEINFO begins with: its signature and its own
// version. The file's version follows, two words of major and minor, two of the rest.
var fixedInfo = []byte{0xbd, 0x04, 0xef, 0xfe, 0, 0, 1, 0}

func versionOfDLL(path string) (string, error) {
	f, err := pe.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	section := f.Section(".rsrc")
	if section == nil {
		return "", fmt.Errorf("%s does not say which version it is", path)
	}
	data, err := section.Data()
	if err != nil {
		return "", err
	}
	_, info, ok := bytes.Cut(data, fixedInfo)
	if !ok || len(info) < 8 {
		return "", fmt.Errorf("%s does not say which version it is", path)
	}
	word := func(at int) uint16 { return binary.LittleEndian.Uint16(info[at:]) }
	return fmt.Sprintf("%d.%d.%d", word(2), word(0), word(6)), nil
}

// same reports whether b is a twin of a, made since a last changed.
func same(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && (os.SameFile(x, y) || x.Size() == y.Size() && !y.ModTime().Before(x.ModTime()))
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// prepare brings the library's neighbours for CUDA in place and returns which
// library to open. What goes wrong costs the use of NVIDIA cards and nothing else.
func (r *Runtime) prepare(path string) string {
	c := r.opts.CUDA
	if c == nil {
		return path
	}
	twin, err := c.beside(path)
	for _, file := range c.Preload {
		if err == nil {
			err = openForGood(file)
		}
	}
	if err != nil {
		r.log.Warn("the installed parts for CUDA are not used", "err", err)
		return path
	}
	return twin
}
