// Package gallery is the Library tab: search, filters, places, the grid, the lightbox, and comparing.
package gallery

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/async"
	"cascata/ui/menu"
	"cascata/ui/undo"
	"cascata/ui/widgets"
	"cascata/ui/widgets/grid"
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

// Params are what the view works with. All but Details and what
// follows are required.
type Params struct {
	Library Library
	Thumbs  *async.Thumbs
	Run     async.Runner
	Canvas  fyne.Canvas // of the window: for menus, dialogs and the lightbox

	Say        func(text, action string, do func()) (gone func()) // a short note, with something to do unless action is ""; gone takes it away
	Fail       func(err error)
	FullScreen func(yes bool)

	Details fyne.CanvasObject // at the right; nil: nothing
	Side    float32           // of a picture; 0: the usual
	Now     func() time.Time  // nil: the clock
	Do      func(func())      // runs on the window's goroutine; nil: fyne.Do
	Later   async.Later       // nil: async.After of Do
	Undo    *undo.Stack       // of what is done here; nil: a new one

	Trace func(event string, values ...any) // told what happens, for tests; nil: nobody
}

// A View shows all pictures: places left, a search and a grid in the
// middle, the details of what is chosen right. Choosing changes nothing but
// the choice.
type View struct {
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

	p                Params
	query            library.Query
	place            place
	counts           library.Counts
	rows             *pictureRows
	small            map[int64]*smallPicture // of those in view
	finds, countings asking
	typing           async.Debounce // in the search field
	then             int64          // a picture to go to when it is found
	shown            bool           // on screen
	stale            bool           // something changed while it was not
	found            bool           // the first answer is here
	deciding         bool           // about what goes to the trash

	Grid       *grid.Grid
	places     *libraryPlaces
	Search     *searchField
	sort       *widgets.Button
	filter     *widgets.Button
	family     *widgets.Button
	zoom       *widgets.Slider
	title      *widgets.Text
	chosen     *widgets.Text
	message    *widgets.Message
	top        *fyne.Container
	head       *fyne.Container
	Panes      *widgets.Panes
	Box        *Lightbox
	Comparison *Compare
}

// How large pictures are shown.
const (
	librarySide      = 168
	librarySideLeast = 96
	librarySideMost  = 320
)

// New shows nothing until SetShown.
func New(p Params) *View {
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Side == 0 {
		p.Side = librarySide
	}
	if p.Do == nil {
		p.Do = fyne.Do
	}
	if p.Later == nil {
		p.Later = async.After(p.Do)
	}
	if p.Undo == nil {
		p.Undo = &undo.Stack{}
	}
	if p.Trace == nil {
		p.Trace = func(string, ...any) {}
	}
	v := &View{p: p, typing: async.Debounce{Later: p.Later, Wait: searchDelay}, small: map[int64]*smallPicture{}}
	v.rows = newPictureRows(p.Run, p.Library, v.gotRows)
	v.Grid = grid.New(min(max(p.Side, librarySideLeast), librarySideMost))
	g := v.Grid
	g.Item, g.OnView, g.OnChoose = v.item, v.inView, v.choose
	g.OnOpen, g.OnMenu, g.OnZoom = v.Open, v.menu, v.zoomBy
	g.OnKey, g.OnRune, g.Shortcut = v.key, v.rune, v.shortcut
	v.message = widgets.NewMessage()
	v.message.Hide()
	v.Box = newLightbox(v)
	v.Comparison = newCompare(p.Run)
	v.Comparison.OnKey = func(key fyne.KeyName) { widgets.Call1(v.OnFunctionKey, key) }
	v.places = newLibraryPlaces(v)
	v.arrange()
	v.say()
	return v
}

