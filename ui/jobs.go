package ui

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/library"
	"cascata/app/studio"
	"cascata/ui/create"
	"cascata/ui/format"
	"cascata/ui/menu"
	"cascata/ui/widgets"
)

func (w *Window) retry(ids ...int64) {
	if err := w.studio.Retry(ids...); err != nil {
		w.fail(err)
	}
}

// retrySize asks again for a picture, smaller or larger.
func (w *Window) retrySize(id int64, width, height int) {
	if j, ok := w.job(id); ok {
		if width*j.Recipe.Height != height*j.Recipe.Width {
			j.Source = "" // its composition has another shape
		}
		j.Recipe.Width, j.Recipe.Height = width, height
		w.add([]studio.Job{j}, false)
	}
}

func (w *Window) retryFailed() {
	var failed []int64
	for _, j := range slices.Backward(w.queue.Over) {
		if j.State == studio.Failed || j.State == studio.Interrupted {
			failed = append(failed, j.ID)
		}
	}
	w.retry(failed...)
	w.studio.Forget(failed...)
}

func (w *Window) clearEnded() {
	var ended []int64
	for _, j := range w.queue.Over {
		if j.State != studio.Unsaved {
			ended = append(ended, j.ID)
		}
	}
	w.forget(ended...)
}

// forget takes jobs out of the list and offers to take it back. A picture that
// lies in no file yet is asked about.
func (w *Window) forget(ids ...int64) {
	var jobs []studio.Job
	for _, id := range ids {
		if j, ok := w.job(id); ok && j.State.Over() {
			jobs = append(jobs, j)
		}
	}
	n := len(jobs)
	if n == 0 {
		return
	}
	if slices.ContainsFunc(jobs, func(j studio.Job) bool { return j.State == studio.Unsaved }) {
		widgets.Confirm(w.win.Canvas(), lang.X("forget.unsaved", "Throw the picture away?"), lang.X("forget.unsaved.why", "It is not saved anywhere yet. It could be saved again first."),
			lang.X("forget.unsaved.do", "Throw it away"), lang.X("cancel", "Cancel"), func() { w.studio.Forget(ids...) })
		return
	}
	w.studio.Forget(ids...)
	w.toasts.Say(lang.XN("forgotten", "{{.Count}} entries were taken out of the list. The files stay.", n, map[string]any{"Count": format.Grouped(n)}),
		lang.X("undo", "Undo"), func() { w.studio.Recall(jobs...) })
}

// remove is Delete: what runs or waits is cancelled, a picture goes to the
// trash as in the library, and what has no file leaves the list. All of it can
// be taken back.
func (w *Window) remove(j studio.Job) {
	switch {
	case !j.State.Over():
		w.cancel(j.ID)
	case j.File == "":
		w.forget(j.ID)
	default:
		trash, _ := menu.ActionOf(w.library.PictureActions(), fyne.KeyDelete)
		w.picturesOf([]studio.Job{j}, func(pics []library.Picture) { w.actOn(trash, pics) })
	}
}

// lookForFiles finds out which pictures of the list are still there: what is
// in the trash is not shown.
func (w *Window) lookForFiles() {
	if w.looking {
		return
	}
	w.looking = true
	jobs := w.studio.Queue().Over
	gone := map[int64]bool{}
	w.p.Run(func() {
		for _, j := range jobs {
			if j.File == "" {
				continue
			}
			if _, err := os.Stat(j.File); errors.Is(err, fs.ErrNotExist) {
				gone[j.ID] = true
			}
		}
	}, func() {
		w.looking = false
		if maps.Equal(gone, w.gone) {
			return
		}
		w.leave(gone)
		w.gone = gone
		w.showQueue(w.studio.Queue())
	})
}

// leave goes from a picture that is gone to the one beside it.
func (w *Window) leave(gone map[int64]bool) {
	shown := w.stage.Shown().ID
	if !gone[shown] || w.gone[shown] {
		return
	}
	for _, by := range []int{1, -1} {
		for at := shown; ; {
			j, ok := w.strip.Step(at, by)
			if !ok {
				break
			}
			if at = j.ID; j.File != "" && !gone[at] {
				w.open(j)
				return
			}
		}
	}
	w.stage.Clear()
}

