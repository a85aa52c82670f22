package library

import (
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// until waits for what a watcher brings.
func (s *shelf) until(q Query, want ...string) {
	s.t.Helper()
	var got []string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got = s.names(q); slices.Equal(got, want) {
			return
		}
	}
	s.t.Errorf("%+v: got %q want %q", q, got, want)
}

func TestWatch(t *testing.T) {
	s := newShelf(t)
	s.file("there.png", testRecipe("there before"))
	s.must(s.Close())
	var changed atomic.Int32
	s.params.Watch = true
	s.params.Changed = func() { changed.Add(1) }
	s.open()
	s.until(Query{}, "there.png")

	one := s.file("one.png", testRecipe("one"))
	s.until(Query{}, "one.png", "there.png")
	ids, err := s.Find(Query{Text: "one"})
	s.must(err)
	s.must(s.SetStars(5, ids...))
	s.must(os.Rename(one, filepath.Join(s.dir, "renamed.png")))
	s.until(Query{Text: "stars:5"}, "renamed.png")

	s.file("new folder/deeper/two.png", testRecipe("two"))
	s.until(Query{Text: "two"}, "two.png")
	s.file("new folder/deeper/three.png", testRecipe("three")) // in a folder that was not there before
	s.until(Query{Text: "three"}, "three.png")
	s.must(os.Rename(filepath.Join(s.dir, "new folder"), filepath.Join(s.dir, "other")))
	s.until(Query{Text: "three is:missing"})
	s.until(Query{Text: "three"}, "three.png")

	outside := t.TempDir()
	s.must(s.AddFolder(outside))
	s.file(filepath.Join(outside, "four.png"), testRecipe("four"))
	s.until(Query{Imported: true}, "four.png")

	_, err = s.RemoveFolder(outside)
	s.must(err)
	s.file(filepath.Join(outside, "five.png"), testRecipe("five")) // nobody looks there any more
	s.must(os.RemoveAll(filepath.Join(s.dir, "other")))
	s.until(Query{}, "renamed.png", "there.png")
	gone, err := s.Trash(ids...)
	s.must(err)
	s.until(Query{}, "there.png")
	s.must(s.Restore(gone))
	s.until(Query{}, "renamed.png", "there.png")
	if changed.Load() == 0 {
		t.Error("no change was reported")
	}
	s.well()
}

// A file that is being written by another program is read when it is whole.
func TestWatchSlowCopy(t *testing.T) {
	s := newShelf(t)
	s.must(s.Close())
	s.params.Watch = true
	s.open()
	s.until(Query{})
	data, err := os.ReadFile(s.file(filepath.Join(t.TempDir(), "x.png"), testRecipe("slow")))
	s.must(err)
	s.file("first.png", testRecipe("first"))
	s.until(Query{}, "first.png") // it watches
	f, err := os.Create(filepath.Join(s.dir, "slow.png"))
	s.must(err)
	defer f.Close()
	for i, b := range data {
		if _, err := f.Write([]byte{b}); err != nil {
			t.Fatal(err)
		}
		if i%50 == 0 {
			time.Sleep(10 * time.Millisecond)
		}
	}
	s.must(f.Close())
	s.until(Query{Text: "slow"}, "slow.png")
	s.well()
}
