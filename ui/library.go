package ui

import (
	"image"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"cascata/app"
	"cascata/ui/widgets"
)

// A Library knows all pictures. *app.Library is one. No method is called on
// the window's goroutine.
type Library interface {
	Find(q app.Query) ([]int64, error)
	Get(ids ...int64) ([]app.Picture, error)
	Counts() (app.Counts, error)
	Thumb(p app.Picture) (path string, err error)
	SetStars(n int, ids ...int64) error
	SetFavourite(yes bool, ids ...int64) error
	Tag(tag string, on bool, ids ...int64) error
	NewAlbum(name string) (app.Album, error)
	RenameAlbum(album int64, name string) error
	DeleteAlbum(album int64) error
	AddToAlbum(album int64, ids ...int64) error
	RemoveFromAlbum(album int64, ids ...int64) error
	Trash(ids ...int64) (app.Trashed, error)
	Restore(t app.Trashed) error
}

// LibraryViewParams are what the view works with. All but Details and what
// follows are required.
type LibraryViewParams struct {
	Library Library
	Thumbs  *Thumbs
	Run     runner
	Canvas  fyne.Canvas // of the window: for menus, dialogs and the lightbox

	Say        func(text, action string, do func()) // a short note, with something to do unless action is ""
	Fail       func(err error)
	FullScreen func(yes bool)

	Details fyne.CanvasObject // at the right; nil: nothing
	Side    float32           // of a picture; 0: the usual
	Now     func() time.Time  // nil: the clock
	Do      func(func())      // runs on the window's goroutine; nil: fyne.Do

	Trace func(event string, values ...any) // told what happens, for tests; nil: nobody
}

// A LibraryView shows all pictures: places left, a search and a grid in the
// middle, the details of what is chosen right. Choosing changes nothing but
// the choice.
type LibraryView struct {
	Content fyne.CanvasObject

	OnChoose  func(ids []int64)        // other pictures are chosen
	OnStatus  func(left, keys string)  // for the foot of the window
	OnLayout  func()                   // widths or the size of pictures changed: see Widths and Side
	OnCreate  func()                   // the artist wants to make a picture
	OnImport  func()                   // or to add a folder of pictures
	OnCompare func(pics []app.Picture) // nil: over the whole window

	// What a menu offers besides; nil: not offered.
	OnReveal, OnCopyPicture, OnCopyText   func(s string) // a file, a file, a text
	OnUse, OnRedevelop, OnSweep, OnFamily func(p app.Picture)
	OnExport                              func(pics []app.Picture)

	p                LibraryViewParams
	query            app.Query
	place            place
	counts           app.Counts
	rows             *pictureRows
	small            map[int64]*smallPicture // of those in view
	undos            []func()
	finds, countings asking
	typed            int
	then             int64 // a picture to go to when it is found
	shown            bool  // on screen
	stale            bool  // something changed while it was not
	found            bool  // the first answer is here

	grid    *widgets.Grid
	places  *libraryPlaces
	search  *searchField
	sort    *widgets.Button
	filter  *widgets.Button
	family  *widgets.Button
	zoom    *widgets.Slider
	title   *widgets.Text
	chosen  *widgets.Text
	message *widgets.Message
	top     *fyne.Container
	head    *fyne.Container
	panes   *panes
	box     *Lightbox
	compare *Compare
}

// asking is the state of a question: whether it waits for its answer, and
// whether it must be asked again then.
type asking struct{ busy, again bool }

// A smallPicture is one in view.
type smallPicture struct {
	key    string
	img    *image.RGBA
	bad    bool
	cancel func()
}

// searchAfter is how long the hand must rest before what is typed is searched.
var searchAfter = 60 * time.Millisecond

// How large pictures are shown.
const (
	librarySide      = 168
	librarySideLeast = 96
	librarySideMost  = 320
)