// withFiles is a queue without the pictures that are gone.
func (w *Window) withFiles(q studio.Queue) studio.Queue {
	if len(w.gone) > 0 {
		q.Over = slices.DeleteFunc(slices.Clone(q.Over), func(j studio.Job) bool { return w.gone[j.ID] })
	}
	return q
}

func (w *Window) saveAgain(id int64) {
	var err error
	w.p.Run(func() { err = w.studio.SaveAgain(id) }, func() {
		if err != nil {
			w.toasts.Say(format.ErrorText(app.Explain(err)), lang.X("save.again", "Save again"), func() { w.saveAgain(id) })
			return
		}
		w.toasts.Say(lang.X("saved.now", "The picture is saved."), "", nil)
	})
}

// job finds a job by its ID.
func (w *Window) job(id int64) (studio.Job, bool) {
	for _, list := range [][]studio.Job{w.queue.Running, w.queue.Waiting, w.queue.Over} {
		if i := slices.IndexFunc(list, func(j studio.Job) bool { return j.ID == id }); i >= 0 {
			return list[i], true
		}
	}
	return studio.Job{}, false
}

// jobKey is what a key does to the job that has the keyboard in the strip.
func (w *Window) jobKey(j studio.Job, e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDelete, fyne.KeyBackspace:
		w.remove(j)
		return true
	}
	return false
}

// jobActions are what can be done with one job.
func (w *Window) jobActions() []menu.Action {
	state := func(states ...studio.JobState) func(studio.Job) bool {
		return func(j studio.Job) bool { return slices.Contains(states, j.State) }
	}
	over := func(j studio.Job) bool { return j.State.Over() }
	draft := func(j studio.Job) bool { return create.Ready(j) && j.Recipe.Draft }
	return []menu.Action{
		{Text: lang.X("stop.keep", "Keep draft"), Line: true, Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyG), When: state(studio.Running), Job: func(j studio.Job) { w.studio.KeepDraft(j.ID) }},
		{Text: lang.X("queue.first", "Make it next"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyM), When: state(studio.Waiting), Job: func(j studio.Job) { w.moveFirst(j.ID) }},
		{Text: lang.X("queue.cancel", "Cancel"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyX), When: state(studio.Running, studio.Waiting), Job: func(j studio.Job) { w.cancel(j.ID) }},
		{Text: lang.X("develop", "Develop"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyD), When: draft, Job: func(j studio.Job) { w.Develop([]studio.Job{j}) }},
		{Text: lang.X("sheet.open", "Show its sheet"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyF), When: draft, Job: func(j studio.Job) { w.openSheet(j.Group) }},
		{Text: lang.X("retry", "Try again"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyY), When: func(j studio.Job) bool { return over(j) && j.File == "" }, Job: func(j studio.Job) { w.retry(j.ID) }},
		{Text: lang.X("queue.use", "Use what was asked for"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyComma), When: func(j studio.Job) bool { return j.File == "" }, Job: func(j studio.Job) { w.useRecipe(j.Recipe) }},
		{Text: lang.X("forget", "Take out of the list"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyDelete), When: over, Job: func(j studio.Job) { w.forget(j.ID) }},
	}
}

// jobMenu shows what can be done with a job and with its picture.
func (w *Window) jobMenu(j studio.Job, at fyne.Position) {
	w.picturesOf([]studio.Job{j}, func(pics []library.Picture) {
		items := menu.JobLines(w.jobActions(), j)
		if more := menu.Lines(w.library.PictureActions(), pics); len(more) > 0 {
			items = append(append(items, fyne.NewMenuItemSeparator()), more...)
		}
		menu.PopupMenu(w.win.Canvas(), at, items)
	})
}

func (w *Window) moveFirst(id int64) {
	if len(w.queue.Waiting) > 0 {
		w.studio.Move(id, w.queue.Waiting[0].ID)
	}
}
