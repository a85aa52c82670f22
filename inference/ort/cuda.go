package ort

import (
	"debug/elf"
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

// versionOf is the release that a library of ONNX Runtime is: its symbols name it.
func versionOf(path string) (string, error) {
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

// same tells whether b is a twin of a, made since a last changed.
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
