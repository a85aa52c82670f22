package catalogue

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"cascata/app/disk"
	"cascata/app/hub"
)

// Remove takes a model from the shelf. What we downloaded for it, whole or not, and no other model
// needs is deleted; others' files stay where they are. kept tells that
// they did. Errors wrap ErrUnknown, ErrNotOurs, hub.ErrBusy or disk.ErrWrite.
func (s *Shelf) Remove(name string) (kept bool, err error) {
	r, err := s.record(name)
	switch {
	case err != nil && slices.Contains(hub.Begun(s.files()), name):
		return false, hub.Discard(s.files(), name, s.needed(name))
	case err != nil && disk.IsDir(filepath.Join(s.Dir, name)) && filepath.IsLocal(name):
		return false, fmt.Errorf("%w: %s; delete that folder yourself if you want it gone", ErrNotOurs, filepath.Join(s.Dir, name))
	case err != nil:
		return false, fmt.Errorf("%w: %s", ErrUnknown, name)
	}
	first := func() error {
		err := os.Remove(filepath.Join(s.Dir, name+".json"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w %s: %w", disk.ErrWrite, name, err)
		}
		return hub.Forget(s.files(), name)
	}
	if r.Copies == nil {
		return true, first()
	}
	return false, hub.Remove(s.files(), r.Copies, s.needed(name), first)
}

// needed tells which downloaded files other models than name need.
func (s *Shelf) needed(name string) func(path string) bool {
	files := map[string]bool{}
	add := func(copies []hub.Copy) {
		for _, c := range copies {
			for _, f := range c.Files {
				files[c.Path(f)] = true
			}
		}
	}
	for other, r := range s.records() {
		if other != name {
			add(r.Copies)
		}
	}
	for _, other := range hub.Begun(s.files()) {
		if other != name {
			add(hub.Wanted(s.files(), other))
		}
	}
	return func(path string) bool { return files[path] }
}