// NewLibraryView shows nothing until SetShown.
func NewLibraryView(p LibraryViewParams) *LibraryView {
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Side == 0 {
		p.Side = librarySide
	}
	if p.Do == nil {
		p.Do = fyne.Do
	}
	if p.Trace == nil {
		p.Trace = func(string, ...any) {}
	}
	v := &LibraryView{p: p, small: map[int64]*smallPicture{}}
	v.rows = newPictureRows(p.Run, p.Library, v.gotRows)
	v.grid = widgets.NewGrid(min(max(p.Side, librarySideLeast), librarySideMost))
	g := v.grid
	g.Item, g.OnView, g.OnChoose = v.item, v.inView, v.choose
	g.OnOpen, g.OnMenu, g.OnZoom = v.Open, v.menu, v.zoomBy
	g.OnKey, g.OnRune, g.Shortcut = v.key, v.rune, v.shortcut
	v.message = widgets.NewMessage()
	v.message.Hide()
	v.box = newLightbox(v)
	v.compare = NewCompare(p.Run, p.Do)
	v.places = newLibraryPlaces(v)
	v.arrange()
	v.say()
	return v
}

// arrange puts the parts together.
func (v *LibraryView) arrange() {
	v.top = v.newTop()
	v.title, v.chosen = widgets.NewDim("").Shrink(), widgets.NewDim("").Right()
	v.head = container.NewBorder(nil, nil, nil, v.chosen, v.title)
	middle := container.NewBorder(container.NewVBox(widgets.Pad(16, 14, v.top), widgets.Pad(16, 0, v.head), widgets.Gap(0, 4)), nil, nil, nil,
		container.NewStack(v.grid, v.message))
	right := v.p.Details
	if right == nil {
		right = container.NewWithoutLayout()
	}
	v.panes = newPanes(widgets.Panel(0, v.places.content), middle, container.NewWithoutLayout(), widgets.Panel(0, right))
	v.panes.left.usual, v.panes.left.least, v.panes.left.most = 216, 150, 420
	v.panes.right.usual, v.panes.right.least = 312, 240
	v.panes.set(v.panes.left, 0, true)
	v.panes.set(v.panes.below, 0, false)
	v.panes.set(v.panes.right, 0, v.p.Details != nil)
	v.panes.OnChanged = func() { call(v.OnLayout) }
	v.Content = v.panes
}

// Widths are those of the places and of the details.
func (v *LibraryView) Widths() (places, details float32) {
	return v.panes.left.length, v.panes.right.length
}

// SetWidths gives places and details their widths; 0 is the usual one.
func (v *LibraryView) SetWidths(places, details float32) {
	v.panes.set(v.panes.left, places, v.panes.left.shown)
	v.panes.set(v.panes.right, details, v.panes.right.shown)
}

// ToggleDetails shows or hides the details.
func (v *LibraryView) ToggleDetails() {
	r := v.panes.right
	v.panes.set(r, r.length, !r.shown && v.p.Details != nil)
}

// Side is how large pictures are shown.
func (v *LibraryView) Side() float32 { return v.grid.Side() }

// SetShown says whether the view is on screen. What changed meanwhile is
// looked up when it is shown.
func (v *LibraryView) SetShown(yes bool) {
	v.shown = yes
	if yes && (v.stale || !v.found) {
		v.Changed()
	}
	if yes {
		v.tellStatus()
	}
}

// Focus gives the grid the keyboard.
func (v *LibraryView) Focus() { v.p.Canvas.Focus(v.grid) }

// FocusSearch gives the search field the keyboard.
func (v *LibraryView) FocusSearch() { v.p.Canvas.Focus(v.search) }

// Changed looks everything up again: the library is another now.
func (v *LibraryView) Changed() {
	if !v.shown {
		v.stale = true
		return
	}
	v.stale = false
	if q := v.place.query(v.p.Now(), v.query); v.place.kind == inToday && !q.From.Equal(v.query.From) {
		v.query.From = q.From // midnight passed
	}
	v.rows.forget()
	v.box.forget()
	v.find()
	v.count()
}

// count asks for the figures of the places, one question at a time.
func (v *LibraryView) count() {
	if v.countings.busy {
		v.countings.again = true
		return
	}
	v.countings.busy, v.countings.again = true, false
	var counts app.Counts
	var err error
	v.p.Run(func() { counts, err = v.p.Library.Counts() }, func() {
		v.countings.busy = false
		if v.countings.again {
			v.count()
		}
		if err != nil {
			v.p.Fail(err)
			return
		}
		v.counts = counts
		v.places.set(counts)
		v.say()
	})
}

// Query is what is looked for.
func (v *LibraryView) Query() app.Query { return v.query }

