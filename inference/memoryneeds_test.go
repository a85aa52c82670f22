package inference

import (
	"math"
	"testing"

	"cascata/inference/checkpoint"
)

// stock is the shape of an official model, with numbers from their headers.
func stock(prior, decoder int64, priorWidth, decoderWidth float64) Shape {
	return Shape{
		StageText: {Parameters: 694_659_840},
		StageC:    {Parameters: prior, PerPixel: 4 * priorWidth / (1024. / 24) / (1024. / 24)},
		StageB:    {Parameters: decoder, PerPixel: 4 * decoderWidth / 64},
		StageA:    {Parameters: 15_706_842, PerPixel: 4 * 192 / 4},
	}
}

var (
	bigBig   = stock(3_589_103_632, 1_562_941_136, 2048, 320)
	bigLite  = stock(3_589_103_632, 699_471_248, 2048, 320)
	liteBig  = stock(1_030_785_040, 1_562_941_136, 1536, 320)
	liteLite = stock(1_030_785_040, 699_471_248, 1536, 320)
)

// A plan that takes less is never promised more, and a larger picture never less.
func TestNeedsAreOrdered(t *testing.T) {
	for _, s := range []Shape{bigBig, liteLite} {
		for _, d := range []Device{{Provider: "cpu"}, {Provider: "webgpu"}} {
			for _, precision := range []string{"fp32", "fp16", "int8"} {
				last := int64(1) << 60
				for _, plan := range Plans(d) {
					n := s.Needs(precision, d.Provider, 2048, 1536, plan).Total
					if n > last {
						t.Errorf("%s %s: %+v takes %d, the one before %d", d.Provider, precision, plan, n, last)
					}
					if small := s.Needs(precision, d.Provider, 512, 512, plan).Total; small > n {
						t.Errorf("%s %s: %+v takes %d for a small picture, %d for a large one", d.Provider, precision, plan, small, n)
					}
					last = n
				}
			}
		}
	}
}

func TestChoose(t *testing.T) {
	cpu := Device{Provider: "cpu"}
	for _, tt := range []struct {
		s      Shape
		memory int64
		want   Plan
		ok     bool
	}{
		{bigBig, 32e9, Plan{Keep: true}, true},
		{bigBig, 22e9, Plan{}, true},
		{bigBig, 12e9, Plan{Tile: wideTile, Stream: true}, true},
		{bigBig, 4e9, Plan{Tile: wideTile, Stream: true}, true},
		{bigBig, 300e6, Plan{Tile: smallTile, Stream: true}, false},
		{liteLite, 16e9, Plan{Keep: true}, true},
		{liteLite, 6e9, Plan{}, true},
	} {
		plan, needs, ok := tt.s.Choose(Budget{Precision: "fp32", Device: cpu, Width: 1024, Height: 1024, Memory: tt.memory})
		if plan != tt.want || ok != tt.ok || ok && needs.Private > tt.memory {
			t.Errorf("with %d: %+v takes %d, %v", tt.memory, plan, needs, ok)
		}
	}
	if side := bigBig.Largest(Budget{Precision: "fp32", Device: cpu, Memory: 100e6}); side != 0 {
		t.Errorf("a picture of %d in 100 MB", side)
	}
	in := func(memory int64) int { return bigBig.Largest(Budget{Precision: "fp32", Device: cpu, Memory: memory}) }
	if small, large := in(1e9), in(4e9); small >= large || small == 0 {
		t.Errorf("%d in 1 GB, %d in 4 GB", small, large)
	}
}

// measured is what pictures of 1024 by 1024 took of the processor's memory, in
// GB: scripts/memory prints it, memory.md tells how. A figure is 0 where it says
// nothing: memory was too short for all pages of files, or it was not noted.
var measured = []struct {
	name           string
	s              Shape
	precision      string
	plan           Plan
	total, private float64
}{
	{"lite, lite", liteLite, "fp32", Plan{Keep: true}, 11.96, 11.90},
	{"lite, big", liteBig, "fp32", Plan{Keep: true}, 15.40, 15.34},
	{"big, lite", bigLite, "fp32", Plan{Keep: true}, 22.20, 22.17},
	{"lite, lite", liteLite, "fp32", Plan{}, 4.69, 4.64},
	{"lite, big", liteBig, "fp32", Plan{}, 7.20, 7.15},
	{"big, lite", bigLite, "fp32", Plan{}, 14.96, 14.91},
	{"big, big", bigBig, "fp32", Plan{}, 14.96, 14.91},
	{"lite, big", liteBig, "fp32", Plan{Tile: wideTile, Stream: true}, 3.71, 1.02},
	{"big, lite", bigLite, "fp32", Plan{Tile: wideTile, Stream: true}, 7.76, 0},
	{"big, big", bigBig, "fp32", Plan{Tile: wideTile, Stream: true}, 7.78, 0},
	{"lite, lite", liteLite, int8Name, Plan{}, 2.04, 1.46},
	{"lite, big", liteBig, int8Name, Plan{}, 2.39, 1.53},
	{"big C with the program, as it is brought to eight bits", only(bigLite, StageC), int8Name, Plan{}, 4.49, 0},
	{"text, C and B of lite", only(liteLite, StageText, StageC, StageB), int8Name, Plan{Keep: true}, 5.65, 3.76},
}

