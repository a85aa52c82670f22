package catalogue

import "cascata/inference"

// nativeSide is that of the official models' pictures, pixels.
const nativeSide = 1024

// Needs is how much memory a model takes for a picture of its native size by precision,
// bytes, one network loaded at a time; nil for what makes no pictures by itself. "fp32"
// and "int8" are of the processor's memory, "fp16" is of a graphics card's. With so much
// no step waits for the disk (see inference.Need). Less will do where weights can stay
// in their files or Stage A is tiled: see Fits.
func (e Entry) Needs() map[string]int64 {
	if e.Scale == (Scale{}) {
		return nil
	}
	s := e.shape()
	needs := func(precision, provider string) int64 {
		return s.Needs(precision, provider, nativeSide, nativeSide, inference.Plan{}).Total
	}
	return map[string]int64{"fp32": needs("fp32", "cpu"), "int8": needs("int8", "cpu"), "fp16": needs("fp16", "webgpu")}
}

// Fits reports whether a model can make pictures of its native size with this much of the
// processor's memory, bytes, by whatever plan; also where that is 0, because it is not known.
func (e Entry) Fits(memory int64) bool {
	if e.Scale == (Scale{}) || memory == 0 {
		return true
	}
	for _, precision := range []string{"fp32", "int8"} {
		w := inference.Budget{Precision: precision, Device: inference.Device{Provider: "cpu"}, Width: nativeSide, Height: nativeSide, Memory: memory}
		if _, _, ok := e.shape().Choose(w); ok {
			return true
		}
	}
	return false
}

// shape is that of the official networks, as inference.ShapeOf reads it off their files.
func (e Entry) shape() inference.Shape {
	const cellC, cellB = 1024. / 24 * 1024 / 24, 64. // pixels in a cell of Stage C, and of Stage B's outermost level
	width, heads := 1536., 24.
	if e.Scale.Prior == bigPrior {
		width, heads = 2048, 32
	}
	headsB := 18.
	if e.Scale.Decoder == bigDecoder {
		headsB = 20
	}
	return inference.Shape{
		inference.StageText: {Parameters: textParameters},
		inference.StageC:    {Parameters: e.Scale.Prior, PerPixel: 4 * width / cellC, Logits: heads / cellC / cellC},
		inference.StageB:    {Parameters: e.Scale.Decoder, PerPixel: 4 * 320 / cellB, Logits: headsB / (16 * cellB) / (16 * cellB)},
		inference.StageA:    {Parameters: vqParameters, PerPixel: 4 * 192. / 4},
	}
}

// Numbers in the official text encoder, and about those in Stage A.
const textParameters, vqParameters = 694_659_840, 18_400_000
