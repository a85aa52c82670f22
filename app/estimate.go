package app

import (
	"time"

	"cascata/inference"
)

// An estimate says how long a picture will still take, from the steps that
// were measured. Loading a stage is not foreseen.
type estimate struct {
	left map[inference.Stage]int
	each map[inference.Stage]time.Duration // of the newest step
}

func newEstimate(r inference.Request) *estimate {
	return &estimate{
		left: map[inference.Stage]int{inference.StageC: r.Steps, inference.StageB: r.DecoderSteps},
		each: map[inference.Stage]time.Duration{},
	}
}

// leftAfter takes a step into account and returns what is left, or 0 before
// anything was measured. A stage whose steps were not measured yet counts as
// the other's.
func (e *estimate) leftAfter(ev inference.Event) time.Duration {
	if ev.Total > 0 && ev.Stage != inference.StageA {
		e.left[ev.Stage] = ev.Total - ev.N
		e.each[ev.Stage] = ev.Took
	}
	known := max(e.each[inference.StageC], e.each[inference.StageB])
	var sum time.Duration
	for stage, n := range e.left {
		each := e.each[stage]
		if each == 0 {
			each = known
		}
		sum += time.Duration(n) * each
	}
	return sum
}
