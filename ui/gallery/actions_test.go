package gallery

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/library"
	"cascata/ui/menu"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

func TestLibraryStars(t *testing.T) {
	l := newTestLibrary(t, 12)
	before := map[int64]int{12: l.lib.pics[12].Stars, 11: l.lib.pics[11].Stars}
	l.Grid.Choose(12)
	l.Grid.TypedShortcut(&fyne.ShortcutSelectAll{})
	l.Grid.TypedRune('5')
	for id, p := range l.lib.pics {
		if p.Stars != 5 || l.thumbs.item(id).Stars != 5 {
			t.Errorf("%d has %d stars and shows %d", id, p.Stars, l.thumbs.item(id).Stars)
		}
	}
	l.Grid.TypedShortcut(&fyne.ShortcutUndo{})
	for id, want := range before {
		if got := l.lib.pics[id].Stars; got != want {
			t.Errorf("after undo %d has %d stars, want %d", id, got, want)
		}
	}
	l.Grid.Choose(11) // three stars
	l.Grid.TypedRune('s')
	if got := l.lib.pics[11].Stars; got != 4 {
		t.Errorf("S gives %d stars, want 4", got)
	}
	l.Grid.TypedRune('f')
	if !l.lib.pics[11].Favourite || !l.thumbs.item(11).Favourite {
		t.Error("F makes no favourite")
	}
	l.Grid.TypedRune('f')
	l.p.Undo.Undo()
	if !l.lib.pics[11].Favourite {
		t.Error("undo of the second F")
	}
}

func TestLibraryTrash(t *testing.T) {
	l := newTestLibrary(t, 12)
	l.Grid.Choose(10)
	l.keys(fyne.KeyDelete)
	if !slices.Equal(l.lib.trashed, []int64{10}) || slices.Contains(l.Grid.Keys(), 10) {
		t.Fatalf("in the trash %v, shown %v", l.lib.trashed, l.Grid.Keys())
	}
	if got := l.Chosen(); !slices.Equal(got, []int64{9}) {
		t.Errorf("then %v is chosen, want the next, 9", got)
	}
	if len(l.said) != 1 || !strings.HasPrefix(l.said[0], "1 picture") {
		t.Fatalf("said %q", l.said)
	}
	l.do()
	if len(l.lib.trashed) != 0 || !slices.Equal(l.Chosen(), []int64{10}) {
		t.Errorf("after undo in the trash %v, chosen %v", l.lib.trashed, l.Chosen())
	}
	l.p.Undo.Undo() // the same undo must not happen twice
	if l.gone != 1 {
		t.Errorf("the note was taken away %d times, want once", l.gone)
	}
	l.keys(fyne.KeyDelete)
	l.p.Undo.Undo()
	if len(l.lib.trashed) != 0 || l.gone != 2 {
		t.Errorf("after Ctrl+Z in the trash %v; notes taken away: %d, want 2", l.lib.trashed, l.gone)
	}
	if l.lib.err = errors.New("the disk is full"); true {
		l.keys(fyne.KeyDelete)
	}
	if len(l.errs) == 0 || len(l.lib.trashed) != 0 || len(l.said) != 2 {
		t.Errorf("a failure: errors %v, said %q", l.errs, l.said)
	}
}

func TestLibraryAlbumsAndTags(t *testing.T) {
	l := newTestLibrary(t, 12)
	a, _ := l.lib.NewAlbum("boats")
	l.Changed()
	l.Albums.add(a, 3, 4)
	l.do()
	if got := l.lib.in[a.ID]; len(got) != 0 {
		t.Errorf("after undo the album holds %v", got)
	}
	l.Albums.add(a, 3, 4)
	l.Albums.delete(a.ID, a.Name)
	if len(l.lib.albums) != 0 {
		t.Fatal("the album is still there")
	}
	l.do()
	if len(l.lib.albums) != 1 || !slices.Equal(l.lib.in[l.lib.albums[0].ID], []int64{4, 3, 4, 3}) && !slices.Contains(l.lib.in[l.lib.albums[0].ID], 4) {
		t.Errorf("after undo: %v %v", l.lib.albums, l.lib.in)
	}
	l.lib.Tag("night", true, 3)
	l.Marks.Tag("night", true, 3, 4)
	l.p.Undo.Undo()
	if !slices.Contains(l.lib.pics[3].Tags, "night") || slices.Contains(l.lib.pics[4].Tags, "night") {
		t.Errorf("undo of a tag: %v %v; what had it before must keep it", l.lib.pics[3].Tags, l.lib.pics[4].Tags)
	}
}

