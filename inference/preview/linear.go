// Package preview turns what the networks produce into pictures: latents into
// small previews while sampling, and Stage A's output into the finished one.
package preview

import "image"

// A Linear maps every cell of a latent to a colour: rgb = z . M + bias, in
// [0, 1]. M has one row a channel, each R G B, and the bias as its last row.
type Linear struct{ M [][3]float32 }

// Prior and Decoder suit the released Stable Cascade weights. They are the
// published factors for its latents, halved and centred on 0.5, because those
// give colours in [-1, 1].
var (
	Prior = centred([][3]float32{
		{-0.0326, -0.0204, -0.0127}, {-0.1592, -0.0427, 0.0216}, {0.0873, 0.0638, -0.0020}, {-0.0602, 0.0442, 0.1304},
		{0.0800, -0.0313, -0.1796}, {-0.0810, -0.0638, -0.1581}, {0.1791, 0.1180, 0.0967}, {0.0740, 0.1416, 0.0432},
		{-0.1745, -0.1888, -0.1373}, {0.2412, 0.1577, 0.0928}, {0.1908, 0.0998, 0.0682}, {0.0209, 0.0365, -0.0092},
		{0.0448, -0.0650, -0.1728}, {-0.1658, -0.1045, -0.1308}, {0.0542, 0.1545, 0.1325}, {-0.0352, -0.1672, -0.2541},
	})
	Decoder = centred([][3]float32{
		{0.1121, 0.2006, 0.1023}, {-0.2093, -0.0222, -0.0195}, {-0.3087, -0.1535, 0.0366}, {0.0290, -0.1574, -0.4078},
	})
)

// centred turns factors for [-1, 1] into a map to [0, 1].
func centred(factors [][3]float32) *Linear {
	l := &Linear{}
	for _, f := range factors {
		l.M = append(l.M, [3]float32{f[0] / 2, f[1] / 2, f[2] / 2})
	}
	l.M = append(l.M, [3]float32{0.5, 0.5, 0.5})
	return l
}

// Render draws a latent [c, h, w], c being len(M)-1, one pixel a cell. It
// draws into dst if that has the size, else into a new picture, and returns it.
func (l *Linear) Render(dst *image.RGBA, latent []float32, w, h int) *image.RGBA {
	dst = sized(dst, w, h)
	n := w * h
	bias := l.M[len(l.M)-1]
	for i := range n {
		r, g, b := bias[0], bias[1], bias[2]
		for c, m := range l.M[:len(l.M)-1] {
			z := latent[c*n+i]
			r += z * m[0]
			g += z * m[1]
			b += z * m[2]
		}
		dst.Pix[4*i], dst.Pix[4*i+1], dst.Pix[4*i+2], dst.Pix[4*i+3] = level(r), level(g), level(b), 255
	}
	return dst
}

func sized(dst *image.RGBA, w, h int) *image.RGBA {
	if r := image.Rect(0, 0, w, h); dst == nil || dst.Rect != r {
		return image.NewRGBA(r)
	}
	return dst
}
