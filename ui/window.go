// Package ui is the window: views made of ui/widgets, and what connects them
// with the studio. Everything in it belongs to the window's goroutine unless a
// comment says otherwise.
package ui

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"cascata/app"
	"cascata/inference"
	"cascata/inference/sampler"
	"cascata/ui/widgets"
)

// A Studio makes the pictures. *app.Studio is one.
type Studio interface {
	Add(jobs []app.Job, first bool) ([]app.Job, error)
	Queue() app.Queue
	Cancel(ids ...int64)
	CancelAll()
	KeepDraft(ids ...int64)
	Stop()
	Pause(yes bool)
	Move(id, before int64)
	Retry(ids ...int64) error
	Forget(ids ...int64)
	SaveAgain(id int64) error
	Estimate(r app.Recipe, composed bool) time.Duration
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
}

// Prompts remembers what was asked for. *app.Store is one.
type Prompts interface {
	Remember(prompt, negative string, group int64) error
	Prompts(text string, limit int) ([]app.PastPrompt, error)
}

// Params are what the window works with. All but Trace and the last two are
// required.
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

	Trace func(event string, values ...any) // told what happens, for tests; nil: nobody

	Do  func(func()) // runs on the window's goroutine; nil: fyne.Do
	Run runner       // nil: a goroutine each
}

// A Window is the whole of what the artist sees.
type Window struct {
	p      Params
	win    fyne.Window
	studio Studio
	model  app.ModelInfo

	controls *Controls
	stage    *Stage
	sheet    *Sheet
	strip    *Strip
	list     *QueueList
	status   *StatusBar
	thumbs   *Thumbs
	chip     *widgets.Chip
	panes    *panes
	library  *LibraryView
	details  *Details
	sweeps   *SweepSheet
	tabs     *widgets.Tabs
	places   *fyne.Container // panes, or the library
	middle   *fyne.Container // the stage, the sheet, or a sweep
	toasts   *widgets.Toasts
	notifier *Notifier
	counted  int // what was counted last; see sketched
	newest   *latest[app.Queue]
	progress *latest[app.Progress]

	queue    app.Queue
	group    int64 // of the drafts on the sheet; 0: none
	swept    int64 // the group of the sweep on show; 0: none
	past     pastPrompts
	pictures int // in the picture folder
	place    int
	chosen   int  // counts what was chosen in the library
	taken    bool // the last thing done in the library was to take a picture's settings
}

// frame is how often progress is drawn at most. Without a graphics card a
// drawing of the window costs as much as three steps of the built-in model.
const frame = 66 * time.Millisecond