// arrange puts the parts together.
func (v *View) arrange() {
	v.top = v.newTop()
	v.title, v.chosen = widgets.NewDim("").Shrink(), widgets.NewDim("").Right()
	v.head = container.NewBorder(nil, nil, nil, v.chosen, v.title)
	middle := widgets.Frame(widgets.Frame(widgets.Pad(16, 14, v.top), widgets.Gap(0, 8), nil, nil, widgets.Pad(16, 0, v.head)), nil, nil, nil,
		container.NewStack(v.Grid, v.message))
	right := v.p.Details
	if right == nil {
		right = container.NewWithoutLayout()
	}
	v.Panes = widgets.NewPanes(widgets.Panel(0, v.places.content), middle, container.NewWithoutLayout(), widgets.Panel(0, right),
		lang.X("library.places", "Places"), lang.X("menu.library.details", "Details"))
	v.Panes.Left.Usual, v.Panes.Left.Least, v.Panes.Left.Most = 216, 150, 420
	v.Panes.Right.Usual, v.Panes.Right.Least = 312, 240
	v.Panes.Set(v.Panes.Left, 0, true)
	v.Panes.Set(v.Panes.Below, 0, false)
	v.Panes.Set(v.Panes.Right, 0, v.p.Details != nil)
	v.Panes.OnChanged = func() { widgets.Call(v.OnLayout) }
	v.Content = v.Panes
}

// Widths are those of the places and of the details.
func (v *View) Widths() (places, details float32) {
	return v.Panes.Left.Length, v.Panes.Right.Length
}

// SetWidths gives places and details their widths; 0 is the usual one.
func (v *View) SetWidths(places, details float32) {
	v.Panes.Set(v.Panes.Left, places, v.Panes.Left.Shown)
	v.Panes.Set(v.Panes.Right, details, v.Panes.Right.Shown)
}

// ToggleDetails shows or hides the details.
func (v *View) ToggleDetails() {
	if v.p.Details != nil {
		v.Panes.Toggle(v.Panes.Right)
	}
}

// Side is how large pictures are shown.
func (v *View) Side() float32 { return v.Grid.Side() }

// Focus gives the grid the keyboard.
func (v *View) Focus() { v.p.Canvas.Focus(v.Grid) }

// FocusSearch gives the search field the keyboard, so that what is typed
// replaces what is looked for.
func (v *View) FocusSearch() {
	v.p.Canvas.Focus(v.Search)
	v.Search.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// Covers says whether the lightbox or the comparison lies over the window, and
// nothing over them.
func (v *View) Covers() bool {
	top := v.p.Canvas.Overlays().Top()
	return top != nil && (top == v.Box.Over.Face || top == v.Comparison.Over.Face)
}

// Uncover closes the lightbox and the comparison. It says false where
// something else lies over the window: a dialog or a menu.
func (v *View) Uncover() bool {
	for widgets.Modal(v.p.Canvas) {
		switch v.p.Canvas.Overlays().Top() {
		case v.Box.Over.Face:
			v.Box.Close()
		case v.Comparison.Over.Face:
			v.Comparison.Over.Close()
		default:
			return false
		}
	}
	return true
}

// ChooseAll selects every picture that is found.
func (v *View) ChooseAll() {
	v.Grid.ChooseAll()
	v.Focus()
}

// Chosen are the pictures that are chosen, in order.
func (v *View) Chosen() []int64 { return v.Grid.Chosen() }

func (v *View) choose() {
	v.say()
	if v.OnChoose != nil {
		v.OnChoose(v.Chosen())
	}
}

// Open shows a picture as large as the window. Next and previous go through
// the pictures chosen, or through all where it is the only one.
func (v *View) Open(id int64) {
	ids := v.Grid.Keys()
	if chosen := v.Grid.Chosen(); len(chosen) > 1 && slices.Contains(chosen, id) {
		ids = chosen
	}
	v.Box.Show(v.p.Canvas, ids, id)
}

// popup opens a menu.
func (v *View) popup(at fyne.Position, items ...*fyne.MenuItem) {
	menu.PopupMenu(v.p.Canvas, at, items)
}
