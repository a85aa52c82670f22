package recipe

import (
	"fmt"
	"math"
	"slices"

	"cascata/inference"
	"cascata/inference/sampler"
)

// SideUnit is what sides are multiples of, pixels.
const SideUnit = 8

// NearestSide is the multiple of SideUnit nearest to px that a picture's side
// can be.
func NearestSide(px float64) int {
	px = min(max(px, SideUnit), sampler.MaxSide)
	return int(math.Round(px/SideUnit)) * SideUnit
}

// Size is how large the picture is; a side of 0 is the model's own.
func (r Recipe) Size() Size { return Size{Width: r.Width, Height: r.Height} }

// SetSize changes how large the picture is.
func (r *Recipe) SetSize(z Size) { r.Width, r.Height = z.Width, z.Height }

// Fitted is the size nearest to z that the recipe's preset can make.
func (r Recipe) Fitted(z Size) Size { return FitSize(r.Preset, z) }

// Fit gives the recipe the size nearest to z that its preset can make.
func (r *Recipe) Fit(z Size) { r.SetSize(r.Fitted(z)) }

// Comes is the size of the picture that comes where z is asked for: its preset
// may round it.
func (r Recipe) Comes(z Size) Size {
	if g, err := (sampler.Geometry{}).Grid(r.Preset, z.Width, z.Height); err == nil {
		return Size{Width: g.Width, Height: g.Height}
	}
	return z
}

// FitSize is the size nearest to z that a preset can make; diffusers cannot make
// all. A side of 0 is the model's own and stays.
func FitSize(p sampler.Preset, z Size) Size {
	if z.Width <= 0 || z.Height <= 0 {
		return z
	}
	return Size{Width: fitSide(p, z.Width), Height: fitSide(p, z.Height)}
}

func fitSide(p sampler.Preset, px int) int {
	px = NearestSide(float64(px))
	ok := func(px int) bool {
		_, err := (sampler.Geometry{}).Grid(p, px, px)
		return px > 0 && err == nil
	}
	for d := 0; d < sampler.MaxSide; d += SideUnit {
		switch {
		case ok(px + d):
			return px + d
		case ok(px - d):
			return px - d
		}
	}
	return px
}

// FitPicture gives the recipe the size of a picture itself where that suits a
// model whose pictures have a native size, else one of about the native area with
// the picture's shape. A shape beyond 4 to 1 becomes that. Of a picture whose
// size is not known, the native size is taken.
func (r *Recipe) FitPicture(native, picture Size) {
	if min(picture.Width, picture.Height, native.Width, native.Height) <= 0 {
		r.SetSize(native)
		return
	}
	_, most := inference.SideRange(max(native.Width, native.Height))
	least, _ := inference.SideRange(min(native.Width, native.Height))
	if min(picture.Width, picture.Height) < least || max(picture.Width, picture.Height) > most {
		ratio := min(max(float64(picture.Width)/float64(picture.Height), 0.25), 4)
		area := float64(native.Width) * float64(native.Height)
		picture = Size{Width: int(math.Sqrt(area*ratio) + 0.5), Height: int(math.Sqrt(area/ratio) + 0.5)}
	}
	r.Fit(picture)
}

// A Size is a picture size that suits a model.
type Size struct {
	Name          string // "1:1", "4:3", ...
	Width, Height int    // pixels
}

// Sizes are pictures of about the area that a model was made for, in the usual
// shapes, with sides that are multiples of a sixteenth of its side.
func Sizes(nativeWidth, nativeHeight int) []Size {
	area := float64(nativeWidth) * float64(nativeHeight)
	step := max(8, int(math.Sqrt(area)/16+0.5))
	var sizes []Size
	for _, r := range []struct {
		name string
		w, h float64
	}{{"1:1", 1, 1}, {"4:3", 4, 3}, {"3:4", 3, 4}, {"16:9", 16, 9}, {"9:16", 9, 16}} {
		w, h := closest(math.Max(r.w, r.h)/math.Min(r.w, r.h), area, step)
		if r.h > r.w {
			w, h = h, w
		}
		sizes = append(sizes, Size{r.name, w, h})
	}
	return sizes
}

// closest returns the multiples of step whose ratio and area are nearest.
func closest(ratio, area float64, step int) (w, h int) {
	best := math.Inf(1)
	for i := 1; i <= 64; i++ {
		for j := 1; j <= i; j++ {
			a := math.Abs(math.Log(float64(i) / float64(j) / ratio))
			b := math.Abs(math.Log(float64(i*j*step*step) / area))
			if off := a + b; off < best {
				best, w, h = off, i*step, j*step
			}
		}
	}
	return w, h
}

// side is one of a picture's, pixels.
func side(key string, label Phrase, at func(*Recipe) *int, native func(Native) int) Setting {
	s := number(Setting{Key: key, Label: label, Advised: true, InEvent: true, Section: InSize, Flag: key, Usage: "`pixels` (default the model's native size)",
		Number: &Number{Range: Range{Min: 1, Max: sampler.MaxSide, Step: 1}, Lowest: 1, Whole: true, Usual: 1024,
			ByModel: func(n Native) Range { return sideRange(native(n), n.Least) }}}, at, nil)
	s.Take = nil // the size is told as a whole
	return s
}

// sideRange is what suits a model whose pictures have a native side, by the
// slider; by typing from its smallest side on.
func sideRange(native, smallest int) Range {
	least, most := inference.SideRange(native)
	return Range{Min: float64(NearestSide(float64(least))), Max: float64(NearestSide(float64(most))), Step: SideUnit,
		Least: float64(max(smallest, SideUnit)), Most: sampler.MaxSide}
}

func proposeSizes(r Recipe, sizes []Size) []string {
	text := func(w, h int) string { return fmt.Sprintf("%d×%d", w, h) }
	all := []string{text(r.Width, r.Height)}
	for _, s := range sizes[:min(len(sizes), 4)] {
		if t := text(s.Width, s.Height); !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return all
}
