// Package gallery is the Library tab: search, filters, places, the grid, the lightbox, and comparing. All of it belongs
// to the window's goroutine.
package gallery

import (
	"context"
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

	Details fyne.CanvasObject   // at the right; nil: nothing
	Actions menu.PictureActions // what the window does with pictures; nil: that is not offered
	Side    float32             // of a picture in units of the screen, see Grid; 0: the usual
	Now     func() time.Time    // nil: the clock
	Do      func(func())        // runs on the window's goroutine; nil: fyne.Do
	Later   async.Later         // nil: async.After of Do
	Undo    *undo.Stack         // of what is done here; nil: a new one

	Trace func(event string, values ...any) // called with what happens, for tests; may be nil
}

// A View shows all pictures: places left, a search and a grid in the
// middle, the details of what is chosen right. Choosing changes nothing but
// the choice. It belongs to the window's goroutine.
type View struct {
	Content fyne.CanvasObject

	OnChoose      func(ids []int64)       // other pictures are chosen
	OnStatus      func(left, keys string) // for the foot of the window
	OnLayout      func()                  // widths or the size of pictures changed: see Widths and Grid
	OnCreate      func()                  // the artist wants to make a picture
	OnImport      func()                  // or to add a folder of pictures
	OnFunctionKey func(key fyne.KeyName)  // F1 to F12 in the lightbox or the comparison

	Finder  *Finder
	Toolbar *Toolbar
	Grid    *grid.Grid
	Panes   *widgets.Panes

	Changes *Changes
	Marks   *Marks
	Albums  *Albums
	Trash   *Trash
	Actions *Actions

	Box        *Lightbox
	Comparison *Compare

	p       Params
	folders *Folders
	sidebar *sidebar
	heading *heading
	thumbs  *thumbs
	then    int64 // a picture to go to when it is found
	shown   bool  // on screen
	stale   bool  // something changed while it was not, or nothing was found yet
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
	v := &View{p: p, stale: true}
	v.Grid = grid.New(min(max(p.Side, librarySideLeast), librarySideMost))
	v.Finder = newFinder(p)
	v.heading = newHeading(v.Finder)
	v.thumbs = newThumbs(p, v.Grid)
	v.Toolbar = newToolbar(p.Canvas, v.Finder, v.Grid, func() { widgets.Call(v.OnLayout) }, v.Focus)
	v.sidebar = newSidebar(p.Canvas)
	v.makeChanges()
	v.Comparison = newCompare(p.Run, p.Do)
	v.Box = newLightbox(lightboxParams{Params: p, press: v.Actions.press,
		menu:        func(id int64, at fyne.Position) { v.Actions.menuOf([]int64{id}, at) },
		functionKey: func(key fyne.KeyName) { widgets.Call1(v.OnFunctionKey, key) }, closed: v.boxClosed})
	v.connect()
	v.arrange()
	v.say()
	return v
}

// makeChanges makes what changes the library.
func (v *View) makeChanges() {
	c, canvas := &Changes{lib: v.p.Library, run: v.p.Run, undo: v.p.Undo, fail: v.p.Fail, tell: v.Tell, made: v.Changed}, v.p.Canvas
	v.Changes = c
	v.Marks = &Marks{Changes: c, put: func(p library.Picture) {
		v.thumbs.put(p)
		v.Box.put(p)
		v.Comparison.put(p)
	}}
	v.Albums = &Albums{Changes: c, finder: v.Finder, canvas: canvas}
	v.folders = &Folders{Changes: c, finder: v.Finder, canvas: canvas}
	v.Trash = &Trash{Changes: c, canvas: canvas, grid: v.Grid,
		gone: func(ids []int64, next int64) {
			v.then = next
			v.Box.gone(ids)
		},
		restored: func(ids []int64) {
			v.then = ids[0]
			v.Box.restored(ids)
		}}
	v.Actions = &Actions{others: v.p.Actions, canvas: canvas, finder: v.Finder, marks: v.Marks, albums: v.Albums, trash: v.Trash,
		open: v.openOf, seen: func() bool { return v.shown },
		play: func(p []library.Picture) {
			if !v.Box.Over.Open() {
				v.openOf(p)
			}
			v.Box.togglePlay()
		}}
}