// What is promised is at most 15 % from what was taken.
func TestNeedsAreWhatWasTaken(t *testing.T) {
	for _, tt := range measured {
		n := tt.s.Needs(tt.precision, "cpu", 1024, 1024, tt.plan)
		for _, of := range []struct {
			what     string
			promised int64
			taken    float64
		}{{"in all", n.Total, tt.total}, {"private", n.Private, tt.private}} {
			off := float64(of.promised)/1e9/of.taken - 1
			t.Logf("%s in %s, %+v, %s: %.2f GB promised, %.2f taken, %+.0f %%", tt.name, tt.precision, tt.plan, of.what, float64(of.promised)/1e9, of.taken, 100*off)
			if of.taken > 0 && math.Abs(off) > 0.15 {
				t.Errorf("%s in %s, %+v, %s: %.2f GB promised, %.2f taken", tt.name, tt.precision, tt.plan, of.what, float64(of.promised)/1e9, of.taken)
			}
		}
	}
}

// only is a shape's parts of some stages.
func only(s Shape, stages ...Stage) Shape {
	some := Shape{}
	for _, stage := range stages {
		some[stage] = s[stage]
	}
	return some
}

// Networks that read pictures count where a picture needs them: beside the
// others where all is kept, else by themselves; on a card in float32.
func TestReadingCounts(t *testing.T) {
	ck, err := checkpoint.Open("testdata/checkpoints/lite-bf16")
	if err != nil {
		t.Fatal(err)
	}
	vision := &checkpoint.Network{Kind: checkpoint.KindVision, Weights: map[string]checkpoint.Weight{"w": {Shape: []int64{300, 1e6}}}}
	ck.Vision = vision
	plain, with := ShapeFor(ck, []Request{{}}), ShapeFor(ck, []Request{{}, {Extras: Extras{References: make([]Reference, 1)}}})
	need := func(s Shape, provider string, plan Plan) int64 {
		return s.Needs("fp32", provider, 256, 256, plan).Total
	}
	if more := need(with, "cpu", Plan{Keep: true}) - need(plain, "cpu", Plan{Keep: true}); more != 12e8 {
		t.Errorf("%d more where all is kept", more)
	}
	if n := need(with, "cpu", Plan{}); n != 12e8+ProgramMemory {
		t.Errorf("%d one at a time", n)
	}
	for _, precision := range []string{"fp32", "fp16"} {
		more := with.Needs(precision, "webgpu", 256, 256, Plan{Keep: true}).Total - plain.Needs(precision, "webgpu", 256, 256, Plan{Keep: true}).Total
		if more != 12e8 {
			t.Errorf("%d more on a card in %s", more, precision)
		}
	}
}

// The shape of a checkpoint is read off its headers.
func TestShapeOf(t *testing.T) {
	ck, err := checkpoint.Open("testdata/checkpoints/lite-bf16")
	if err != nil {
		t.Fatal(err)
	}
	s := ShapeOf(ck)
	for stage, n := range map[Stage]*checkpoint.Network{StageText: ck.Text, StageC: ck.Prior, StageB: ck.Decoder, StageA: ck.VQ} {
		var bytes int64
		for _, w := range n.Weights {
			bytes += w.Length / map[checkpoint.DType]int64{checkpoint.F32: 4, checkpoint.BF16: 2, checkpoint.F16: 2}[w.DType]
		}
		if s[stage].Parameters != bytes || stage != StageText && s[stage].PerPixel <= 0 {
			t.Errorf("%s: %+v, its weights are %d", stage, s[stage], bytes)
		}
	}
	if s[StageB].Logits <= 0 || s[StageA].Logits != 0 {
		t.Errorf("attention: %+v", s)
	}
}
