package library

import (
	"errors"
	"slices"
	"testing"
)

func TestLibraryMarks(t *testing.T) {
	s := newShelf(t)
	a, b := s.add("a.png", testRecipe("one")), s.add("b.png", testRecipe("two"))
	s.must(s.SetStars(4, a.ID))
	s.must(s.Tag("  two \n words ", true, a.ID, b.ID))
	s.must(s.Tag("TWO WORDS", true, a.ID)) // the same
	s.must(s.Tag("x", true, a.ID))
	s.must(s.Tag("X", false, a.ID))
	for _, err := range []error{s.SetStars(6, a.ID), s.SetStars(-1, a.ID), s.Tag(" \t", true, a.ID), s.Tag(string(make([]byte, 500)), true, a.ID)} {
		if err == nil {
			t.Error("a mark that nobody can give: no error")
		}
	}
	one, err := s.NewAlbum("One")
	s.must(err)
	two, err := s.NewAlbum("Two")
	s.must(err)
	if _, err := s.NewAlbum("ONE"); !errors.Is(err, errAlbumTaken) {
		t.Errorf("the same name: %v", err)
	}
	if err := s.RenameAlbum(two.ID, "one"); !errors.Is(err, errAlbumTaken) {
		t.Errorf("renamed to the same name: %v", err)
	}
	s.must(s.RenameAlbum(two.ID, "TWO"))
	s.must(s.AddToAlbum(one.ID, a.ID, b.ID))
	s.must(s.AddToAlbum(two.ID, b.ID))
	s.must(s.RemoveFromAlbum(one.ID, a.ID))
	c, err := s.Counts()
	s.must(err)
	if want := []Album{{one.ID, "One", 1}, {two.ID, "TWO", 1}}; !slices.Equal(c.Albums, want) {
		t.Errorf("albums: got %+v want %+v", c.Albums, want)
	}
	if len(c.Tags) != 1 || c.Tags[0].Name != "two words" || c.Tags[0].Count != 2 {
		t.Errorf("tags: %+v", c.Tags)
	}
	if c.All != 2 || c.Bytes != a.Bytes+b.Bytes || !slices.Equal(c.Models, []string{"demo"}) {
		t.Errorf("counts: %+v", c)
	}
	s.must(s.DeleteAlbum(two.ID))
	got, err := s.Get(b.ID, 999, a.ID)
	s.must(err)
	if len(got) != 2 || got[1].Stars != 4 || !slices.Equal(got[0].Tags, []string{"two words"}) {
		t.Errorf("got %+v", got)
	}
	s.well()
}
