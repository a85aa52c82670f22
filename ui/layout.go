package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"cascata/app"
	"cascata/app/meta"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/create"
	"cascata/ui/gallery"
	"cascata/ui/look"
	"cascata/ui/models"
	"cascata/ui/picture"
	"cascata/ui/widgets"
)

// makeCreate makes the parts of Create and connects them.
func (w *Window) makeCreate(s app.Settings, model app.ModelInfo) {
	c := w.win.Canvas()
	w.form = create.NewForm(create.FormParams{
		Settings: w.p.Settings, Sketch: s.Sketch, Model: model, Prompts: w.p.Prompts, Jobs: w.jobs, Count: w.p.Engine.Count, Forecast: w.p.Engine.Forecast,
		Run: w.p.Run, Later: w.p.Later, Canvas: c, Toasts: w.toasts, Fail: w.host.fail, OnChange: w.sketched,
		Inputs: w.inputs(),
	})
	w.form.OnGenerate, w.form.OnDraft = func() { w.generate(false) }, w.draft
	w.model = &modelChoice{info: model, models: w.p.Models, engine: w.p.Engine, settings: w.p.Settings, run: w.p.Run, canvas: c, host: w.host, form: w.form, cuda: w.p.CUDA}
	w.model.chip = widgets.NewChip("", look.ColorGood, func() { w.model.ask() })
	w.model.bar = widgets.Row(14)

	w.thumbs = async.NewThumbs(w.p.Run, func(id int64) string { return w.jobs.Studio.Thumb(id) })
	w.middle = &middle{
		stage: create.NewStage(w.p.Run), sheet: create.NewSheet(w.thumbs), sweeps: picture.NewSweepSheet(w.p.Run, w.thumbs), strip: create.NewStrip(w.thumbs),
		canvas: c, jobs: w.jobs, toasts: w.toasts, changed: w.saveWindow,
	}
	w.middle.arrange()
	w.connectStage()
	w.connectSheets()

	w.list = create.NewQueueList(w.thumbs)
	l, q := w.list, w.jobs
	l.OnMove, l.OnOpen = q.Move, w.middle.open
	l.OnCancel, l.OnRetry, l.OnForget, l.OnDelete = q.Cancel, q.Retry, q.Forget, func(j studio.Job) { w.pictures.remove(j) }
	l.OnPause, l.OnCancelAll = func(yes bool) { q.Studio.Pause(yes) }, q.CancelAll
	l.OnRetryFailed, l.OnClearOver, l.OnMenu = q.RetryFailed, q.ClearEnded, w.jobMenu
	w.status = newStatusBar()
	w.status.OnQueue, w.status.OnShortcuts = func() { w.toggle(w.panes.Right) }, w.openShortcuts
}

// connectStage connects the picture in the middle.
func (w *Window) connectStage() {
	m, q := w.middle, w.jobs
	g := m.stage
	g.SetEmpty(lang.X("empty.title", "What do you want to see?"), lang.X("empty.hint", "Type a prompt and press Ctrl+Enter. The picture forms here."))
	g.OnKeepDraft, g.OnSkip, g.OnStopAfter, g.OnStop = q.KeepDraft, q.Skip, q.StopAfter, q.Stop
	g.OnResume, g.OnClear = q.Resume, q.CancelAll
	g.OnRetry, g.OnSaveAgain, g.OnRetrySize = func(id int64) { q.Retry(id) }, q.SaveAgain, q.RetrySize
	g.OnFollow, g.OnMenu = func(id int64) { m.leaveSheet(); m.strip.Select(id) }, w.jobMenu
	g.OnStep, g.OnSheet = m.step, func() { m.toSheet() }
	g.OnEnter = func() {
		if j, ok := m.draft(); ok {
			w.develop([]studio.Job{j})
		}
	}
	g.OnShown = func(j studio.Job) { w.form.SetShown(j.Recipe) }
	g.OnReveal, g.OnRedevelop, g.OnCopyDetails = w.host.reveal, w.redevelop, w.host.copyText
	g.OnKey = w.stageKey
	g.OnFile, g.OnMarks = func(file string) { w.pictures.marks(file) }, func(at fyne.Position) { w.pictures.marksMenu(at) }
}

// connectSheets connects the strip and the sheets.
func (w *Window) connectSheets() {
	m := w.middle
	m.strip.Since = time.Now()
	m.strip.OnOpen, m.strip.OnMove, m.strip.OnMenu = m.open, w.jobs.Move, w.jobMenu
	m.strip.OnKey = func(j studio.Job, e *fyne.KeyEvent) bool {
		remove := e.Name == fyne.KeyDelete || e.Name == fyne.KeyBackspace
		if remove {
			w.pictures.remove(j)
		}
		return remove
	}
	m.sheet.OnDevelop, m.sheet.OnOpen, m.sheet.OnBack, m.sheet.OnMenu = w.develop, m.enlargeDraft, m.closeSheet, w.jobMenu
	m.sheet.Time, m.sheet.OnResume = w.form.TimeToDevelop, w.jobs.Resume
	m.sweeps.OnOpen, m.sweeps.OnBack = m.enlargeSwept, m.hideSweep
	m.sweeps.OnUse = func(j studio.Job) { w.form.Use(j.Recipe) }
	m.sweeps.OnExport = func(sheet picture.ContactSheet) { w.pictures.saveSweep(sheet) }
}