// New makes the window and shows nothing yet. Use must be called before Show.
func New(p Params) *Window {
	if p.Do == nil {
		p.Do = fyne.Do
	}
	if p.Run == nil {
		p.Run = background
	}
	if p.Trace == nil {
		p.Trace = func(string, ...any) {}
	}
	w := &Window{p: p}
	s := p.Settings.Get()
	p.App.Settings().SetTheme(themeOf(s))
	widgets.SetReducedMotion(s.ReducedMotion)
	widgets.SetDecimalPoint(lang.X("number.point", "."))
	p.App.SetIcon(p.Icon)
	w.win = p.App.NewWindow(p.Title)
	w.win.SetPadded(false)
	w.newest = &latest[app.Queue]{do: p.Do, show: w.showQueue}
	w.progress = &latest[app.Progress]{do: p.Do, show: w.showProgress, every: frame}
	name := s.Sketch.Model
	if name == "" {
		name = app.Demo
	}
	w.model, _ = p.Models.Look(name) // what is wrong is said when it is used
	if s.Sketch.Model == "" {
		s.Sketch = w.model.Start
	}
	w.makeViews(s)
	w.makeLibrary(s.Window)
	widgets.OnFocus(w.reveals)
	w.win.SetMainMenu(w.menu())
	w.arrange(s.Window)
	w.win.SetCloseIntercept(w.close)
	w.win.SetOnDropped(w.dropped)
	w.win.Canvas().SetOnTypedKey(w.key)
	w.win.Canvas().SetOnTypedRune(func(r rune) {
		if r == '?' {
			w.openShortcuts()
		}
	})
	return w
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
	for _, file := range damaged {
		if file != "" {
			w.toasts.Say(lang.X("damaged", "A file of settings was damaged. It was put aside as {{.File}}.", map[string]any{"File": file}), "", nil)
		}
	}
	w.sayInterrupted()
	if i := slices.IndexFunc(w.queue.Over, func(j app.Job) bool { return j.File != "" }); i >= 0 {
		w.open(w.queue.Over[i])
	}
	if s.Window.Sheet != 0 {
		w.openSheet(s.Window.Sheet)
	}
	if s.Window.Library {
		w.goTo(placeLibrary)
	}
	w.recount()
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
func (w *Window) Queue(q app.Queue)       { w.newest.set(q) }
func (w *Window) Progress(p app.Progress) { w.progress.set(p) }
func (w *Window) Ended(o app.Outcome)     { w.p.Do(func() { w.showOutcome(o) }) }

func (w *Window) makeViews(s app.Settings) {
	w.toasts = widgets.NewToasts(w.p.Do)
	w.notifier = NewNotifier(w.p.App, w.p.Settings.Get)
	w.controls = NewControls(ControlsParams{Sketch: s.Sketch, Model: w.model, Styles: styles(s), Named: s.Named, Open: s.Window.Open})
	c := w.controls
	c.OnChange, c.OnGenerate, c.OnDraft = w.sketched, func() { w.Generate(false) }, w.Draft
	c.OnFold, c.OnHistory, c.OnEditStyles = w.folded, w.openHistory, w.editStyles
	c.OnOlder, c.OnNewer = func() { w.step(1) }, func() { w.step(-1) }
	c.OnSaveNamed, c.OnDeleteNamed = w.saveNamed, w.deleteNamed

	w.thumbs = NewThumbs(w.p.Run, func(id int64) string { return w.studio.Thumb(id) })
	w.strip = NewStrip(w.thumbs)
	w.strip.OnOpen, w.strip.OnMove, w.strip.OnMenu = w.open, func(id, before int64) { w.studio.Move(id, before) }, w.jobMenu
	w.strip.OnKey = w.jobKey

	w.stage = NewStage(w.p.Run)
	g := w.stage
	g.SetEmpty(lang.X("empty.title", "What do you want to see?"), lang.X("empty.hint", "Type a prompt and press Ctrl+Enter. The picture forms here."), "")
	g.OnKeepDraft, g.OnSkip, g.OnStopAfter, g.OnStop = w.KeepDraft, w.Skip, w.StopAfter, w.Stop
	g.OnResume, g.OnClear = w.Resume, w.CancelAll
	g.OnRetry, g.OnSaveAgain, g.OnRetrySize = func(id int64) { w.retry(id) }, w.saveAgain, w.retrySize
	g.OnFollow, g.OnMenu = w.strip.Select, w.jobMenu
	g.OnStep = func(by int) {
		if j, ok := w.strip.Step(w.stage.Shown().ID, by); ok {
			w.open(j)
		}
	}
	g.OnReveal, g.OnRedevelop, g.OnCopyDetails = w.reveal, w.redevelop, w.copyText

	w.sheet = NewSheet(w.thumbs)
	w.sheet.OnDevelop, w.sheet.OnOpen, w.sheet.OnBack, w.sheet.OnMenu = w.Develop, w.open, w.closeSheet, w.jobMenu
	w.sheet.Time, w.sheet.OnResume = w.timeToDevelop, w.Resume

	w.list = NewQueueList(w.thumbs)
	l := w.list
	l.OnMove, l.OnOpen = func(id, before int64) { w.studio.Move(id, before) }, w.open
	l.OnCancel = func(ids ...int64) { w.studio.Cancel(ids...) }
	l.OnRetry = func(ids ...int64) { w.retry(ids...) }
	l.OnForget = func(ids ...int64) { w.studio.Forget(ids...) }
	l.OnPause, l.OnCancelAll = func(yes bool) { w.studio.Pause(yes) }, w.CancelAll
	l.OnRetryFailed, l.OnClearOver, l.OnMenu = w.retryFailed, w.clearEnded, w.jobMenu
	w.status = NewStatusBar()
	w.status.OnQueue, w.status.OnShortcuts = func() { w.toggle(w.panes.right) }, w.openShortcuts
}

// reveals brings what got the keyboard into view.
func (w *Window) reveals(o fyne.CanvasObject) {
	if w.place == placeLibrary {
		w.details.Reveal(o)
		return
	}
	w.controls.reveal(o)
}

// arrange puts the views into the window as it was left.
func (w *Window) arrange(s app.Window) {
	w.chip = widgets.NewChip("", widgets.ColorGood, w.openModels)
	w.tabs = widgets.NewTabs(w.showPlace, lang.X("tab.create", "Create"), lang.X("tab.library", "Library"))
	bar := widgets.Panel(widgets.Bottom, container.NewBorder(nil, nil,
		widgets.Pad(16, 0, widgets.Row(14, widgets.NewTitle(w.p.Title), w.tabs)),
		widgets.Pad(16, 0, widgets.Row(8, layout.NewSpacer(), w.chip))))
	w.middle = container.NewStack(w.stage.Content, w.sheet.Content, w.sweeps.Content)
	w.sheet.Content.Hide()
	w.sweeps.Content.Hide()
	w.panes = newPanes(widgets.Panel(0, w.controls.Content), w.middle,
		widgets.Panel(0, w.strip.Content), widgets.Panel(0, w.list.Content))
	w.panes.OnChanged = w.saveWindow
	w.panes.set(w.panes.left, s.ControlsWidth, !s.HideControls)
	w.panes.set(w.panes.below, s.StripHeight, !s.HideStrip)
	w.panes.set(w.panes.right, s.QueueWidth, s.Queue)
	w.places = container.NewStack(w.panes, w.library.Content)
	w.library.Content.Hide()
	all, _ := widgets.WithTips(container.NewStack(container.NewBorder(bar, w.status.Content, nil, nil, w.places), w.toasts), w.win.Canvas())
	w.win.SetContent(all)
	size := fyne.NewSize(s.Width, s.Height)
	if size.Width < 600 || size.Height < 400 {
		size = fyne.NewSize(1280, 800)
	}
	w.win.Resize(size)
}

func (w *Window) saveWindow() {
	size := w.win.Canvas().Size()
	p := w.panes
	w.p.Settings.Change(func(s *app.Settings) {
		s.Window.Width, s.Window.Height = size.Width, size.Height
		s.Window.ControlsWidth, s.Window.StripHeight, s.Window.QueueWidth = p.left.length, p.below.length, p.right.length
		s.Window.HideControls, s.Window.HideStrip, s.Window.Queue = !p.left.shown, !p.below.shown, p.right.shown
		s.Window.Sheet, s.Window.Library = w.group, w.place == placeLibrary
		s.Window.PictureSide = w.library.Side()
		s.Window.PlacesWidth, s.Window.DetailsWidth = w.library.Widths()
	})
}

func (w *Window) close() {
	w.saveWindow()
	w.win.Close()
	w.p.App.Quit()
}

// key takes what no field wants.
func (w *Window) key(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		w.Escape()
	case fyne.KeyF1:
		w.openShortcuts()
	case fyne.KeyF11:
		w.win.SetFullScreen(!w.win.FullScreen())
	}
}

