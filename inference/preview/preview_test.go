package preview

import (
	"image/color"
	"math"
	"math/rand/v2"
	"testing"
)

// quantise is clamp, times 255, round half to even: math.RoundToEven of the
// float32 product says the same for every float32 around every half.
func TestQuantise(t *testing.T) {
	for i := range 256 {
		for _, half := range []float64{-0.5, 0, 0.5} {
			x := float32((float64(i) + half) / 255)
			for range 20 {
				x = math.Nextafter32(x, -1)
			}
			for range 40 {
				want := math.RoundToEven(float64(min(max(x, 0), 1) * 255))
				if got := quantise(x); float64(got) != want {
					t.Fatalf("quantise(%v): got %d, want %v", x, got, want)
				}
				x = math.Nextafter32(x, 2)
			}
		}
	}
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, tt := range []struct {
		x    float32
		want byte
	}{
		{nan, 0}, {-inf, 0}, {inf, 255}, {-1e30, 0}, {1e30, 255}, {0, 0}, {1, 255}, {float32(math.Copysign(0, -1)), 0},
		// Their float32 products are 127.5, 25.5, 1.5 and 2.5: halves go to the even side.
		{0.5, 128}, {0.1, 26}, {1.5 / 255., 2}, {2.5 / 255., 2},
	} {
		if got := quantise(tt.x); got != tt.want {
			t.Errorf("quantise(%v): got %d, want %d", tt.x, got, tt.want)
		}
	}
}

func TestPicture(t *testing.T) {
	// Two wide, one high: red plane, green plane, blue plane.
	p := Picture([]float32{1, 0.2, 0, 0.4, -3, 7}, 2, 1)
	want := []color.RGBA{{255, 0, 0, 255}, {51, 102, 255, 255}}
	for x, w := range want {
		if got := p.RGBAAt(x, 0); got != w {
			t.Errorf("pixel %d: got %v, want %v", x, got, w)
		}
	}
	if p.Rect.Dx() != 2 || p.Rect.Dy() != 1 || !p.Opaque() {
		t.Errorf("got %v, opaque %t", p.Rect, p.Opaque())
	}
}

func TestRender(t *testing.T) {
	// Two channels, three cells in a column.
	l := &Linear{M: [][3]float32{{0.5, 0, -1}, {0, 0.25, 0}, {0.1, 0.2, 0.3}}}
	p := l.Render(nil, []float32{0, 1, 2, 0, 2, -1}, 1, 3)
	want := []color.RGBA{{26, 51, 76, 255}, {153, 178, 0, 255}, {255, 0, 0, 255}}
	for y, w := range want {
		if got := p.RGBAAt(0, y); got != w {
			t.Errorf("pixel %d: got %v, want %v", y, got, w)
		}
	}
}

func TestBuffersAreReused(t *testing.T) {
	latent := make([]float32, 16*8*8)
	p := StageC.Render(nil, latent, 8, 8)
	if n := testing.AllocsPerRun(10, func() { StageC.Render(p, latent, 8, 8) }); n != 0 {
		t.Errorf("got %v allocations a picture, want none", n)
	}
	if q := StageC.Render(p, latent, 8, 8); q != p {
		t.Error("the buffer was not reused")
	}
	if q := StageC.Render(p, latent[:16*8*4], 8, 4); q == p || q.Rect.Dy() != 4 {
		t.Error("a buffer of another size was reused")
	}
	if q := drawInto(p, latent[:3*8*8], 8, 8); q != p {
		t.Error("the buffer was not reused by Draw")
	}
}

// The built-in matrices are for 16 and 4 channels, and a latent of zeros is
// mid grey.
func TestBuiltInMatrices(t *testing.T) {
	for name, tt := range map[string]struct {
		l        *Linear
		channels int
	}{"Stage C": {StageC, 16}, "Stage B": {StageB, 4}} {
		if len(tt.l.M) != tt.channels+1 {
			t.Errorf("%s: got %d rows, want %d", name, len(tt.l.M), tt.channels+1)
		}
		p := tt.l.Render(nil, make([]float32, tt.channels), 1, 1)
		if got, want := p.RGBAAt(0, 0), (color.RGBA{128, 128, 128, 255}); got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

func BenchmarkPicture1024(b *testing.B) {
	rgb := make([]float32, 3*1024*1024)
	for i := range rgb {
		rgb[i] = float32(i%1000) / 1000
	}
	dst := Picture(rgb, 1024, 1024)
	for b.Loop() {
		drawInto(dst, rgb, 1024, 1024)
	}
}

// Rendering is the sum it says, whatever the number of channels and cells.
func TestRenderEqualsSum(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, channels := range []int{1, 3, 4, 5, 16} {
		for _, size := range [][2]int{{1, 1}, {24, 24}, {block, 1}, {block + 1, 2}, {33, 31}} {
			l := &Linear{M: make([][3]float32, channels+1)}
			for c := range l.M {
				for k := range 3 {
					l.M[c][k] = float32(r.NormFloat64() / 4)
				}
			}
			n := size[0] * size[1]
			latent := make([]float32, channels*n)
			for i := range latent {
				latent[i] = float32(r.NormFloat64())
			}
			p := l.Render(nil, latent, size[0], size[1])
			for i := range n {
				for k := range 3 {
					v := float64(l.M[channels][k])
					for c := range channels {
						v += float64(latent[c*n+i]) * float64(l.M[c][k])
					}
					if got, want := float64(p.Pix[4*i+k]), 255*min(max(v, 0), 1); math.Abs(got-want) > 0.501 {
						t.Fatalf("%d channels, %v, cell %d: got %v, want %v", channels, size, i, got, want)
					}
				}
			}
		}
	}
}

func TestLevel(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for x, want := range map[float32]uint32{
		-inf: 0, -3e38: 0, -1e30: 0, -3e9: 0, -3 << 22: 0, -300: 0, -0.9: 0, 0: 0, 255.6: 255, 256: 255, 1e5: 255,
		3 << 22: 255, 1 << 23: 255, 1 << 24: 255, 3e9: 255, 1e30: 255, 3e38: 255, inf: 255,
	} {
		if got := level(x); got != want {
			t.Errorf("level(%v): got %d, want %d", x, got, want)
		}
	}
	if got := level(nan); got != 0 {
		t.Errorf("level(NaN): got %d", got)
	}
	for i := range 2560 {
		x := float32(i) / 10
		if got, want := level(x), min(math.RoundToEven(float64(x)), 255); float64(got) != want {
			t.Errorf("level(%v): got %d, want %v", x, got, want)
		}
	}
}

// The grids of a picture of 1024 by 1024 pixels, with a picture for each step.
func BenchmarkRender(b *testing.B) {
	for _, bb := range []struct {
		name string
		l    *Linear
		side int
	}{{"24x24x16", StageC, 24}, {"256x256x4", StageB, 256}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			latent := make([]float32, (len(bb.l.M)-1)*bb.side*bb.side)
			for i := range latent {
				latent[i] = float32(i%17)/4 - 2
			}
			for b.Loop() {
				bb.l.Render(nil, latent, bb.side, bb.side)
			}
		})
	}
}
