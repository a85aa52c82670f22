package ui

import (
	"slices"
	"time"

	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/studio"
	"cascata/ui/format"
	"cascata/ui/widgets"
)

func (w *Window) showQueue(q studio.Queue) {
	q = w.withFiles(q)
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
		w.showSweep(studio.JobsOf(q, w.swept))
	}
	w.p.Trace("queue", "running", studio.IDs(q.Running), "waiting", studio.IDs(q.Waiting), "over", studio.IDs(q.Over), "states", states(q.Over), "paused", q.Paused)
}

func (w *Window) showProgress(p studio.Progress) {
	if i := slices.IndexFunc(w.queue.Running, func(j studio.Job) bool { return j.ID == p.Job.ID }); i < 0 {
		return // it ended meanwhile
	}
	widgets.StillCaret(w.win.Canvas())
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

func (w *Window) showOutcome(o studio.Outcome) {
	if o.Job.File != "" && !o.Job.Recipe.Draft {
		w.pictures++
		w.status.SetPictures(w.pictures)
	}
	w.showChip()
	w.stage.ShowOutcome(o)
	w.notifier.Ended(o, len(w.queue.Waiting))
	if o.Stopped {
		w.showStopped(o.Job)
	}
	w.refreshTimes()
	if o.Job.State == studio.Unsaved {
		m := app.Explain(o.Err)
		w.toasts.Say(format.ErrorText(m), lang.X("save.again", "Save again"), func() { w.saveAgain(o.Job.ID) })
	}
	w.p.Trace("ended", "job", o.Job.ID, "state", string(o.Job.State), "file", o.Job.File, "draft", o.Job.Recipe.Draft)
}

// sayInterrupted tells of pictures that were being made when the program died.
func (w *Window) sayInterrupted() {
	for _, j := range w.queue.Over {
		if j.State == studio.Interrupted && time.Since(j.Ended) < time.Minute {
			id := j.ID
			w.toasts.Say(lang.X("interrupted", "A picture was being made when the program ended."), lang.X("retry", "Try again"), func() { w.retry(id) })
		}
	}
}

func states(jobs []studio.Job) []studio.JobState {
	out := make([]studio.JobState, len(jobs))
	for i, j := range jobs {
		out[i] = j.State
	}
	return out
}
