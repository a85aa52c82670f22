package inference

import (
	"math"
	"slices"

	"cascata/inference/checkpoint"
)

// A Need is how much memory a plan takes, bytes. Total is what the artist reads: with
// so much, no step waits for the disk. Private is what the program cannot do without,
// since the system cannot take it back; the rest are pages of files that every step
// reads, which the system takes back where memory is short, and reads again: the
// picture is the same and takes longer.
type Need struct{ Total, Private int64 }

// A Shape is what the memory for a model's pictures depends on, by stage.
type Shape map[Stage]Part

// A Part is one network of a Shape.
type Part struct {
	Parameters int64
	Bytes      int64   // of its weights in their files; 0: two a parameter
	PerPixel   float64 // of the picture: float32 numbers of the widest activations, for one prediction

	// Logits are those of the widest attention, for one prediction, by the
	// square of the picture's pixels. Devices without a fused attention hold them.
	Logits float64
}

// ShapeOf is the shape of a checkpoint's networks that every picture runs. A
// ready-made graph counts as the official network of its size.
func ShapeOf(ck *checkpoint.Checkpoint) Shape {
	s := Shape{}
	for stage, n := range map[Stage]*checkpoint.Network{StageText: ck.Text, StageC: ck.Prior, StageB: ck.Decoder, StageA: ck.VQ} {
		if n != nil {
			s[stage] = partOf(n, GeometryOf(ck).Compression)
		}
	}
	return s
}