// SetQuery looks for something else, as if the artist had.
func (v *LibraryView) SetQuery(q app.Query) {
	if v.query == q {
		return
	}
	v.query = q
	v.place = placeOf(q, v.p.Now())
	v.places.choose(v.place)
	v.search.show(q.Text)
	v.showPills()
	v.grid.Top()
	v.find()
}

// ShowPicture goes to a picture and chooses it. Where what is looked for does
// not hold it, everything is shown.
func (v *LibraryView) ShowPicture(id int64) {
	if v.grid.Choose(id) {
		return
	}
	v.then = id
	if q := (app.Query{Sort: v.query.Sort}); v.query != q {
		v.SetQuery(q)
		return
	}
	v.find()
}

// Chosen are the pictures that are chosen, in order.
func (v *LibraryView) Chosen() []int64 { return v.grid.Chosen() }

// find asks for the pictures of the query. One question is asked at a time,
// and only the newest of those that come meanwhile.
func (v *LibraryView) find() {
	if v.finds.busy {
		v.finds.again = true
		return
	}
	v.finds.busy, v.finds.again = true, false
	q := v.query
	var ids []int64
	var err error
	v.p.Run(func() { ids, err = v.p.Library.Find(q) }, func() {
		v.finds.busy = false
		if v.finds.again {
			v.find()
		}
		if q != v.query {
			return
		}
		if err != nil {
			v.p.Fail(err)
			return
		}
		v.found = true
		v.p.Trace("library.found", "pictures", len(ids), "text", q.Text)
		v.grid.SetKeys(ids)
		v.inView(v.grid.InView())
		v.sayEmpty()
		v.say()
		if v.then != 0 && v.grid.Choose(v.then) || !v.finds.again {
			v.then = 0
		}
	})
}

// typedSearch looks for what is typed when the hand rests.
func (v *LibraryView) typedSearch(text string) {
	v.typed++
	mine := v.typed
	v.p.Run(func() { time.Sleep(searchAfter) }, func() {
		if mine == v.typed && strings.TrimSpace(text) != v.query.Text {
			q := v.query
			q.Text = strings.TrimSpace(text)
			v.query = q
			v.grid.Top()
			v.find()
		}
	})
}

// item is what is known of a picture in view.
func (v *LibraryView) item(id int64) widgets.GridItem {
	var it widgets.GridItem
	if s := v.small[id]; s != nil {
		if s.img != nil {
			it.Image = s.img
		} else if s.bad {
			it.Text = lang.X("library.unreadable", "cannot be read")
		}
	}
	p, ok := v.rows.get(id)
	if !ok {
		return it
	}
	it.Stars, it.Favourite, it.Tip = p.Stars, p.Favourite, firstLines(p.Prompt, 3)
	switch n := p.Kin; {
	case p.Missing:
		it.Badge = lang.X("library.missing", "file is gone")
	case p.Draft:
		it.Badge = lang.X("library.draft", "draft")
	case n > 1:
		it.Badge = lang.XN("library.family", "family of {{.N}}", n, map[string]any{"N": n})
	}
	return it
}

// inView asks for what is not known yet of the pictures in view.
func (v *LibraryView) inView(ids []int64) {
	for id, s := range v.small {
		if !slices.Contains(ids, id) {
			call(s.cancel)
			delete(v.small, id)
		}
	}
	v.rows.want(ids)
	v.askSmall(ids)
}

// askSmall asks for the small pictures of rows that are known. What is asked
// for last comes first.
func (v *LibraryView) askSmall(ids []int64) {
	for _, id := range slices.Backward(ids) {
		p, ok := v.rows.get(id)
		if !ok {
			continue
		}
		s := v.small[id]
		if key := thumbKey(p); s == nil || s.key != key {
			next := &smallPicture{key: key}
			if s != nil {
				call(s.cancel)
				next.img = s.img
			}
			v.small[id] = next
			next.cancel = v.p.Thumbs.Picture(p, v.p.Library.Thumb, func(img *image.RGBA) {
				if v.small[id] == next {
					next.img, next.bad, next.cancel = img, img == nil, nil
					v.grid.Update(id)
					v.traceFull()
				}
			})
		}
	}
}

// gotRows shows what was asked for.
func (v *LibraryView) gotRows() {
	v.askSmall(v.grid.InView())
	v.grid.UpdateAll()
}

