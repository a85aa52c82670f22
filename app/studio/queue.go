package studio

import (
	"context"
	"os"
	"slices"
	"time"
)

// A Queue is what is running, what waits in its order, and what ended, newest
// first.
type Queue struct {
	Running, Waiting, Over []Job
	Paused                 bool
	Left                   time.Duration // until the last waiting picture is done; 0 when nothing is known
}

// Add puts jobs behind the waiting ones, or in front of them, and returns
// them with their IDs. Only Recipe and Source of a job count. Errors wrap disk.ErrWrite.
func (s *Studio) Add(jobs []Job, first bool) ([]Job, error) {
	added := make([]*Job, len(jobs))
	for i, j := range jobs {
		added[i] = &Job{State: Waiting, Recipe: j.Recipe, Source: j.Source, Asked: time.Now()}
	}
	s.mu.Lock()
	err := s.p.Store.addJobs(added)
	if err == nil && first {
		s.waiting = append(slices.Clone(added), s.waiting...)
		err = s.p.Store.orderJobs(s.waiting)
	} else if err == nil {
		s.waiting = append(s.waiting, added...)
	}
	all := values(added)
	s.mu.Unlock()
	s.changed()
	s.wakeUp()
	return all, err
}

// Queue returns the lists as they are now.
func (s *Studio) Queue() Queue {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := Queue{Waiting: values(s.waiting), Over: values(s.over), Paused: s.paused, Left: s.left}
	var last *Job
	for _, c := range s.running {
		q.Running, last = append(q.Running, *c.Job), c.Job
	}
	q.Left += s.estimate(q.Waiting, last)
	return q
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

// Retry asks again for jobs that ended, with their exact recipes. Errors are Add's.
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

// Recall puts jobs back into the list that Forget took out of it.
func (s *Studio) Recall(jobs ...Job) {
	s.mu.Lock()
	var back []*Job
	for _, j := range jobs {
		if j.State.Over() && index(s.over, j.ID) < 0 {
			back = append(back, &j)
		}
	}
	s.over = append(s.over, back...)
	slices.SortStableFunc(s.over, func(a, b *Job) int { return b.Ended.Compare(a.Ended) })
	s.log(s.p.Store.putJobs(back))
	s.mu.Unlock()
	s.changed()
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

// next takes the jobs that run next off the queue: one, or as many of its
// group as are better made together.
func (s *Studio) next() []*runningJob {
	if s.ctx.Err() != nil {
		return nil
	}
	s.mu.Lock()
	if s.paused || len(s.waiting) == 0 {
		s.mu.Unlock()
		return nil
	}
	first := s.waiting[0].Recipe
	s.mu.Unlock()
	most := max(1, s.p.Generator.BatchSize(first)) // opens the model's files, so not under mu

	s.mu.Lock()
	defer s.mu.Unlock()
	var batch []*runningJob
	for len(s.waiting) > 0 && len(batch) < most && !s.paused {
		j := s.waiting[0]
		if len(batch) > 0 && (j.Group != batch[0].Group || j.Recipe.Setup() != first.Setup() || j.Recipe.Draft != first.Draft) {
			break
		}
		s.waiting = s.waiting[1:]
		c := &runningJob{Job: j, composed: j.Source != ""}
		c.ctx, c.cancel = context.WithCancel(s.ctx)
		j.State = Running
		batch = append(batch, c)
	}
	s.running = batch
	s.log(s.p.Store.saveJobs(jobsIn(batch)...))
	return batch
}

func index(jobs []*Job, id int64) int {
	return slices.IndexFunc(jobs, func(j *Job) bool { return j.ID == id })
}

func values(jobs []*Job) []Job {
	out := make([]Job, len(jobs))
	for i, j := range jobs {
		out[i] = *j
	}
	return out
}

func jobsIn(batch []*runningJob) []*Job {
	out := make([]*Job, len(batch))
	for i, c := range batch {
		out[i] = c.Job
	}
	return out
}
