package inference

import (
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
		plan, needs, ok := tt.s.Choose(Wish{Precision: "fp32", Device: cpu, Width: 1024, Height: 1024, Memory: tt.memory})
		if plan != tt.want || ok != tt.ok || ok && needs.Private > tt.memory {
			t.Errorf("with %d: %+v takes %d, %v", tt.memory, plan, needs, ok)
		}
	}
	if side := bigBig.Largest(Wish{Precision: "fp32", Device: cpu, Memory: 100e6}); side != 0 {
		t.Errorf("a picture of %d in 100 MB", side)
	}
	in := func(memory int64) int { return bigBig.Largest(Wish{Precision: "fp32", Device: cpu, Memory: memory}) }
	if small, large := in(1e9), in(4e9); small >= large || small == 0 {
		t.Errorf("%d in 1 GB, %d in 4 GB", small, large)
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