// traceFull tells when every picture in view is there.
func (v *LibraryView) traceFull() {
	ids := v.grid.InView()
	for _, id := range ids {
		if s := v.small[id]; s == nil || s.img == nil && !s.bad {
			return
		}
	}
	v.p.Trace("library.full", "pictures", len(ids))
}

func (v *LibraryView) choose() {
	v.say()
	if v.OnChoose != nil {
		v.OnChoose(v.Chosen())
	}
}

// Open shows a picture as large as the window. Next and previous go through
// the pictures chosen, or through all where it is the only one.
func (v *LibraryView) Open(id int64) {
	ids := v.grid.Keys()
	if chosen := v.grid.Chosen(); len(chosen) > 1 && slices.Contains(chosen, id) {
		ids = chosen
	}
	v.box.Show(v.p.Canvas, ids, id)
}

// say tells what is shown and what is chosen.
func (v *LibraryView) say() {
	n := len(v.grid.Keys())
	count := lang.XN("library.count", "{{.N}} pictures", n, map[string]any{"N": grouped(n)})
	v.title.SetText(v.place.title(v.counts) + " · " + count)
	text := ""
	if n := v.grid.Count(); n > 0 {
		text = lang.XN("library.chosen", "{{.N}} selected", n, map[string]any{"N": grouped(n)})
	}
	if v.chosen.Text() != text {
		v.chosen.SetText(text)
		v.head.Refresh() // another width
	}
	v.tellStatus()
}

func (v *LibraryView) tellStatus() {
	if v.OnStatus == nil || !v.shown {
		return
	}
	var parts []string
	if text := v.chosen.Text(); text != "" {
		parts = append(parts, text)
	}
	all := v.counts.All
	parts = append(parts, lang.XN("library.count", "{{.N}} pictures", all, map[string]any{"N": grouped(all)})+" · "+amount(v.counts.Bytes))
	v.OnStatus(strings.Join(parts, "      "), lang.X("library.keys", "Space opens · 1 to 5 rate · F favourite · Del moves to trash, Ctrl+Z brings back"))
}

// sayEmpty says in place why there is nothing to see.
func (v *LibraryView) sayEmpty() {
	empty := len(v.grid.Keys()) == 0
	setVisible(v.message, empty)
	if !empty {
		return
	}
	clear := widgets.Action{Text: lang.X("library.everything.show", "Show everything"), Do: func() { v.SetQuery(app.Query{Sort: v.query.Sort}) }}
	var actions []widgets.Action
	switch {
	case v.query == (app.Query{Sort: v.query.Sort, Collapse: v.query.Collapse}):
		if v.OnCreate != nil {
			actions = append(actions, widgets.Action{Text: lang.X("library.create", "Make a picture"), Do: v.OnCreate, Main: true})
		}
		if v.OnImport != nil {
			actions = append(actions, widgets.Action{Text: lang.X("library.import", "Add a folder…"), Do: v.OnImport})
		}
		v.message.Set(lang.X("library.empty", "No pictures yet"), lang.X("library.empty.help", "Pictures you make appear here. A folder of pictures can be added without moving it."), "", actions...)
	case v.query.Text != "":
		v.message.Set(lang.X("library.none", "Nothing found"), lang.X("library.none.help", "Fewer words find more. -word leaves out; model:, tag:, seed: and stars>2 look at one thing."), "", clear)
	case v.query.Album != 0:
		v.message.Set(lang.X("library.album.empty", "This album is empty"), lang.X("library.album.empty.help", "Select pictures and choose Add to album from their menu."), "", clear)
	case v.place.kind == inToday && v.query == v.place.query(v.p.Now(), app.Query{Sort: v.query.Sort, Collapse: v.query.Collapse}):
		v.message.Set(lang.X("library.today.empty", "No pictures today yet"), lang.X("library.today.help", "What you make today appears here."), "", clear)
	case v.query.Favourites:
		v.message.Set(lang.X("library.favourites.empty", "No favourites yet"), lang.X("library.favourites.help", "Select a picture and press F."), "", clear)
	default:
		v.message.Set(lang.X("library.none.here", "No pictures here"), lang.X("library.none.here.help", "No picture is what the place and the filter ask for."), "", clear)
	}
}

// popup opens a menu.
func (v *LibraryView) popup(at fyne.Position, items ...*fyne.MenuItem) {
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), v.p.Canvas, at)
}
