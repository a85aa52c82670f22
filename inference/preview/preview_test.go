package preview

import (
	"image/color"
	"math"
	"testing"
)

func TestLevel(t *testing.T) {
	nan := float32(math.NaN())
	inf := float32(math.Inf(1))
	for _, tt := range []struct {
		in   float32
		want uint8
	}{
		{0, 0}, {1, 255}, {-1, 0}, {2, 255}, {nan, 0}, {inf, 255}, {-inf, 0},
		{0.4999 / 255, 0}, {0.5001 / 255, 1},
		{0.5 / 255, 0}, {1.5 / 255, 2}, // ties to even
		{254.4 / 255, 254}, {254.6 / 255, 255},
	} {
		if got := level(tt.in); got != tt.want {
			t.Errorf("level(%g) = %d, want %d", tt.in, got, tt.want)
		}
	}
}

func TestLinear(t *testing.T) {
	l := &Linear{M: [][3]float32{{1, 0, 0}, {0, 0.5, 0}, {0, 0, 1}}} // two channels and a blue bias
	img := l.Render(nil, []float32{0, 1, 0.2, 0.4, 0, 2, 0, 0}, 2, 2)
	for i, want := range []color.RGBA{{0, 0, 255, 255}, {255, 255, 255, 255}, {51, 0, 255, 255}, {102, 0, 255, 255}} {
		if got := img.RGBAAt(i%2, i/2); got != want {
			t.Errorf("pixel %d is %v, want %v", i, got, want)
		}
	}
	if again := l.Render(img, make([]float32, 8), 2, 2); again != img {
		t.Error("a picture of the right size was not used again")
	}
}

// A latent of zeros is mid grey with the factors for the released weights.
func TestDefaults(t *testing.T) {
	for name, l := range map[string]*Linear{"prior": Prior, "decoder": Decoder} {
		c := len(l.M) - 1
		if got := l.Render(nil, make([]float32, c), 1, 1).RGBAAt(0, 0); got != (color.RGBA{128, 128, 128, 255}) {
			t.Errorf("%s: %v, want mid grey", name, got)
		}
	}
}

func BenchmarkPicture(b *testing.B) {
	rgb := make([]float32, 3*1024*1024)
	for i := range rgb {
		rgb[i] = float32(i%256) / 255
	}
	for b.Loop() {
		Picture(rgb, 1024, 1024)
	}
}
