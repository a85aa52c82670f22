package uitest

import (
	"image/color"
	"math"
)

// Over is a colour laid over an opaque one.
func Over(c, under color.Color) color.Color {
	r, g, b, a := c.RGBA()
	x, y, z, _ := under.RGBA()
	mix := func(c, under uint32) uint8 { return uint8((c + under*(0xffff-a)/0xffff) >> 8) }
	return color.NRGBA{mix(r, x), mix(g, y), mix(b, z), 255}
}

// Contrast is that of WCAG 2.1: from 1, none, to 21.
func Contrast(a, b color.Color) float64 {
	light := func(c color.Color) float64 {
		r, g, b, _ := c.RGBA()
		lin := func(v uint32) float64 {
			f := float64(v) / 0xffff
			if f <= 0.03928 {
				return f / 12.92
			}
			return math.Pow((f+0.055)/1.055, 2.4)
		}
		return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
