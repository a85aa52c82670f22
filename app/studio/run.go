package studio

import (
	"context"
	"errors"
	"image"
	"slices"
	"time"

	"cascata/inference"
)

// A run is a batch at work. It is used by the studio's goroutine alone.
type run struct {
	studio   *Studio
	batch    []*runningJob
	at       int // the picture at work
	start    time.Time
	progress Progress
	estimate *estimate
	shown    time.Time        // when the newest preview was made
	renderer *previewRenderer // nil until Stage C, and where the model has no renderer
	sharp    bool             // the preview on show is the renderer's
	settling *settling        // of Stage B; nil once its previews are shown
}

func (r *run) begin(at int) {
	c, s := r.batch[at], r.studio
	r.at = at
	notes := r.progress.Notes
	r.sharp = false
	s.mu.Lock()
	expected := s.cost(c.Recipe, c.latent != nil, at > 0 || s.p.Generator.Loaded(c.Recipe)) // with the first of the batch
	s.mu.Unlock()
	r.estimate = newEstimate(c.Recipe.Request, c.latent != nil, expected)
	r.progress = Progress{Job: *c.Job, Shares: r.estimate.shares(c.Recipe.Request, c.latent != nil), Notes: notes, Preview: c.composition}
	r.settling = &settling{}
	r.report()
}

func (r *run) report() {
	s := r.studio
	r.progress.Elapsed = time.Since(r.start)
	s.mu.Lock()
	s.left = r.progress.Left
	s.mu.Unlock()
	if s.p.Progress != nil {
		s.callback.Lock()
		s.p.Progress(r.progress)
		s.callback.Unlock()
	}
}

// previewEvery is how often a preview is made at most: as often as the window
// draws one.
const previewEvery = 60 * time.Millisecond

func (r *run) event(e inference.Event) {
	if e.Result != nil {
		r.result(r.batch[e.Picture], e.Result)
		if next := e.Picture + 1; next < len(r.batch) && !r.batch[next].finished {
			r.start = time.Now()
			r.begin(next)
		}
		return
	}
	if e.Picture != r.at && !r.batch[e.Picture].finished {
		r.begin(e.Picture)
	}
	if e.Composed != nil {
		r.keepComposition(r.batch[e.Picture], e.Composed)
		return
	}
	p := &r.progress
	if e.Note.Kind != "" {
		p.Notes = append(p.Notes, e.Note)
	}
	if e.Stage != "" {
		p.Stage, p.N, p.Total = e.Stage, e.N, e.Total
		if e.Total > 0 && e.Took > 0 {
			p.StepsPerSecond = 1 / e.Took.Seconds()
		}
	}
	if e.X0 != nil && (r.studio.p.Previews == nil || r.studio.p.Previews()) {
		r.preview(e)
	}
	p.Left = r.estimate.leftAfter(e)
	r.report()
	if e.Stage == inference.StageC && e.N == e.Total && e.Total > 0 {
		r.composed(r.batch[e.Picture])
	}
}

// preview makes a preview of the step, at most as often as a screen shows one.
func (r *run) preview(e inference.Event) {
	c := r.batch[e.Picture]
	if e.Stage == inference.StageC {
		r.renderComposition(c, e.X0, e.N == e.Total)
	} else if r.settling != nil {
		r.settle(c, e)
		return
	}
	if e.Stage == inference.StageC && r.sharp || time.Since(r.shown) < previewEvery && e.N != e.Total {
		return
	}
	if img := e.Preview(); img != nil {
		r.show(img)
	}
	if e.Stage == inference.StageC {
		c.composition = r.progress.Preview
	}
}

func (r *run) show(img *image.RGBA) { r.progress.Preview, r.shown = img, time.Now() }

// renderComposition has a composition rendered, and shows what was rendered meanwhile. A
// last one takes the place of those that wait for it.
func (r *run) renderComposition(c *runningJob, latent *inference.Tensor, last bool) {
	if r.renderer == nil {
		if network, busy := r.studio.p.Generator.Renderer(); network != nil {
			r.renderer = newPreviewRenderer(r.studio.ctx, network, busy)
		}
	}
	if r.renderer != nil {
		r.renderer.offer(offer{c, latent.F32, int(latent.Shape[3]), int(latent.Shape[2])}, last)
		r.take(c)
	}
}

// take shows what the renderer has rendered of the picture at work, and keeps
// what it has of another one until that is.
func (r *run) take(c *runningJob) {
	if r.renderer == nil {
		return
	}
	if of, img := r.renderer.take(); img != nil {
		of.composition = img
		if of == c {
			r.sharp = true
			r.show(img)
		}
	}
}

// settle keeps the picture of the composition on show until Stage B has a
// better one.
func (r *run) settle(c *runningJob, e inference.Event) {
	if e.N == 1 && c.latent != nil && c.composition == nil {
		r.renderComposition(c, c.latent, true)
	}
	r.take(c)
	img := e.Preview()
	if img == nil || !r.settling.settled(e.N, e.Total, img, r.progress.Preview) {
		return
	}
	r.settling = nil
	r.show(img)
}

