package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"cascata/app/catalogue"
	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/sampler"
)

// Models finds models by what an artist calls them.
type Models struct {
	Shelf *catalogue.Shelf // installed models; a folder in its own is one too
	Demo  fs.FS            // the built-in model, in diffusers layout
}

// Open opens a model: the name of an installed one, or folders, files and such
// names joined by commas. Errors wrap ErrModelMissing, ErrBadModel or ErrUnsupported.
func (m Models) Open(name string) (*checkpoint.Checkpoint, error) {
	paths, err := m.resolve(name)
	if err != nil {
		return nil, err
	}
	return checkpoint.Open(paths...)
}

// A ModelInfo is what the window shows of a model.
type ModelInfo struct {
	Name          string // as Models.Open takes it
	Title         string
	Licence       string
	Width, Height int                  // native size, pixels
	Least         int                  // the smallest side of a picture, pixels
	Bytes         int64                // of all its files
	Parts         []string             // names of its networks, see checkpoint.Network.Label
	Refused       []checkpoint.Refusal // looked at and not used, that may hold what is missing
	Accepts       Accepts              // beside the words
	Start         recipe.Sketch        // what its makers recommend, or the usual settings where they say nothing
}

// Look opens a model and says what it is. Its errors are those of Open.
func (m Models) Look(name string) (ModelInfo, error) {
	info := ModelInfo{Name: name, Title: filepath.Base(name), Width: 1024, Height: 1024, Least: recipe.SideUnit, Start: recipe.Usual(name)}
	paths, err := m.resolve(name)
	if err != nil {
		return info, err
	}
	info.Title = filepath.Base(paths[0])
	if m.Shelf != nil {
		if title, licence, ok := m.Shelf.Describe(name); ok {
			info.Title, info.Licence = title, licence
		}
	}
	ck, err := checkpoint.Open(paths...)
	if err != nil {
		return info, err
	}
	meta := ck.Meta
	if meta.Title != "" {
		info.Title = meta.Title
	}
	if meta.Licence != "" {
		info.Licence = meta.Licence
	}
	if meta.Width > 0 && meta.Height > 0 {
		info.Width, info.Height = meta.Width, meta.Height
	}
	info.Least = inference.GeometryOf(ck).Least(sampler.Official)
	for _, n := range append(networks(ck), ck.Beside()...) {
		info.Parts = append(info.Parts, n.Label())
	}
	info.Bytes, info.Refused, info.Accepts = size(ck), ck.RefusedFor(needed...), acceptsOf(ck)
	r := &info.Start.Recipe
	r.Width, r.Height = info.Width, info.Height
	r.Advise(meta.Recommended)
	return info, nil
}

// needed are the networks that no picture can be made without.
var needed = []checkpoint.Kind{checkpoint.KindText, checkpoint.KindPrior, checkpoint.KindDecoder, checkpoint.KindVQ}

// resolve says which folders and files name stands for. The built-in model is
// unpacked first if need be.
func (m Models) resolve(name string) ([]string, error) {
	if name == "" || name == recipe.Demo {
		dir, err := m.unpackDemo()
		return []string{dir}, err
	}
	if paths, ok := m.installed(name); ok {
		return paths, nil
	}
	var paths []string
	for _, p := range splitPaths(name, m.known) {
		if at, ok := m.installed(p); ok && !exists(p) {
			paths = append(paths, at...)
			continue
		}
		if p == recipe.Demo && m.Demo != nil && !exists(p) {
			dir, err := m.unpackDemo()
			if err != nil {
				return nil, err
			}
			paths = append(paths, dir)
			continue
		}
		if _, ok := catalogue.Find(p); ok && !exists(p) {
			return nil, fmt.Errorf("%w: %s is not here; cascata models download %s fetches it", inference.ErrModelMissing, p, p)
		}
		if paths = append(paths, p); !exists(p) {
			return nil, fmt.Errorf("%w: %s is neither an installed model nor a file or folder; choose one that exists", inference.ErrModelMissing, p)
		}
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%w: %q names no file or folder; choose one that exists", inference.ErrModelMissing, name)
	}
	return paths, nil
}

// installed are the paths of an installed model.
func (m Models) installed(name string) ([]string, bool) {
	if m.Shelf == nil {
		return nil, false
	}
	if paths, ok := m.Shelf.Paths(name); ok {
		return paths, true
	}
	dir := filepath.Join(m.Shelf.Dir, name)
	return []string{dir}, filepath.IsLocal(name) && name[0] != '.' && disk.IsDir(dir) // "." is a path
}

// known reports whether there is something at a path, or a model of that name.
func (m Models) known(path string) bool {
	_, ok := m.installed(path)
	return ok || exists(path)
}

// Add gives a name to the model that name stands for, as Open takes it. missing are the networks that a
// picture needs and it lacks. See catalogue.Shelf.Add.
func (m Models) Add(wanted, name string) (got string, missing []string, err error) {
	paths, err := m.resolve(name)
	if err != nil {
		return "", nil, err
	}
	if got, err = m.Shelf.Add(wanted, paths...); err != nil {
		return "", nil, err
	}
	ck, err := m.Open(got)
	if err != nil {
		return got, nil, err
	}
	return got, ck.Describe().Missing, nil
}

// maxPaths is how many paths a name may have for commas inside one to be looked for.
const maxPaths = 64

// splitPaths takes a name apart at its commas, but for those that belong to a
// path that exists: the longest one that does is taken first.
func splitPaths(name string, exists func(path string) bool) []string {
	parts := strings.Split(name, ",")
	var paths []string
	for len(parts) > 0 {
		n := 1
		for k := min(len(parts), maxPaths); k > 1; k-- {
			if exists(trimmed(parts[:k], exists)) {
				n = k
				break
			}
		}
		if p := trimmed(parts[:n], exists); p != "" {
			paths = append(paths, p)
		}
		parts = parts[n:]
	}
	return paths
}

// trimmed joins parts without the space around them, unless that is part of a
// path that exists.
func trimmed(parts []string, exists func(path string) bool) string {
	path := strings.Join(parts, ",")
	if short := strings.TrimSpace(path); short != path && !exists(path) {
		return short
	}
	return path
}

// exists reports whether there is something at path, readable or not.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) && !errors.Is(err, syscall.ENAMETOOLONG)
}

// size is what a checkpoint's files take, bytes.
func size(ck *checkpoint.Checkpoint) int64 {
	var sum int64
	seen := map[string]bool{}
	for _, n := range networks(ck) {
		for _, file := range n.Files {
			if info, err := os.Stat(file); err == nil && !seen[file] {
				seen[file] = true
				sum += info.Size()
			}
		}
	}
	return sum
}

// networks are those that a checkpoint has, in the order they run.
func networks(ck *checkpoint.Checkpoint) []*checkpoint.Network {
	all := []*checkpoint.Network{ck.Text, ck.Prior, ck.Decoder, ck.VQ, ck.Preview}
	return slices.DeleteFunc(all, func(n *checkpoint.Network) bool { return n == nil })
}
