package inference

import (
	"math"
	"slices"

	"cascata/inference/checkpoint"
	"cascata/inference/noise"
)

// A Plan is how a pipeline spends memory. Pictures of different plans agree but
// for rounding. The zero value loads one stage at a time, whole.
type Plan struct {
	Keep   bool // every stage stays loaded
	Stream bool // large weights stay in their files and are read as they are used; processor only
	Tile   int  // Stage A works on tiles of this many latent cells a side; 0: on the whole picture
}

// plans are those for a device, the fastest first.
func plans(d Device) []Plan {
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
	list := plans(d)
	at := slices.Index(list, p) + 1
	if at == len(list) {
		return p, false
	}
	return list[at], true
}

// Arrange has what follows spend memory by plan. Stages that are loaded in
// another way are freed.
func (p *Pipeline) Arrange(plan Plan) {
	if plan.Stream != p.plan.Stream || !plan.Keep && p.plan.Keep {
		p.unloadAll()
	}
	p.plan = plan
}

// Plan is what Arrange set, or what took its place when memory ran out.
func (p *Pipeline) Plan() Plan { return p.plan }

// streamFrom is how large a weight must be for it to be worth streaming, bytes.
const streamFrom = 1 << 20

// streams tells whether a stage's large weights stay in their files. The text
// encoder, which runs but twice, is not worth loading for that.
func (p *Pipeline) streams(stage Stage) bool {
	if stage == StageA || p.device.Provider != "cpu" || p.precision[stage] != fp32 || p.formats[stage] != "" {
		return false
	}
	return p.plan.Stream || stage == StageText && !p.plan.Keep
}

