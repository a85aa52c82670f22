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
	"cascata/inference/sampler"
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

// Start is the recipe that a window begins with: what the model's makers
// recommend, or the usual settings where they say nothing.
func (m Models) Start(name string) Recipe {
	r := Recipe{Model: name, Device: "auto", Precision: "auto"}
	r.Steps, r.Guidance, r.DecoderSteps = 20, 4, 10
	ck, err := m.Open(name)
	if err != nil {
		return r // Generate says what is wrong
	}
	advice := ck.Meta.Recommended
	if p, err := sampler.ParsePreset(advice.Preset); err == nil {
		r.Preset = p
	}
	if advice.Steps > 0 {
		r.Steps, r.Guidance = advice.Steps, advice.Guidance
	}
	if advice.DecoderSteps > 0 {
		r.DecoderSteps, r.DecoderGuidance = advice.DecoderSteps, advice.DecoderGuidance
	}
	return r
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
