package library

import (
	"os"
	"path/filepath"
	"testing"
)

// Files of one content are one picture that knows how many they are, and each
// of them leads to it.
func TestLibraryFilesOfOneContent(t *testing.T) {
	s := newShelf(t)
	mine := s.file("mine.png", testRecipe("mine"))
	data, err := os.ReadFile(mine)
	s.must(err)
	outside := t.TempDir()
	twin := filepath.Join(outside, "a b.png")
	s.must(os.WriteFile(twin, data, 0o644))
	s.file(filepath.Join(outside, "other.png"), testRecipe("other"))
	link := filepath.Join(t.TempDir(), "link")
	s.must(os.Symlink(outside, link))
	s.must(s.AddFolder(outside))
	s.scan()
	s.shows(Query{}, "other.png", "mine.png")
	c, err := s.Counts()
	s.must(err)
	n, err := s.Count()
	s.must(err)
	if c.All != 2 || c.Copies != 1 || n != c.All {
		t.Errorf("%d pictures and %d copies, want 2 and 1; counted alone %d", c.All, c.Copies, n)
	}
	for file, want := range map[string]struct {
		file  string
		files int
	}{
		mine: {mine, 2}, twin: {mine, 2}, filepath.Join(outside, "other.png"): {filepath.Join(outside, "other.png"), 1},
		filepath.Join(link, "other.png"): {filepath.Join(outside, "other.png"), 1},
	} {
		p, ok, err := s.ByFile(file)
		if !ok || err != nil || p.File != want.file || p.Files != want.files {
			t.Errorf("%s leads to %s with %d files, %v, %v; want %+v", file, p.File, p.Files, ok, err, want)
		}
	}
	if p, ok, err := s.ByFile(filepath.Join(outside, "none.png")); ok || err != nil {
		t.Errorf("a file that is not there leads to %v, %v", p, err)
	}
	p, _, _ := s.ByFile(mine)
	copies, err := s.Copies(p.ID)
	s.must(err)
	if len(copies) != 1 || copies[0].File != twin {
		t.Errorf("the copies are %v", copies)
	}
	gone, err := s.Trash(p.ID, copies[0].ID)
	s.must(err)
	s.shows(Query{}, "other.png")
	s.must(s.Restore(gone))
	s.shows(Query{}, "other.png", "mine.png")
	s.well()
}
