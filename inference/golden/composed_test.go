package golden

import (
	"bytes"
	"context"
	"reflect"
	"slices"
	"testing"

	"cascata/inference"
	"cascata/inference/sampler"
)

// A picture that goes on from what its Stage C made is, to the last bit and with all that
// is kept of its inputs, the one that is made in one go, and Stage C is not loaded for it.
// What is no composition of its size is made again.
func TestComposedBecomesTheSamePicture(t *testing.T) {
	rt := runtime(t)
	words := newPipeline(t, rt, "diffusers-a", inference.Options{})
	plain, deep := seeing(t, rt, false, inference.Options{}), seeing(t, rt, true, inference.Options{})
	type inCase struct {
		name string
		p    *inference.Pipeline
		r    inference.Request
	}
	var cases []inCase
	for _, preset := range []sampler.Preset{sampler.Official, sampler.Comfy, sampler.Diffusers} {
		r := small
		r.Preset = preset
		cases = append(cases, inCase{"preset " + string(preset), words, r})
	}
	for _, c := range openPictures(t).Pictures {
		p := plain
		if c.Control != nil {
			p = deep
		}
		if c.From == "" {
			cases = append(cases, inCase{c.Name, p, c.request(t)})
		}
	}
	if len(cases) < 8 {
		t.Fatalf("only %d cases", len(cases))
	}
	for _, c := range cases {
		whole, composed, _ := composedBy(t, c.p, c.r)
		if composed == nil || !slices.Equal(composed.F32, whole.Latent.F32) {
			t.Fatalf("%s: the composition was not told", c.name)
		}
		c.r.Composed = composed
		got, told, loaded := composedBy(t, c.p, c.r)
		if !bytes.Equal(got.Image.Pix, whole.Image.Pix) || !slices.Equal(got.Latent.F32, whole.Latent.F32) {
			t.Errorf("%s: going on gives another picture", c.name)
		}
		if !reflect.DeepEqual(got.Kept, whole.Kept) {
			t.Errorf("%s: other things are kept of the inputs", c.name)
		}
		if told != nil || slices.Contains(loaded, inference.StageC) {
			t.Errorf("%s: Stage C ran, loaded %q", c.name, loaded)
		}
	}
	c := cases[0]
	whole, _, _ := composedBy(t, c.p, c.r)
	wrong := inference.NewTensor(whole.Latent.Shape...)
	wrong.Shape = slices.Clone(wrong.Shape)
	wrong.Shape[2]++
	c.r.Composed = wrong
	if got, told, _ := composedBy(t, c.p, c.r); told == nil || !bytes.Equal(got.Image.Pix, whole.Image.Pix) {
		t.Error("a composition of another shape was used")
	}
}

// composedBy makes a picture, and says what was told of its composition and which stages
// were loaded.
func composedBy(t *testing.T, p *inference.Pipeline, r inference.Request) (res *inference.Result, told *inference.Tensor, loaded []inference.Stage) {
	t.Helper()
	results, err := p.Generate(context.Background(), []inference.Request{r}, func(e inference.Event) {
		if e.Composed != nil {
			told = e.Composed
		}
		if e.Loaded {
			loaded = append(loaded, e.Stage)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return results[0], told, loaded
}
