package create

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// A Studio makes the pictures. *studio.Studio is one. All but SaveAgain return at once.
type Studio interface {
	Add(jobs []studio.Job, first bool) ([]studio.Job, error)
	Queue() studio.Queue
	Cancel(ids ...int64)
	CancelAll()
	Restore(before int64, ids ...int64)
	KeepDraft(ids ...int64)
	Stop()
	Pause(yes bool)
	Move(id, before int64)
	Retry(ids ...int64) error
	Forget(ids ...int64)
	Recall(jobs ...studio.Job)
	SaveAgain(id int64) error
	Estimate(jobs ...studio.Job) time.Duration
	Thumb(id int64) string
}

// JobsParams are what Jobs work with. All are required.
type JobsParams struct {
	Run     async.Runner
	Canvas  fyne.Canvas
	Toasts  *widgets.Toasts
	Fail    func(err error)
	OnAdded func(jobs []studio.Job)
	OnAgain func() // what was stopped while it ran goes on
}

// Jobs are what the artist does with the jobs of the studio's queue, and how it
// is taken back. They belong to the window's goroutine.
type Jobs struct {
	Studio Studio // must be set before anything is done

	p       JobsParams
	queue   studio.Queue
	missing missing
	stopped stopped // what was stopped last
}

// NewJobs has an empty queue.
func NewJobs(p JobsParams) *Jobs { return &Jobs{p: p} }

// SetQueue says what the queue is now, and returns what is to be shown of it:
// all but the pictures that are no longer there.
func (q *Jobs) SetQueue(queue studio.Queue) studio.Queue {
	q.queue = q.missing.without(queue)
	return q.queue
}

// Queue is the queue as it was told last.
func (q *Jobs) Queue() studio.Queue { return q.queue }

// Now is the queue as it is now, which may not have been told yet.
func (q *Jobs) Now() studio.Queue { return q.missing.without(q.Studio.Queue()) }

// LookForFiles finds out which pictures of the queue are still there. Where
// others are missing than before, then is given their jobs, and tells which of
// them are newly missing; the queue must be shown again.
func (q *Jobs) LookForFiles(then func(gone map[int64]bool, newly func(id int64) bool)) {
	q.missing.look(q.p.Run, q.Studio.Queue().Over, then)
}

// Find finds a job by its ID.
func (q *Jobs) Find(id int64) (studio.Job, bool) {
	for _, list := range [][]studio.Job{q.queue.Running, q.queue.Waiting, q.queue.Over} {
		if i := studio.IndexOf(list, id); i >= 0 {
			return list[i], true
		}
	}
	return studio.Job{}, false
}

// Add asks for jobs: behind those that wait, or before them. It returns them as
// they are in the queue, nil where that failed.
func (q *Jobs) Add(jobs []studio.Job, first bool) []studio.Job {
	added, err := q.Studio.Add(jobs, first)
	if err != nil {
		q.p.Fail(err)
		return nil
	}
	q.p.OnAdded(added)
	return added
}

// KeepDraft ends the running pictures with their compositions.
func (q *Jobs) KeepDraft() { q.Studio.KeepDraft(studio.IDs(q.queue.Running)...) }

// Skip ends the running picture and goes on with the next.
func (q *Jobs) Skip() {
	if len(q.queue.Running) > 0 {
		q.Cancel(q.queue.Running[0].ID)
	}
}

// StopAfter lets the running picture finish and starts no other.
func (q *Jobs) StopAfter() {
	if len(q.queue.Waiting) > 0 {
		q.Studio.Pause(true)
	}
}

// Stop ends what runs now; what waits goes on waiting. Compositions that are
// done are kept, and it can be taken back.
func (q *Jobs) Stop() {
	if len(q.queue.Running) == 0 {
		return
	}
	q.stop()
	if len(q.queue.Waiting) == 0 {
		q.Studio.Cancel(studio.IDs(q.queue.Running)...)
		return
	}
	q.Studio.Stop()
}

// Resume lets the queue go on.
func (q *Jobs) Resume() { q.Studio.Pause(false) }

// TogglePause pauses the queue after the running picture, or lets it go on.
func (q *Jobs) TogglePause() { q.Studio.Pause(!q.queue.Paused) }

// CancelAll ends what runs and forgets what waits, and offers to take it back.
func (q *Jobs) CancelAll() {
	q.stop(slices.Clone(q.queue.Waiting)...)
	q.Studio.CancelAll()
}

