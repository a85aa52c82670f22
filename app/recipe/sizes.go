package recipe

import (
	"math"

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

// FitSize are the sides nearest to those given that a preset can make;
// diffusers cannot make all. A side of 0 is the model's own and stays.
func FitSize(p sampler.Preset, width, height int) (int, int) {
	if width <= 0 || height <= 0 {
		return width, height
	}
	return fitSide(p, width), fitSide(p, height)
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

// shapeOf is the size of about the area of width by height whose shape is
// nearest to that of a picture of w by h pixels, as a preset can make it. A shape
// beyond 4 to 1 becomes that.
func shapeOf(p sampler.Preset, width, height, w, h int) (int, int) {
	if w <= 0 || h <= 0 || width <= 0 || height <= 0 {
		return width, height
	}
	ratio := min(max(float64(w)/float64(h), 0.25), 4)
	area := float64(width) * float64(height)
	return FitSize(p, int(math.Sqrt(area*ratio)+0.5), int(math.Sqrt(area/ratio)+0.5))
}

// SizeFor is the size of a picture of w by h pixels itself where that suits a
// model whose pictures have a native size, else one of its shape.
func SizeFor(p sampler.Preset, width, height, w, h int) (int, int) {
	_, most := inference.SideRange(max(width, height))
	if least, _ := inference.SideRange(min(width, height)); min(w, h) >= least && max(w, h) <= most {
		return FitSize(p, w, h)
	}
	return shapeOf(p, width, height, w, h)
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
