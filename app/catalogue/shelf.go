package catalogue

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"cascata/app/hub"
)

// A Shelf is the folder of models that have a name. What we download lies in it;
// of others' files it only remembers where they are. Its methods may be called
// from any goroutine.
type Shelf struct {
	Dir      string // a record NAME.json each, and the folder huggingface with what was downloaded
	Licences string // file that remembers which licences were accepted
	Hub      *hub.Hub

	mu sync.Mutex // guards the file Licences
}

// Errors for errors.Is.
var (
	ErrUnknown = errors.New("there is no model of this name")
	ErrNotOurs = errors.New("this was not downloaded by Cascata")
	ErrTaken   = errors.New("this name is taken")
	ErrLicence = errors.New("the licence was not accepted")
)

// State says what is here of a model.
type State string

// The states.
const (
	Absent     State = "absent"
	Unfinished State = "unfinished" // a download was begun
	Downloaded State = "downloaded"
	Added      State = "added"   // others' files
	Damaged    State = "damaged" // a file of it is gone or has another size
)

// An Item is one line of the list: an entry of the catalogue, or a model that
// was added.
type Item struct {
	Entry
	State       State
	Done, Total int64    // bytes that are here, and of all files; exact once a download was begun
	Paths       []string // absolute; of what is here
	Missing     string   // file that makes it damaged
}

// Installed reports whether it can be used.
func (i Item) Installed() bool { return i.State == Downloaded || i.State == Added }

// List has all entries of the catalogue, then what else was added, by name. It reads
// a small file for each, and no weights.
func (s *Shelf) List() []Item {
	records := s.records()
	var list []Item
	for _, e := range entries() {
		list = append(list, s.item(e, records[e.Name]))
		delete(records, e.Name)
	}
	var added []Item
	for name, r := range records {
		e := Entry{Name: name, Title: cmp.Or(r.Title, name), Kind: Whole, Licence: &Licence{Name: r.Licence}}
		added = append(added, s.item(e, r))
	}
	slices.SortFunc(added, func(a, b Item) int { return cmp.Compare(a.Name, b.Name) })
	return append(list, added...)
}

func (s *Shelf) item(e Entry, r *record) Item {
	i := Item{Entry: e, State: Absent, Total: e.Bytes}
	if r == nil {
		if done, total, ok := hub.Unfinished(s.files(), e.Name); ok {
			i.State, i.Done, i.Total = Unfinished, done, total
		}
		return i
	}
	i.Paths = s.paths(r)
	i.Done, i.Missing = s.measure(r)
	i.Total, i.Bytes = i.Done, i.Done
	switch {
	case i.Missing != "":
		i.State = Damaged
	case r.Copies != nil:
		i.State = Downloaded
	default:
		i.State = Added
	}
	return i
}

// measure adds up the files of a model, and names one that is not as it should be.
func (s *Shelf) measure(r *record) (bytes int64, missing string) {
	for _, c := range r.Copies {
		for _, f := range c.Files {
			path := filepath.Join(s.files(), c.Path(f))
			if info, err := os.Stat(path); err != nil || info.Size() != f.Size {
				missing = cmp.Or(missing, path)
			}
			bytes += f.Size
		}
	}
	if r.Copies != nil {
		return bytes, missing
	}
	for _, path := range r.Paths {
		n, err := weigh(path)
		if err != nil {
			missing = cmp.Or(missing, path)
		}
		bytes += n
	}
	return bytes, missing
}

// maxWeighed bounds how many files are looked at.
const maxWeighed = 10000

// weigh adds up what lies at a path, links followed once.
func weigh(path string) (bytes int64, err error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return 0, err
	}
	n := 0
	err = filepath.WalkDir(real, func(path string, d fs.DirEntry, err error) error {
		if n++; err != nil || n > maxWeighed {
			return fs.SkipAll
		}
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			bytes += info.Size()
		}
		return nil
	})
	return bytes, err
}

// Paths are the folders and files that a name stands for, false if there is no model
// of that name. Beside a model of the catalogue lie the extras that are here.
func (s *Shelf) Paths(name string) ([]string, bool) {
	r, err := s.record(name)
	if err != nil {
		return nil, false
	}
	paths := s.paths(r)
	if e, ok := Find(name); ok && e.Kind == Whole && r.Copies != nil {
		paths = append(paths, s.extras()...)
	}
	return paths, true
}

// Describe is what a model is called and its licence, false if there is none of
// that name.
func (s *Shelf) Describe(name string) (title, licence string, ok bool) {
	r, err := s.record(name)
	if err != nil {
		return "", "", false
	}
	return cmp.Or(r.Title, name), r.Licence, true
}

// extras are the paths of all that goes beside a model and is whole.
func (s *Shelf) extras() (paths []string) {
	for _, e := range entries() {
		if e.Kind != Extra {
			continue
		}
		if r, err := s.record(e.Name); err == nil {
			if _, missing := s.measure(r); missing == "" {
				paths = append(paths, s.paths(r)...)
			}
		}
	}
	return paths
}
