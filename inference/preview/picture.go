package preview

import (
	"image"
	"math"
)

// Picture returns the picture of rgb, planes [3, height, width] in [0, 1]: a
// Stage A output, or a previewer's. Values beyond are clamped, and what is not
// a number is black.
func Picture(rgb []float32, width, height int) *image.RGBA {
	return drawInto(nil, rgb, width, height)
}

// drawInto is Picture on dst where that has the size.
func drawInto(dst *image.RGBA, rgb []float32, width, height int) *image.RGBA {
	dst = canvas(dst, width, height)
	n := width * height
	r, g, b := rgb[:n:n], rgb[n:2*n:2*n], rgb[2*n:3*n:3*n]
	pix := dst.Pix[:4*n]
	for i := range r {
		p := pix[4*i : 4*i+4 : 4*i+4]
		p[0], p[1], p[2], p[3] = quantise(r[i]), quantise(g[i]), quantise(b[i]), 255
	}
	return dst
}

// quantise is clamp(x, 0, 1)*255 rounded half to even, in float32, as numpy
// rounds. Adding 2^23 leaves the rounded number in the low bits.
func quantise(x float32) byte {
	if !(x > 0) {
		return 0
	}
	if x >= 1 {
		return 255
	}
	return byte(math.Float32bits(float32(x*255) + 1<<23))
}

// canvas returns dst where it is width by height, else a new image.
func canvas(dst *image.RGBA, width, height int) *image.RGBA {
	size := image.Rect(0, 0, width, height)
	if dst != nil && dst.Rect == size && dst.Stride == 4*width {
		return dst
	}
	return image.NewRGBA(size)
}