func TestLibraryMenu(t *testing.T) {
	l := newTestLibrary(t, 12)
	labels := func(ids ...int64) (out []string) {
		pics, _ := l.lib.Get(ids...)
		for _, i := range menu.Lines(l.Actions.All(), pics) {
			out = append(out, i.Label)
		}
		return out
	}
	l.Actions.others = nil
	if got := labels(1); slices.Contains(got, "Compare") || slices.Contains(got, "Use its settings") || !slices.Contains(got, "Favourite") {
		t.Errorf("one picture, nobody to use it: %q", got)
	}
	l.Actions.others = l.acts
	pics, _ := l.lib.Get(1)
	items := menu.Lines(l.Actions.All(), pics)
	items[slices.IndexFunc(items, func(i *fyne.MenuItem) bool { return i.Label == "Use its settings" })].Action()
	if !slices.Equal(l.acts.Did, []string{"use of 1"}) {
		t.Errorf("did %q", l.acts.Did)
	}
	if got := labels(1, 2, 3); !slices.Contains(got, "Compare") || slices.Contains(got, "Use its settings") {
		t.Errorf("three pictures: %q", got)
	}
	if got := labels(1, 2, 3, 4, 5); slices.Contains(got, "Compare") {
		t.Errorf("five pictures: %q", got)
	}
}

// What goes to the trash unseen, or lies outside of the picture folder, is
// asked about once, with the number.
func TestLibraryTrashAsks(t *testing.T) {
	for _, tt := range []struct {
		name     string
		pictures int
		imported int
		asks     string // "" for nothing
	}{
		{"all that is seen", 6, 0, ""},
		{"more than is seen", 400, 0, "Move 400 pictures to the trash?"},
		{"an original elsewhere", 2, 1, "Move 2 pictures to the trash?"},
	} {
		l := newTestLibrary(t, tt.pictures)
		l.lib.each([]int64{1}, func(p *library.Picture) { p.Imported = tt.imported > 0 })
		l.Grid.ChooseAll()
		l.keys(fyne.KeyDelete, fyne.KeyDelete)
		top := l.win.Canvas().Overlays().List()
		if tt.asks == "" {
			if len(top) > 0 || len(l.lib.trashed) != tt.pictures {
				t.Errorf("%s: %d are in the trash, %d questions", tt.name, len(l.lib.trashed), len(top))
			}
			continue
		}
		if len(top) != 1 || len(l.lib.trashed) != 0 || !slices.Contains(uitest.Texts(top[0]), tt.asks) {
			t.Fatalf("%s: asks %d times, %d are in the trash", tt.name, len(top), len(l.lib.trashed))
		}
		l.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if len(l.lib.trashed) != tt.pictures {
			t.Errorf("%s: after yes %d are in the trash", tt.name, len(l.lib.trashed))
		}
		l.p.Undo.Undo()
		if len(l.lib.trashed) != 0 {
			t.Errorf("%s: undo leaves %d in the trash", tt.name, len(l.lib.trashed))
		}
	}
}

// One key that changes many pictures says so, and offers to take it back.
func TestLibraryTellsOfManyChanged(t *testing.T) {
	for key, want := range map[rune]string{'5': "12 pictures have ★★★★★ now.", '0': "9 pictures have no stars now.", 'f': "12 pictures are favourites now."} {
		l := newTestLibrary(t, 12)
		l.Grid.ChooseAll()
		l.Grid.TypedRune(key)
		if !slices.Equal(l.said, []string{want}) {
			t.Errorf("%c says %q, want %q", key, l.said, want)
			continue
		}
		l.do()
		if l.lib.pics[4].Stars != 0 || l.lib.pics[3].Stars != 3 || l.lib.pics[1].Favourite {
			t.Errorf("%c: after undo %+v", key, l.lib.pics)
		}
	}
	l := newTestLibrary(t, 12)
	l.Marks.Tag("sea", true, 1, 2)
	l.Marks.Tag("sea", false, 1, 2)
	if want := []string{"2 pictures have the tag sea now.", "2 pictures no longer have the tag sea."}; !slices.Equal(l.said, want) {
		t.Errorf("tags say %q", l.said)
	}
}

// Of a picture that lies in several files the question says so, and what is
// answered is done.
func TestLibraryTrashOfSeveralFiles(t *testing.T) {
	for answer, want := range map[string][]int64{"Move all 2 files": {3, 30}, "Only the 1 shown": {3}, "Cancel": nil} {
		l := newTestLibrary(t, 5)
		l.lib.each([]int64{3}, func(p *library.Picture) { p.Files = 2 })
		l.lib.copies = []library.Picture{{ID: 30, Family: 3, File: "/other/twin.png"}}
		l.Changed()
		if got := l.thumbs.item(3).Badge; got != "2 files" {
			t.Errorf("it is shown with %q", got)
		}
		if got := l.heading.title.Text(); got != "Everything · 5 pictures · 6 files" {
			t.Errorf("the title is %q", got)
		}
		l.Grid.Choose(3)
		l.keys(fyne.KeyDelete)
		top := l.win.Canvas().Overlays().Top()
		if top == nil || !strings.Contains(strings.Join(uitest.Texts(top), "\n"), "/other/twin.png") {
			t.Fatal("the other file is not named")
		}
		for _, o := range test.LaidOutObjects(top) {
			if b, ok := o.(*widgets.Button); ok && b.Title() == answer {
				test.Tap(b)
			}
		}
		if !slices.Equal(l.lib.trashed, want) {
			t.Errorf("%s: in the trash are %v, want %v", answer, l.lib.trashed, want)
		}
		if said := strings.Join(l.said, ""); strings.Contains(said, "stays and is shown") != (answer == "Only the 1 shown") {
			t.Errorf("%s: says %q", answer, said)
		}
	}
}
