package inference

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"cascata/inference/sampler"
)

// Several prompts are the weighted mean of what the encoder makes of each, which
// Stages C and B both get. One prompt, or several that are the same, are what they are alone.
func TestMix(t *testing.T) {
	f, p := newFake(t, Options{Keep: true})
	made := func(m Mix, prompt string) *Result {
		t.Helper()
		r := three()[0]
		r.Width, r.Height, r.Prompt, r.Mix = 128, 128, prompt, m
		results, err := p.Generate(context.Background(), []Request{r}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return results[0]
	}
	same := func(a, b *Result) bool {
		return slices.Equal(a.Latent.F32, b.Latent.F32) && slices.Equal(a.Decoded.F32, b.Decoded.F32) && slices.Equal(a.Image.Pix, b.Image.Pix)
	}
	alone := map[string]*Result{}
	hidden, pooled := map[string][]float32{}, map[string][]float32{}
	for _, text := range []string{"a (red:1.3) boat", "night"} {
		f.hidden, f.pooled = nil, nil
		alone[text] = made(Mix{}, text)
		hidden[text], pooled[text] = f.hidden[0][:77*6], f.pooled[0][:5]
	}
	const boat, night = "a (red:1.3) boat", "night"
	for name, m := range map[string]Mix{
		"a weight of its own": {Main: at(0.3)}, "weight 0 beside it": {More: []Mixed{{night, 0}}},
		"itself": {More: []Mixed{{boat, 0.37}}, Main: at(1.21)}, "itself twice": {More: []Mixed{{boat, 1}, {boat, 0.1}}},
	} {
		if !same(made(m, boat), alone[boat]) {
			t.Errorf("%s: another picture", name)
		}
	}
	if !same(made(Mix{More: []Mixed{{night, 2}}, Main: at(0)}, boat), alone[night]) {
		t.Error("a prompt of weight 0 is in the picture")
	}
	f.hidden, f.pooled = nil, nil
	mixed := made(Mix{More: []Mixed{{night, 0.5}}, Main: at(1.5)}, boat)
	for i, v := range f.hidden[0][:77*6] {
		if want := float32((1.5*float64(hidden[boat][i]) + 0.5*float64(hidden[night][i])) / 2); v != want {
			t.Fatalf("hidden state %d is %v, want %v", i, v, want)
		}
	}
	for i, v := range f.pooled[0][:5] {
		if want := float32((1.5*float64(pooled[boat][i]) + 0.5*float64(pooled[night][i])) / 2); v != want {
			t.Fatalf("pooled number %d is %v, want %v", i, v, want)
		}
	}
	if same(mixed, alone[boat]) || same(mixed, alone[night]) {
		t.Error("a mix of both is one of them")
	}
	// Weights are relative, and it does not matter who stands first.
	for _, m := range []struct {
		prompt string
		mix    Mix
	}{
		{night, Mix{More: []Mixed{{boat, 1.5}}, Main: at(0.5)}}, {boat, Mix{More: []Mixed{{night, 1}}, Main: at(3)}},
		{boat, Mix{More: []Mixed{{night, 0.25}, {boat, 0.75}, {night, 0.25}}, Main: at(0.75)}},
	} {
		if !same(made(m.mix, m.prompt), mixed) {
			t.Errorf("%+v: another picture", m)
		}
	}
}

// What has no mean is refused, also where the preset takes words as they are.
func TestMixRefuses(t *testing.T) {
	_, p := newFake(t, Options{Keep: true})
	for name, m := range map[string]Mix{
		"nothing counts": {More: []Mixed{{"a", 0}}, Main: at(0)}, "below 0": {More: []Mixed{{"a", -0.1}}}, "the first below 0": {Main: at(-1)},
		"not a number": {More: []Mixed{{"a", math.NaN()}}}, "too much": {More: []Mixed{{"a", 101}}}, "too many": {More: slices.Repeat([]Mixed{{"a", 1}}, MaxMixed+1)},
	} {
		for _, preset := range []sampler.Preset{sampler.Official, sampler.Diffusers} {
			r := three()[0]
			r.Preset, r.Mix = preset, m
			if _, err := p.Generate(context.Background(), []Request{r}, nil); !errors.Is(err, ErrBadRequest) {
				t.Errorf("%s, %s: %v", name, preset, err)
			}
		}
	}
	r := three()[0]
	r.Mix.More = []Mixed{{"(a:1000000)", 1}}
	if _, err := p.Generate(context.Background(), []Request{r}, nil); !errors.Is(err, ErrBadRequest) {
		t.Errorf("words that weigh too much: %v", err)
	}
}
