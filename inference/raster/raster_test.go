package raster

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"testing"

	"cascata/inference/inferencetest"
	"cascata/inference/safetensors"
)

const golden = "../testdata/golden/pictures/"

func read(t *testing.T, name string) *Picture {
	t.Helper()
	return RGB(inferencetest.ReadPNG(t, golden+name+".png"))
}

// What torch computes is met, bilinear to the last bit, since a level decides
// whether there is an edge. Pillow, which rounds twice, may be three levels off.
func TestResizing(t *testing.T) {
	f, err := safetensors.Open(golden + "raster.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"wide", "tall", "square"} {
		p := read(t, name)
		for _, tt := range []struct {
			name string
			got  *Raster
			most float64
		}{
			{"bicubic", Bicubic(p.Aspect(48, 32), 48, 32), 3e-7},
			{"bilinear", Bilinear(p, 29, 53), 0},
			{"torchvision", Square(p, 32), 1e-6},
			{"clip", Square(p, 32).Quantise(), 3.01 / 255},
		} {
			want, err := f.Floats(name + "." + tt.name)
			if err != nil {
				t.Fatal(err)
			}
			if len(tt.got.V) != len(want) {
				t.Fatalf("%s %s: %d numbers, want %d", name, tt.name, len(tt.got.V), len(want))
			}
			var far float64
			for i, v := range tt.got.V {
				far = max(far, math.Abs(float64(v-want[i])))
			}
			t.Logf("%s %s: %.2g", name, tt.name, far)
			if far > tt.most {
				t.Errorf("%s %s: %g apart", name, tt.name, far)
			}
		}
	}
}

// A picture of that size comes out as it is, and a constant stays one.
func TestResizingKeeps(t *testing.T) {
	p := read(t, "wide")
	_, w, h := p.Size()
	all := Planes(p)
	for i, v := range Bicubic(p, w, h).V {
		if v != all.V[i] {
			t.Fatal("a picture was changed though its size was not")
		}
	}
	img := image.NewRGBA(image.Rect(3, 4, 16, 11))
	draw.Draw(img, img.Rect, image.NewUniform(color.RGBA{51, 102, 255, 255}), image.Point{}, draw.Src)
	flat := RGB(img)
	for _, r := range []*Raster{Smooth(flat, 5, 40), Average(flat, 30, 3), Bicubic(flat, 31, 2), Bilinear(flat, 1, 1)} {
		for i, v := range r.V {
			if want := []float64{0.2, 0.4, 1}[i/(r.Width*r.Height)]; math.Abs(float64(v)-want) > 1e-6 {
				t.Fatalf("%d by %d: %g, want %g", r.Width, r.Height, v, want)
			}
		}
	}
}