// makeLibrary makes the Library and connects it with the rest.
func (w *Window) makeLibrary(s app.Window) {
	p := &pictures{
		lib: w.p.Library, folder: w.p.Pictures, run: w.p.Run, do: w.p.Do, canvas: w.win.Canvas(), trace: w.p.Trace,
		host: w.host, thumbs: w.thumbs, form: w.form, jobs: w.jobs, model: w.model, middle: w.middle,
	}
	w.pictures = p
	p.details = picture.NewDetails(picture.DetailsParams{Run: w.p.Run, Actions: p, Read: meta.Read, Undo: &w.undo, Find: p.find, Copies: p.copies})
	p.view = gallery.New(gallery.Params{
		Library: w.p.Library, Thumbs: w.thumbs, Run: w.p.Run, Canvas: p.canvas, Actions: p,
		Say: w.toasts.Say, Fail: w.host.fail, FullScreen: w.win.SetFullScreen,
		Details: p.details.Content, Side: s.PictureSide, Do: w.p.Do, Later: w.p.Later, Undo: &w.undo, Trace: w.p.Trace,
	})
	v := p.view
	v.SetWidths(s.PlacesWidth, s.DetailsWidth)
	v.OnLayout = w.saveWindow
	v.OnStatus = func(left, keys string) { w.p.Trace("status", "text", left) }
	v.OnChoose = p.choose
	v.OnCreate = func() { w.tabs.goTo(tabCreate) }
	v.OnImport = p.importFolder
	v.OnFunctionKey = func(key fyne.KeyName) { w.menus.FunctionKey(key) }
	w.connectDetails()
}

// connectDetails connects the details beside the library.
func (w *Window) connectDetails() {
	p := w.pictures
	d, v := p.details, p.view
	var note func() // takes away the note of what was taken last
	d.OnUse = func(s recipe.Sketch, undo func()) {
		w.form.Set(s)
		widgets.Call(note)
		if note = nil; undo != nil {
			note = v.Tell(lang.X("taken", "Taken into the controls."), lang.X("undo", "Undo"), undo)
		}
	}
	d.OnModel = func(name string) { w.model.ask(name) }
	d.OnSweep = p.sweep
	d.SetSketch(w.form.Sketch())
}

// makeModels makes the Models tab.
func (w *Window) makeModels() {
	pick := w.host.picker()
	w.shelf = models.New(models.Params{
		Shelf: w.p.Shelf, Downloads: w.download, Find: w.p.Find, Memory: w.p.Memory, InUse: w.model.name,
		Run: w.p.Run, Canvas: w.win.Canvas(), Folder: pick.Folder, Files: pick.Files, Visit: w.host.visit, Say: w.toasts.Say, Fail: w.host.fail,
		OnUse: func(name string) {
			w.model.useModel(name)
			w.tabs.goTo(tabCreate)
		},
	})
}

// arrange puts the views into the window as it was left.
func (w *Window) arrange(s app.Window) {
	w.panes = widgets.NewPanes(widgets.Panel(0, w.form.Content), w.middle.content,
		widgets.Panel(0, w.middle.strip.Content), widgets.Panel(0, w.list.Content), lang.X("menu.controls", "Controls"), lang.X("menu.list", "List of the queue"))
	w.panes.OnChanged = w.saveWindow
	w.panes.Set(w.panes.Left, s.ControlsWidth, !s.HideControls)
	w.panes.Set(w.panes.Below, s.StripHeight, !s.HideStrip)
	w.panes.Set(w.panes.Right, s.QueueWidth, s.Queue)
	w.arrangePlaces()
	w.model.bar.Objects = []fyne.CanvasObject{widgets.NewTitle(w.p.Title), w.tabs.bar, layout.NewSpacer(), w.model.chip}
	bar := widgets.Panel(widgets.Bottom, widgets.Pad(16, 0, w.model.bar))
	frame := widgets.Frame(bar, container.NewStack(w.status.Content, w.toasts), nil, nil, w.tabs.content)
	w.toasts.OnShown = func(yes bool) {
		widgets.SetVisible(w.status.Content, !yes)
		frame.Layout.Layout(frame.Objects, frame.Size()) // a note may have several lines
	}
	widgets.SetVisible(w.status.Content, len(w.toasts.Texts()) == 0)
	all, end := widgets.WithTips(frame, w.win.Canvas())
	w.endTips = end
	w.win.SetContent(all)
	size := fyne.NewSize(s.Width, s.Height)
	if size.Width < 600 || size.Height < 400 {
		size = fyne.NewSize(1280, 800)
	}
	w.win.Resize(onScreen(size, w.p.Screen))
}

// arrangePlaces makes the tabs, the first of them on show.
func (w *Window) arrangePlaces() {
	v, c := w.pictures.view, w.win.Canvas()
	w.tabs = newTabs(c, func() { w.p.Trace("place", "library", w.tabs.at == tabLibrary) },
		&tab{title: lang.X("tab.create", "Create"), content: w.panes, reveal: w.form.Reveal, focus: func(had fyne.Focusable) {
			if had == nil {
				had = w.middle.stage.Viewer
			}
			c.Focus(had)
		}},
		&tab{title: lang.X("tab.library", "Library"), content: v.Content, reveal: w.pictures.details.Reveal, shown: v.SetShown,
			focus: func(fyne.Focusable) { v.Focus() }},
		&tab{title: lang.X("tab.models", "Models"), content: w.shelf.Content, reveal: w.shelf.Reveal, shown: func(yes bool) {
			if yes {
				w.shelf.Refresh()
			}
		}, focus: func(fyne.Focusable) { w.shelf.Focus() }})
	w.pictures.tabs = w.tabs
}

// themeOf is the theme that the settings ask for.
func themeOf(s app.Settings) fyne.Theme {
	switch s.Theme {
	case "dark":
		return look.New(look.Dark)
	case "light":
		return look.New(look.Light)
	}
	return look.New(look.Follow)
}
