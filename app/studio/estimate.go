package studio

import (
	"time"

	"cascata/inference"
	"cascata/inference/sampler"
)

// A cost is how long the parts of a picture take, in seconds.
type cost struct {
	prior, decoder, rest   float64
	priorLoad, decoderLoad float64 // where they must be loaded
}

func (c cost) total() time.Duration {
	return seconds(c.prior + c.decoder + c.rest + c.priorLoad + c.decoderLoad)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// loaded is the cost where every stage is loaded already.
func (c cost) loaded() cost {
	c.priorLoad, c.decoderLoad = 0, 0
	return c
}

// of returns the cost of a request at a speed. Speeds are per megapixel and
// for one prediction a step; with guidance a step makes two.
func (v speed) of(r inference.Request, composed bool) cost {
	mp := float64(r.Width) * float64(r.Height) / 1e6
	c := cost{
		prior:   v.Prior * mp * float64(r.CompositionSteps()) * predictions(r.Guidance),
		decoder: v.Decoder * mp * float64(r.DetailSteps()) * predictions(r.DecoderGuidance),
		rest:    v.Rest * mp,

		priorLoad: v.PriorLoad, decoderLoad: v.DecoderLoad,
	}
	if composed {
		c.prior, c.priorLoad = 0, 0
	}
	if r.Draft {
		c.decoder, c.rest, c.decoderLoad = 0, 0, 0
	}
	return c
}

// measured is the speed that a result shows. Waiting for a stage to be loaded
// counts by itself; what loads beside another stage is a small part of its time.
func measured(r *inference.Result) speed {
	q := r.Request
	if q.Enlarge { // its parts overlap
		return speed{}
	}
	mp := float64(q.Width) * float64(q.Height) / 1e6
	load := func(stages ...inference.Stage) (sum float64) {
		for _, s := range stages {
			sum += r.Times[s].Load.Seconds()
		}
		return sum
	}
	at := func(s inference.Stage) float64 {
		if s == inference.StageC && q.Composed != nil { // it did not run
			return 0
		}
		return (r.Times[s].Total - r.Times[s].Load).Seconds()
	}
	m := speed{
		Prior:   at(inference.StageC) / mp / float64(max(q.CompositionSteps(), 1)) / predictions(q.Guidance),
		Decoder: at(inference.StageB) / mp / float64(q.DecoderSteps) / predictions(q.DecoderGuidance),
		Rest:    (at(inference.StageText) + at(inference.StageA)) / mp,

		PriorLoad:   load(inference.StageText, inference.StageInputs, inference.StageC),
		DecoderLoad: load(inference.StageB, inference.StageA),
	}
	if q.Draft { // of the rest it has the text encoder alone
		m.Rest = 0
	}
	return m
}

// after mixes a new measurement in. Parts that were not run stay.
func (v speed) after(m speed) speed {
	mix := func(old, new float64) float64 {
		switch {
		case new <= 0:
			return old
		case old <= 0:
			return new
		}
		return (old + new) / 2
	}
	return speed{
		Prior: mix(v.Prior, m.Prior), Decoder: mix(v.Decoder, m.Decoder), Rest: mix(v.Rest, m.Rest),
		PriorLoad: mix(v.PriorLoad, m.PriorLoad), DecoderLoad: mix(v.DecoderLoad, m.DecoderLoad),
	}
}

func predictions(guidance float64) float64 {
	if sampler.Guided(guidance) {
		return 2
	}
	return 1
}

// An estimate says how long a running picture will still take: from the steps
// that were measured, and before that from earlier pictures.
type estimate struct {
	expected cost // zero when nothing is known
	left     map[inference.Stage]int
	each     map[inference.Stage]time.Duration // of the newest step
	loads    map[inference.Stage]time.Duration // until the first step
}

func newEstimate(r inference.Request, composed bool, expected cost) *estimate {
	e := &estimate{
		expected: expected,
		left:     map[inference.Stage]int{inference.StageC: r.CompositionSteps(), inference.StageB: r.DetailSteps()},
		each:     map[inference.Stage]time.Duration{},
		loads:    map[inference.Stage]time.Duration{inference.StageC: seconds(expected.priorLoad), inference.StageB: seconds(expected.decoderLoad)},
	}
	if n := r.CompositionSteps(); n > 0 {
		e.each[inference.StageC] = seconds(e.expected.prior / float64(n))
	}
	if n := r.DetailSteps(); n > 0 {
		e.each[inference.StageB] = seconds(e.expected.decoder / float64(n))
	}
	if composed {
		delete(e.left, inference.StageC)
	}
	if r.Draft {
		delete(e.left, inference.StageB)
	}
	return e
}

// leftAfter takes a step into account and returns what is left, or 0 before
// anything is known. A stage of which nothing is known counts as the other.
func (e *estimate) leftAfter(ev inference.Event) time.Duration {
	if ev.Loaded || ev.Total > 0 {
		delete(e.loads, ev.Stage)
	}
	if _, ok := e.left[ev.Stage]; ok && ev.Total > 0 {
		e.left[ev.Stage] = ev.Total - ev.N
		e.each[ev.Stage] = ev.Took
	}
	known := max(e.each[inference.StageC], e.each[inference.StageB])
	sum := seconds(e.expected.rest)
	for _, load := range e.loads {
		sum += load
	}
	for stage, n := range e.left {
		each := e.each[stage]
		if each == 0 {
			each = known
		}
		sum += time.Duration(n) * each
	}
	return sum
}

// shares are the lengths of the parts of a picture relative to one another:
// composition, detail, picture.
func (e *estimate) shares(r inference.Request, composed bool) [3]float32 {
	c := e.expected
	if c.total() <= 0 {
		c = speed{Prior: 1, Decoder: 1, Rest: 2}.of(r, composed)
	}
	return [3]float32{float32(c.prior), float32(c.decoder), float32(c.rest)}
}