// ShapeFor is ShapeOf with the networks that read the pictures of requests.
func ShapeFor(ck *checkpoint.Checkpoint, requests []Request) Shape {
	s := ShapeOf(ck)
	add := func(stage Stage, n *checkpoint.Network, perPixel float64) {
		if n != nil {
			part := partOf(n, 0)
			part.PerPixel = perPixel
			s[stage] = part
		}
	}
	for i := range requests {
		r := &requests[i]
		if len(r.References) > 0 {
			add(stageVision, ck.Vision, 0)
		}
		if r.encodes() {
			add(stageEncoder, ck.Encoder, readingPerPixel)
		}
		if r.Enlarge && ck.VQ != nil {
			add(stageLatent, ck.VQ.Encode, 0) // on tiles
		}
		if r.Control == nil || !r.Composes() {
			continue
		}
		n := r.Control.Network
		for _, own := range ck.Controls {
			if n == nil && own.ControlConfig.Kind == r.Control.Kind {
				n = own
			}
		}
		if n != nil && (s[stageControl].Parameters == 0 || n.ControlConfig.Kind == checkpoint.Super) { // the largest kind
			add(stageControl, n, readingPerPixel)
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
		p.Bytes += w.Length
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

// What a network takes on the processor beside its weights and widest activations,
// measured with ONNX Runtime 1.30 (see memory.md beside this file).
const (
	streaming       = 0.3e9 // private: the weights in use, and those too small to be streamed
	readingPerPixel = 31    // see Part.PerPixel: of networks that read pictures
)

// ProgramMemory is what the program and the library take on the processor
// without a model, bytes. Shape.Needs counts it.
const ProgramMemory = 200_000_000

// spread is how many of the widest activations a stage holds at once.
var spread = map[Stage]float64{StageText: 1, StageC: 4, StageB: 6, StageA: 3, StageInputs: 1}

// spreadInLines is that of Stage A line by line; see graph.Options.Lines.
const spreadInLines = 1.6

// Needs is the peak of memory for a picture of width by height pixels with
// guidance on Stage C: of the processor's memory where provider is "cpu", else
// of the card's. precision is "fp32", "fp16", "bf16", "int8" or Fast.
func (s Shape) Needs(precision, provider string, width, height int, plan Plan) Need {
	parts := map[Stage]need{}
	for stage, part := range s {
		computes := precision
		if _, own := stageKinds[stage]; !own {
			stage = StageInputs // loaded and freed together
			if provider != "cpu" {
				computes = string(fp32)
			}
		}
		n := part.weights(stage, computes, provider, plan)
		n.private += part.active(stage, computes, provider, width, height, plan)
		parts[stage] = need{parts[stage].private + n.private, parts[stage].pages + n.pages}
	}
	var total, private float64
	for _, n := range parts {
		if plan.Keep {
			total, private = total+n.private+n.pages, private+n.private
		} else {
			total, private = max(total, n.private+n.pages), max(private, n.private)
		}
	}
	if provider == "cpu" {
		total, private = total+ProgramMemory, private+ProgramMemory
	}
	return Need{int64(total), int64(private)}
}

// A need is that of a network, bytes; see Need.
type need struct{ private, pages float64 }

// weights is what a stage's weights take.
func (p Part) weights(stage Stage, precision, provider string, plan Plan) need {
	n := float64(p.Parameters)
	if provider != "cpu" {
		switch precision {
		case "fp16", "bf16":
			return need{private: 2 * n}
		case int8Name:
			return need{private: 1.15 * n}
		}
		return need{private: 4 * n}
	}
	eight := stage == StageC || stage == StageB // may take eight bits
	switch {
	case precision == int8Name && eight:
		return need{private: 0.14 * n, pages: 1.08 * n} // what is not in blocks is float32
	case precision == Fast && eight:
		return need{private: 4 * n}
	case precision == "fp16":
		return need{private: 5 * n} // float32 copies beside the weights
	case stage != StageA && stage != StageInputs && (plan.Stream || stage == StageText && !plan.Keep):
		pages := float64(p.Bytes)
		if pages == 0 {
			pages = 2 * n
		}
		return need{private: streaming, pages: pages}
	}
	return need{private: 4 * n}
}

// active is what a stage's activations take, bytes.
func (p Part) active(stage Stage, precision, provider string, width, height int, plan Plan) float64 {
	pixels := float64(width) * float64(height)
	if stage == StageA && plan.Tile > 0 {
		pixels = 0
		for _, t := range tiles((height+3)/4, (width+3)/4, plan.Tile, usualRim) { // of latent cells, 4 by 4 pixels
			pixels = max(pixels, 16*float64(t.outer.y1-t.outer.y0)*float64(t.outer.x1-t.outer.x0))
		}
	}
	each, batch, held := 4., 1., spread[stage]
	if stage == StageA && provider == "cpu" {
		held = spreadInLines
	}
	if provider != "cpu" && precision != "fp32" {
		each = 2
	}
	if stage == StageC {
		batch = 2
	}
	bytes := held * p.PerPixel * pixels * each
	if provider == "cpu" && (precision == string(fp32) || precision == Fast) {
		bytes *= float64(plan.parts(stage))
	}
	if provider != "cpu" {
		bytes += 2 * p.Logits * pixels * pixels * 4 // logits and their softmax, in float32
	}
	return batch * bytes
}

// A Budget is a picture that is to be made, and what there is for it.
type Budget struct {
	Precision     string // see Shape.Needs
	Device        Device
	Width, Height int   // pixels
	Memory        int64 // bytes; math.MaxInt64: no bound is known

	// Learned is what plans took on this computer by what Needs says; nil: not known.
	Learned map[Plan]float64
}

// needs is what a plan takes for a budget.
func (s Shape) needs(w Budget, plan Plan) Need {
	n := s.Needs(w.Precision, w.Device.Provider, w.Width, w.Height, plan)
	if by, ok := w.Learned[plan]; ok {
		n = Need{int64(by * float64(n.Total)), int64(by * float64(n.Private))}
	}
	return n
}

// Choose is the fastest plan for a budget, and what it takes: the first whose
// pages too have room, else the first that frees what it is done with and whose
// private memory has. ok is false where there is none; the plan is then the cheapest.
func (s Shape) Choose(w Budget) (plan Plan, needs Need, ok bool) {
	list := Plans(w.Device)
	for _, plan = range list {
		if needs = s.needs(w, plan); needs.Total <= w.Memory {
			return plan, needs, true
		}
	}
	for _, plan = range list {
		if needs = s.needs(w, plan); !plan.Keep && needs.Private <= w.Memory {
			return plan, needs, true
		}
	}
	return plan, needs, w.Memory == math.MaxInt64
}

// Largest is the side of the largest square picture, a multiple of 64 pixels,
// that the cheapest plan can make within a budget; 0 where not even a small one fits.
func (s Shape) Largest(w Budget) int {
	list := Plans(w.Device)
	for side := 4096; side >= 256; side -= 64 {
		w.Width, w.Height = side, side
		if s.needs(w, list[len(list)-1]).Private <= w.Memory {
			return side
		}
	}
	return 0
}
