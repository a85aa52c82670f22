package ui

import (
	"slices"

	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/widgets"
)

func (w *Window) showQueue(q studio.Queue) {
	q = w.jobs.SetQueue(q)
	w.middle.SetQueue(q)
	w.list.SetQueue(q)
	w.status.SetQueue(q)
	w.p.Trace("queue", "running", studio.IDs(q.Running), "waiting", studio.IDs(q.Waiting), "over", studio.IDs(q.Over), "states", states(q.Over), "paused", q.Paused)
}

func (w *Window) showProgress(p studio.Progress) {
	if i := slices.IndexFunc(w.jobs.Queue().Running, func(j studio.Job) bool { return j.ID == p.Job.ID }); i < 0 {
		return // it ended meanwhile
	}
	widgets.HoldCaret(w.win.Canvas())
	w.middle.SetProgress(p)
	w.list.SetProgress(p)
	w.p.Trace("progress", "job", p.Job.ID, "stage", string(p.Stage), "n", p.N, "of", p.Total, "preview", p.Preview != nil)
}

func (w *Window) showOutcome(o studio.Outcome) {
	w.model.refresh()
	w.middle.stage.ShowOutcome(o)
	w.form.Ended(o)
	w.notifier.Ended(o, len(w.jobs.Queue().Waiting))
	if o.Stopped {
		w.jobs.Stopped(o.Job)
	}
	w.form.RefreshTimes()
	if o.Job.State == studio.Unsaved {
		w.jobs.SayUnsaved(o.Job.ID, o.Err)
	}
	w.p.Trace("ended", "job", o.Job.ID, "state", string(o.Job.State), "file", o.Job.File, "draft", o.Job.Recipe.Draft)
}

func states(jobs []studio.Job) []studio.JobState {
	out := make([]studio.JobState, len(jobs))
	for i, j := range jobs {
		out[i] = j.State
	}
	return out
}

// sketched says what follows from another sketch in the controls.
func (w *Window) sketched(s recipe.Sketch) {
	w.pictures.details.SetSketch(s)
	traceSketch(w.p.Trace, "sketch", s)
}

// traceSketch reports to tests what the controls hold.
func traceSketch(trace func(string, ...any), event string, s recipe.Sketch, more ...any) {
	for _, t := range recipe.Settings {
		more = append(more, t.Key, t.JSON(&s))
	}
	trace(event, more...)
}

// LibraryChanged says that the library is another now. It may be called from
// any goroutine.
func (w *Window) LibraryChanged() {
	w.p.Do(func() {
		p := w.pictures
		p.view.Changed()
		w.middle.stage.AskMarks(true)
		w.lookForFiles()
		p.chooseAgain()
		w.countPictures()
	})
}

// countPictures says how many pictures there are, as the library says it. Where
// it cannot be read, its own view says so.
func (w *Window) countPictures() {
	async.Go(w.counting.On(w.p.Run), w.p.Library.Count, func(n int, err error) {
		if err == nil {
			w.status.SetPictures(n)
		}
	})
}

// lookForFiles finds out which pictures of the queue are still there, and goes
// from one that is gone to the one beside it.
func (w *Window) lookForFiles() {
	w.jobs.LookForFiles(func(gone map[int64]bool, newly func(id int64) bool) {
		if newly(w.middle.stage.Shown().ID) {
			w.middle.leave(gone)
		}
		w.showQueue(w.jobs.Studio.Queue())
	})
}
