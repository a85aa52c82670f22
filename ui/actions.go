package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/library"
	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/create"
	"cascata/ui/menu"
	"cascata/ui/widgets"
)

// generate asks for the pictures that the controls describe: behind the
// waiting ones, or before them.
func (w *Window) generate(first bool) {
	if w.form.Ask(false, first) == nil {
		return
	}
	w.middle.hideSweep()
	w.middle.stage.Follow()
	w.tabs.goTo(tabCreate)
}

// draft asks for compositions only, and shows them on a sheet.
func (w *Window) draft() {
	if jobs := w.form.Ask(true, false); jobs != nil {
		w.tabs.goTo(tabCreate)
		w.middle.openSheet(jobs[0].Group)
	}
}

// develop makes pictures of drafts.
func (w *Window) develop(drafts []studio.Job) {
	if w.form.Develop(drafts) != nil {
		w.middle.closeSheet()
		w.middle.stage.Follow()
	}
}

// redevelop makes the detail of a picture again.
func (w *Window) redevelop(id int64) {
	if j, ok := w.jobs.Find(id); ok && j.File != "" && w.form.DevelopAgain(j.Recipe, j.File) != nil {
		w.middle.stage.Follow()
	}
}

// jobActions are what can be done with one job.
func (w *Window) jobActions() []menu.Action {
	q := w.jobs
	state := func(states ...studio.JobState) func(studio.Job) bool {
		return func(j studio.Job) bool { return slices.Contains(states, j.State) }
	}
	over := func(j studio.Job) bool { return j.State.Over() }
	draft := func(j studio.Job) bool { return create.Ready(j) && j.Recipe.Draft }
	return []menu.Action{
		{Text: lang.X("stop.keep", "Keep draft"), Line: true, Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyG), When: state(studio.Running), Job: func(j studio.Job) { q.Studio.KeepDraft(j.ID) }},
		{Text: lang.X("queue.first", "Make it next"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyM), When: state(studio.Waiting), Job: func(j studio.Job) { q.MoveFirst(j.ID) }},
		{Text: lang.X("queue.cancel", "Cancel"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyX), When: state(studio.Running, studio.Waiting), Job: func(j studio.Job) { q.Cancel(j.ID) }},
		{Text: lang.X("develop", "Develop"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyD), When: draft, Job: func(j studio.Job) { w.develop([]studio.Job{j}) }},
		{Text: lang.X("sheet.open", "Show its sheet"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyF), When: draft, Job: func(j studio.Job) { w.middle.openSheet(j.Group) }},
		{Text: lang.X("retry", "Try again"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyY), When: func(j studio.Job) bool { return over(j) && j.File == "" }, Job: func(j studio.Job) { q.Retry(j.ID) }},
		{Text: lang.X("queue.use", "Use what was asked for"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyComma), When: func(j studio.Job) bool { return j.File == "" }, Job: func(j studio.Job) { w.form.Use(j.Recipe) }},
		{Text: lang.X("forget", "Take out of the list"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyDelete), When: over, Job: func(j studio.Job) { q.Forget(j.ID) }},
	}
}

// jobMenu shows what can be done with a job and with its picture.
func (w *Window) jobMenu(j studio.Job, at fyne.Position) {
	w.pictures.of([]studio.Job{j}, func(pics []library.Picture) {
		items := menu.JobLines(w.jobActions(), j)
		if more := menu.Lines(w.pictures.view.Actions.All(), pics); len(more) > 0 {
			items = append(append(items, fyne.NewMenuItemSeparator()), more...)
		}
		menu.PopupMenu(w.win.Canvas(), at, items)
	})
}

// key takes what no field wants.
func (w *Window) key(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		w.escape()
	case fyne.KeyF1:
		w.openShortcuts()
	case fyne.KeyF10:
		w.menus.Open(0)
	default:
		w.menus.FunctionKey(e.Name)
	}
}

// escape closes what is open over the picture, else stops. A press that closed
// something, here or elsewhere, does not stop too however long it is held.
func (w *Window) escape() {
	c := w.win.Canvas()
	if w.closeFront() {
		widgets.EscapeClosed(c)
		return
	}
	if !widgets.EscapeSpent(c) {
		w.jobs.Stop()
	}
}

// closeFront closes the foremost of what lies over the picture in Create, or
// says false.
func (w *Window) closeFront() bool {
	if c, ok := w.win.Canvas().(interface{ DismissMenu() bool }); ok && c.DismissMenu() {
		return true
	}
	if w.tabs.at != tabCreate {
		w.tabs.goTo(tabCreate)
		return true
	}
	return w.middle.closeFront()
}

// stageKey does what a key alone means for the picture in the middle of Create.
func (w *Window) stageKey(key fyne.KeyName) bool {
	if key == fyne.KeyZ {
		widgets.ToggleZoom(w.middle.stage.Viewer)
		return true
	}
	if key == fyne.KeyBackspace {
		key = fyne.KeyDelete
	}
	a, ok := menu.ActionOf(w.pictures.view.Actions.All(), key)
	if ok && w.middle.stage.Shown().File != "" {
		w.act(a)
		return true
	}
	return false
}

// act does an action of the main menu. Under a dialog or a menu nothing
// happens: the toolkit would take the keys there too.
func (w *Window) act(a menu.Action) {
	if a.Typed == nil && widgets.Modal(w.win.Canvas()) && !(a.Over && w.pictures.view.Covers()) {
		return
	}
	switch {
	case a.Do != nil:
		a.Do()
	case a.Job != nil:
		if j := w.middle.shown(); j.ID != 0 && (a.When == nil || a.When(j)) {
			a.Job(j)
			return
		}
		w.pictures.cannot(a, nil)
	default:
		w.pictures.pointed(func(pics []library.Picture) { w.pictures.act(a, pics) })
	}
}

// drop takes what was dropped at a place of the window: over the controls,
// pictures and LoRAs are for the next pictures.
func (w *Window) drop(at fyne.Position, paths []string) {
	if w.tabs.at != tabCreate || !w.panes.Left.Shown || !widgets.Holds(w.form.Content, at) {
		w.openPaths(paths)
		return
	}
	sortFiles(w.p.Run, paths, func(f dropped) {
		if len(f.others) > 0 {
			w.openPaths(f.others)
		}
		w.form.Drop(at, f.pictures, f.loras)
	})
}

// dropped are files by what they are.
type dropped struct{ pictures, loras, others []string }

// sortFiles gives then files by what is in them.
func sortFiles(run async.Runner, paths []string, then func(dropped)) {
	var f dropped
	run(func() {
		for _, path := range paths {
			switch {
			case library.PictureFile(path):
				f.pictures = append(f.pictures, path)
			case app.IsLoRA(path):
				f.loras = append(f.loras, path)
			default:
				f.others = append(f.others, path)
			}
		}
	}, func() { then(f) })
}

// openPaths takes files and folders that were dropped: of a picture the recipe
// is shown, LoRAs go into the controls, anything else may be a model.
func (w *Window) openPaths(paths []string) {
	if len(paths) == 0 {
		return
	}
	sortFiles(w.p.Run, paths, func(f dropped) {
		switch {
		case len(paths) == 1 && len(f.pictures) == 1:
			w.pictures.showFile(paths[0])
		case len(f.loras) == len(paths):
			w.tabs.goTo(tabCreate)
			w.panes.Reveal(w.panes.Left)
			w.form.Drop(fyne.Position{}, nil, f.loras)
		default:
			w.model.ask(paths...)
		}
	})
}
