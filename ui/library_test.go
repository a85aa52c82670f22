package ui

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"cascata/app"
	"cascata/ui/widgets"
)

var _ Library = (*app.Library)(nil)

// A fakeLibrary has its pictures in memory, newest first by ID.
type fakeLibrary struct {
	pics    map[int64]app.Picture
	trashed []int64
	albums  []app.Album
	in      map[int64][]int64
	finds   int
	asked   [][]int64 // of Get
	err     error
}

func (f *fakeLibrary) Find(q app.Query) (ids []int64, err error) {
	f.finds++
	for id, p := range f.pics {
		switch {
		case slices.Contains(f.trashed, id):
		case !strings.Contains(p.Prompt, q.Text):
		case q.Favourites && !p.Favourite, q.Drafts && !p.Draft, p.Stars < q.MinStars:
		case p.Width < q.MinWidth, p.Height < q.MinHeight, q.Shape == app.Landscape && p.Width <= p.Height:
		case q.Tag != "" && !slices.Contains(p.Tags, q.Tag), q.Album != 0 && !slices.Contains(f.in[q.Album], id):
		case p.Made.Before(q.From), !q.To.IsZero() && !p.Made.Before(q.To), q.Model != "" && q.Model != p.Model:
		default:
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	if q.Sort == app.Newest {
		slices.Reverse(ids)
	}
	return ids, f.err
}

func (f *fakeLibrary) FindDays(q app.Query) ([]int64, []app.Day, error) {
	ids, err := f.Find(q)
	var days []app.Day
	for _, id := range ids {
		start := midnight(f.pics[id].Made)
		if n := len(days); n == 0 || !days[n-1].Start.Equal(start) {
			days = append(days, app.Day{Start: start})
		}
		days[len(days)-1].Count++
	}
	if q.Sort != app.Newest && q.Sort != app.Oldest {
		days = nil
	}
	return ids, days, err
}

func (f *fakeLibrary) Get(ids ...int64) (pics []app.Picture, err error) {
	f.asked = append(f.asked, ids)
	for _, id := range ids {
		if p, ok := f.pics[id]; ok && !slices.Contains(f.trashed, id) {
			pics = append(pics, p)
		}
	}
	return pics, f.err
}

func (f *fakeLibrary) Counts() (c app.Counts, err error) {
	c.All, c.Models = len(f.pics)-len(f.trashed), []string{"big", "lite"}
	for _, p := range f.pics {
		c.Bytes += p.Bytes
		if p.Favourite {
			c.Favourites++
		}
	}
	for _, a := range f.albums {
		a.Count = len(f.in[a.ID])
		c.Albums = append(c.Albums, a)
	}
	c.Tags = append(c.Tags, struct {
		Name  string
		Count int
	}{"night", 3})
	return c, f.err
}

func (f *fakeLibrary) Thumb(p app.Picture) (string, error) { return p.File, f.err }

func (f *fakeLibrary) each(ids []int64, change func(p *app.Picture)) error {
	if f.err == nil {
		for _, id := range ids {
			p := f.pics[id]
			change(&p)
			f.pics[id] = p
		}
	}
	return f.err
}

func (f *fakeLibrary) SetStars(n int, ids ...int64) error {
	return f.each(ids, func(p *app.Picture) { p.Stars = n })
}
func (f *fakeLibrary) SetFavourite(yes bool, ids ...int64) error {
	return f.each(ids, func(p *app.Picture) { p.Favourite = yes })
}
func (f *fakeLibrary) Tag(tag string, on bool, ids ...int64) error {
	return f.each(ids, func(p *app.Picture) {
		p.Tags = slices.DeleteFunc(slices.Clone(p.Tags), func(t string) bool { return t == tag })
		if on {
			p.Tags = append(p.Tags, tag)
		}
	})
}
func (f *fakeLibrary) NewAlbum(name string) (app.Album, error) {
	a := app.Album{ID: int64(len(f.albums) + 1), Name: name}
	f.albums = append(f.albums, a)
	return a, f.err
}
func (f *fakeLibrary) RenameAlbum(id int64, name string) error { return f.err }
func (f *fakeLibrary) DeleteAlbum(id int64) error {
	f.albums = slices.DeleteFunc(f.albums, func(a app.Album) bool { return a.ID == id })
	return f.err
}
func (f *fakeLibrary) AddToAlbum(id int64, ids ...int64) error {
	f.in[id] = append(f.in[id], ids...)
	return f.err
}
func (f *fakeLibrary) RemoveFromAlbum(id int64, ids ...int64) error {
	f.in[id] = slices.DeleteFunc(f.in[id], func(i int64) bool { return slices.Contains(ids, i) })
	return f.err
}
func (f *fakeLibrary) Trash(ids ...int64) (app.Trashed, error) {
	if f.err == nil {
		f.trashed = append(f.trashed, ids...)
	}
	return app.Trashed{}, f.err
}
func (f *fakeLibrary) Restore(app.Trashed) error { f.trashed = nil; return f.err }

// libraryTest is a view of twelve pictures, in place and without a display.
type libraryTest struct {
	*LibraryView
	lib  *fakeLibrary
	said []string
	do   func() // of what was said last
	gone int    // how many of them were taken away
	errs []error
	win  fyne.Window
}

func newTestLibrary(t *testing.T, n int) *libraryTest {
	t.Helper()
	testApp(t)
	file := writeTestPicture(t, "a.png", 8, 8)
	lib := &fakeLibrary{pics: map[int64]app.Picture{}, in: map[int64][]int64{}}
	for i := int64(1); i <= int64(n); i++ {
		lib.pics[i] = app.Picture{ID: i, File: file, Width: 8, Height: 8, Bytes: i, Made: testNow.Add(-time.Duration(n) * time.Hour).Add(time.Duration(i) * time.Hour),
			Prompt: []string{"a red boat", "a blue tower", "the sea"}[i%3], Model: []string{"big", "lite"}[i%2], Stars: int(i % 4), Program: "cascata", Family: i, Kin: 1}
	}
	was := searchAfter
	searchAfter = 0
	t.Cleanup(func() { searchAfter = was })
	l := &libraryTest{lib: lib, win: test.NewTempWindow(t, widgets.Gap(1, 1))}
	l.LibraryView = NewLibraryView(LibraryViewParams{
		Library: lib, Thumbs: noThumbs(), Run: inPlace, Canvas: l.win.Canvas(),
		Say: func(text, _ string, do func()) func() {
			l.said, l.do = append(l.said, text), do
			return func() { l.gone++ }
		},
		Fail: func(err error) { l.errs = append(l.errs, err) },
		Now:  func() time.Time { return testNow },
		Do:   func(func()) {}, // what comes from other goroutines comes too late for a test
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
		l.grid.TypedKey(&fyne.KeyEvent{Name: k})
	}
}

func TestLibraryShowsWhatThereIs(t *testing.T) {
	l := newTestLibrary(t, 12)
	if got := l.grid.Keys(); len(got) != 12 || got[0] != 12 {
		t.Fatalf("shows %v, want 12 to 1", got)
	}
	it := l.item(11)
	if it.Image == nil || it.Stars != 3 || !strings.Contains(it.Tip, "the sea") {
		t.Errorf("picture 11 is shown as %+v", it)
	}
	if got := l.title.Text(); got != "Everything · 12 pictures" {
		t.Errorf("title %q", got)
	}
	if got := l.places.rows[0].row; got.Figure() != "12" || !got.Chosen() {
		t.Errorf("the first place says %q, chosen %v", got.Figure(), got.Chosen())
	}
	l.lib.pics[11] = app.Picture{ID: 11, File: l.lib.pics[11].File, Draft: true, Kin: 3}
	l.lib.pics[10] = app.Picture{ID: 10, File: l.lib.pics[10].File, Kin: 3}
	l.lib.pics[9] = app.Picture{ID: 9, File: "gone.png", Missing: true}
	l.Changed()
	for id, want := range map[int64]string{11: "draft", 10: "family of 3", 9: "file is gone"} {
		if got := l.item(id).Badge; got != want {
			t.Errorf("badge of %d is %q, want %q", id, got, want)
		}
	}
	if got := l.item(9).Text; got != "cannot be read" {
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
	l.grid.ScrollTo(1500)
	l.grid.ScrollTo(1500)
	if len(l.lib.asked) != 1 || !slices.Contains(l.lib.asked[0], 1500) {
		t.Errorf("asked for %v after a jump", l.lib.asked)
	}
	if n := len(l.small); n > 60 {
		t.Errorf("%d small pictures are held", n)
	}
}

func TestLibraryPlaces(t *testing.T) {
	l := newTestLibrary(t, 48)
	l.lib.pics[40] = app.Picture{ID: 40, Favourite: true, Tags: []string{"night"}}
	a, _ := l.lib.NewAlbum("boats")
	l.lib.AddToAlbum(a.ID, 3, 5)
	l.Changed()
	for _, tt := range []struct {
		name string
		want []int64
	}{{"Favourites", []int64{40}}, {"night", []int64{40}}, {"boats", []int64{5, 3}}, {"Drafts", nil}} {
		i := slices.IndexFunc(l.places.rows, func(r placeRow) bool { return r.row.Name() == tt.name })
		test.Tap(l.places.rows[i].row)
		if got := l.grid.Keys(); !slices.Equal(got, tt.want) {
			t.Errorf("%s shows %v, want %v", tt.name, got, tt.want)
		}
		if !l.places.rows[i].row.Chosen() || !strings.HasPrefix(l.title.Text(), tt.name) {
			t.Errorf("%s is not shown as chosen: %q", tt.name, l.title.Text())
		}
		if l.message.Visible() != (tt.want == nil) {
			t.Errorf("%s: empty state %v", tt.name, l.message.Visible())
		}
	}
	l.goTo(place{kind: inToday})
	for _, id := range l.grid.Keys() {
		if p := l.lib.pics[id]; p.Made.Before(midnight(testNow)) {
			t.Errorf("today shows one of %v", p.Made)
		}
	}
	if n := len(l.grid.Keys()); n != 12 { // of noon and the twelve hours before, but for 40
		t.Errorf("today shows %d, want 12", n)
	}
	l.places.rows[1].row.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if l.win.Canvas().Focused() != l.places.rows[2].row {
		t.Error("an arrow does not go to the next place")
	}
}

func TestLibraryHeadsDays(t *testing.T) {
	l := newTestLibrary(t, 48) // one an hour until noon
	heads := func() (out []string) {
		for _, o := range test.LaidOutObjects(l.grid) {
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
	l.grid.ScrollTo(1)
	if got := heads(); !slices.Contains(got, "2026-03-02 · 11") {
		t.Errorf("at the end headings %q", got)
	}
	l.SetQuery(app.Query{Sort: app.ByName})
	if got := heads(); got != nil {
		t.Errorf("by name headings %q", got)
	}
}

func TestLibrarySearch(t *testing.T) {
	l := newTestLibrary(t, 12)
	l.FocusSearch()
	l.search.SetText("tower")
	if got := l.grid.Keys(); !slices.Equal(got, []int64{10, 7, 4, 1}) {
		t.Errorf("found %v", got)
	}
	l.search.SetText("nothing such")
	title, _, _ := l.message.Texts()
	if !l.message.Visible() || title != "Nothing found" {
		t.Errorf("says %q", title)
	}
	l.search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if len(l.grid.Keys()) != 12 || l.message.Visible() {
		t.Error("Escape does not empty the search")
	}
	l.search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if l.win.Canvas().Focused() != l.grid {
		t.Error("Down does not go to the pictures")
	}
}

// The dialog of the filter asks for what is put into it, and shows it again.
func TestLibraryFilter(t *testing.T) {
	l := newTestLibrary(t, 12)
	wide := l.lib.pics[7]
	wide.Width, wide.Height = 1024, 768
	l.lib.pics[7] = wide
	l.openFilter()
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
	p.choices[1].Choose(int(app.Landscape))
	p.entries[0].SetText("a lot")
	p.entries[0].OnSubmitted("")
	if l.win.Canvas().Overlays().Top() == nil || l.query != (app.Query{}) {
		t.Fatalf("asks for %+v with a width that is no number", l.query)
	}
	p.entries[0].SetText(" 1000 ")
	p.entries[0].OnSubmitted("")
	if want := (app.Query{Shape: app.Landscape, MinWidth: 1000}); l.query != want || !slices.Equal(l.grid.Keys(), []int64{7}) {
		t.Errorf("asks for %+v and shows %v", l.query, l.grid.Keys())
	}
	if got := l.filter.Title(); got != "Filter · 2" {
		t.Errorf("the button says %q", got)
	}
	l.openFilter()
	p = shown()
	if p.choices[1].Chosen() != int(app.Landscape) || p.entries[0].Text != "1000" || p.entries[1].Text != "" {
		t.Errorf("shows again shape %d, %q and %q", p.choices[1].Chosen(), p.entries[0].Text, p.entries[1].Text)
	}
	p.entries[0].SetText("")
	p.choices[1].Choose(0)
	p.entries[0].OnSubmitted("")
	if l.query != (app.Query{}) || len(l.grid.Keys()) != 12 {
		t.Errorf("without a filter it asks for %+v", l.query)
	}
}

func TestLibraryAnswersTheNewestQuestion(t *testing.T) {
	l := newTestLibrary(t, 12)
	var o oneByOne
	l.p.Run = o.run
	l.SetQuery(app.Query{Text: "tower"})
	l.SetQuery(app.Query{Text: "boat"})
	l.SetQuery(app.Query{Text: "sea"})
	finds := l.lib.finds
	for len(o.waiting) > 0 {
		o.next()
	}
	if got := l.grid.Keys(); !slices.Equal(got, []int64{11, 8, 5, 2}) {
		t.Errorf("shows %v, want the sea", got)
	}
	if n := l.lib.finds - finds; n != 2 {
		t.Errorf("asked %d times, want the one that ran and the newest", n)
	}
}

func TestLibraryStars(t *testing.T) {
	l := newTestLibrary(t, 12)
	before := map[int64]int{12: l.lib.pics[12].Stars, 11: l.lib.pics[11].Stars}
	l.grid.Choose(12)
	l.grid.TypedShortcut(&fyne.ShortcutSelectAll{})
	l.grid.TypedRune('5')
	for id, p := range l.lib.pics {
		if p.Stars != 5 || l.item(id).Stars != 5 {
			t.Errorf("%d has %d stars and shows %d", id, p.Stars, l.item(id).Stars)
		}
	}
	l.grid.TypedShortcut(&fyne.ShortcutUndo{})
	for id, want := range before {
		if got := l.lib.pics[id].Stars; got != want {
			t.Errorf("after undo %d has %d stars, want %d", id, got, want)
		}
	}
	l.grid.Choose(11) // three stars
	l.grid.TypedRune('s')
	if got := l.lib.pics[11].Stars; got != 4 {
		t.Errorf("S gives %d stars, want 4", got)
	}
	l.grid.TypedRune('f')
	if !l.lib.pics[11].Favourite || !l.item(11).Favourite {
		t.Error("F makes no favourite")
	}
	l.grid.TypedRune('f')
	l.Undo()
	if !l.lib.pics[11].Favourite {
		t.Error("undo of the second F")
	}
}

func TestLibraryTrash(t *testing.T) {
	l := newTestLibrary(t, 12)
	l.grid.Choose(10)
	l.keys(fyne.KeyDelete)
	if !slices.Equal(l.lib.trashed, []int64{10}) || slices.Contains(l.grid.Keys(), 10) {
		t.Fatalf("in the trash %v, shown %v", l.lib.trashed, l.grid.Keys())
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
	l.Undo() // the same undo must not happen twice
	if l.gone != 1 {
		t.Errorf("the note was taken away %d times, want once", l.gone)
	}
	l.keys(fyne.KeyDelete)
	l.Undo()
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
	l.AddToAlbum(a, 3, 4)
	l.do()
	if got := l.lib.in[a.ID]; len(got) != 0 {
		t.Errorf("after undo the album holds %v", got)
	}
	l.AddToAlbum(a, 3, 4)
	l.deleteAlbum(a.ID, a.Name)
	if len(l.lib.albums) != 0 {
		t.Fatal("the album is still there")
	}
	l.do()
	if len(l.lib.albums) != 1 || !slices.Equal(l.lib.in[l.lib.albums[0].ID], []int64{4, 3, 4, 3}) && !slices.Contains(l.lib.in[l.lib.albums[0].ID], 4) {
		t.Errorf("after undo: %v %v", l.lib.albums, l.lib.in)
	}
	l.lib.Tag("night", true, 3)
	l.Tag("night", true, 3, 4)
	l.Undo()
	if !slices.Contains(l.lib.pics[3].Tags, "night") || slices.Contains(l.lib.pics[4].Tags, "night") {
		t.Errorf("undo of a tag: %v %v; what had it before must keep it", l.lib.pics[3].Tags, l.lib.pics[4].Tags)
	}
}

func TestLibraryMenu(t *testing.T) {
	l := newTestLibrary(t, 12)
	labels := func(ids ...int64) (out []string) {
		pics, _ := l.lib.Get(ids...)
		for _, i := range l.menuItems(pics) {
			out = append(out, i.Label)
		}
		return out
	}
	if got := labels(1); slices.Contains(got, "Compare") || slices.Contains(got, "Use its settings") {
		t.Errorf("one picture, nobody to use it: %q", got)
	}
	var used app.Picture
	l.OnUse = func(p app.Picture) { used = p }
	pics, _ := l.lib.Get(1)
	items := l.menuItems(pics)
	items[slices.IndexFunc(items, func(i *fyne.MenuItem) bool { return i.Label == "Use its settings" })].Action()
	if used.ID != 1 {
		t.Errorf("used %d", used.ID)
	}
	if got := labels(1, 2, 3); !slices.Contains(got, "Compare") || slices.Contains(got, "Use its settings") {
		t.Errorf("three pictures: %q", got)
	}
	if got := labels(1, 2, 3, 4, 5); slices.Contains(got, "Compare") {
		t.Errorf("five pictures: %q", got)
	}
}

func TestLibraryShowPicture(t *testing.T) {
	l := newTestLibrary(t, 500)
	l.SetQuery(app.Query{Text: "tower"})
	l.ShowPicture(3) // no tower
	if !slices.Equal(l.Chosen(), []int64{3}) || l.Query().Text != "" || !slices.Contains(l.grid.InView(), 3) {
		t.Errorf("chosen %v with %+v", l.Chosen(), l.Query())
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
	side := l.Side()
	l.grid.TypedRune('+')
	if l.Side() <= side || l.zoom.Share() != shareOf(l.Side()) {
		t.Errorf("after + %v, slider %v", l.Side(), l.zoom.Share())
	}
	for range 30 {
		l.grid.TypedRune('-')
	}
	if l.Side() != librarySideLeast {
		t.Errorf("the smallest is %v, want %v", l.Side(), librarySideLeast)
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
	l.grid.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: fyne.KeyModifierShortcutDefault})
	if l.win.Canvas().Focused() != l.search {
		t.Error("Ctrl+F does not go to the search")
	}
}

func TestPlaceOfItsQuery(t *testing.T) {
	for _, p := range []place{{}, {kind: inToday}, {kind: inFavourites}, {kind: inDrafts}, {kind: inImported}, {kind: inAlbum, album: 3}, {kind: inTag, tag: "x"}} {
		with := app.Query{Text: "a", Sort: app.ByName, MinStars: 2, Collapse: true, Model: "big", Shape: app.Square, MinWidth: 3, MinHeight: 4}
		q := p.query(testNow, with)
		if got := placeOf(q, testNow); got != p {
			t.Errorf("%+v became %+v", p, got)
		}
		if q.Text != "a" || q.Sort != app.ByName || q.MinStars != 2 || !q.Collapse || q.Model != "big" || q.Shape != app.Square || q.MinWidth != 3 || q.MinHeight != 4 {
			t.Errorf("%+v lost words or filter: %+v", p, q)
		}
	}
}

func TestDates(t *testing.T) {
	for text, ok := range map[string]bool{"": true, " 2026-01-31 ": true, "2026-02-30": false, "31.1.2026": false, "tomorrow": false} {
		if _, got := parseDate(text); got != ok {
			t.Errorf("%q is a date: %v, want %v", text, got, ok)
		}
	}
}
