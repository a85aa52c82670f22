// Package canny finds the edges of a picture as OpenCV's Canny does.
package canny

import (
	"image"

	"cascata/inference/raster"
)

// edges returns 255 where a picture [h*w*3], 8-bit RGB, has an edge, and 0
// elsewhere: 3x3 Sobel with the border repeated, |dx| + |dy| of the channel with
// the largest, thinned along the gradient, kept where it is above high or, above
// low, touches what is kept. low and high may be exchanged.
func edges(rgb []uint8, w, h, low, high int) *image.Gray {
	low, high = min(low, high), max(low, high)
	g := gradient(rgb, w, h)
	state := make([]uint8, w*h) // 0: none; 1: weak; 2: kept
	var stack []int
	for y := range h {
		for x := range w {
			i := y*w + x
			if m := int(g.size[i]); m > low && g.ridge(x, y) {
				state[i] = 1
				if m > high {
					state[i] = 2
					stack = append(stack, i)
				}
			}
		}
	}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for y := max(i/w-1, 0); y <= min(i/w+1, h-1); y++ {
			for x := max(i%w-1, 0); x <= min(i%w+1, w-1); x++ {
				if k := y*w + x; state[k] == 1 {
					state[k] = 2
					stack = append(stack, k)
				}
			}
		}
	}
	out := image.NewGray(image.Rect(0, 0, w, h))
	for i, s := range state {
		if s == 2 {
			out.Pix[i] = 255
		}
	}
	return out
}

// A field is the gradient of a picture, one channel's at each pixel.
type field struct {
	w, h         int
	dx, dy, size []int32
}

func gradient(rgb []uint8, w, h int) field {
	f := field{w, h, make([]int32, w*h), make([]int32, w*h), make([]int32, w*h)}
	for y := range h {
		up, down := max(y-1, 0), min(y+1, h-1)
		for x := range w {
			left, right := max(x-1, 0), min(x+1, w-1)
			i := y*w + x
			for c := range 3 {
				at := func(x, y int) int32 { return int32(rgb[3*(y*w+x)+c]) }
				dx := at(right, up) + 2*at(right, y) + at(right, down) - at(left, up) - 2*at(left, y) - at(left, down)
				dy := at(left, down) + 2*at(x, down) + at(right, down) - at(left, up) - 2*at(x, up) - at(right, up)
				if size := abs(dx) + abs(dy); c == 0 || size > f.size[i] {
					f.dx[i], f.dy[i], f.size[i] = dx, dy, size
				}
			}
		}
	}
	return f
}

// ridge reports whether the gradient at x, y is the largest along its direction,
// of four; outside the picture it is 0.
func (f field) ridge(x, y int) bool {
	const tan22 = 13573 // of 22.5 degrees, times 2^15
	i := y*f.w + x
	m, ax, ay := f.size[i], int64(abs(f.dx[i])), int64(abs(f.dy[i]))<<15
	switch flat := ax * tan22; {
	case ay < flat:
		return m > f.at(x-1, y) && m >= f.at(x+1, y)
	case ay > flat+ax<<16:
		return m > f.at(x, y-1) && m >= f.at(x, y+1)
	}
	s := 1
	if f.dx[i]^f.dy[i] < 0 {
		s = -1
	}
	return m > f.at(x-s, y-1) && m > f.at(x+s, y+1)
}

func (f field) at(x, y int) int32 {
	if x < 0 || y < 0 || x >= f.w || y >= f.h {
		return 0
	}
	return f.size[y*f.w+x]
}

func abs(v int32) int32 {
	if v < 0 {
		return -v
	}
	return v
}

// Side is the width and height at which the control network looks for edges.
const Side = 224

// Thresholds of edges, in units of |dx| + |dy| of a 3x3 Sobel of 8 bits.
const (
	Low     = 100  // of the official filter: a weak edge, which is one where it touches a strong one
	High    = 200  // likewise: a strong edge
	Highest = 2040 // that can be reached: nothing is an edge
)

// Map is the edges of a picture of three channels in [0, 1], at Side by Side
// pixels without regard to its shape: resized by straight lines and cut to 8
// bits, as the official filter does it, which has the thresholds Low and High.
func Map(r *raster.Raster, low, high int) *image.Gray {
	small, n := raster.Bilinear(r, Side, Side), Side*Side
	rgb := make([]uint8, 3*n)
	for i := range n {
		for c := range 3 {
			rgb[3*i+c] = uint8(min(max(small.V[c*n+i], 0), 1) * 255)
		}
	}
	return edges(rgb, Side, Side, low, high)
}