// Cancel ends jobs that run or wait, and offers to take it back.
func (q *Jobs) Cancel(ids ...int64) {
	var waiting []studio.Job
	for _, j := range q.queue.Waiting {
		if slices.Contains(ids, j.ID) {
			waiting = append(waiting, j)
		}
	}
	q.stop(waiting...)
	q.Studio.Cancel(ids...)
}

// Move puts a waiting job before another; 0 is the end.
func (q *Jobs) Move(id, before int64) { q.Studio.Move(id, before) }

// MoveFirst makes a waiting job the next.
func (q *Jobs) MoveFirst(id int64) {
	if len(q.queue.Waiting) > 0 {
		q.Move(id, q.queue.Waiting[0].ID)
	}
}

// Retry asks again for jobs that ended.
func (q *Jobs) Retry(ids ...int64) {
	if err := q.Studio.Retry(ids...); err != nil {
		q.p.Fail(err)
	}
}

// RetryFailed asks again for all that failed, in their order.
func (q *Jobs) RetryFailed() {
	var failed []int64
	for _, j := range slices.Backward(q.queue.Over) {
		if j.State == studio.Failed || j.State == studio.Interrupted {
			failed = append(failed, j.ID)
		}
	}
	q.Retry(failed...)
	q.Studio.Forget(failed...)
}

// RetrySize asks again for a picture, smaller or larger, in pixels.
func (q *Jobs) RetrySize(id int64, width, height int) {
	if j, ok := q.Find(id); ok {
		if was := j.Recipe.Size(); width*was.Height != height*was.Width {
			j.Source = "" // its composition has another shape
		}
		j.Recipe.SetSize(recipe.Size{Width: width, Height: height})
		q.Add([]studio.Job{j}, false)
	}
}

// ClearEnded takes all that ended out of the list.
func (q *Jobs) ClearEnded() {
	var ended []int64
	for _, j := range q.queue.Over {
		if j.State != studio.Unsaved {
			ended = append(ended, j.ID)
		}
	}
	q.Forget(ended...)
}

// Forget takes jobs out of the list and offers to take it back. A picture that
// lies in no file yet is asked about.
func (q *Jobs) Forget(ids ...int64) {
	var jobs []studio.Job
	for _, id := range ids {
		if j, ok := q.Find(id); ok && j.State.Over() {
			jobs = append(jobs, j)
		}
	}
	n := len(jobs)
	if n == 0 {
		return
	}
	if slices.ContainsFunc(jobs, func(j studio.Job) bool { return j.State == studio.Unsaved }) {
		widgets.Confirm(q.p.Canvas, lang.X("forget.unsaved", "Throw the picture away?"), lang.X("forget.unsaved.why", "It is not saved anywhere yet. It could be saved again first."),
			lang.X("forget.unsaved.do", "Throw it away"), lang.X("cancel", "Cancel"), func() { q.Studio.Forget(ids...) })
		return
	}
	q.Studio.Forget(ids...)
	q.p.Toasts.Say(lang.XN("forgotten", "{{.Count}} entries were taken out of the list. The files stay.", n, map[string]any{"Count": numbers.Grouped(n)}),
		lang.X("undo", "Undo"), func() { q.Studio.Recall(jobs...) })
}

// Unsaved is how many pictures lie in no file yet.
func (q *Jobs) Unsaved() (n int) {
	for _, j := range q.Now().Over {
		if j.State == studio.Unsaved {
			n++
		}
	}
	return n
}

// SaveAgain saves a picture that could not be saved.
func (q *Jobs) SaveAgain(id int64) {
	async.Try(q.p.Run, func() error { return q.Studio.SaveAgain(id) }, func(err error) {
		if err != nil {
			q.SayUnsaved(id, err)
			return
		}
		q.p.Toasts.Say(lang.X("saved.now", "The picture is saved."), "", nil)
	})
}

// SayUnsaved says why a picture could not be saved and offers to try again.
func (q *Jobs) SayUnsaved(id int64, err error) {
	q.p.Toasts.Say(format.ErrorText(app.Explain(err)), lang.X("save.again", "Save again"), func() { q.SaveAgain(id) })
}

// SayInterrupted tells of pictures that were being made when the program died.
func (q *Jobs) SayInterrupted() {
	for _, j := range q.queue.Over {
		if j.State == studio.Interrupted && time.Since(j.Ended) < time.Minute {
			q.p.Toasts.Say(lang.X("interrupted", "A picture was being made when the program ended."), lang.X("retry", "Try again"), func() { q.Retry(j.ID) })
		}
	}
}
