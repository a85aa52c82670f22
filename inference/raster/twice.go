package raster

import "image"

// Twice is the part r of a picture that is made twice as wide and high by
// bicubic interpolation (a = -0.5). Beyond its edges the picture repeats its
// outermost pixels. Values lie in [0, 1].
func Twice(p *Picture, r image.Rectangle) *Raster {
	w, h := r.Dx(), r.Dy()
	out, first := zeros(p.channels, w, h), floorHalf(r.Min.Y)-2
	// Rows of p that r reads, enlarged across.
	rows := make([][]float32, floorHalf(r.Max.Y-1)+3-first)
	for i := range rows {
		rows[i] = p.across(min(max(first+i, 0), p.h-1), r.Min.X, w)
	}
	for y := range h {
		from, weights := twiceTaps(r.Min.Y + y)
		for c := range p.channels {
			line := out.V[(c*h+y)*w : (c*h+y+1)*w]
			for j, weight := range weights {
				for x, v := range rows[from+j-first][c*w : (c+1)*w] {
					line[x] += float32(weight * v)
				}
			}
		}
	}
	return out.Clamp()
}

// across is w values of a row at twice its width, from x on, all channels one
// after another.
func (p *Picture) across(y, x, w int) []float32 {
	line := make([]float32, p.channels*w)
	for i := range w {
		from, weights := twiceTaps(x + i)
		for c := range p.channels {
			var sum float32
			for j, weight := range weights {
				sum += float32(weight * float32(p.Byte(c, min(max(from+j, 0), p.w-1), y)))
			}
			line[c*w+i] = sum / 255
		}
	}
	return line
}

// twiceTaps are the weights of output i, and the input that the first is of.
func twiceTaps(i int) (from int, weights [4]float32) {
	at := 0.75 // beyond the second of the four
	from = floorHalf(i) - 2
	if i&1 == 1 {
		at, from = 0.25, from+1
	}
	for j := range weights {
		weights[j] = float32(cubic(float64(j) - 1 - at))
	}
	return from, weights
}

// floorHalf is i/2, rounded down.
func floorHalf(i int) int { return i >> 1 }
