// Package ui is the window. window.go makes it, layout.go puts the views in it and connects them, menu.go has
// every action. The views themselves are in the packages below, none of which knows another: create, gallery, picture
// and dialogs. All of it belongs to one goroutine, the window's; whatever waits is done by an async.Runner.
package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/inference"
	"cascata/inference/sampler"
	"cascata/ui/async"
	"cascata/ui/create"
	system "cascata/ui/desktop"
	"cascata/ui/dialogs"
	"cascata/ui/gallery"
	"cascata/ui/look"
	"cascata/ui/menu"
	"cascata/ui/picture"
	"cascata/ui/undo"
	"cascata/ui/widgets"
)

// A Studio makes the pictures. *studio.Studio is one.
type Studio interface {
	Add(jobs []studio.Job, first bool) ([]studio.Job, error)
	Queue() studio.Queue
	Cancel(ids ...int64)
	CancelAll()
	Restore(before int64, ids ...int64)
	KeepDraft(ids ...int64)
	Stop()
	Pause(yes bool)
	Move(id, before int64)
	Retry(ids ...int64) error
	Forget(ids ...int64)
	Recall(jobs ...studio.Job)
	SaveAgain(id int64) error
	Estimate(r recipe.Recipe, composed bool) time.Duration
	Thumb(id int64) string
}

// Models says what a model is. app.Models is one.
type Models interface {
	Look(name string) (app.ModelInfo, error)
}

// An Engine knows prompts and devices. *app.Engine is one.
type Engine interface {
	Count(model, prompt string, preset sampler.Preset) (app.Count, error)
	Devices(ctx context.Context) ([]inference.DeviceInfo, error)
	Using() (device, precision string) // what the open model runs with; "" before one is open
	SetupNotes() []inference.Note      // what to know of that
}

// Prompts remembers what was asked for. *studio.Store is one.
type Prompts interface {
	Remember(prompt, negative string, group int64) error
	Prompts(text string, limit int) ([]studio.PastPrompt, error)
}

// Params are what the window works with. All but Trace and the last four
// are required.
type Params struct {
	App      fyne.App
	Title    string
	Icon     fyne.Resource
	Settings *app.Keeper
	Models   Models
	Engine   Engine
	Prompts  Prompts
	Library  Pictures
	Pictures func() string // the folder pictures are saved in now

	Log string // the log file

	Scale  func(scale float64) // makes the toolkit draw larger from its next change of theme on; nil: it cannot
	Screen func() fyne.Size    // the room that the largest screen has, in units of the canvas as it is drawn now; nil: unknown

	Trace func(event string, values ...any) // told what happens, for tests; nil: nobody

	Do  func(func()) // runs on the window's goroutine; nil: fyne.Do
	Run async.Runner // nil: a goroutine each

	Later async.Later // nil: async.After of Do

	Desktop *system.Desktop // what is around the program; nil: a new one
}

// A Window is the whole of what the artist sees.
type Window struct {
	p      Params
	win    fyne.Window
	studio Studio
	model  app.ModelInfo

	controls *create.Controls
	stage    *create.Stage
	sheet    *create.Sheet
	strip    *create.Strip
	list     *create.QueueList
	status   *statusBar
	thumbs   *async.Thumbs
	chip     *widgets.Chip
	panes    *widgets.Panes
	library  *gallery.View
	details  *picture.Details
	sweeps   *picture.SweepSheet
	tabs     *widgets.Tabs
	menus    *fyne.MainMenu
	prefs    *dialogs.Preferences // as last opened
	endTips  func()
	bar      *fyne.Container // of the places and the chip
	places   *fyne.Container // panes, or the library
	middle   *fyne.Container // the stage, the sheet, or a sweep
	toasts   *widgets.Toasts
	notifier *notifier
	tokens   *create.Tokens
	newest   *async.Latest[studio.Queue]
	progress *async.Latest[studio.Progress]

	queue    studio.Queue
	group    int64          // of the drafts on the sheet; 0: none
	swept    int64          // the group of the sweep on show; 0: none
	sheetOf  *sheetView     // whose picture is shown large; nil: none's
	stopped  stopped        // what was stopped last
	gone     map[int64]bool // jobs whose files are no longer there
	looking  bool           // for files that are no longer there
	typing   fyne.Focusable // what had the keyboard in Create while the library is shown
	past     pastPrompts
	pictures int // in the picture folder
	place    int
	chosen   async.Newest      // of what was chosen in the library
	field    fyne.CanvasObject // what had the keyboard last; see keyboard
	undo     undo.Stack        // what was done in the library, or taken from a picture
}

