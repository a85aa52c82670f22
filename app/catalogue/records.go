package catalogue

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"cascata/app/disk"
	"cascata/app/hub"
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