// retreat takes the next cheaper plan after memory ran out, frees what is
// loaded and takes the job's noise back to where the stage began.
func (p *Pipeline) retreat(j *job, before *noise.Generator) bool {
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

// A Shape is what the memory for a model's pictures depends on, by stage.
type Shape map[Stage]Part

// A Part is one network of a Shape.
type Part struct {
	Parameters int64
	PerPixel   float64 // of the picture: float32 numbers of the widest activations, for one prediction

	// Logits are those of the widest attention, for one prediction, by the
	// square of the picture's pixels. Devices without a fused attention hold them.
	Logits float64
}

// ShapeOf is a checkpoint's shape. A ready-made graph counts as the official
// network of its size.
func ShapeOf(ck *checkpoint.Checkpoint) Shape {
	s := Shape{}
	for stage, n := range map[Stage]*checkpoint.Network{StageText: ck.Text, StageC: ck.Prior, StageB: ck.Decoder, StageA: ck.VQ} {
		if n != nil {
			s[stage] = partOf(n, GeometryOf(ck).Compression)
		}
	}
	return s
}

func partOf(n *checkpoint.Network, compression float64) Part {
	if compression == 0 {
		compression = 1024. / 24
	}
	var p Part
	for _, w := range n.Weights {
		elements := int64(1)
		for _, d := range w.Shape {
			elements *= d
		}
		p.Parameters += elements
	}
	switch {
	case n.Kind == checkpoint.KindVQ && n.VQConfig != nil:
		c := n.VQConfig
		side := float64(int(c.UpDownScaleFactor)) // pixels a cell of the last level
		p.PerPixel = 4 * float64(c.EmbedDim>>(c.Levels-1)) / (side * side)
	case n.UNetConfig != nil:
		side := compression
		if n.Kind == checkpoint.KindDecoder {
			side = 4 * float64(n.UNetConfig.PatchSize)
		}
		for level, c := range n.UNetConfig.BlockOutChannels {
			cell := side * side
			p.PerPixel = max(p.PerPixel, 4*float64(c)/cell)
			if heads := n.UNetConfig.NumAttentionHeads[level]; heads > 0 && slices.Contains(n.UNetConfig.BlockTypes[level], checkpoint.AttnBlock) {
				p.Logits = max(p.Logits, float64(heads)/cell/cell)
			}
			if n.Kind == checkpoint.KindDecoder || n.UNetConfig.SwitchLevel != nil && level < len(n.UNetConfig.SwitchLevel) && n.UNetConfig.SwitchLevel[level] {
				side *= 2
			}
		}
	}
	return p
}

// What a network takes beside its weights and widest activations, measured with
// ONNX Runtime 1.30 on the processor (see memory.md beside this file).
const streaming = 0.3e9 // the weights in use, and those too small to be streamed

// ProgramMemory is what the program and the library take on the processor
// without a model, bytes. Shape.Needs counts it.
const ProgramMemory = 200_000_000

// spread is how many of the widest activations a stage holds at once.
var spread = map[Stage]float64{StageText: 1, StageC: 4, StageB: 6, StageA: 3}

// Needs is the peak of memory for a picture of width by height pixels with
// guidance on Stage C, bytes: of the processor's memory where provider is
// "cpu", else of the card's. precision is "fp32", "fp16", "bf16" or "int8".
func (s Shape) Needs(precision, provider string, width, height int, plan Plan) int64 {
	var sum, most float64
	for stage, part := range s {
		stored := precision
		if provider == "cpu" && precision == int8Name && stage != StageC && stage != StageB {
			stored = string(fp32)
		}
		weights := float64(part.Parameters) * bytesEach(stored, provider)
		if provider == "cpu" && stage != StageA && (plan.Stream || stage == StageText && !plan.Keep) && stored != int8Name {
			weights = streaming
		}
		bytes := weights + part.active(stage, precision, provider, width, height, plan)
		sum += bytes
		most = max(most, bytes)
	}
	if !plan.Keep {
		sum = most
	}
	if provider == "cpu" {
		sum += ProgramMemory
	}
	return int64(sum)
}

// active is what a stage's activations take, bytes.
func (p Part) active(stage Stage, precision, provider string, width, height int, plan Plan) float64 {
	pixels := float64(width) * float64(height)
	if rim := float64(plan.Tile + 2*usualRim); stage == StageA && plan.Tile > 0 {
		pixels = min(pixels, rim*rim*16)
	}
	each, batch := 4., 1.
	if provider != "cpu" && precision != "fp32" {
		each = 2
	}
	if stage == StageC {
		batch = 2
	}
	bytes := spread[stage] * p.PerPixel * pixels * each
	if provider != "cpu" {
		bytes += 2 * p.Logits * pixels * pixels * 4 // logits and their softmax, in float32
	}
	return batch * bytes
}

// bytesEach is what a parameter takes in memory. On the processor matrices in
// int8 are pages of their file, which every step reads, so that they count.
func bytesEach(precision, provider string) float64 {
	switch {
	case precision == int8Name:
		return 1.15
	case precision == "fp16" && provider == "cpu":
		return 5 // float32 copies beside the weights
	case precision == "fp16" || precision == "bf16":
		return 2
	}
	return 4
}

// Largest is the side of the largest square picture, a multiple of 64 pixels,
// that the cheapest plan for d can make within so much memory, bytes; 0 where
// not even a small one fits.
func (s Shape) Largest(precision string, d Device, memory int64) int {
	list := plans(d)
	cheapest := list[len(list)-1]
	for side := 4096; side >= 256; side -= 64 {
		if s.Needs(precision, d.Provider, side, side, cheapest) <= memory {
			return side
		}
	}
	return 0
}

// Choose is the fastest plan for a picture within so much memory, bytes, and
// what it takes. ok is false where none fits; the plan is then the cheapest.
func (s Shape) Choose(precision string, d Device, width, height int, memory int64) (plan Plan, needs int64, ok bool) {
	for _, plan = range plans(d) {
		if needs = s.Needs(precision, d.Provider, width, height, plan); needs <= memory {
			return plan, needs, true
		}
	}
	return plan, needs, memory == math.MaxInt64
}
