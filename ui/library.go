package ui

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/widgets"
)

// A Library knows all pictures. *library.Library is one. No method is called on
// the window's goroutine.
type Library interface {
	Find(q library.Query) ([]int64, error)
	FindDays(q library.Query) ([]int64, []library.Day, error)
	Get(ids ...int64) ([]library.Picture, error)
	Copies(ids ...int64) ([]library.Picture, error)
	Counts() (library.Counts, error)
	Thumb(p library.Picture) (path string, err error)
	SetStars(n int, ids ...int64) error
	SetFavourite(yes bool, ids ...int64) error
	Tag(tag string, on bool, ids ...int64) error
	NewAlbum(name string) (library.Album, error)
	RenameAlbum(album int64, name string) error
	DeleteAlbum(album int64) error
	AddToAlbum(album int64, ids ...int64) error
	RemoveFromAlbum(album int64, ids ...int64) error
	Trash(ids ...int64) (library.Trashed, error)
	Restore(t library.Trashed) error
	AddFolder(dir string) error
	RemoveFolder(dir string) (left int, err error)
	Rescan(ctx context.Context, progress func(done, total int)) (library.Scan, error)
}

// LibraryViewParams are what the view works with. All but Details and what
// follows are required.
type LibraryViewParams struct {
	Library Library
	Thumbs  *Thumbs
	Run     runner
	Canvas  fyne.Canvas // of the window: for menus, dialogs and the lightbox

	Say        func(text, action string, do func()) (gone func()) // a short note, with something to do unless action is ""; gone takes it away
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

	OnBeside func(p library.Picture, then func(library.Picture)) // the picture to compare one with while the library is not on screen; nil: none
	OnChoose func(ids []int64)                                   // other pictures are chosen
	OnStatus func(left, keys string)                             // for the foot of the window
	OnLayout func()                                              // widths or the size of pictures changed: see Widths and Side
	OnCreate func()                                              // the artist wants to make a picture
	OnImport func()                                              // or to add a folder of pictures

	OnFunctionKey func(key fyne.KeyName) // F1 to F12 in the lightbox or the comparison

	// What a menu offers besides; nil: not offered.
	OnReveal, OnCopyPicture, OnCopyText                    func(s string) // a file, a file, a text
	OnUse, OnSeed, OnRedevelop, OnAgain, OnSweep, OnFamily func(p library.Picture)
	OnExport                                               func(pics []library.Picture)

	p                LibraryViewParams
	query            library.Query
	place            place
	counts           library.Counts
	rows             *pictureRows
	small            map[int64]*smallPicture // of those in view
	undos            []func()
	finds, countings asking
	typed            int
	then             int64 // a picture to go to when it is found
	shown            bool  // on screen
	stale            bool  // something changed while it was not
	found            bool  // the first answer is here
	deciding         bool  // about what goes to the trash

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
	v.compare = NewCompare(p.Run)
	v.compare.OnKey = func(key fyne.KeyName) { call1(v.OnFunctionKey, key) }
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
	middle := widgets.Frame(widgets.Frame(widgets.Pad(16, 14, v.top), widgets.Gap(0, 8), nil, nil, widgets.Pad(16, 0, v.head)), nil, nil, nil,
		container.NewStack(v.grid, v.message))
	right := v.p.Details
	if right == nil {
		right = container.NewWithoutLayout()
	}
	v.panes = newPanes(widgets.Panel(0, v.places.content), middle, container.NewWithoutLayout(), widgets.Panel(0, right),
		lang.X("library.places", "Places"), lang.X("menu.library.details", "Details"))
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
	if v.p.Details != nil {
		v.panes.toggle(v.panes.right)
	}
}

// Side is how large pictures are shown.
func (v *LibraryView) Side() float32 { return v.grid.Side() }

// Focus gives the grid the keyboard.
func (v *LibraryView) Focus() { v.p.Canvas.Focus(v.grid) }

// FocusSearch gives the search field the keyboard, so that what is typed
// replaces what is looked for.
func (v *LibraryView) FocusSearch() {
	v.p.Canvas.Focus(v.search)
	v.search.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// Covers says whether the lightbox or the comparison lies over the window, and
// nothing over them.
func (v *LibraryView) Covers() bool {
	top := v.p.Canvas.Overlays().Top()
	return top != nil && (top == v.box.over.face || top == v.compare.over.face)
}

// Uncover closes the lightbox and the comparison. It says false where
// something else lies over the window: a dialog or a menu.
func (v *LibraryView) Uncover() bool {
	for widgets.Modal(v.p.Canvas) {
		switch v.p.Canvas.Overlays().Top() {
		case v.box.over.face:
			v.box.Close()
		case v.compare.over.face:
			v.compare.over.close()
		default:
			return false
		}
	}
	return true
}

func (v *LibraryView) chooseAll() {
	v.grid.ChooseAll()
	v.Focus()
}

// Chosen are the pictures that are chosen, in order.
func (v *LibraryView) Chosen() []int64 { return v.grid.Chosen() }

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

// popup opens a menu.
func (v *LibraryView) popup(at fyne.Position, items ...*fyne.MenuItem) {
	popupMenu(v.p.Canvas, at, items)
}
