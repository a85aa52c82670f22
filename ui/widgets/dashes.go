package widgets

import (
	"image"
	"image/draw"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"cascata/ui/look"
)

// newDashes is a dashed outline. Each side is an object of its own: what lies
// between them is not drawn.
func newDashes() *fyne.Container {
	return container.New(dashesLayout{}, canvas.NewRaster(dashes), canvas.NewRaster(dashes), canvas.NewRaster(dashes), canvas.NewRaster(dashes))
}

// dashesLayout is top, bottom, left, right.
type dashesLayout struct{}

func (dashesLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (dashesLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w, h := size.Width, size.Height
	thick := max(float32(int((w+h)/200)), 1) // about a hundredth of a side
	for i, at := range [4][4]float32{{0, 0, w, thick}, {0, h - thick, w, thick}, {0, 0, thick, h}, {w - thick, 0, thick, h}} {
		objects[i].Move(fyne.NewPos(at[0], at[1]))
		objects[i].Resize(fyne.NewSize(at[2], at[3]))
	}
}

// dashes is a dashed line along the longer side of w by h device pixels. It
// leaves the corners free.
func dashes(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	thick, long := max(min(w, h), 1), max(w, h)
	dash, corner := 4*thick, 6*thick
	for at := corner; at < long-corner; at += 2 * dash {
		end := min(at+dash, long-corner)
		line := image.Rect(at, 0, end, h)
		if h > w {
			line = image.Rect(0, at, w, end)
		}
		draw.Draw(img, line, image.NewUniform(look.Shade(look.ColorLine)), image.Point{}, draw.Src)
	}
	return img
}
