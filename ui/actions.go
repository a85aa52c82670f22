package ui

import (
	"slices"

	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/library"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/format"
	"cascata/ui/widgets"
)

// Generate asks for the pictures that the controls describe: behind the
// waiting ones, or before them.
func (w *Window) Generate(first bool) {
	if w.ask(w.controls.Sketch(), false, first) == nil {
		return
	}
	w.hideSweep()
	w.stage.Follow()
	w.goTo(placeCreate)
}

// ask puts what a sketch describes into the queue.
func (w *Window) ask(s recipe.Sketch, draft, first bool) []studio.Job {
	recipes, next := s.Recipes(styles(w.p.Settings.Get()), draft)
	jobs := make([]studio.Job, len(recipes))
	for i := range jobs {
		jobs[i].Recipe = recipes[i]
	}
	added := w.add(jobs, first)
	if added == nil {
		return nil
	}
	next.Count = w.controls.Sketch().Count
	w.p.Settings.Change(func(st *app.Settings) { st.Sketch = next })
	w.controls.SetSketch(next)
	w.controls.SetAsked()
	if err := w.p.Prompts.Remember(s.Prompt, s.Negative, added[0].Group); err != nil {
		w.fail(err)
	}
	w.past = pastPrompts{}
	return added
}

func (w *Window) add(jobs []studio.Job, first bool) []studio.Job {
	added, err := w.studio.Add(jobs, first)
	if err != nil {
		w.fail(err)
		return nil
	}
	w.p.Trace("added", "jobs", studio.IDs(added))
	return added
}

// KeepDraft ends the running pictures with their compositions.
func (w *Window) KeepDraft() { w.studio.KeepDraft(studio.IDs(w.queue.Running)...) }

// Skip ends the running picture and goes on with the next.
func (w *Window) Skip() {
	if len(w.queue.Running) > 0 {
		w.cancel(w.queue.Running[0].ID)
	}
}

// stopAfter lets the running picture finish and starts no other.
func (w *Window) stopAfter() {
	if len(w.queue.Waiting) > 0 {
		w.studio.Pause(true)
	}
}

// Stop ends what runs now; what waits goes on waiting. Compositions that are
// done are kept, and it can be taken back.
func (w *Window) Stop() {
	if len(w.queue.Running) == 0 {
		return
	}
	w.stop()
	if len(w.queue.Waiting) == 0 {
		w.studio.Cancel(studio.IDs(w.queue.Running)...)
		return
	}
	w.studio.Stop()
}

// resume lets the queue go on.
func (w *Window) resume() { w.studio.Pause(false) }

// togglePause pauses the queue after the running picture, or lets it go on.
func (w *Window) togglePause() { w.studio.Pause(!w.queue.Paused) }

// CancelAll ends what runs and forgets what waits, and offers to take it back.
func (w *Window) CancelAll() {
	w.stop(slices.Clone(w.queue.Waiting)...)
	w.studio.CancelAll()
}

// escape closes what is open over the picture, else stops. A press that closed
// something, here or elsewhere, does not stop too however long it is held.
func (w *Window) escape() {
	if w.closeFront() {
		widgets.EscapeClosed(w.win.Canvas())
		return
	}
	if !widgets.EscapeSpent(w.win.Canvas()) {
		w.Stop()
	}
}

// closeFront closes the foremost of what lies over the picture in Create, or
// says false.
func (w *Window) closeFront() bool {
	if c, ok := w.win.Canvas().(interface{ DismissMenu() bool }); ok && c.DismissMenu() {
		return true
	}
	switch {
	case w.place == placeLibrary:
		w.goTo(placeCreate)
	case w.toSheet():
	case w.swept != 0:
		w.hideSweep()
	case w.sheetOpen():
		w.closeSheet()
	default:
		return false
	}
	return true
}

func (w *Window) fail(err error) {
	w.toasts.Say(format.ErrorText(app.Explain(err)), lang.X("copy.details", "Copy details"), func() { w.copyText(err.Error()) })
}

func (w *Window) copyText(text string) { w.p.App.Clipboard().SetContent(text) }

func (w *Window) copyPicture(file string) {
	var err error
	w.p.Run(func() { err = w.p.Desktop.CopyPicture(file) }, func() {
		if err != nil {
			w.fail(err)
			return
		}
		w.toasts.Say(lang.X("copied.picture", "The picture is on the clipboard."), "", nil)
	})
}

func (w *Window) reveal(file string) {
	var err error
	w.p.Run(func() { err = w.p.Desktop.Reveal(file) }, func() {
		if err != nil {
			w.toasts.Say(lang.X("reveal.failed", "The folder could not be shown. The file is {{.File}}.", map[string]any{"File": file}), lang.X("copy.path", "Copy path"), func() { w.copyText(file) })
		}
	})
}

// openPaths takes files and folders that were dropped: of a picture the recipe
// is shown, anything else may be a model.
func (w *Window) openPaths(paths []string) {
	if len(paths) == 0 {
		return
	}
	picture := false
	w.p.Run(func() { picture = len(paths) == 1 && library.PictureFile(paths[0]) }, func() {
		if picture {
			w.showFile(paths[0])
		} else {
			w.tryModel(paths)
		}
	})
}
