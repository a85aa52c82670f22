package app

import (
	"os"
	"slices"
	"time"
)

// Cancel ends jobs that run or wait.
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
	}
	s.mu.Unlock()
	s.changed()
}

// CancelAll ends everything that runs or waits.
func (s *Studio) CancelAll() { s.Cancel(s.ids(true)...) }

// Stop ends what runs and pauses the queue.
func (s *Studio) Stop() {
	s.Pause(true)
	s.Cancel(s.ids(false)...)
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
	s.rouse()
}

// Move puts a waiting job in front of another one, or at the end when before
// is 0.
func (s *Studio) Move(id, before int64) {
	s.mu.Lock()
	from := index(s.waiting, id)
	if from < 0 || id == before {
		s.mu.Unlock()
		return
	}
	j := s.waiting[from]
	s.waiting = slices.Delete(s.waiting, from, from+1)
	to := index(s.waiting, before)
	if to < 0 {
		to = len(s.waiting)
	}
	s.waiting = slices.Insert(s.waiting, to, j)
	s.log(s.p.Store.orderJobs(s.waiting))
	s.mu.Unlock()
	s.changed()
}

// Retry asks again for jobs that ended, with their exact recipes.
func (s *Studio) Retry(ids ...int64) error {
	var again []Job
	s.mu.Lock()
	for _, id := range ids {
		if i := index(s.over, id); i >= 0 {
			again = append(again, *s.over[i])
		}
	}
	s.mu.Unlock()
	if len(again) == 0 {
		return nil
	}
	_, err := s.Add(again, false)
	return err
}

// Forget takes ended jobs out of the list. Files stay.
func (s *Studio) Forget(ids ...int64) {
	s.mu.Lock()
	s.over = slices.DeleteFunc(s.over, func(j *Job) bool { return slices.Contains(ids, j.ID) })
	for _, id := range ids {
		delete(s.unsaved, id)
		os.Remove(s.Thumb(id))
	}
	s.log(s.p.Store.removeJobs(ids...))
	s.mu.Unlock()
	s.changed()
}