func (w *Window) showQueue(q app.Queue) {
	w.queue = q
	w.stage.SetQueue(q)
	w.strip.SetQueue(q)
	w.list.SetQueue(q)
	w.status.SetQueue(q)
	if w.group != 0 {
		w.sheet.SetQueue(q)
		w.sheet.Show(draftsOf(q, w.group))
	}
	if w.swept != 0 {
		w.showSweep(jobsOf(q, w.swept))
	}
	w.p.Trace("queue", "running", ids(q.Running), "waiting", ids(q.Waiting), "over", ids(q.Over), "states", states(q.Over), "paused", q.Paused)
}

func (w *Window) showProgress(p app.Progress) {
	if i := slices.IndexFunc(w.queue.Running, func(j app.Job) bool { return j.ID == p.Job.ID }); i < 0 {
		return // it ended meanwhile
	}
	w.stage.ShowProgress(p)
	w.strip.SetProgress(p)
	if w.stage.Following() {
		w.strip.Select(p.Job.ID)
	}
	w.list.SetProgress(p)
	if w.sheetOpen() {
		w.sheet.SetProgress(p)
	}
	w.p.Trace("progress", "job", p.Job.ID, "stage", string(p.Stage), "n", p.N, "of", p.Total, "preview", p.Preview != nil)
}

