package widgets

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"cascata/ui/look"
)

// A Thumb is a small picture in a square, whole, with a tip. A click, Enter or
// Space shows it larger.
type Thumb struct {
	Control
	OnOpen func(img image.Image)

	image *canvas.Image
	side  float32
}

var (
	_ fyne.Tappable      = (*Thumb)(nil)
	_ fyne.Focusable     = (*Thumb)(nil)
	_ desktop.Hoverable  = (*Thumb)(nil)
	_ desktop.Cursorable = (*Thumb)(nil)
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

// Image is the picture that is shown; nil: none.
func (t *Thumb) Image() image.Image { return t.image.Image }

// Tapped implements fyne.Tappable.
func (t *Thumb) Tapped(*fyne.PointEvent) {
	if t.image.Image != nil {
		t.Hint.Out()
		Call1(t.OnOpen, t.image.Image)
	}
}

// Cursor implements desktop.Cursorable.
func (t *Thumb) Cursor() desktop.Cursor {
	if t.image.Image == nil {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// TypedKey implements fyne.Focusable.
func (t *Thumb) TypedKey(e *fyne.KeyEvent) {
	if isPress(e) {
		t.Tapped(nil)
		return
	}
	Pass(t, e)
}

// CreateRenderer implements fyne.Widget.
func (t *Thumb) CreateRenderer() fyne.WidgetRenderer {
	back, frame := NewFill(look.ColorRaised), canvas.NewRectangle(nil)
	return &Drawing{
		Of:    t,
		Parts: []fyne.CanvasObject{back, t.image, frame},
		Least: func() fyne.Size { return fyne.NewSize(t.side, t.side) },
		Place: func(size fyne.Size) {
			back.Resize(size)
			t.image.Resize(size)
			frame.Resize(size)
		},
		Paint: func() {
			frame.FillColor, frame.CornerRadius = nil, 2
			ring(frame, t.focused, ringWidth)
		},
	}
}