// composed notes that Stage C is done, and stops there when the draft is to be kept.
func (r *run) composed(c *runningJob) {
	r.studio.mu.Lock()
	defer r.studio.mu.Unlock()
	c.composed = true
	if c.keepDraft {
		c.cancel()
	}
}

// result takes what came of one job. A composition that was done when the
// picture was stopped is kept, unless it lies in a file already.
func (r *run) result(c *runningJob, res *inference.Result) {
	s := r.studio
	s.mu.Lock()
	keepDraft := c.ctx.Err() != nil && s.ctx.Err() == nil && r.unkept(c, res)
	if keepDraft {
		c.Recipe.Draft, c.kept = true, !c.keepDraft
	}
	s.mu.Unlock()
	switch {
	case c.finished:
	case res.Err == nil:
		r.keep(c, res, res.Image)
	case keepDraft:
		r.keep(c, res, nil)
	case s.ctx.Err() != nil: // waits again, see putBack
	case errors.Is(res.Err, context.Canceled):
		r.over(c, Cancelled, nil, nil)
	default:
		r.over(c, Failed, nil, res.Err)
	}
}

// unkept reports whether res has a composition that is in no file yet.
func (r *run) unkept(c *runningJob, res *inference.Result) bool {
	return res != nil && res.Err != nil && res.Latent != nil && c.Source == "" && !c.Recipe.Draft
}

// compositionOf saves the composition of a job that is to be tried again, so
// that it goes on from there.
func (r *run) compositionOf(c *runningJob, res *inference.Result, why error) {
	if res == nil {
		return
	}
	res.Err = why
	if !r.unkept(c, res) || !goesOn(c.Recipe) {
		return
	}
	s := r.studio
	draft := *c.Job
	draft.Recipe.Draft = true
	draft.Recipe.SetSize(sizeOf(res))
	file, err := s.save(&draft, r.unsaved(r.draftImage(c, res), res))
	if err != nil {
		s.p.Log.Warn("composition not kept", "job", c.ID, "err", err)
		return
	}
	s.mu.Lock()
	c.Source = file
	s.mu.Unlock()
}

// end settles the jobs whose results did not come. The one at work is to blame
// for an error; the others wait again.
func (r *run) end(results []*inference.Result, err error) {
	for i, c := range r.batch {
		res := &inference.Result{}
		if i < len(results) && results[i] != nil {
			res = results[i]
		}
		switch {
		case c.finished:
		case r.studio.ctx.Err() != nil && c.stored: // waits again and goes on from it
		case r.studio.ctx.Err() != nil:
			r.compositionOf(c, res, context.Canceled)
		case c.ctx.Err() != nil:
			res.Err = context.Canceled
			r.result(c, res)
		case i == r.at && err != nil:
			r.compositionOf(c, res, err)
			r.over(c, Failed, nil, err)
		}
	}
	r.putBack()
}

// putBack makes jobs of the batch wait again, in front and in their order.
func (r *run) putBack() {
	s := r.studio
	s.mu.Lock()
	defer s.mu.Unlock()
	var back []*Job
	for _, c := range r.batch {
		if !c.finished {
			c.State = Waiting
			back = append(back, c.Job)
		}
	}
	if len(back) == 0 {
		return
	}
	s.waiting = append(back, s.waiting...)
	s.log(s.p.Store.saveJobs(back...))
	s.log(s.p.Store.orderJobs(s.waiting))
}

// over ends a job.
func (r *run) over(c *runningJob, state JobState, img *image.RGBA, err error) {
	s := r.studio
	c.finished = true
	s.forgetComposition(c)
	s.mu.Lock()
	c.State, c.Ended, c.Took = state, time.Now(), time.Since(r.start)
	if err != nil {
		c.Error = err.Error()
		s.p.Log.Error("picture failed", "job", c.ID, "err", err)
	}
	if s.fails++; state != Failed {
		s.fails = 0
	}
	if state == Unsaved || s.fails >= maxFails && len(s.waiting) > 0 {
		s.paused = true // the rest would most likely fare no better
	}
	s.over = append([]*Job{c.Job}, s.over...)
	if len(s.over) > maxOver {
		s.over = s.over[:maxOver]
	}
	s.running = slices.DeleteFunc(slices.Clone(s.running), func(o *runningJob) bool { return o == c })
	s.log(s.p.Store.saveJobs(c.Job))
	if state == Done {
		s.log(s.p.Store.pictured(c.Group, c.ID))
	}
	job := *c.Job
	s.mu.Unlock()
	if s.p.Ended != nil {
		s.callback.Lock()
		s.p.Ended(Outcome{Job: job, Image: img, Notes: r.progress.Notes, Err: err, Stopped: c.kept || state == Cancelled})
		s.callback.Unlock()
	}
	r.progress.Notes = nil
	s.changed()
}
