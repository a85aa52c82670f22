// Package preview turns latents and network outputs into pictures.
package preview

import "image"

// Linear makes a picture of a latent, one pixel a cell. M has a row R G B for
// every channel and a last one that is added: rgb = latent . M, in [0, 1].
type Linear struct {
	M [][3]float32
}

// Render returns the picture of a latent [channels, height, width], clamped
// and opaque. It draws on dst where that has the size, so that a caller who
// keeps dst allocates nothing.
func (l *Linear) Render(dst *image.RGBA, latent []float32, width, height int) *image.RGBA {
	dst = canvas(dst, width, height)
	n := width * height
	channels := len(l.M) - 1
	latent = latent[:channels*n]
	for i := range n {
		rgb := l.M[channels]
		for c, m := range l.M[:channels] {
			v := latent[c*n+i]
			rgb[0] += v * m[0]
			rgb[1] += v * m[1]
			rgb[2] += v * m[2]
		}
		p := dst.Pix[4*i : 4*i+4 : 4*i+4]
		p[0], p[1], p[2], p[3] = quantise(rgb[0]), quantise(rgb[1]), quantise(rgb[2]), 255
	}
	return dst
}

// The matrices for Stable Cascade's own latents, for models whose cascata.json
// has none. They are coarse: two digits, read off published reference values
// for these latents, which give v in [-1, 1], by rgb = (v + 1)/2. A least
// squares fit of latents to shrunken pictures is finer and belongs into
// cascata.json.
var (
	Prior = &Linear{M: [][3]float32{
		{-0.02, -0.01, -0.01}, {-0.08, -0.02, 0.01}, {0.04, 0.03, 0}, {-0.03, 0.02, 0.07},
		{0.04, -0.02, -0.09}, {-0.04, -0.03, -0.08}, {0.09, 0.06, 0.05}, {0.04, 0.07, 0.02},
		{-0.09, -0.09, -0.07}, {0.12, 0.08, 0.05}, {0.1, 0.05, 0.03}, {0.01, 0.02, 0},
		{0.02, -0.03, -0.09}, {-0.08, -0.05, -0.07}, {0.03, 0.08, 0.07}, {-0.02, -0.08, -0.13},
		{0.5, 0.5, 0.5},
	}}
	Decoder = &Linear{M: [][3]float32{
		{0.06, 0.1, 0.05}, {-0.1, -0.01, -0.01}, {-0.15, -0.08, 0.02}, {0.01, -0.08, -0.2},
		{0.5, 0.5, 0.5},
	}}
)
