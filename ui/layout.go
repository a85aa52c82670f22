package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/create"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

func (w *Window) makeViews(s app.Settings) {
	w.toasts = widgets.NewToasts(w.p.Do)
	w.notifier = newNotifier(w.p.App, w.p.Desktop, w.p.Settings.Get)
	w.controls = create.NewControls(create.ControlsParams{Sketch: s.Sketch, Model: w.model, Styles: styles(s), Named: s.Named, Open: s.Window.Open})
	c := w.controls
	c.OnChange, c.OnGenerate, c.OnDraft = w.sketched, func() { w.Generate(false) }, w.Draft
	c.SetHeight(s.Window.PromptHeight)
	c.OnHeight = func(h float32) { w.p.Settings.Change(func(s *app.Settings) { s.Window.PromptHeight = h }) }
	c.OnFold, c.OnHistory, c.OnEditStyles = w.folded, w.openHistory, w.editStyles
	c.OnOlder, c.OnNewer = func() { w.step(1) }, func() { w.step(-1) }
	c.OnSaveNamed, c.OnDeleteNamed = w.saveNamed, w.deleteNamed

	w.tokens = create.NewTokens(create.TokensParams{
		Run: w.p.Run, Later: w.p.Later, Styles: func() []recipe.Style { return styles(w.p.Settings.Get()) }, Count: w.p.Engine.Count, Show: c.SetCounts,
	})

	w.thumbs = async.NewThumbs(w.p.Run, func(id int64) string { return w.studio.Thumb(id) })
	w.strip = create.NewStrip(w.thumbs)
	w.strip.Since = time.Now()
	w.strip.OnOpen, w.strip.OnMove, w.strip.OnMenu = w.open, func(id, before int64) { w.studio.Move(id, before) }, w.jobMenu
	w.strip.OnKey = w.jobKey

	w.stage = create.NewStage(w.p.Run)
	g := w.stage
	g.SetEmpty(lang.X("empty.title", "What do you want to see?"), lang.X("empty.hint", "Type a prompt and press Ctrl+Enter. The picture forms here."), "")
	g.OnKeepDraft, g.OnSkip, g.OnStopAfter, g.OnStop = w.KeepDraft, w.Skip, w.stopAfter, w.Stop
	g.OnResume, g.OnClear = w.resume, w.CancelAll
	g.OnRetry, g.OnSaveAgain, g.OnRetrySize = func(id int64) { w.retry(id) }, w.saveAgain, w.retrySize
	g.OnFollow, g.OnMenu = func(id int64) { w.leaveSheet(); w.strip.Select(id) }, w.jobMenu
	g.OnStep, g.OnEnter, g.OnSheet = w.stepPicture, w.enterShown, func() { w.toSheet() }
	g.OnShown = func(j studio.Job) { w.controls.SetShown(j.Recipe) }
	g.OnReveal, g.OnRedevelop, g.OnCopyDetails = w.reveal, w.redevelop, w.copyText
	g.OnKey = w.stageKey
	g.OnFile, g.OnMarks = w.showMarks, w.marksMenu

	w.sheet = create.NewSheet(w.thumbs)
	w.sheet.OnDevelop, w.sheet.OnOpen, w.sheet.OnBack, w.sheet.OnMenu = w.Develop, w.enlargeDraft, w.closeSheet, w.jobMenu
	w.sheet.Time, w.sheet.OnResume = w.timeToDevelop, w.resume

	w.list = create.NewQueueList(w.thumbs)
	l := w.list
	l.OnMove, l.OnOpen = func(id, before int64) { w.studio.Move(id, before) }, w.open
	l.OnCancel = w.cancel
	l.OnRetry = func(ids ...int64) { w.retry(ids...) }
	l.OnForget, l.OnDelete = w.forget, w.remove
	l.OnPause, l.OnCancelAll = func(yes bool) { w.studio.Pause(yes) }, w.CancelAll
	l.OnRetryFailed, l.OnClearOver, l.OnMenu = w.retryFailed, w.clearEnded, w.jobMenu
	w.status = newStatusBar()
	w.status.OnQueue, w.status.OnShortcuts = func() { w.toggle(w.panes.Right) }, w.openShortcuts
}

// reveals brings what got the keyboard into view.
func (w *Window) reveals(o fyne.CanvasObject) {
	if w.place == placeLibrary {
		w.details.Reveal(o)
		return
	}
	w.controls.Reveal(o)
}

// arrange puts the views into the window as it was left.
func (w *Window) arrange(s app.Window) {
	w.chip = widgets.NewChip("", look.ColorGood, w.openModels)
	w.tabs = widgets.NewTabs(w.showPlace, lang.X("tab.create", "Create"), lang.X("tab.library", "Library"))
	w.bar = widgets.Row(14, widgets.NewTitle(w.p.Title), w.tabs, layout.NewSpacer(), w.chip)
	bar := widgets.Panel(widgets.Bottom, widgets.Pad(16, 0, w.bar))
	w.middle = container.NewStack(w.stage.Content, w.sheet.Content, w.sweeps.Content)
	w.sheet.Content.Hide()
	w.sweeps.Content.Hide()
	w.panes = widgets.NewPanes(widgets.Panel(0, w.controls.Content), w.middle,
		widgets.Panel(0, w.strip.Content), widgets.Panel(0, w.list.Content), lang.X("menu.controls", "Controls"), lang.X("menu.list", "List of the queue"))
	w.panes.OnChanged = w.saveWindow
	w.panes.Set(w.panes.Left, s.ControlsWidth, !s.HideControls)
	w.panes.Set(w.panes.Below, s.StripHeight, !s.HideStrip)
	w.panes.Set(w.panes.Right, s.QueueWidth, s.Queue)
	w.places = container.NewStack(w.panes, w.library.Content)
	w.library.Content.Hide()
	frame := widgets.Frame(bar, container.NewStack(w.status.Content, w.toasts), nil, nil, w.places)
	w.toasts.OnShown = func(yes bool) {
		widgets.SetVisible(w.status.Content, !yes)
		frame.Layout.Layout(frame.Objects, frame.Size()) // a note may have several lines
	}
	all, end := widgets.WithTips(frame, w.win.Canvas())
	w.endTips = end
	w.win.SetContent(all)
	size := fyne.NewSize(s.Width, s.Height)
	if size.Width < 600 || size.Height < 400 {
		size = fyne.NewSize(1280, 800)
	}
	w.win.Resize(w.onScreen(size))
}

func styles(s app.Settings) []recipe.Style {
	if s.Styles == nil {
		return recipe.DefaultStyles()
	}
	return s.Styles
}

func themeOf(s app.Settings) fyne.Theme {
	switch s.Theme {
	case "dark":
		return look.New(look.Dark)
	case "light":
		return look.New(look.Light)
	}
	return look.New(look.Follow)
}
