package ui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cascata/app"
	"cascata/app/library"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/uitest"
)

func TestStatusBar(t *testing.T) {
	uitest.App(t)
	s := newStatusBar()
	q := uitest.FourPictures()
	q.Left = 70 * time.Second
	s.SetQueue(q)
	if got, want := s.queue.Title(), "3 in queue · 1 min 10 s"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s.SetMemory(0)
	s.SetPictures(1284)
	if s.memory.Text() != "" || s.pictures.Text() != "1,284 pictures" {
		t.Errorf("%q, %q", s.memory.Text(), s.pictures.Text())
	}
	s.SetQueue(studio.Queue{})
	if s.queue.Title() == "" {
		t.Error("an empty queue says nothing")
	}
}

// The number of pictures is the one that the library's own view says: drafts
// count, and files that hold no picture do not.
func TestStatusBarCountsAsTheLibrary(t *testing.T) {
	w, _ := newTestWindow(t, t.TempDir())
	dir := w.p.Pictures()
	drafts := filepath.Join(dir, recipe.DraftsFolder)
	if err := os.MkdirAll(drafts, 0o755); err != nil {
		t.Fatal(err)
	}
	move := func(name, to string, side int) {
		if err := os.Rename(uitest.WritePicture(t, name, side, side), filepath.Join(to, name)); err != nil {
			t.Fatal(err)
		}
	}
	move("a.png", dir, 8)
	move("draft.png", drafts, 9)
	move("other draft.png", drafts, 10)
	if err := os.WriteFile(filepath.Join(dir, "broken.png"), []byte("no picture"), 0o644); err != nil {
		t.Fatal(err)
	}
	w.reopen(app.Window{})
	if got := w.status.pictures.Text(); got != "0 pictures" {
		t.Errorf("before the folder was looked through: %q", got)
	}
	if _, err := w.p.Library.Rescan(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	move("b.png", other, 11)
	w.LibraryChanged()
	counts, err := w.p.Library.Counts()
	if got := w.status.pictures.Text(); err != nil || counts.All != 3 || got != "3 pictures" {
		t.Errorf("says %q, the library %d, %v", got, counts.All, err)
	}

	w.prefer(func(s *app.Settings) { s.Pictures = other })
	counts, err = w.p.Library.Counts()
	if found, e := w.p.Library.Find(library.Query{Folder: other}); err != nil || e != nil || len(found) != 1 {
		t.Errorf("in another picture folder %d pictures are found, %v, %v", len(found), err, e)
	}
	if got, want := w.status.pictures.Text(), fmt.Sprintf("%d picture", counts.All); !strings.HasPrefix(got, want) {
		t.Errorf("says %q, want %q", got, want)
	}
}