func (w *Window) showOutcome(o app.Outcome) {
	if o.Job.File != "" && !o.Job.Recipe.Draft {
		w.pictures++
		w.status.SetPictures(w.pictures)
	}
	w.showChip()
	w.stage.ShowOutcome(o)
	w.notifier.Ended(o, len(w.queue.Waiting))
	w.refreshTimes()
	if o.Job.State == app.Unsaved {
		m := app.Explain(o.Err)
		w.toasts.Say(errorText(m), lang.X("save.again", "Save again"), func() { w.saveAgain(o.Job.ID) })
	}
	w.p.Trace("ended", "job", o.Job.ID, "state", string(o.Job.State), "file", o.Job.File, "draft", o.Job.Recipe.Draft)
}

// open shows one job in the middle: the running one as it forms.
func (w *Window) open(j app.Job) {
	if w.sheetOpen() {
		w.hideSheet()
	}
	if w.swept != 0 {
		w.hideSweep()
	}
	w.strip.Select(j.ID)
	w.stage.ShowJob(j)
}

// sayInterrupted tells of pictures that were being made when the program died.
func (w *Window) sayInterrupted() {
	for _, j := range w.queue.Over {
		if j.State == app.Interrupted && time.Since(j.Ended) < time.Minute {
			id := j.ID
			w.toasts.Say(lang.X("interrupted", "A picture was being made when the program ended."), lang.X("retry", "Try again"), func() { w.retry(id) })
		}
	}
}

// dropped takes files that were dropped onto the window.
func (w *Window) dropped(_ fyne.Position, files []fyne.URI) {
	var paths []string
	for _, f := range files {
		paths = append(paths, f.Path())
	}
	w.openPaths(paths)
}

// ErrorText is what the artist reads of an error. It may be called from any
// goroutine.
func ErrorText(err error) string { return errorText(app.Explain(err)) }

// errorText is a message in the artist's language, on one line.
func errorText(m app.Message) string {
	return lang.X("error."+m.Title, m.Title) + " " + lang.X("error."+m.Help, m.Help)
}

func states(jobs []app.Job) []app.JobState {
	out := make([]app.JobState, len(jobs))
	for i, j := range jobs {
		out[i] = j.State
	}
	return out
}

func ids(jobs []app.Job) []int64 {
	out := make([]int64, len(jobs))
	for i, j := range jobs {
		out[i] = j.ID
	}
	return out
}

func styles(s app.Settings) []app.Style {
	if s.Styles == nil {
		return app.DefaultStyles()
	}
	return s.Styles
}

func themeOf(s app.Settings) fyne.Theme {
	switch s.Theme {
	case "dark":
		return widgets.New(widgets.Dark)
	case "light":
		return widgets.New(widgets.Light)
	}
	return widgets.New(widgets.Follow)
}
