package library

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cascata/app/disk"
	"cascata/app/disk/disktest"
)

// The index of a full disk says so and works again once there is space.
func TestDiskFullLibrary(t *testing.T) {
	s := newShelf(t)
	s.must(s.Close())
	s.params.State = disktest.Small(t, "4m")
	s.open()
	p := s.add("a.png", testRecipe("one"))
	s.must(s.SetStars(1, p.ID))
	filling := disktest.Fill(t, s.params.State)
	var err error
	for n := range 2000 { // what was set aside for the index is used up first
		if err = s.Tag(string(rune('a'+n%26))+time.Duration(n).String(), true, p.ID); err != nil {
			break
		}
	}
	if !errors.Is(err, disk.ErrWrite) {
		t.Fatalf("on a full disk: %v", err)
	}
	s.shows(Query{}, "a.png") // what was there can be read
	s.file("b.png", testRecipe("two"))
	if _, err := s.Add(filepath.Join(s.dir, "b.png")); err == nil {
		t.Log("a row still fitted")
	}
	s.must(os.Remove(filling))
	s.must(s.SetStars(4, p.ID))
	s.scan()
	s.shows(Query{}, "b.png", "a.png")
	s.shows(Query{Text: "stars:4"}, "a.png")
	s.well()
}

// The trash is on a full disk: the picture stays where it is. With space it
// moves there, and back, from one disk to another.
func TestDiskFullTrash(t *testing.T) {
	s := newShelf(t)
	disk := disktest.Small(t, "128k")
	s.params.Trash = filepath.Join(disk, "Trash")
	s.must(s.Close())
	s.open()
	p := s.add("a.png", testRecipe("one"))
	place := s.dir // on the disk of the test, whose own trash is not touched
	for _, dir := range []string{"files", "info"} {
		s.must(os.MkdirAll(filepath.Join(s.params.Trash, dir), 0o700))
	}
	filling := disktest.Fill(t, disk)
	if _, err := toTrash(p.File, s.params.Trash, ""); err == nil {
		t.Error("moved onto a full disk")
	}
	if _, err := os.Stat(p.File); err != nil {
		t.Fatalf("the picture: %v", err)
	}
	left, _ := filepath.Glob(filepath.Join(s.params.Trash, "*", "*"))
	hidden, _ := filepath.Glob(filepath.Join(s.params.Trash, "*", ".*"))
	if len(left)+len(hidden) != 0 {
		t.Errorf("left in the trash: %q %q", left, hidden)
	}
	s.must(os.Remove(filling))
	moved, err := toTrash(p.File, s.params.Trash, "")
	s.must(err)
	if _, err := os.Stat(p.File); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the picture is still there: %v", err)
	}
	if path, err := moved.restore(); err != nil || path != p.File {
		t.Errorf("restored to %s: %v; want %s", path, err, p.File)
	}
	info, err := os.Stat(p.File)
	if err != nil || !info.ModTime().Equal(s.clock) || filepath.Dir(p.File) != place {
		t.Errorf("the file's time: %v, %v; want %v", info.ModTime(), err, s.clock)
	}
	s.well()
}

// A picture on another disk goes to that disk's own trash.
func TestTrashOfAnotherDisk(t *testing.T) {
	s := newShelf(t)
	disk := disktest.Small(t, "1m")
	s.must(s.AddFolder(disk))
	s.file(filepath.Join(disk, "folder", "a.png"), testRecipe("elsewhere"))
	s.scan()
	ids, err := s.Find(Query{})
	s.must(err)
	gone, err := s.Trash(ids...)
	s.must(err)
	if len(gone.rows) != 1 || filepath.Dir(filepath.Dir(filepath.Dir(gone.rows[0].places[0].file))) != disk {
		t.Fatalf("in the trash: %+v", gone)
	}
	note, err := os.ReadFile(gone.rows[0].places[0].info)
	if want := "[Trash Info]\nPath=folder/a.png\nDeletionDate="; err != nil || len(note) < len(want) || string(note[:len(want)]) != want {
		t.Errorf("the note: %q, %v", note, err)
	}
	s.scan()
	s.shows(Query{})
	s.must(s.Restore(gone))
	s.shows(Query{}, "a.png")
	s.well()
}
