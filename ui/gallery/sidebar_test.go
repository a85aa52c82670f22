package gallery

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/library"
	"cascata/ui/uitest"
)

func TestLibraryPlaces(t *testing.T) {
	l := newTestLibrary(t, 48)
	l.lib.pics[40] = library.Picture{ID: 40, Favourite: true, Tags: []string{"night"}}
	a, _ := l.lib.NewAlbum("boats")
	l.lib.AddToAlbum(a.ID, 3, 5)
	l.Changed()
	for _, tt := range []struct {
		name string
		want []int64
	}{{"Favourites", []int64{40}}, {"night", []int64{40}}, {"boats", []int64{5, 3}}, {"Drafts", nil}} {
		i := slices.IndexFunc(l.sidebar.rows, func(r placeRow) bool { return r.row.Name() == tt.name })
		test.Tap(l.sidebar.rows[i].row)
		if got := l.Grid.Keys(); !slices.Equal(got, tt.want) {
			t.Errorf("%s shows %v, want %v", tt.name, got, tt.want)
		}
		if !l.sidebar.rows[i].row.Chosen() || !strings.HasPrefix(l.heading.title.Text(), tt.name) {
			t.Errorf("%s is not shown as chosen: %q", tt.name, l.heading.title.Text())
		}
		if l.heading.message.Visible() != (tt.want == nil) {
			t.Errorf("%s: empty state %v", tt.name, l.heading.message.Visible())
		}
	}
	l.Finder.goTo(place{kind: inToday})
	for _, id := range l.Grid.Keys() {
		if p := l.lib.pics[id]; p.Made.Before(midnight(testNow)) {
			t.Errorf("today shows one of %v", p.Made)
		}
	}
	if n := len(l.Grid.Keys()); n != 12 { // of noon and the twelve hours before, but for 40
		t.Errorf("today shows %d, want 12", n)
	}
	l.sidebar.rows[1].row.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if l.win.Canvas().Focused() != l.sidebar.rows[2].row {
		t.Error("an arrow does not go to the next place")
	}
}

func TestPlaceOfItsQuery(t *testing.T) {
	for _, p := range []place{{}, {kind: inToday}, {kind: inFavourites}, {kind: inDrafts}, {kind: inImported}, {kind: inAlbum, album: 3}, {kind: inTag, tag: "x"}} {
		with := library.Query{Text: "a", Sort: library.ByName, MinStars: 2, Collapse: true, Model: "big", Shape: library.Square, MinWidth: 3, MinHeight: 4}
		q := p.query(testNow, with)
		if got := placeOf(q, testNow); got != p {
			t.Errorf("%+v became %+v", p, got)
		}
		if q.Text != "a" || q.Sort != library.ByName || q.MinStars != 2 || !q.Collapse || q.Model != "big" || q.Shape != library.Square || q.MinWidth != 3 || q.MinHeight != 4 {
			t.Errorf("%+v lost words or filter: %+v", p, q)
		}
	}
}

// A folder that was added is a place, can be forgotten, and added again.
func TestForgetAFolder(t *testing.T) {
	l := newTestLibrary(t, 3)
	l.lib.AddFolder("/photos/summer")
	l.Changed()
	l.Finder.goTo(place{kind: inFolder, folder: "/photos/summer"})
	if l.Finder.query.Folder != "/photos/summer" || l.heading.title.Text() != "summer · 3 pictures" {
		t.Fatalf("the place is %q, it asks for %+v", l.heading.title.Text(), l.Finder.query)
	}
	l.folders.forgetShown()
	if top := l.win.Canvas().Overlays().Top(); top == nil || !slices.Contains(uitest.Texts(top), "Forget the folder summer?") || len(l.lib.folders) != 1 {
		t.Fatal("it is not asked about")
	}
	l.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if len(l.lib.folders) != 0 || l.Finder.place.kind != inAll {
		t.Errorf("the folders are %v, the place %v", l.lib.folders, l.Finder.place)
	}
	l.do()
	if len(l.lib.folders) != 1 {
		t.Error("undo does not add it again")
	}
	l.folders.forgetShown()
	if got := l.said[len(l.said)-1]; !strings.HasPrefix(got, "Go to a folder") {
		t.Errorf("without a folder: %q", got)
	}
}
