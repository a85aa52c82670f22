package recipe

import (
	"image"

	"golang.org/x/image/draw"
)

// PreviewSide is the longer side of a preview file, pixels.
const PreviewSide = 256

// Enlarge scales img so that its longer side is about side pixels, smoothly.
// A picture that is larger stays as it is.
func Enlarge(img *image.RGBA, side int) *image.RGBA {
	b := img.Bounds()
	k := side / max(b.Dx(), b.Dy(), 1)
	if k <= 1 {
		return img
	}
	big := image.NewRGBA(image.Rect(0, 0, b.Dx()*k, b.Dy()*k))
	draw.BiLinear.Scale(big, big.Bounds(), img, b, draw.Src, nil)
	return big
}
