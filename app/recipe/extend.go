package recipe

import (
	"image"

	"golang.org/x/image/draw"

	"cascata/app/disk"
)

// Sides are the four of a picture: how much is added at each, as a share of its
// width or height, 0 to 1.
type Sides struct{ Left, Top, Right, Bottom float64 }

// extendSoft is how far into the picture the mask is soft, as a share of what is
// added beside it.
const extendSoft = 8

// Extend is a picture with room at its sides, and the mask of that room: white
// where something is to be painted, soft towards the picture. The room shows the
// pixels of the edge that is nearest, which is what the composition begins from. A
// picture beyond the bounds of package disk is an error.
func Extend(img image.Image, by Sides) (*image.RGBA, *image.Gray, error) {
	b := img.Bounds()
	add := func(share float64, side int) int { return int(min(max(share, 0), 1)*float64(side) + 0.5) }
	left, top := add(by.Left, b.Dx()), add(by.Top, b.Dy())
	right, bottom := add(by.Right, b.Dx()), add(by.Bottom, b.Dy())
	w, h := left+b.Dx()+right, top+b.Dy()+bottom
	if err := disk.CheckPixels(w, h); err != nil {
		return nil, nil, err
	}
	inner := image.Rect(left, top, left+b.Dx(), top+b.Dy())
	out, mask := image.NewRGBA(image.Rect(0, 0, w, h)), image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(out, inner, img, b.Min, draw.Src)
	for y := range h {
		sy := min(max(y, inner.Min.Y), inner.Max.Y-1)
		for x := range w {
			if sx := min(max(x, inner.Min.X), inner.Max.X-1); sx != x || sy != y {
				copy(out.Pix[out.PixOffset(x, y):][:4], out.Pix[out.PixOffset(sx, sy):])
			}
			mask.Pix[mask.PixOffset(x, y)] = max(
				rim(x-inner.Min.X, left), rim(inner.Max.X-1-x, right), rim(y-inner.Min.Y, top), rim(inner.Max.Y-1-y, bottom))
		}
	}
	return out, mask, nil
}

// rim is the mask at a distance from an edge, inwards, beside which so much is
// added.
func rim(inwards, added int) uint8 {
	soft := added / extendSoft
	switch {
	case added == 0 || inwards >= soft:
		return 0
	case inwards < 0:
		return 255
	}
	return uint8(255 * (soft - inwards) / (soft + 1))
}
