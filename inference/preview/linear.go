// Package preview turns latents and network outputs into pictures.
package preview

import (
	"encoding/binary"
	"image"
	"math"
)

// Linear makes a picture of a latent, one pixel a cell. M has a row R G B for
// every channel and a last one that is added: rgb = latent . M, in [0, 1].
type Linear struct {
	M [][3]float32
}

// Render returns the picture of a latent [channels, height, width], clamped,
// rounded and opaque. It draws on dst where that has the size, so that a
// caller who keeps dst allocates nothing.
func (l *Linear) Render(dst *image.RGBA, latent []float32, width, height int) *image.RGBA {
	dst = canvas(dst, width, height)
	n, channels := width*height, len(l.M)-1
	latent = latent[:channels*n]
	bias := levels(l.M[channels])
	var sum [3][block]float32 // of red, green and blue, in levels
	for from := 0; from < n; from += block {
		size := min(block, n-from)
		r, g, b := sum[0][:size], sum[1][:size], sum[2][:size]
		for i := range r {
			r[i], g[i], b[i] = bias[0], bias[1], bias[2]
		}
		for c := 0; c < channels; c += 4 {
			var m [4][3]float32
			var in [4][]float32
			for k := range in {
				in[k] = latent[from : from+size] // times 0 beyond the last channel
				if c+k < channels {
					in[k] = latent[(c+k)*n+from:][:size]
					m[k] = levels(l.M[c+k])
				}
			}
			add(r, g, b, in, &m)
		}
		pix := dst.Pix[4*from:][:4*size]
		for i := range r {
			binary.LittleEndian.PutUint32(pix[4*i:], level(r[i])|level(g[i])<<8|level(b[i])<<16|255<<24)
		}
	}
	return dst
}

// block is how many cells are drawn at once: few enough to stay in the cache.
const block = 512

// add adds four channels, each times its colour. It is what rendering spends
// its time with.
func add(r, g, b []float32, in [4][]float32, m *[4][3]float32) {
	n := len(r)
	g, b = g[:n], b[:n]
	w, x, y, z := in[0][:n], in[1][:n], in[2][:n], in[3][:n]
	mw, mx, my, mz := m[0], m[1], m[2], m[3]
	for i := range r {
		w, x, y, z := w[i], x[i], y[i], z[i]
		r[i] += w*mw[0] + x*mx[0] + y*my[0] + z*mz[0]
		g[i] += w*mw[1] + x*mx[1] + y*my[1] + z*mz[1]
		b[i] += w*mw[2] + x*mx[2] + y*my[2] + z*mz[2]
	}
}

// levels are the same in levels of 255.
func levels(rgb [3]float32) [3]float32 { return [3]float32{255 * rgb[0], 255 * rgb[1], 255 * rgb[2]} }

// level is x rounded half to even and clamped to 0 to 255. What is not a
// number is 0. Beside a large number a small one leaves whole units in the
// lowest bits; numbers beyond those end up outside of 0 to 255.
func level(x float32) uint32 {
	const large = 3 << 22
	i := math.Float32bits(x+large) - large32
	if i > 255 {
		if x > 0 {
			return 255
		}
		return 0
	}
	return i
}

const large32 = 0x4b400000 // the bits of 3 << 22
