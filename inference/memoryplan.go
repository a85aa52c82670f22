package inference

import (
	"slices"

	"cascata/inference/noise"
)

// A Plan is how a pipeline spends memory. Pictures of different plans agree but
// for rounding. The zero value loads one stage at a time, whole.
type Plan struct {
	Keep   bool // every stage stays loaded
	Stream bool // large weights stay in their files and are read as they are used; processor only
	Tile   int  // Stage A works on tiles of this many latent cells a side; 0: on the whole picture
}

// Plans are those for a device, the fastest first.
func Plans(d Device) []Plan {
	list := []Plan{{Keep: true}, {}, {Tile: wideTile}, {Tile: smallTile}}
	if d.Provider == "cpu" {
		list = []Plan{{Keep: true}, {}, {Tile: wideTile}, {Tile: wideTile, Stream: true}, {Tile: smallTile, Stream: true}}
	}
	return list
}

// The tiles of Stage A, latent cells a side. Each is worked on with a rim of
// 16 cells, which is 56 and 125 % more work.
const (
	wideTile  = 128
	smallTile = 64
)

// cheaper is the next plan for a device that takes less memory.
func (p Plan) cheaper(d Device) (Plan, bool) {
	list := Plans(d)
	at := slices.Index(list, p) + 1
	if at == len(list) {
		return p, false
	}
	return list[at], true
}

// Arrange has what follows spend memory by plan. Stages that are loaded in
// another way are freed.
func (p *Pipeline) Arrange(plan Plan) {
	if plan.Stream != p.plan.Stream || plan.Keep != p.plan.Keep {
		p.unloadAll()
	}
	p.plan = plan
}

// Plan is what Arrange set, or what took its place when memory ran out.
func (p *Pipeline) Plan() Plan { return p.plan }

// streamFrom is how large a weight must be for it to be worth streaming, bytes.
const streamFrom = 1 << 20

// streams reports whether a stage's large weights stay in their files. The text
// encoder, which runs but twice, is not worth loading for that.
func (p *Pipeline) streams(stage Stage) bool {
	if stage == StageA || p.device.Provider != "cpu" || p.precision[stage] != fp32 || p.formats[stage] != "" {
		return false
	}
	return p.plan.Stream || stage == StageText && !p.plan.Keep
}

// parts is in how many parts a stage is loaded, side by side: on the processor,
// where loading is one core's work for each, and not where weights stay in a file.
// Each part keeps the memory of its activations. Those of Stage B are large, and
// where stages are kept it is loaded while Stage C computes.
func (p Plan) parts(stage Stage) int {
	switch {
	case stage == StageC && !p.Stream:
		return 4
	case stage == StageText && p.Keep, stage == StageB && !p.Keep && !p.Stream:
		return 2
	}
	return 1
}

// fallBackToCheaperPlan takes the next cheaper plan after memory ran out, frees what is
// loaded and takes the job's noise back to where the stage began.
func (p *Pipeline) fallBackToCheaperPlan(j *job, before *noise.Generator) bool {
	plan, ok := p.plan.cheaper(p.device)
	if !ok {
		return false
	}
	p.unloadAll()
	p.plan = plan
	j.noise = before
	j.report(Event{Note: Note{Kind: NoteMemory, Device: p.device, Plan: plan}})
	return true
}
