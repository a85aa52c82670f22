// Package ui is the window. window.go makes it, layout.go puts the views in it and connects them, menu.go has every
// action, events.go shows what the studio reports. What is in the middle of Create (middle.go), the choice of the model
// (model.go), what is done with pictures (pictures.go) and the tabs (tabs.go) are types of their own.
// The views are in the packages below, none of which knows another: create, gallery, picture and dialogs. All of it
// belongs to one goroutine, the window's; whatever waits is done by an async.Runner.
package ui

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/catalogue"
	"cascata/app/cuda"
	"cascata/app/disk"
	"cascata/app/finder"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/inference"
	"cascata/inference/lora"
	"cascata/ui/async"
	"cascata/ui/create"
	system "cascata/ui/desktop"
	"cascata/ui/dialogs"
	"cascata/ui/look"
	"cascata/ui/menu"
	"cascata/ui/models"
	"cascata/ui/numbers"
	"cascata/ui/undo"
	"cascata/ui/widgets"
)

// An Engine knows prompts and devices. *app.Engine is one.
type Engine interface {
	Count(r recipe.Recipe, prompt string) (app.TokenCount, error) // tokens, with the recipe's model and preset
	Forecast(r recipe.Recipe) (app.Forecast, bool)                // how memory would be spent; it reads files
	Devices(ctx context.Context) ([]inference.DeviceInfo, error)
	Using() (device, precision string) // what the open model runs with; "" before one is open
	SetupNotes() []inference.Note      // what to know of that
	LoRA(l inference.LoRA) (inference.LoRA, lora.Info, error)
	FitLoRAs(s recipe.Setup, loras ...inference.LoRA) error // why they cannot change its model; it reads files
	ListLoRAs(builtIn bool) []lora.Info                     // on this computer; those of the built-in model are for it alone
	Changed()                                               // files of models came or went
	Release() bool                                          // frees the model's memory and says whether there was one; it waits for a running picture
}

// Params are what the window works with. All but Trace and what follows it are
// required.
type Params struct {
	App      fyne.App
	Title    string
	Icon     fyne.Resource
	Settings *app.SettingsFile
	Models   Models
	Engine   Engine
	Prompts  create.Prompts
	Library  Pictures
	Pictures func() string // the folder pictures are saved in now

	Shelf     models.Shelf                                         // the models that have a name
	Downloads func(onEvent func(catalogue.Event)) models.Downloads // onEvent is called from any goroutine
	Find      func(ctx context.Context) (finder.Result, error)     // looks for models on this computer
	Memory    int64                                                // of the computer, bytes; 0: unknown
	CUDA      CUDA                                                 // nil: what NVIDIA cards need is not offered

	Log    string // the log file
	Inputs string // the folder for pictures that are pasted and masks that are painted

	Scale  func(scale float64) // makes the toolkit draw larger from its next change of theme on; nil: it cannot
	Screen func() fyne.Size    // the room that the largest screen has, in units of the canvas as it is drawn now; nil: unknown

	Trace func(event string, values ...any) // called with what happens, for tests; may be nil

	Do    func(func()) // runs on the window's goroutine; nil: fyne.Do
	Run   async.Runner // nil: a goroutine each
	Later async.Later  // nil: async.After of Do

	Desktop *system.Desktop // what is around the program; nil: a new one
}

// A Window is the whole of what the artist sees.
type Window struct {
	p   Params
	win fyne.Window

	// What stays when the language changes.
	toasts   *widgets.Toasts
	host     *host
	jobs     *create.Jobs
	keyboard *keyboard
	notifier *notifier
	undo     undo.Stack // what was done in the library, or taken from a picture
	newest   *async.Latest[studio.Queue]
	progress *async.Latest[studio.Progress]
	counting async.Newest // of the pictures in the library
	download models.Downloads
	leaving  *widgets.Dialog // whether to lose pictures by closing; as last opened

	// What is made again then.
	form     *create.Form
	list     *create.QueueList
	middle   *middle
	pictures *pictures
	model    *modelChoice
	shelf    *models.View
	thumbs   *async.Thumbs
	panes    *widgets.Panes // of Create
	tabs     *tabs
	status   *statusBar
	menus    *menu.Bar
	prefs    *dialogs.Preferences // as last opened
	endTips  func()
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
	w.toasts = widgets.NewToasts(p.Do)
	w.notifier = newNotifier(p.App, p.Desktop, p.Settings.Get)
	w.host = &host{app: p.App, win: w.win, desktop: p.Desktop, run: p.Run, toasts: w.toasts, trace: p.Trace}
	w.keyboard = &keyboard{canvas: w.win.Canvas(), clipboard: p.App.Clipboard()}
	w.jobs = create.NewJobs(create.JobsParams{Run: p.Run, Canvas: w.win.Canvas(), Toasts: w.toasts, Fail: w.host.fail,
		OnAdded: func(jobs []studio.Job) { p.Trace("added", "jobs", studio.IDs(jobs)) }, OnAgain: func() { w.middle.stage.Follow() }})
	var info app.ModelInfo
	s.Sketch, info = modelOf(p.Models, s.Sketch)
	w.download = p.Downloads(func(e catalogue.Event) { p.Do(func() { w.downloading(e) }) })
	w.make(s, info)
	if p.CUDA != nil {
		p.CUDA.Watch(func(s cuda.Status) {
			p.Do(func() { w.model.bringing(s) })
		})
	}
	w.listen()
	return w
}