// New makes the window and shows nothing yet. Use must be called before Show.
func New(p Params) *Window {
	if p.Do == nil {
		p.Do = fyne.Do
	}
	if p.Run == nil {
		p.Run = async.Background
	}
	if p.Later == nil {
		p.Later = async.After(p.Do)
	}
	if p.Desktop == nil {
		p.Desktop = system.New(p.Do)
	}
	if p.Trace == nil {
		p.Trace = func(string, ...any) {}
	}
	w := &Window{p: p}
	s := p.Settings.Get()
	p.App.Settings().SetTheme(themeOf(s))
	look.SetReducedMotion(s.ReducedMotion)
	p.App.SetIcon(p.Icon)
	w.win = p.App.NewWindow(p.Title)
	w.win.SetPadded(false)
	w.newest = &async.Latest[studio.Queue]{Do: p.Do, Show: w.showQueue}
	w.progress = &async.Latest[studio.Progress]{Do: p.Do, Show: w.showProgress, Every: async.Frame}
	name := s.Sketch.Model
	if name == "" {
		name = recipe.Demo
	}
	w.model, _ = p.Models.Look(name) // what is wrong is said when it is used
	if s.Sketch.Model == "" {
		s.Sketch = w.model.Start
	}
	w.make(s)
	widgets.OnFocus(w.gotFocus)
	w.useClipboard()
	w.win.SetCloseIntercept(w.close)
	w.win.SetOnDropped(w.dropped)
	w.win.Canvas().SetOnTypedKey(w.key)
	if c, ok := w.win.Canvas().(desktop.Canvas); ok {
		c.SetOnKeyDown(widgets.KeyWatch{}.KeyDown)
	}
	w.win.Canvas().SetOnTypedRune(func(r rune) {
		if r == '?' {
			w.openShortcuts()
		}
	})
	return w
}

// make makes all that is in the window, in the language in use.
func (w *Window) make(s app.Settings) {
	widgets.SetDecimalPoint(lang.X("number.point", "."))
	w.makeViews(s)
	w.makeLibrary(s.Window)
	w.menus = w.menu()
	w.win.SetMainMenu(menu.DrawnMenu(w.menus))
	w.addMenuKeys()
	w.arrange(s.Window)
}

// Use gives the window the studio whose Queue, Progress and Ended it was given.
func (w *Window) Use(s Studio) {
	w.studio = s
	w.showQueue(s.Queue())
	w.refreshTimes()
	w.setModel(w.model)
}

// Show opens the window. damaged are files that could not be read and were put
// aside under these names; "" is none.
func (w *Window) Show(damaged ...string) {
	w.win.Show()
	w.controls.FocusPrompt()
	s := w.p.Settings.Get()
	if !s.Welcomed {
		w.welcome()
	}
	var put []string
	for _, file := range damaged {
		if file != "" {
			put = append(put, lang.X("damaged", "A file of settings was damaged. It was put aside as {{.File}}.", map[string]any{"File": file}))
		}
	}
	if len(put) > 0 {
		w.toasts.Say(strings.Join(put, " "), "", nil)
	}
	w.lookForFiles()
	w.sayInterrupted()
	if i := slices.IndexFunc(w.queue.Over, func(j studio.Job) bool { return j.File != "" }); i >= 0 {
		w.open(w.queue.Over[i])
	}
	if s.Window.Sheet != 0 {
		w.openSheet(s.Window.Sheet)
	}
	if s.Window.Library {
		w.goTo(placeLibrary)
	}
	w.tokens.Count(w.controls.Sketch())
	w.countPictures()
	w.watchMemory()
	sketch := w.controls.Sketch()
	w.p.Trace("open", "prompt", sketch.Prompt, "steps", sketch.Steps, "sheet", s.Window.Sheet)
}

// Front brings the window to the front and opens files, as if they had been
// dropped. It may be called from any goroutine.
func (w *Window) Front(files ...string) {
	w.p.Do(func() {
		w.win.RequestFocus()
		w.openPaths(files)
	})
}

// Say shows a short message. It may be called from any goroutine.
func (w *Window) Say(text string) { w.p.Do(func() { w.toasts.Say(text, "", nil) }) }

// Queue, Progress and Ended are what the studio tells. They may be called from
// any goroutine.
func (w *Window) Queue(q studio.Queue) { w.newest.Set(q) }

// Progress takes how far the studio is; from any goroutine.
func (w *Window) Progress(p studio.Progress) { w.progress.Set(p) }

// Ended takes what came of a job; from any goroutine.
func (w *Window) Ended(o studio.Outcome) { w.p.Do(func() { w.showOutcome(o) }) }

func (w *Window) saveWindow() {
	size := w.win.Canvas().Size()
	p := w.panes
	w.p.Settings.Change(func(s *app.Settings) {
		s.Window.Width, s.Window.Height = size.Width, size.Height
		s.Window.ControlsWidth, s.Window.StripHeight, s.Window.QueueWidth = p.Left.Length, p.Below.Length, p.Right.Length
		s.Window.HideControls, s.Window.HideStrip, s.Window.Queue = !p.Left.Shown, !p.Below.Shown, p.Right.Shown
		s.Window.Sheet, s.Window.Library = w.group, w.place == placeLibrary
		s.Window.PictureSide = w.library.Side()
		s.Window.PlacesWidth, s.Window.DetailsWidth = w.library.Widths()
	})
}

// Quit closes the window as the artist does. It may be called from any goroutine.
func (w *Window) Quit() { w.p.Do(w.close) }

func (w *Window) close() {
	w.saveWindow()
	w.win.Close()
	w.p.App.Quit()
}

// key takes what no field wants.
func (w *Window) key(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		w.escape()
	case fyne.KeyF1:
		w.openShortcuts()
	case fyne.KeyF10:
		w.openMenu(0)
	default:
		w.functionKey(e.Name)
	}
}

// open shows one job in the middle: the running one as it forms.
func (w *Window) open(j studio.Job) {
	w.leaveSheet()
	w.swept = 0
	w.toStage()
	w.strip.Select(j.ID)
	w.stage.ShowJob(j)
}

// dropped takes files that were dropped onto the window.
func (w *Window) dropped(_ fyne.Position, files []fyne.URI) {
	var paths []string
	for _, f := range files {
		paths = append(paths, f.Path())
	}
	w.openPaths(paths)
}
