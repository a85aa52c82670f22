package catalogue

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"cascata/app/hub"
	"cascata/inference/checkpoint"
)

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
		return !used && err != nil && n != "demo"
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
