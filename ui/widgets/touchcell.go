package widgets

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// A TouchCell is a small picture that is touched with the pointer or with the
// arrows, and opened with a double click or Enter.
type TouchCell struct {
	widget.BaseWidget
	KeyWatch
	touched func()
	moved   func(by fyne.Position) // an arrow
	opened  func()

	back    *canvas.Rectangle
	Image   *canvas.Image
	text    *Text
	focused bool
	chosen  bool
}

var (
	_ fyne.Tappable       = (*TouchCell)(nil)
	_ fyne.DoubleTappable = (*TouchCell)(nil)
	_ fyne.Focusable      = (*TouchCell)(nil)
	_ desktop.Hoverable   = (*TouchCell)(nil)
)

// NewTouchCell calls touched where the pointer or the keyboard comes to it, moved with a step by arrow keys, and opened for Enter or a double click.
func NewTouchCell(touched func(), moved func(fyne.Position), opened func()) *TouchCell {
	c := &TouchCell{touched: touched, moved: moved, opened: opened,
		back: canvas.NewRectangle(nil), Image: canvas.NewImageFromImage(nil), text: NewDim("").Centre().Shrink()}
	c.Image.FillMode, c.Image.ScaleMode = canvas.ImageFillContain, canvas.ImageScaleFastest
	c.Image.Hide() // an image of nothing is drawn too
	c.ExtendBaseWidget(c)
	return c
}

// SetImage shows a picture.
func (c *TouchCell) SetImage(img *image.RGBA) {
	if img == nil {
		return
	}
	c.Image.Image = img
	c.Image.Show()
	c.Image.Refresh()
}

// SetText says something in the picture's place.
func (c *TouchCell) SetText(text string) { c.text.SetText(text) }

// SetChosen draws the frame of what is chosen, or takes it away.
func (c *TouchCell) SetChosen(yes bool) {
	if c.chosen != yes {
		c.chosen = yes
		c.Refresh()
	}
}

// TakeFocus gives it the keyboard.
func (c *TouchCell) TakeFocus() {
	if cv := fyne.CurrentApp().Driver().CanvasForObject(c); cv != nil {
		cv.Focus(c)
	}
}

// Tapped implements fyne.Tappable.
func (c *TouchCell) Tapped(*fyne.PointEvent) { c.TakeFocus(); c.touched() }

// DoubleTapped implements fyne.DoubleTappable.
func (c *TouchCell) DoubleTapped(*fyne.PointEvent) { c.opened() }

// MouseIn implements desktop.Hoverable.
func (c *TouchCell) MouseIn(*desktop.MouseEvent) { c.touched() }

// MouseMoved implements desktop.Hoverable.
func (c *TouchCell) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (c *TouchCell) MouseOut() {}

// FocusGained implements fyne.Focusable.
func (c *TouchCell) FocusGained() { c.focused = true; c.touched(); c.Refresh(); tellFocus(c) }

// FocusLost implements fyne.Focusable.
func (c *TouchCell) FocusLost() { c.focused = false; c.Refresh() }

// TypedRune implements fyne.Focusable.
func (c *TouchCell) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (c *TouchCell) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		c.moved(fyne.NewPos(-1, 0))
	case fyne.KeyRight:
		c.moved(fyne.NewPos(1, 0))
	case fyne.KeyUp:
		c.moved(fyne.NewPos(0, -1))
	case fyne.KeyDown:
		c.moved(fyne.NewPos(0, 1))
	case fyne.KeyReturn, fyne.KeyEnter:
		c.opened()
	default:
		Pass(c, e)
	}
}

// CreateRenderer implements fyne.Widget.
func (c *TouchCell) CreateRenderer() fyne.WidgetRenderer { return &touchFace{c} }

type touchFace struct{ c *TouchCell }

func (f *touchFace) MinSize() fyne.Size { return fyne.NewSize(48, 48) }
func (f *touchFace) Destroy()           {}
func (f *touchFace) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{f.c.back, f.c.text, f.c.Image}
}

func (f *touchFace) Layout(size fyne.Size) {
	const ring = 2
	f.c.back.Resize(size)
	f.c.Image.Move(fyne.NewPos(ring, ring))
	f.c.Image.Resize(size.SubtractWidthHeight(2*ring, 2*ring))
	h := f.c.text.MinSize().Height
	f.c.text.Move(fyne.NewPos(0, (size.Height-h)/2))
	f.c.text.Resize(fyne.NewSize(size.Width, h))
}

func (f *touchFace) Refresh() {
	b := f.c.back
	b.CornerRadius, b.FillColor, b.StrokeWidth, b.StrokeColor = 4, theme.Color(look.ColorRaised), 0, nil
	if f.c.chosen || f.c.focused {
		b.StrokeWidth, b.StrokeColor = 2, theme.Color(look.ColorAccent)
	}
	b.Refresh()
	f.c.text.Refresh()
}
