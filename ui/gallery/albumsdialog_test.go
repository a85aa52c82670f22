package gallery

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/library"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

// A fakeAlbums keeps albums in memory.
type fakeAlbums struct {
	albums []library.Album
	in     map[int64][]int64
}

func (f *fakeAlbums) Counts() (library.Counts, error) {
	c := library.Counts{}
	for _, a := range f.albums {
		a.Count = len(f.in[a.ID])
		c.Albums = append(c.Albums, a)
	}
	return c, nil
}

func (f *fakeAlbums) Find(q library.Query) ([]int64, error) { return f.in[q.Album], nil }

func (f *fakeAlbums) NewAlbum(name string) (library.Album, error) {
	if slices.ContainsFunc(f.albums, func(a library.Album) bool { return a.Name == name }) {
		return library.Album{}, errors.New("there is an album of this name")
	}
	a := library.Album{ID: int64(len(f.albums) + 1), Name: name}
	f.albums = append(f.albums, a)
	return a, nil
}

func (f *fakeAlbums) RenameAlbum(id int64, name string) error { f.albums[id-1].Name = name; return nil }

func (f *fakeAlbums) DeleteAlbum(id int64) error {
	f.albums = slices.DeleteFunc(f.albums, func(a library.Album) bool { return a.ID == id })
	return nil
}

func (f *fakeAlbums) AddToAlbum(id int64, ids ...int64) error {
	f.in[id] = append(f.in[id], ids...)
	return nil
}

func (f *fakeAlbums) RemoveFromAlbum(id int64, ids ...int64) error {
	f.in[id] = slices.DeleteFunc(f.in[id], func(i int64) bool { return slices.Contains(ids, i) })
	return nil
}

// tickOf is the box of a row.
func tickOf(t *testing.T, o fyne.CanvasObject) *widgets.Check {
	t.Helper()
	for _, c := range o.(*fyne.Container).Objects {
		if c, ok := c.(*widgets.Check); ok {
			return c
		}
	}
	t.Fatal("the row has no box")
	return nil
}

func TestAlbums(t *testing.T) {
	uitest.App(t)
	w := test.NewTempWindow(t, uitest.Gap())
	w.Resize(fyne.NewSize(900, 700))
	f := &fakeAlbums{albums: []library.Album{{ID: 1, Name: "Sea"}}, in: map[int64][]int64{1: {7}}}
	changed := 0
	d := ShowAlbums(w.Canvas(), uitest.InPlace, f, func() { changed++ }, 7, 8)
	check := tickOf(t, d.list.Objects[0])
	if check.Ticked() {
		t.Error("one of two is shown as both")
	}
	check.Tapped(nil)
	if !slices.Equal(f.in[1], []int64{7, 7, 8}) && !slices.Equal(f.in[1], []int64{7, 8}) {
		t.Errorf("in the album: %v", f.in[1])
	}
	if check = tickOf(t, d.list.Objects[0]); !check.Ticked() {
		t.Error("both are not shown as in")
	}
	check.Tapped(nil)
	if len(f.in[1]) != 0 {
		t.Errorf("left in the album: %v", f.in[1])
	}
	d.name.SetText("  Portraits ")
	d.add()
	if len(f.albums) != 2 || f.albums[1].Name != "Portraits" || !slices.Equal(f.in[2], []int64{7, 8}) || d.name.Text != "" {
		t.Errorf("albums %+v with %v", f.albums, f.in)
	}
	d.name.SetText("Sea")
	d.add()
	if !strings.Contains(d.note.Text(), "of this name") {
		t.Errorf("said %q", d.note.Text())
	}
	if changed != 4 {
		t.Errorf("got %d times", changed)
	}
}
