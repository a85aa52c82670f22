package gallery

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/library"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

func TestLibrarySearch(t *testing.T) {
	l := newTestLibrary(t, 12)
	l.FocusSearch()
	l.Toolbar.Search.SetText("tower")
	if got := l.Grid.Keys(); !slices.Equal(got, []int64{10, 7, 4, 1}) {
		t.Errorf("found %v", got)
	}
	l.Toolbar.Search.SetText("nothing such")
	title, _, _ := l.heading.message.Texts()
	if !l.heading.message.Visible() || title != "Nothing found" {
		t.Errorf("says %q", title)
	}
	l.Toolbar.Search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if len(l.Grid.Keys()) != 12 || l.heading.message.Visible() {
		t.Error("Escape does not empty the search")
	}
	l.Toolbar.Search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if l.win.Canvas().Focused() != l.Grid {
		t.Error("Down does not go to the pictures")
	}
}

// The dialog of the filter asks for what is put into it, and shows it again.
func TestLibraryFilter(t *testing.T) {
	l := newTestLibrary(t, 12)
	wide := l.lib.pics[7]
	wide.Width, wide.Height = 1024, 768
	l.lib.pics[7] = wide
	l.Toolbar.OpenFilter()
	type parts struct {
		choices []*widgets.Choice
		entries []*widgets.Entry
	}
	shown := func() (p parts) {
		for _, o := range test.LaidOutObjects(l.win.Canvas().Overlays().Top()) {
			switch o := o.(type) {
			case *widgets.Choice:
				p.choices = append(p.choices, o)
			case *widgets.Entry:
				p.entries = append(p.entries, o)
			}
		}
		return p
	}
	p := shown()
	p.choices[1].Choose(int(library.Landscape))
	p.entries[0].SetText("a lot")
	p.entries[0].OnSubmitted("")
	if l.win.Canvas().Overlays().Top() == nil || l.Finder.query != (library.Query{}) {
		t.Fatalf("asks for %+v with a width that is no number", l.Finder.query)
	}
	p.entries[0].SetText(" 1000 ")
	p.entries[0].OnSubmitted("")
	if want := (library.Query{Shape: library.Landscape, MinWidth: 1000}); l.Finder.query != want || !slices.Equal(l.Grid.Keys(), []int64{7}) {
		t.Errorf("asks for %+v and shows %v", l.Finder.query, l.Grid.Keys())
	}
	if got := l.Toolbar.filter.Title(); got != "Filter · 2" {
		t.Errorf("the button says %q", got)
	}
	l.Toolbar.OpenFilter()
	p = shown()
	if p.choices[1].Chosen() != int(library.Landscape) || p.entries[0].Text != "1000" || p.entries[1].Text != "" {
		t.Errorf("shows again shape %d, %q and %q", p.choices[1].Chosen(), p.entries[0].Text, p.entries[1].Text)
	}
	p.entries[0].SetText("")
	p.choices[1].Choose(0)
	p.entries[0].OnSubmitted("")
	if l.Finder.query != (library.Query{}) || len(l.Grid.Keys()) != 12 {
		t.Errorf("without a filter it asks for %+v", l.Finder.query)
	}
}

func TestLibraryAnswersTheNewestQuestion(t *testing.T) {
	l := newTestLibrary(t, 12)
	var o uitest.OneByOne
	l.Finder.p.Run = o.Run
	l.Finder.Set(library.Query{Text: "tower"})
	l.Finder.Set(library.Query{Text: "boat"})
	l.Finder.Set(library.Query{Text: "sea"})
	finds := l.lib.finds
	for len(o.Waiting) > 0 {
		o.Next()
	}
	if got := l.Grid.Keys(); !slices.Equal(got, []int64{11, 8, 5, 2}) {
		t.Errorf("shows %v, want the sea", got)
	}
	if n := l.lib.finds - finds; n != 2 {
		t.Errorf("asked %d times, want the one that ran and the newest", n)
	}
}
