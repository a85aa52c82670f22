package inference

import (
	"context"
	"errors"
	"slices"
	"testing"
)

func three() []Request {
	r := Request{Prompt: "a b", Negative: "c", Steps: 3, Guidance: 3, DecoderSteps: 2, DecoderGuidance: 1.5}
	rs := []Request{r, r, r}
	for i := range rs {
		rs[i].Seed, rs[i].DecoderSeed = uint64(i), uint64(10+i)
	}
	return rs
}

var errNow = errors.New("stopped by hand")

// A picture whose own context ends, before it starts or inside a step, ends
// alone; the others are what they are without it.
func TestEndOnePicture(t *testing.T) {
	for _, keep := range []bool{true, false} {
		for _, at := range []Stage{"", StageC, StageB} {
			f, p := newFake(t, Options{Keep: keep})
			var alone []*Result
			for _, r := range three() {
				results, err := p.Generate(context.Background(), []Request{r}, nil)
				if err != nil {
					t.Fatal(err)
				}
				alone = append(alone, results[0])
			}

			rs := three()
			ctx, cancel := context.WithCancelCause(context.Background())
			defer cancel(nil)
			rs[1].Context = ctx
			if at == "" {
				cancel(errNow)
			}
			inside := false // of the step to be ended
			f.run = func(ctx context.Context, _ string) error {
				if !inside {
					return nil
				}
				inside = false
				cancel(errNow)
				<-ctx.Done()
				return ctx.Err()
			}
			var ended []int
			results, err := p.Generate(context.Background(), rs, func(e Event) {
				inside = e.Picture == 1 && e.Stage == at && e.N == 1
				if e.Result != nil {
					ended = append(ended, e.Picture)
					if (e.Result.Err != nil) != (e.Picture == 1) {
						t.Errorf("keep %t, %q: picture %d ended with %v", keep, at, e.Picture, e.Result.Err)
					}
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if slices.Sort(ended); !slices.Equal(ended, []int{0, 1, 2}) {
				t.Errorf("keep %t, %q: pictures %v were reported, want each once", keep, at, ended)
			}
			r := results[1]
			if r.Err != errNow || r.Image != nil || r.Decoded != nil {
				t.Errorf("keep %t, %q: got %v, image %v", keep, at, r.Err, r.Image != nil)
			}
			if drafted := at == StageB; (r.Latent != nil) != drafted || (r.Preview != nil) != drafted {
				t.Errorf("keep %t, %q: got latent %t, preview %t", keep, at, r.Latent != nil, r.Preview != nil)
			}
			for _, i := range []int{0, 2} {
				if got, want := results[i], alone[i]; got.Err != nil || !slices.Equal(got.Latent.F32, want.Latent.F32) ||
					!slices.Equal(got.Decoded.F32, want.Decoded.F32) || !slices.Equal(got.Image.Pix, want.Image.Pix) {
					t.Errorf("keep %t, %q: picture %d is another than alone", keep, at, i)
				}
			}
			if at == StageB && !slices.Equal(r.Latent.F32, alone[1].Latent.F32) {
				t.Errorf("keep %t: the latent kept is another than alone", keep)
			}
		}
	}
}

// Where every picture was ended, nothing is loaded for them.
func TestEndedPicturesLoadNothing(t *testing.T) {
	f, p := newFake(t, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	rs := three()
	for i := range rs {
		rs[i].Context = ctx
	}
	results, err := p.Generate(context.Background(), rs, nil)
	if err != nil || len(f.loads) > 0 {
		t.Errorf("got %v, loaded %v", err, f.loads)
	}
	for _, r := range results {
		if !errors.Is(r.Err, context.Canceled) {
			t.Errorf("got %v", r.Err)
		}
	}
}

// When the outer context ends, what was done is kept: whole pictures were
// reported, latents are in the results.
func TestEndAll(t *testing.T) {
	for _, keep := range []bool{true, false} {
		_, p := newFake(t, Options{Keep: keep})
		ctx, cancel := context.WithCancel(context.Background())
		var whole []int
		results, err := p.Generate(ctx, three(), func(e Event) {
			if e.Result != nil {
				whole = append(whole, e.Picture)
			}
			if e.Picture == 1 && e.Stage == StageB && e.N == 1 {
				cancel()
			}
		})
		if err != context.Canceled {
			t.Errorf("keep %t: got %v", keep, err)
		}
		var latents, images []int
		for i, r := range results {
			if r.Err != nil {
				t.Errorf("keep %t: picture %d: %v", keep, i, r.Err)
			}
			if r.Latent != nil && r.Preview != nil {
				latents = append(latents, i)
			}
			if r.Image != nil {
				images = append(images, i)
			}
		}
		wantLatents, wantWhole := []int{0, 1, 2}, []int(nil)
		if keep {
			wantLatents, wantWhole = []int{0, 1}, []int{0}
		}
		if !slices.Equal(latents, wantLatents) || !slices.Equal(whole, wantWhole) || !slices.Equal(images, wantWhole) {
			t.Errorf("keep %t: latents of %v, pictures %v, reported %v", keep, latents, images, whole)
		}
	}
}

// A draft made from a latent has nothing to do, and says so.
func TestDraftFromLatentIsReported(t *testing.T) {
	f, p := newFake(t, Options{Keep: true})
	r := three()[0]
	r.Draft, r.Latent = true, NewTensor(1, 16, 2, 2)
	n := 0
	results, err := p.Generate(context.Background(), []Request{r}, func(e Event) {
		if e.Result != nil {
			n++
		}
	})
	if err != nil || n != 1 || results[0].Preview == nil || len(f.loads) > 0 {
		t.Errorf("got %v, %d reports, loaded %v", err, n, f.loads)
	}
}
