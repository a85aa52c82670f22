package studio

import (
	"slices"
	"time"

	"cascata/app/recipe"
)

// A Job is one picture that was asked for, from the moment it is asked until
// it lies in the list of what was made.
type Job struct {
	ID     int64
	Group  int64 // jobs asked for together; the ID of the first
	State  JobState
	Recipe recipe.Recipe

	// Source is a picture file whose Stage C latent is developed; "" to begin
	// with Stage C.
	Source string

	File  string // what was saved
	Error string // why it failed, or was made but not saved

	Asked, Ended time.Time
	Took         time.Duration
}

// JobState is where a job stands.
type JobState string

// The states. A job ends in one of the last five.
const (
	Waiting     JobState = "waiting"
	Running     JobState = "running"
	Done        JobState = "done"
	Failed      JobState = "failed"
	Cancelled   JobState = "cancelled"
	Interrupted JobState = "interrupted" // the program died while it ran; it never starts by itself again
	Unsaved     JobState = "unsaved"     // made, but could not be written; still in memory
)

// Over reports whether nothing more will happen to the job by itself.
func (s JobState) Over() bool { return s != Waiting && s != Running }

// JobsOf are the jobs of a group in the order they were asked for.
func JobsOf(q Queue, group int64) []Job {
	var jobs []Job
	for _, list := range [][]Job{q.Running, q.Waiting, q.Over} {
		for _, j := range list {
			if j.Group == group {
				jobs = append(jobs, j)
			}
		}
	}
	slices.SortFunc(jobs, func(a, b Job) int { return int(a.ID - b.ID) })
	return jobs
}

// IndexOf is the place of a job among others, -1 where it is not there.
func IndexOf(jobs []Job, id int64) int {
	return slices.IndexFunc(jobs, func(j Job) bool { return j.ID == id })
}

// IDs are those of jobs, in their order.
func IDs(jobs []Job) []int64 {
	out := make([]int64, len(jobs))
	for i, j := range jobs {
		out[i] = j.ID
	}
	return out
}
