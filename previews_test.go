//go:build headless

package main

import (
	"image"
	"log/slog"
	"math"
	"path/filepath"
	"testing"

	"golang.org/x/image/draw"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/inference"
)

// While the built-in model makes a picture, no preview of Stage B is shown that
// is further from the picture than that of Stage C, and there are some before
// the last step.
func TestPreviewsGetBetter(t *testing.T) {
	dir := t.TempDir()
	engine := newEngine(app.Dirs{Models: dir, Cache: dir, State: dir}, slog.New(slog.DiscardHandler), false, false)
	defer engine.Close()
	store, _, err := studio.OpenStore(filepath.Join(dir, "studio.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	told, ended := make(chan studio.Progress, 10000), make(chan studio.Outcome, 1)
	s, err := studio.New(studio.Params{
		Generator: engine, Store: store, Pictures: func() string { return dir }, Thumbs: dir,
		Progress: func(p studio.Progress) { told <- p }, Ended: func(o studio.Outcome) { ended <- o },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for seed, guidance := range []float64{1, 1, 2} {
		r := recipe.Usual(recipe.Demo).Recipe
		r.Prompt, r.Width, r.Height, r.Steps, r.Guidance = "a blue house in a meadow at night", 256, 256, 10, 1.5
		r.Seed, r.DecoderSeed, r.DecoderSteps, r.DecoderGuidance, r.Device = uint64(seed), uint64(seed), 20, guidance, "cpu"
		if _, err := s.Add([]studio.Job{{Recipe: r}}, false); err != nil {
			t.Fatal(err)
		}
		o := <-ended
		if o.Err != nil {
			t.Fatal(o.Err)
		}
		var composition, last *image.RGBA
		first := 0
		for len(told) > 0 {
			p := <-told
			if p.Preview == nil || p.Preview == last {
				continue
			}
			last = p.Preview
			if p.Stage == inference.StageC || max(p.Preview.Rect.Dx(), p.Preview.Rect.Dy()) < 64 { // of Stage C, rendered late
				composition = p.Preview
				continue
			}
			if first == 0 {
				first = p.N
			}
			now, before := away(p.Preview, o.Image), away(composition, o.Image)
			if now > before {
				t.Errorf("guidance %g: step %d is %.1f away from the picture, the composition %.1f", guidance, p.N, now, before)
			}
		}
		if first == 0 || guidance == 1 && first >= r.DecoderSteps {
			t.Errorf("guidance %g: the first preview of Stage B is that of step %d", guidance, first)
		}
	}
}

// away is how far a preview is from a picture: the root mean square at 64 by
// 64 pixels, in levels of 255.
func away(preview, picture *image.RGBA) float64 {
	small := func(img *image.RGBA) *image.RGBA {
		dst := image.NewRGBA(image.Rect(0, 0, 64, 64))
		draw.BiLinear.Scale(dst, dst.Rect, img, img.Rect, draw.Src, nil)
		return dst
	}
	a, b := small(preview), small(picture)
	var sum float64
	for i, v := range a.Pix {
		d := float64(v) - float64(b.Pix[i])
		sum += d * d
	}
	return math.Sqrt(sum / float64(len(a.Pix)))
}
