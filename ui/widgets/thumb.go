package widgets

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"cascata/ui/look"
)

// A Thumb is a small picture in a square, whole, with a tip.
type Thumb struct {
	Control
	image *canvas.Image
	side  float32
}

var (
	_ fyne.Widget       = (*Thumb)(nil)
	_ desktop.Hoverable = (*Thumb)(nil)
)

// NewThumb shows nothing yet. side is in units of the canvas.
func NewThumb(side float32) *Thumb {
	t := &Thumb{image: canvas.NewImageFromImage(nil), side: side}
	t.image.FillMode, t.image.ScaleMode = canvas.ImageFillContain, canvas.ImageScaleSmooth
	t.image.Hide() // an image of nothing is drawn too
	t.Extend(t)
	return t
}

// Set shows a picture, which must not change afterwards.
func (t *Thumb) Set(img image.Image) {
	t.image.Image = img
	t.image.Show()
	t.image.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (t *Thumb) CreateRenderer() fyne.WidgetRenderer {
	back := NewFill(look.ColorRaised)
	return &Drawing{
		Of:    t,
		Parts: []fyne.CanvasObject{back, t.image},
		Least: func() fyne.Size { return fyne.NewSize(t.side, t.side) },
		Place: func(size fyne.Size) {
			back.Resize(size)
			t.image.Resize(size)
		},
		Paint: func() {},
	}
}
