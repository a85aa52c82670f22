package library

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestLibraryRescan(t *testing.T) {
	s := newShelf(t)
	s.file("a.png", testRecipe("one"))
	s.file("sub/deep/b.png", testRecipe("two"))
	s.file(".hidden/c.png", testRecipe("hidden"))
	s.file(".cascata-123.png", testRecipe("unfinished"))
	s.must(os.WriteFile(filepath.Join(s.dir, "broken.png"), []byte("no picture"), 0o644))
	s.must(os.WriteFile(filepath.Join(s.dir, "note.txt"), []byte("no picture"), 0o644))
	if got, want := s.scan(), (Scan{Files: 3, Added: 2, Failed: 1, Unread: filepath.Join(s.dir, "broken.png") + "\n"}); got != want {
		t.Errorf("first: got %+v want %+v", got, want)
	}
	s.must(os.Remove(filepath.Join(s.dir, "broken.png")))
	if got, want := s.scan(), (Scan{Files: 2}); got != want {
		t.Errorf("again: got %+v want %+v", got, want)
	}
	ids, _ := s.Find(Query{Text: "two"})
	s.must(s.SetStars(5, ids...))
	s.must(os.Rename(filepath.Join(s.dir, "sub"), filepath.Join(s.dir, "other")))
	s.file("a.png", testRecipe("three"))
	if got, want := s.scan(), (Scan{Files: 2, Changed: 1, Moved: 1, Missing: 1}); got != want {
		t.Errorf("moved and changed: got %+v want %+v", got, want)
	}
	s.shows(Query{Text: "stars:5"}, "b.png")
	s.shows(Query{Text: "one"})
	s.shows(Query{Text: "three"}, "a.png")
	// A file that is away for a while keeps what was said of it.
	file := filepath.Join(s.dir, "other", "deep", "b.png")
	s.must(os.Rename(file, file+".part"))
	if got, want := s.scan(), (Scan{Files: 1, Missing: 1}); got != want {
		t.Errorf("away: got %+v want %+v", got, want)
	}
	s.shows(Query{}, "a.png")
	s.shows(Query{Text: "is:missing"}, "b.png")
	s.must(os.Rename(file+".part", file))
	s.scan()
	s.shows(Query{Text: "stars:5"}, "b.png")
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := s.Rescan(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	s.well()
}

// A folder that the library consists of and that is not there was not read; only the
// usual one may be missing, until the first picture is made.
func TestLibraryRescanWithoutFolders(t *testing.T) {
	s := newShelf(t)
	s.file("a.png", testRecipe("one"))
	added := t.TempDir()
	s.file(filepath.Join(added, "b.png"), testRecipe("two"))
	s.must(s.AddFolder(added))
	s.scan()
	s.must(os.RemoveAll(added))
	if got, want := s.scan(), (Scan{Files: 1, Missing: 1, Failed: 1, Unread: added + "\n", Roots: added + "\n"}); got != want {
		t.Errorf("an added folder: got %+v want %+v", got, want)
	}
	s.must(os.RemoveAll(s.dir))
	if got, want := s.scan(), (Scan{Missing: 1, Failed: 2, Unread: s.dir + "\n" + added + "\n", Roots: s.dir + "\n" + added + "\n"}); got != want {
		t.Errorf("the picture folder: got %+v want %+v", got, want)
	}
	s.p.Usual = s.dir
	if got, want := s.scan(), (Scan{Failed: 1, Unread: added + "\n", Roots: added + "\n"}); got != want {
		t.Errorf("the usual picture folder: got %+v want %+v", got, want)
	}
}

func TestLibraryImport(t *testing.T) {
	s := newShelf(t)
	mine := s.file("mine.png", testRecipe("mine"))
	outside := t.TempDir()
	s.file(filepath.Join(outside, "new.png"), testRecipe("new"))
	data, err := os.ReadFile(mine)
	s.must(err)
	s.must(os.WriteFile(filepath.Join(outside, "copy.png"), data, 0o644))
	s.scan()
	if err := s.AddFolder(filepath.Join(outside, "none")); err == nil {
		t.Error("a folder that is not there: no error")
	}
	s.must(s.AddFolder(outside))
	if got, want := s.scan(), (Scan{Files: 3, Added: 2, Copies: 1}); got != want {
		t.Errorf("got %+v want %+v", got, want)
	}
	s.shows(Query{}, "new.png", "mine.png")
	s.shows(Query{Imported: true}, "new.png")
	s.shows(Query{Text: "is:copy"}, "copy.png")
	ids, _ := s.Find(Query{Text: "mine"})
	s.must(s.SetStars(3, ids...))
	if _, err := s.Trash(ids...); err != nil {
		t.Fatal(err)
	}
	s.shows(Query{Text: "mine"}, "copy.png") // the copy is shown now
	new, _ := s.Find(Query{Text: "new"})
	s.must(s.SetStars(4, new...))
	s.shows(Query{Folder: outside}, "copy.png", "new.png")
	counts, err := s.Counts()
	s.must(err)
	if want := []Folder{{outside, 2}}; !slices.Equal(counts.Folders, want) {
		t.Errorf("the folders are %v, want %v", counts.Folders, want)
	}
	if n, err := s.RemoveFolder(outside + string(filepath.Separator)); n != 2 || err != nil {
		t.Errorf("%d pictures left the library, %v; want 2", n, err)
	}
	if _, err := s.RemoveFolder(outside); !errors.Is(err, ErrNoFolder) {
		t.Errorf("forgotten again: %v, want %v", err, ErrNoFolder)
	}
	if names, _ := filepath.Glob(filepath.Join(outside, "*.png")); len(names) != 2 {
		t.Errorf("on disk are %v", names)
	}
	s.shows(Query{})
	s.well()
	s.must(s.AddFolder(outside))
	s.scan()
	s.shows(Query{Text: "stars:4"}, "new.png")
	s.well()
}

// Large files have the same begin and end, and differ in the middle.
func TestLibraryCopiesOfLargeFiles(t *testing.T) {
	s := newShelf(t)
	small, err := os.ReadFile(s.file("small.png", testRecipe("x")))
	s.must(err)
	// Programs ignore what follows the end of a PNG file.
	large := func(name string, filling byte) {
		tail := make([]byte, 200_000)
		tail[100_000] = filling
		s.must(os.WriteFile(filepath.Join(s.dir, name), append(slices.Clone(small), tail...), 0o644))
	}
	large("one.png", 1)
	large("two.png", 2)
	large("one again.png", 1)
	if got, want := s.scan(), (Scan{Files: 4, Added: 4, Copies: 1}); got != want {
		t.Errorf("got %+v want %+v", got, want)
	}
	s.well()
}
