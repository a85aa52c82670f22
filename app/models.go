package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cascata/inference"
	"cascata/inference/checkpoint"
)

// Demo is the name of the built-in model.
const Demo = "demo"

// Models finds models by what an artist calls them.
type Models struct {
	Dir  string // installed models, one folder each
	Demo fs.FS  // the built-in model, in diffusers layout
}

// Open opens a model: the name of an installed one, or folders and files
// joined by commas. Errors wrap ErrModelMissing, ErrBadModel or ErrUnsupported.
func (m Models) Open(name string) (*checkpoint.Checkpoint, error) {
	paths, err := m.Resolve(name)
	if err != nil {
		return nil, err
	}
	return checkpoint.Open(paths...)
}

// Resolve says which folders and files name stands for. The built-in model is
// unpacked first if need be.
func (m Models) Resolve(name string) ([]string, error) {
	if name == "" || name == Demo {
		dir, err := m.unpackDemo()
		return []string{dir}, err
	}
	if installed := filepath.Join(m.Dir, name); filepath.IsLocal(name) && isDir(installed) {
		return []string{installed}, nil
	}
	var paths []string
	for _, p := range strings.Split(name, ",") {
		if p = strings.TrimSpace(p); p != "" {
			paths = append(paths, p)
		}
	}
	for _, p := range paths {
		if _, err := os.Stat(p); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w: %s is neither an installed model nor a file or folder; choose one that exists", inference.ErrModelMissing, p)
		}
	}
	return paths, nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
