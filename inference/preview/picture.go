package preview

import "image"

// Picture turns a network's picture [3, h, w], RGB of which [0, 1] is shown,
// into an opaque sRGB image.
func Picture(rgb []float32, w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	n := w * h
	red, green, blue := rgb[:n], rgb[n:2*n], rgb[2*n:3*n]
	pix := img.Pix
	for i := range n {
		p := pix[4*i : 4*i+4 : 4*i+4]
		p[0], p[1], p[2], p[3] = level(red[i]), level(green[i]), level(blue[i]), 255
	}
	return img
}

// round2 is 1.5 * 2^23: a float32 from 0 to 255 added to it is rounded to a
// whole number, ties to even, as numpy rounds.
const round2 = 12582912

// level is an 8-bit level, rounded as diffusers does. NaN is black.
func level(v float32) uint8 {
	if !(v > 0) {
		return 0
	}
	if v >= 1 {
		return 255
	}
	return uint8(float32(v*255+round2) - round2)
}
