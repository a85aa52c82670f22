package gallery

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"cascata/app/library"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

var _ Library = (*library.Library)(nil)

// libraryTest is a view of twelve pictures, in place and without a display.
type libraryTest struct {
	*View
	lib  *fakeLibrary
	acts *uitest.Actions // what the window was asked to do with pictures
	said []string
	do   func() // of what was said last
	gone int    // how many of them were taken away
	errs []error
	win  fyne.Window
}

func newTestLibrary(t *testing.T, n int) *libraryTest {
	t.Helper()
	uitest.App(t)
	file := uitest.WritePicture(t, "a.png", 8, 8)
	lib := &fakeLibrary{pics: map[int64]library.Picture{}, in: map[int64][]int64{}}
	for i := int64(1); i <= int64(n); i++ {
		lib.pics[i] = library.Picture{ID: i, File: file, Width: 8, Height: 8, Bytes: i, Made: testNow.Add(-time.Duration(n) * time.Hour).Add(time.Duration(i) * time.Hour),
			Prompt: []string{"a red boat", "a blue tower", "the sea"}[i%3], Model: []string{"big", "lite"}[i%2], Stars: int(i % 4), Program: "cascata", Family: i, Kin: 1}
	}
	l := &libraryTest{lib: lib, acts: &uitest.Actions{}, win: test.NewTempWindow(t, widgets.Gap(1, 1))}
	l.View = New(Params{
		Library: lib, Thumbs: noThumbs(), Run: uitest.InPlace, Canvas: l.win.Canvas(),
		Say: func(text, _ string, do func()) func() {
			l.said, l.do = append(l.said, text), do
			return func() { l.gone++ }
		},
		Fail:    func(err error) { l.errs = append(l.errs, err) },
		Now:     func() time.Time { return testNow },
		Do:      func(func()) {}, // what comes from other goroutines comes too late for a test
		Later:   uitest.AtOnce,
		Actions: l.acts,
	})
	l.win.SetPadded(false)
	l.win.SetContent(l.Content)
	l.win.Resize(fyne.NewSize(900, 600))
	l.SetShown(true)
	return l
}

var testNow = time.Date(2026, 3, 4, 12, 0, 0, 0, time.Local)

func (l *libraryTest) keys(names ...fyne.KeyName) {
	for _, k := range names {
		l.Grid.TypedKey(&fyne.KeyEvent{Name: k})
	}
}

func TestLibraryShowsWhatThereIs(t *testing.T) {
	l := newTestLibrary(t, 12)
	if got := l.Grid.Keys(); len(got) != 12 || got[0] != 12 {
		t.Fatalf("shows %v, want 12 to 1", got)
	}
	it := l.thumbs.item(11)
	if it.Image == nil || it.Stars != 3 || !strings.Contains(it.Tip, "the sea") {
		t.Errorf("picture 11 is shown as %+v", it)
	}
	if got := l.heading.title.Text(); got != "Everything · 12 pictures" {
		t.Errorf("title %q", got)
	}
	if got := l.sidebar.rows[0].row; got.Figure() != "12" || !got.Chosen() {
		t.Errorf("the first place says %q, chosen %v", got.Figure(), got.Chosen())
	}
	l.lib.pics[11] = library.Picture{ID: 11, File: l.lib.pics[11].File, Draft: true, Kin: 3}
	l.lib.pics[10] = library.Picture{ID: 10, File: l.lib.pics[10].File, Kin: 3}
	l.lib.pics[9] = library.Picture{ID: 9, File: "gone.png", Missing: true}
	l.Changed()
	for id, want := range map[int64]string{11: "draft", 10: "family of 3", 9: "file is gone"} {
		if got := l.thumbs.item(id).Badge; got != want {
			t.Errorf("badge of %d is %q, want %q", id, got, want)
		}
	}
	if got := l.thumbs.item(9).Text; got != "cannot be read" {
		t.Errorf("a file that is gone says %q", got)
	}
}

