package studio

import (
	"slices"
	"time"

	"cascata/app/recipe"
)

// Cancel ends jobs that run or wait. The composition of a running one is kept
// as a draft where Stage C is done.
func (s *Studio) Cancel(ids ...int64) { s.end(ids, false) }

// KeepDraft ends running jobs with their composition: at once where Stage C is
// done, else as soon as it is.
func (s *Studio) KeepDraft(ids ...int64) { s.end(ids, true) }

func (s *Studio) end(ids []int64, keepDraft bool) {
	s.mu.Lock()
	for _, c := range s.running {
		if slices.Contains(ids, c.ID) {
			c.keepDraft = keepDraft
			if !keepDraft || c.composed {
				c.cancel()
			}
		}
	}
	var ended []*Job
	if !keepDraft {
		s.waiting = slices.DeleteFunc(s.waiting, func(j *Job) bool {
			if !slices.Contains(ids, j.ID) {
				return false
			}
			j.State, j.Ended = Cancelled, time.Now()
			ended = append(ended, j)
			return true
		})
		s.over = append(ended, s.over...)
		s.log(s.p.Store.saveJobs(ended...))
		if len(ended) > 0 && len(s.waiting) == 0 {
			s.paused = false
		}
	}
	s.mu.Unlock()
	s.changed()
}

// unpause lets a queue go on that has become empty: what is asked for next is
// not what was to be held up. s.mu must be held.
func (s *Studio) unpause() {
	if len(s.waiting)+len(s.running) == 0 {
		s.paused = false
	}
}

// Restore makes cancelled jobs wait again, in the order of ids, in front of
// the waiting job before, or at the end when that is 0. One whose composition
// was kept as a draft goes on from it where that gives the same picture.
func (s *Studio) Restore(before int64, ids ...int64) {
	s.mu.Lock()
	var back []*Job
	for _, id := range ids {
		i := index(s.over, id)
		if i < 0 {
			continue
		}
		j := s.over[i]
		kept := j.State == Done && j.Recipe.Draft && j.File != ""
		if j.State != Cancelled && !kept {
			continue
		}
		if kept && goesOn(j.Recipe) {
			j.Source = j.File
		}
		j.Recipe.Draft = j.Recipe.Draft && !kept
		j.State, j.File, j.Error, j.Ended, j.Took = Waiting, "", "", time.Time{}, 0
		s.over = slices.Delete(s.over, i, i+1)
		back = append(back, j)
	}
	to := index(s.waiting, before)
	if to < 0 {
		to = len(s.waiting)
	}
	s.waiting = slices.Insert(s.waiting, to, back...)
	s.log(s.p.Store.saveJobs(back...))
	s.log(s.p.Store.orderJobs(s.waiting))
	s.mu.Unlock()
	s.changed()
	s.wakeUp()
}

// goesOn reports whether a picture that is developed from its own composition is
// the one that is made in one go. With one stream of noise through both
// stages it is not.
func goesOn(r recipe.Recipe) bool { return !r.OneStream() }

// CancelAll ends everything that runs or waits.
func (s *Studio) CancelAll() { s.Cancel(s.ids(true)...) }

// Stop ends what runs and pauses what waits.
func (s *Studio) Stop() {
	s.Pause(true)
	s.Cancel(s.ids(false)...)
	s.mu.Lock()
	s.unpause() // what ran may have ended by itself before the pause
	s.mu.Unlock()
	s.changed()
}

func (s *Studio) ids(waiting bool) []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []int64
	for _, c := range s.running {
		ids = append(ids, c.ID)
	}
	if waiting {
		for _, j := range s.waiting {
			ids = append(ids, j.ID)
		}
	}
	return ids
}

// Pause lets what runs finish and starts nothing after it, or goes on.
func (s *Studio) Pause(yes bool) {
	s.mu.Lock()
	s.paused, s.fails = yes, 0
	s.mu.Unlock()
	s.changed()
	s.wakeUp()
}
