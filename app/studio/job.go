package studio

import (
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

// Over says whether nothing more will happen to the job by itself.
func (s JobState) Over() bool { return s != Waiting && s != Running }