// connect makes the parts know of one another.
func (v *View) connect() {
	f := v.Finder
	f.asked, f.found, f.counted = v.asked, v.found, func() {
		v.sidebar.set(f.counts)
		v.say()
	}
	g := v.Grid
	g.Item, g.OnView = v.thumbs.item, v.thumbs.inView
	g.OnChoose = func() {
		v.say()
		widgets.Call1(v.OnChoose, v.Chosen())
	}
	g.OnOpen, g.OnZoom = v.Open, v.Toolbar.zoomBy
	g.OnMenu = func(at fyne.Position) { v.Actions.menuOf(v.Chosen(), at) }
	g.OnKey, g.Shortcut = v.key, v.shortcut
	g.OnRune = func(r rune) bool { return v.Actions.press(menu.RuneKey(r), v.Chosen()...) }
	c := v.Comparison
	c.OnKey = func(key fyne.KeyName) { widgets.Call1(v.OnFunctionKey, key) }
	c.OnMark = func(key fyne.KeyName, ids ...int64) bool { return v.Actions.pressOf(v.Actions.Marks(), key, ids...) }
	p := v.sidebar
	p.OnGo, p.OnLeave, p.OnMenu = f.goTo, v.Focus, v.placeMenu
	p.OnAlbum = func() { v.Albums.create() }
	p.OnAdd = func() { widgets.Call(v.OnImport) }
}

// arrange puts the parts together.
func (v *View) arrange() {
	middle := widgets.Frame(widgets.Frame(widgets.Pad(16, 14, v.Toolbar.content), widgets.Gap(0, 8), nil, nil, widgets.Pad(16, 0, v.heading.row)), nil, nil, nil,
		container.NewStack(v.Grid, v.heading.message))
	right := v.p.Details
	if right == nil {
		right = container.NewWithoutLayout()
	}
	v.Panes = widgets.NewPanes(widgets.Panel(0, v.sidebar.content), middle, container.NewWithoutLayout(), widgets.Panel(0, right),
		lang.X("library.places", "Places"), lang.X("menu.library.details", "Details"))
	v.Panes.Left.Usual, v.Panes.Left.Least, v.Panes.Left.Most = 216, 150, 420
	v.Panes.Right.Usual, v.Panes.Right.Least = 312, 240
	v.Panes.Set(v.Panes.Left, 0, true)
	v.Panes.Set(v.Panes.Below, 0, false)
	v.Panes.Set(v.Panes.Right, 0, v.p.Details != nil)
	v.Panes.OnChanged = func() { widgets.Call(v.OnLayout) }
	v.Content = v.Panes
}

// Widths are those of the places and of the details, in units of the screen at
// scale 1.
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

// Focus gives the grid the keyboard.
func (v *View) Focus() { v.p.Canvas.Focus(v.Grid) }

// FocusSearch gives the search field the keyboard, so that what is typed
// replaces what is looked for.
func (v *View) FocusSearch() {
	v.p.Canvas.Focus(v.Toolbar.Search)
	v.Toolbar.Search.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// ChooseAll selects every picture that is found.
func (v *View) ChooseAll() {
	v.Grid.ChooseAll()
	v.Focus()
}

// Chosen are the pictures that are chosen, in order.
func (v *View) Chosen() []int64 { return v.Grid.Chosen() }

// SetShown says whether the view is on screen. What changed meanwhile is
// looked up when it is shown.
func (v *View) SetShown(yes bool) {
	v.shown = yes
	if yes && v.stale {
		v.Changed()
	}
	if yes {
		v.tellStatus()
	}
}

// Changed looks everything up again, since the library changed; while the view is not
// shown, when it is shown next.
func (v *View) Changed() {
	v.stale = !v.shown
	if v.stale {
		return
	}
	v.thumbs.rows.forget()
	v.Box.forget()
	v.Finder.again()
}

// ShowPicture goes to a picture and chooses it. Where what is looked for does
// not hold it, everything is shown.
func (v *View) ShowPicture(id int64) {
	if v.Grid.Choose(id) {
		return
	}
	v.then = id
	if all := v.Finder.all(); v.Finder.query != all {
		v.Finder.Set(all)
		return
	}
	v.Finder.find()
}

// asked shows what is looked for now.
func (v *View) asked() {
	v.sidebar.choose(v.Finder.place)
	v.Toolbar.show()
	v.Grid.Top()
}

// found shows the pictures that were looked for.
func (v *View) found(ids []int64, days []grid.Section) {
	v.Grid.SetKeys(ids, days...)
	v.thumbs.inView(v.Grid.InView())
	v.heading.sayEmpty(len(ids) == 0, v.OnCreate, v.OnImport)
	v.say()
	if v.then != 0 && v.Grid.Choose(v.then) || !v.Finder.finds.again {
		v.then = 0
	}
}

// say shows what is shown and what is chosen.
func (v *View) say() {
	v.heading.say(len(v.Grid.Keys()), v.Grid.Count())
	v.tellStatus()
}

func (v *View) tellStatus() {
	if v.OnStatus != nil && v.shown {
		v.OnStatus(v.heading.status())
	}
}
