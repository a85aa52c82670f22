package library

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"cascata/app/disk"
)

func TestLibraryTrash(t *testing.T) {
	s := newShelf(t)
	p := s.add("a b%ä.png", testRecipe("one"))
	s.add("b.png", testRecipe("two"))
	album, err := s.NewAlbum("Series")
	s.must(err)
	s.must(s.SetStars(2, p.ID))
	s.must(s.SetFavourite(true, p.ID))
	s.must(s.Tag("tag", true, p.ID))
	s.must(s.AddToAlbum(album.ID, p.ID))
	before, err := s.Get(p.ID)
	s.must(err)
	gone, err := s.Trash(p.ID)
	s.must(err)
	if gone.Count() != 1 {
		t.Errorf("in the trash: %d", gone.Count())
	}
	s.shows(Query{}, "b.png")
	if _, err := os.Stat(p.File); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
	if got := s.scan(); got.Added != 0 || got.Missing != 0 {
		t.Errorf("a look after the trash: %+v", got)
	}
	s.must(s.Restore(gone))
	after, err := s.Get(p.ID)
	s.must(err)
	if !reflect.DeepEqual(after, before) {
		t.Errorf("after: %+v\nbefore: %+v", after, before)
	}
	s.shows(Query{Text: "tag:tag one"}, "a b%ä.png")
	s.shows(Query{Album: album.ID}, "a b%ä.png")
	if left, _ := filepath.Glob(filepath.Join(s.params.Trash, "*", "*")); len(left) != 0 {
		t.Errorf("left in the trash: %q", left)
	}
	// The place was taken meanwhile, and a look through the folders was faster.
	gone, err = s.Trash(p.ID)
	s.must(err)
	s.add("a b%ä.png", testRecipe("taken"))
	s.must(s.Restore(gone))
	s.shows(Query{Text: "one"}, "a b%ä (2).png")
	s.shows(Query{Text: "taken"}, "a b%ä.png")
	// Emptied meanwhile.
	gone, err = s.Trash(p.ID)
	s.must(err)
	s.must(os.RemoveAll(s.params.Trash))
	if err := s.Restore(gone); !errors.Is(err, disk.ErrWrite) {
		t.Errorf("restored from an emptied trash: %v", err)
	}
	s.well()
}

func TestLibraryTrashFails(t *testing.T) {
	s := newShelf(t)
	p := s.add("a.png", testRecipe("one"))
	s.must(os.WriteFile(s.params.Trash, nil, 0o644)) // a file where the folder should be
	if gone, err := s.Trash(p.ID); !errors.Is(err, disk.ErrWrite) || gone.Count() != 0 {
		t.Errorf("Trash: %d, %v", gone.Count(), err)
	}
	s.shows(Query{}, "a.png")
	s.well()
}