// downloading takes how far a download is.
func (w *Window) downloading(e catalogue.Event) {
	w.shelf.DownloadChanged(e)
	w.p.Trace("download", "text", e.Name, "state", string(e.Stage), "n", e.Progress.Done)
	if e.Stage == catalogue.Finished {
		w.model.downloaded(e.Name)
	}
}

// make makes all that is in the window, in the language in use.
func (w *Window) make(s app.Settings, model app.ModelInfo) {
	w.makeCreate(s, model)
	w.makeLibrary(s.Window)
	w.makeModels()
	w.menus = menu.NewBar(w.actions, w.act)
	w.menus.AddTo(w.win)
	w.arrange(s.Window)
}

// listen connects the events of the toolkit.
func (w *Window) listen() {
	widgets.OnFocus(func(o fyne.CanvasObject) {
		w.keyboard.gained(o)
		w.tabs.reveal(o)
	})
	w.host.useClipboard(w.keyboard.paste)
	w.win.SetCloseIntercept(w.close)
	w.win.SetOnDropped(func(at fyne.Position, files []fyne.URI) {
		var paths []string
		for _, f := range files {
			paths = append(paths, f.Path())
		}
		w.drop(at, paths)
	})
	c := w.win.Canvas()
	c.SetOnTypedKey(w.key)
	if c, ok := c.(desktop.Canvas); ok {
		c.SetOnKeyDown(widgets.KeyWatch{}.KeyDown)
	}
	c.SetOnTypedRune(func(r rune) {
		if r == '?' {
			w.openShortcuts()
		}
	})
}

// Use gives the window the studio whose Queue, Progress and Ended it was given.
func (w *Window) Use(s create.Studio) {
	w.jobs.Studio = s
	w.showQueue(s.Queue())
	w.form.RefreshTimes()
	w.model.set(w.model.info)
}

// Show opens the window, and says which files could not be used.
func (w *Window) Show(aside ...disk.Aside) {
	w.win.Show()
	w.form.FocusPrompt()
	s := w.p.Settings.Get()
	if !s.Welcomed {
		w.welcome()
	}
	w.host.sayAside(aside)
	w.lookForFiles()
	w.jobs.SayInterrupted()
	over := w.jobs.Queue().Over
	if i := slices.IndexFunc(over, func(j studio.Job) bool { return j.File != "" }); i >= 0 {
		w.middle.open(over[i])
	}
	w.reopen(s.Window)
	w.status.WatchMemory(w.p.Later)
	traceSketch(w.p.Trace, "open", w.form.Sketch(), "sheet", s.Window.Sheet)
}

// reopen shows what was open in the window as it was left.
func (w *Window) reopen(s app.Window) {
	if s.Sheet != 0 {
		w.middle.openSheet(s.Sheet)
	}
	if s.Library {
		w.tabs.goTo(tabLibrary)
	}
	w.form.CountTokens()
	w.countPictures()
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

// Queue takes what the studio has to do; from any goroutine.
func (w *Window) Queue(q studio.Queue) { w.newest.Set(q) }

// Progress takes how far the studio is; from any goroutine.
func (w *Window) Progress(p studio.Progress) { w.progress.Set(p) }

// Ended takes what came of a job; from any goroutine.
func (w *Window) Ended(o studio.Outcome) { w.p.Do(func() { w.showOutcome(o) }) }

// saveWindow keeps what the window looks like.
func (w *Window) saveWindow() {
	size := w.win.Canvas().Size()
	p, v := w.panes, w.pictures.view
	w.p.Settings.Change(func(s *app.Settings) {
		s.Window.Width, s.Window.Height = size.Width, size.Height
		s.Window.ControlsWidth, s.Window.StripHeight, s.Window.QueueWidth = p.Left.Length, p.Below.Length, p.Right.Length
		s.Window.HideControls, s.Window.HideStrip, s.Window.Queue = !p.Left.Shown, !p.Below.Shown, p.Right.Shown
		s.Window.Sheet, s.Window.Library = w.middle.group, w.tabs.at == tabLibrary
		s.Window.PictureSide = v.Grid.Side()
		s.Window.PlacesWidth, s.Window.DetailsWidth = v.Widths()
	})
}

// Quit closes the window and asks nothing. It may be called from any goroutine.
func (w *Window) Quit() { w.p.Do(w.quit) }

// close closes the window as the artist does. Pictures that lie in no file yet
// are asked about, once: they are lost with the program.
func (w *Window) close() {
	n := w.jobs.Unsaved()
	if n == 0 {
		w.quit()
		return
	}
	if w.leaving != nil && w.leaving.Open() {
		return
	}
	why := lang.XN("quit.unsaved.why", "{{.Count}} pictures are not saved anywhere yet and will be lost. They could be saved again first.", n, map[string]any{"Count": numbers.Grouped(n)})
	w.leaving = widgets.NewDialog(lang.X("quit.unsaved", "Quit without saving?"), widgets.NewParagraph(why, look.SizeText, false),
		widgets.Action{Text: lang.X("menu.quit", "Quit"), Do: w.quit}, widgets.Action{Text: lang.X("quit.stay", "Stay"), Main: true})
	w.leaving.Show(w.win.Canvas())
}

func (w *Window) quit() {
	w.saveWindow()
	w.win.Close()
	w.p.App.Quit()
}
