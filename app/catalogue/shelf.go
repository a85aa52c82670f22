package catalogue

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"cascata/app/disk"
	"cascata/app/hub"
	"cascata/inference/checkpoint"
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

// A record is what NAME.json says.
type record struct {
	Version int        `json:"version"`
	Name    string     `json:"name"`
	Title   string     `json:"title,omitempty"`
	Licence string     `json:"licence,omitempty"`
	Paths   []string   `json:"paths"`                // of folders and files; those we downloaded are named from the shelf on
	Copies  []hub.Copy `json:"downloaded,omitempty"` // what we downloaded for it
}

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

// files is the folder of what was downloaded.
func (s *Shelf) files() string { return filepath.Join(s.Dir, "huggingface") }

var nameRule = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._+-]{0,79}$`)

// records are all models that are here, by name. What cannot be read is left out.
func (s *Shelf) records() map[string]*record {
	all := map[string]*record{}
	entries, _ := os.ReadDir(s.Dir)
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".json"); ok && !e.IsDir() {
			if r, err := s.record(name); err == nil {
				all[name] = r
			}
		}
	}
	return all
}

// record reads one.
func (s *Shelf) record(name string) (*record, error) {
	if !nameRule.MatchString(name) {
		return nil, fs.ErrNotExist
	}
	b, err := readSmall(filepath.Join(s.Dir, name+".json"))
	if err != nil {
		return nil, err
	}
	var r record
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, err
	}
	if r.Version != 1 || len(r.Paths) == 0 {
		return nil, errors.New("it is no record of a model")
	}
	for _, c := range r.Copies {
		if err := c.Check(); err != nil {
			return nil, err
		}
	}
	return &r, nil
}

func (s *Shelf) write(r *record) error {
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return disk.WriteFile(filepath.Join(s.Dir, r.Name+".json"), b)
}

// paths are those of a record, absolute.
func (s *Shelf) paths(r *record) []string {
	var out []string
	for _, p := range r.Paths {
		if !filepath.IsAbs(p) {
			p = filepath.Join(s.Dir, filepath.FromSlash(p))
		}
		out = append(out, p)
	}
	return out
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

// Download fetches an entry of the catalogue whose licence was accepted, and
// gives it its name. See hub.Hub.Download for progress, ctx and what it goes on with.
// Errors are the hub's, or wrap ErrUnknown or ErrLicence.
func (s *Shelf) Download(ctx context.Context, name string, progress func(hub.Progress)) error {
	e, ok := Find(name)
	if !ok {
		return fmt.Errorf("%w: %s", ErrUnknown, name)
	}
	if !s.Accepted(e.Licence) {
		return fmt.Errorf("%w: %s is under the %s, %s", ErrLicence, name, e.Licence.Name, e.Licence.Address)
	}
	copies, err := s.Hub.Download(ctx, hub.Job{Name: name, Dir: s.files(), Sources: e.sources()}, progress)
	if err != nil {
		return err
	}
	r := &record{Version: 1, Name: name, Title: e.Title, Licence: e.Licence.Name, Copies: copies, Paths: e.partPaths(copies)}
	if err := s.write(r); err != nil {
		return err
	}
	return hub.Forget(s.files(), name)
}

// partPaths are where the parts of an entry lie, from the shelf on, with slashes.
func (e Entry) partPaths(copies []hub.Copy) []string {
	var out []string
	for i, w := range e.wants {
		for _, part := range w.parts {
			if part != "feature_extractor" { // its numbers are CLIP's, and no network
				out = append(out, "huggingface/"+filepath.ToSlash(copies[i].Folder())+"/"+part)
			}
		}
	}
	return out
}

// Add gives the model that paths make together a name, without moving or copying
// anything: its own where its networks are official ones, else wanted, else one after the first path. Errors are those
// of checkpoint.Open, or wrap ErrTaken.
func (s *Shelf) Add(wanted string, paths ...string) (name string, err error) {
	ck, err := checkpoint.Open(paths...)
	if err != nil {
		return "", err
	}
	records := s.records()
	free := func(n string) bool {
		_, used := records[n]
		_, err := os.Stat(filepath.Join(s.Dir, n))
		return !used && errors.Is(err, fs.ErrNotExist) && n != "demo"
	}
	name = wanted
	if name == "" {
		name = firstFree(suggested(ck, paths), free)
	}
	if !nameRule.MatchString(name) {
		return "", fmt.Errorf("%w or cannot be one: %q; use letters, digits, spaces and . _ + -", ErrTaken, name)
	}
	if !free(name) {
		return "", fmt.Errorf("%w: %s; choose another with --name, or remove that one first", ErrTaken, name)
	}
	r := &record{Version: 1, Name: name, Title: cmp.Or(ck.Meta.Title, name), Licence: ck.Meta.Licence}
	for _, p := range paths {
		if p, err = filepath.Abs(p); err != nil {
			return "", err
		}
		r.Paths = append(r.Paths, p)
	}
	return name, s.write(r)
}

// suggested is a name for a model: that of the catalogue where its networks are
// the official ones, else the first path's.
func suggested(ck *checkpoint.Checkpoint, paths []string) string {
	if is := scaleOf(ck); is.Prior > 0 && is.Decoder > 0 {
		for _, e := range entries() {
			if e.Scale == is {
				return e.Name
			}
		}
	}
	base := filepath.Base(paths[0])
	if abs, err := filepath.Abs(paths[0]); err == nil {
		base = filepath.Base(abs)
	}
	name := strings.Trim(unusual.ReplaceAllString(strings.TrimSuffix(base, filepath.Ext(base)), "-"), "-. ")
	return cmp.Or(name[:min(len(name), 60)], "model")
}

var unusual = regexp.MustCompile(`[^A-Za-z0-9 ._+-]+`)

// firstFree puts a number behind a name that is taken.
func firstFree(name string, free func(string) bool) string {
	for n := 2; n < 1000; n++ {
		if try := fmt.Sprintf("%s-%d", name, n); free(name) || free(try) {
			if free(name) {
				return name
			}
			return try
		}
	}
	return name
}

// scaleOf counts the numbers of a model's networks.
func scaleOf(ck *checkpoint.Checkpoint) (s Scale) {
	for _, n := range ck.Describe().Networks {
		switch n.Kind {
		case checkpoint.KindPrior:
			s.Prior = n.Parameters
		case checkpoint.KindDecoder:
			s.Decoder = n.Parameters
		}
	}
	return s
}

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