func TestLibraryAsksOnlyForWhatIsInView(t *testing.T) {
	l := newTestLibrary(t, 3000)
	asked := 0
	for _, ids := range l.lib.asked {
		asked += len(ids)
	}
	if asked == 0 || asked > 60 {
		t.Errorf("asked for %d rows, want those in view", asked)
	}
	l.lib.asked = nil
	l.Grid.ScrollTo(1500)
	l.Grid.ScrollTo(1500)
	if len(l.lib.asked) != 1 || !slices.Contains(l.lib.asked[0], 1500) {
		t.Errorf("asked for %v after a jump", l.lib.asked)
	}
	if n := len(l.thumbs.shown); n > 60 {
		t.Errorf("%d small pictures are held", n)
	}
}

func TestLibraryHeadsDays(t *testing.T) {
	l := newTestLibrary(t, 48) // one an hour until noon
	heads := func() (out []string) {
		for _, o := range test.LaidOutObjects(l.Grid) {
			if text, ok := o.(*widgets.Text); ok && text.Visible() && strings.Contains(text.Text(), " · ") {
				out = append(out, text.Text())
			}
		}
		slices.Sort(out)
		return out
	}
	if got := heads(); !slices.Equal(got, []string{"Today · 13"}) && !slices.Equal(got, []string{"Today · 13", "Yesterday · 24"}) {
		t.Errorf("headings %q", got)
	}
	l.Grid.ScrollTo(1)
	if got := heads(); !slices.Contains(got, "2026-03-02 · 11") {
		t.Errorf("at the end headings %q", got)
	}
	l.Finder.Set(library.Query{Sort: library.ByName})
	if got := heads(); got != nil {
		t.Errorf("by name headings %q", got)
	}
}

func TestLibraryShowPicture(t *testing.T) {
	l := newTestLibrary(t, 500)
	l.Finder.Set(library.Query{Text: "tower"})
	l.ShowPicture(3) // no tower
	if !slices.Equal(l.Chosen(), []int64{3}) || l.Finder.Query().Text != "" || !slices.Contains(l.Grid.InView(), 3) {
		t.Errorf("chosen %v with %+v", l.Chosen(), l.Finder.Query())
	}
}

func TestLibraryLooksNothingUpUnseen(t *testing.T) {
	l := newTestLibrary(t, 5)
	l.SetShown(false)
	finds := l.lib.finds
	l.Changed()
	l.Changed()
	if l.lib.finds != finds {
		t.Error("looked things up that nobody sees")
	}
	l.SetShown(true)
	if l.lib.finds != finds+1 {
		t.Errorf("looked up %d times when shown, want once", l.lib.finds-finds)
	}
}

func TestLibraryZoom(t *testing.T) {
	l := newTestLibrary(t, 50)
	side := l.Grid.Side()
	l.Grid.TypedRune('+')
	if l.Grid.Side() <= side || l.Toolbar.zoom.Share() != shareOf(l.Grid.Side()) {
		t.Errorf("after + %v, slider %v", l.Grid.Side(), l.Toolbar.zoom.Share())
	}
	for range 30 {
		l.Grid.TypedRune('-')
	}
	if l.Grid.Side() != librarySideLeast {
		t.Errorf("the smallest is %v, want %v", l.Grid.Side(), librarySideLeast)
	}
	for _, side := range []float32{96, 168, 320} {
		if got := sideOf(shareOf(side)); got != side {
			t.Errorf("%v becomes %v", side, got)
		}
	}
}

func TestLibraryKeysOfOthersPass(t *testing.T) {
	l := newTestLibrary(t, 5)
	var passed []fyne.KeyName
	l.win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { passed = append(passed, e.Name) })
	l.keys(fyne.KeyF11, fyne.KeyEscape, fyne.KeyF)
	if !slices.Equal(passed, []fyne.KeyName{fyne.KeyF11, fyne.KeyEscape}) {
		t.Errorf("passed %v", passed)
	}
	l.Grid.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: fyne.KeyModifierShortcutDefault})
	if l.win.Canvas().Focused() != l.Toolbar.Search {
		t.Error("Ctrl+F does not go to the search")
	}
}

func TestDates(t *testing.T) {
	for text, ok := range map[string]bool{"": true, " 2026-01-31 ": true, "2026-02-30": false, "31.1.2026": false, "tomorrow": false} {
		if _, got := parseDate(text); got != ok {
			t.Errorf("%q is a date: %v, want %v", text, got, ok)
		}
	}
}
