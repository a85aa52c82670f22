package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
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
		j.Recipe.Width, j.Recipe.Height = width, height
		w.add([]app.Job{j}, false)
	}
}

func (w *Window) retryFailed() {
	var failed []int64
	for _, j := range slices.Backward(w.queue.Over) {
		if j.State == app.Failed || j.State == app.Interrupted {
			failed = append(failed, j.ID)
		}
	}
	w.retry(failed...)
	w.studio.Forget(failed...)
}

func (w *Window) clearEnded() {
	var ended []int64
	for _, j := range w.queue.Over {
		if j.State != app.Unsaved {
			ended = append(ended, j.ID)
		}
	}
	w.studio.Forget(ended...)
}

func (w *Window) saveAgain(id int64) {
	var err error
	w.p.Run(func() { err = w.studio.SaveAgain(id) }, func() {
		if err != nil {
			w.toasts.Say(errorText(app.Explain(err)), lang.X("save.again", "Save again"), func() { w.saveAgain(id) })
			return
		}
		w.toasts.Say(lang.X("saved.now", "The picture is saved."), "", nil)
	})
}

// job finds a job by its ID.
func (w *Window) job(id int64) (app.Job, bool) {
	for _, list := range [][]app.Job{w.queue.Running, w.queue.Waiting, w.queue.Over} {
		if i := slices.IndexFunc(list, func(j app.Job) bool { return j.ID == id }); i >= 0 {
			return list[i], true
		}
	}
	return app.Job{}, false
}

// jobsOf are the jobs of a group in the order they were asked for.
func jobsOf(q app.Queue, group int64) []app.Job {
	var jobs []app.Job
	for _, list := range [][]app.Job{q.Running, q.Waiting, q.Over} {
		for _, j := range list {
			if j.Group == group {
				jobs = append(jobs, j)
			}
		}
	}
	slices.SortFunc(jobs, func(a, b app.Job) int { return int(a.ID - b.ID) })
	return jobs
}

// jobKey is what a key does to the job that has the keyboard in the strip.
func (w *Window) jobKey(j app.Job, e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDelete, fyne.KeyBackspace:
		if j.State.Over() {
			w.studio.Forget(j.ID)
		} else {
			w.studio.Cancel(j.ID)
		}
		return true
	}
	return false
}

// jobMenu shows what can be done with a job.
func (w *Window) jobMenu(j app.Job, at fyne.Position) {
	var items []*fyne.MenuItem
	add := func(text string, do func()) { items = append(items, fyne.NewMenuItem(text, do)) }
	switch j.State {
	case app.Running:
		add(lang.X("stop.keep", "Keep draft"), func() { w.studio.KeepDraft(j.ID) })
		add(lang.X("stop.skip", "Skip"), func() { w.cancel(j.ID) })
	case app.Waiting:
		add(lang.X("queue.first", "Make it next"), func() { w.moveFirst(j.ID) })
		add(lang.X("queue.cancel", "Cancel"), func() { w.cancel(j.ID) })
	default:
		if j.File != "" && j.Recipe.Draft {
			add(lang.X("develop", "Develop"), func() { w.Develop([]app.Job{j}) })
			add(lang.X("sheet.open", "Show its sheet"), func() { w.openSheet(j.Group) })
		} else if j.File != "" {
			add(lang.X("redevelop", "Develop again"), func() { w.redevelop(j.ID) })
		}
		add(lang.X("again", "Make again"), func() { w.retry(j.ID) })
		add(lang.X("use.settings", "Use its settings"), func() { w.useRecipe(j.Recipe) })
		add(lang.X("use.seed", "Use its seed"), func() { w.useSeed(j.Recipe.Seed) })
		if j.File != "" {
			add(lang.X("reveal", "Show in folder"), func() { w.reveal(j.File) })
			add(lang.X("copy.path", "Copy path"), func() { w.copyText(j.File) })
		}
		add(lang.X("forget", "Take out of the list"), func() { w.studio.Forget(j.ID) })
	}
	if j.File != "" {
		add(lang.X("copy.picture", "Copy picture"), func() { w.copyPicture(j.File) })
	}
	add(lang.X("copy.prompt", "Copy prompt"), func() { w.copyText(j.Recipe.Prompt) })
	widgets.ShowMenu(fyne.NewMenu("", items...), w.win.Canvas(), at)
}

func (w *Window) moveFirst(id int64) {
	if len(w.queue.Waiting) > 0 {
		w.studio.Move(id, w.queue.Waiting[0].ID)
	}
}
