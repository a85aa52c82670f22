package studio

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"
)

// noisy is a picture that is away from another one by that many levels.
func noisy(of *image.RGBA, levels float64, seed uint64) *image.RGBA {
	rng := rand.New(rand.NewPCG(seed, 1))
	out := image.NewRGBA(of.Rect)
	for i, v := range of.Pix {
		out.Pix[i] = uint8(min(max(float64(v)+levels*rng.NormFloat64(), 0), 255))
		if i%4 == 3 {
			out.Pix[i] = 255
		}
	}
	return out
}

// The composition stays until Stage B is better, whatever the number of steps
// and how slowly the noise goes, and the last step is always shown.
func TestSettling(t *testing.T) {
	picture := image.NewRGBA(image.Rect(0, 0, 32, 32))
	for i := range picture.Pix {
		picture.Pix[i] = 128
		if i%4 == 3 {
			picture.Pix[i] = 255
		}
	}
	composition := noisy(picture, 20, 99)
	for _, tt := range []struct {
		total int
		noise func(share float64) float64
	}{
		{10, func(x float64) float64 { return 60 * math.Exp(-8*x) }},
		{60, func(x float64) float64 { return 60 * math.Exp(-8*x) }},
		{1000, func(x float64) float64 { return 60 * math.Exp(-8*x) }},
		{20, func(x float64) float64 { return 60 * (1 - x) }},
		{20, func(x float64) float64 { return 60 - 20*x }}, // never better
		{1, func(float64) float64 { return 60 }},
	} {
		s := &settling{}
		at := 0
		for n := 1; at == 0 && n <= tt.total; n++ {
			if s.settled(n, tt.total, noisy(picture, tt.noise(float64(n)/float64(tt.total)), uint64(n)), composition) {
				at = n
			}
			if len(s.past) > maxGuesses/2+2 {
				t.Fatalf("%d previews are kept", len(s.past))
			}
		}
		if e := tt.noise(float64(at) / float64(tt.total)); at == 0 || at < tt.total && e > 20 {
			t.Errorf("%d steps: shown from step %d on, %.0f levels away; the composition is 20 away", tt.total, at, e)
		}
		if tt.total >= 10 && tt.noise(0.5) < 2 && at > tt.total/2 {
			t.Errorf("%d steps: not shown before step %d", tt.total, at)
		}
	}
}

// Where nothing is on show a preview is compared with a plain ground.
func TestSettlingOnNothing(t *testing.T) {
	picture := noisy(image.NewRGBA(image.Rect(0, 0, 8, 8)), 120, 1)
	s := &settling{}
	if s.settled(1, 9, noisy(picture, 200, 2), nil) || s.settled(2, 9, picture, nil) {
		t.Error("noise is shown")
	}
	if !s.settled(3, 9, picture, nil) {
		t.Error("a picture that stays the same is not shown")
	}
}
