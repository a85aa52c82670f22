package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/widgets"
)

// A touchCell is a small picture that is touched with the pointer or with the
// arrows, and opened with a double click or Enter.
type touchCell struct {
	widget.BaseWidget
	widgets.KeyWatch
	touched func()
	moved   func(by fyne.Position) // an arrow
	opened  func()

	back    *canvas.Rectangle
	image   *canvas.Image
	text    *widgets.Text
	focused bool
	chosen  bool
}

var (
	_ fyne.Tappable       = (*touchCell)(nil)
	_ fyne.DoubleTappable = (*touchCell)(nil)
	_ fyne.Focusable      = (*touchCell)(nil)
	_ desktop.Hoverable   = (*touchCell)(nil)
)

func newTouchCell(touched func(), moved func(fyne.Position), opened func()) *touchCell {
	c := &touchCell{touched: touched, moved: moved, opened: opened,
		back: canvas.NewRectangle(nil), image: canvas.NewImageFromImage(nil), text: widgets.NewDim("").Centre().Shrink()}
	c.image.FillMode, c.image.ScaleMode = canvas.ImageFillContain, canvas.ImageScaleFastest
	c.image.Hide() // an image of nothing is drawn too
	c.ExtendBaseWidget(c)
	return c
}

func (c *touchCell) setImage(img *image.RGBA) {
	if img == nil {
		return
	}
	c.image.Image = img
	c.image.Show()
	c.image.Refresh()
}

func (c *touchCell) setText(text string) { c.text.SetText(text) }

func (c *touchCell) setChosen(yes bool) {
	if c.chosen != yes {
		c.chosen = yes
		c.Refresh()
	}
}

func (c *touchCell) takeFocus() {
	if cv := fyne.CurrentApp().Driver().CanvasForObject(c); cv != nil {
		cv.Focus(c)
	}
}

func (c *touchCell) Tapped(*fyne.PointEvent)        { c.takeFocus(); c.touched() }
func (c *touchCell) DoubleTapped(*fyne.PointEvent)  { c.opened() }
func (c *touchCell) MouseIn(*desktop.MouseEvent)    { c.touched() }
func (c *touchCell) MouseMoved(*desktop.MouseEvent) {}
func (c *touchCell) MouseOut()                      {}
func (c *touchCell) FocusGained()                   { c.focused = true; c.touched(); c.Refresh(); widgets.Focused(c) }
func (c *touchCell) FocusLost()                     { c.focused = false; c.Refresh() }
func (c *touchCell) TypedRune(rune)                 {}

func (c *touchCell) TypedKey(e *fyne.KeyEvent) {
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
		passKey(c, e)
	}
}

func (c *touchCell) CreateRenderer() fyne.WidgetRenderer { return &touchFace{c} }

type touchFace struct{ c *touchCell }

func (f *touchFace) MinSize() fyne.Size { return fyne.NewSize(48, 48) }
func (f *touchFace) Destroy()           {}
func (f *touchFace) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{f.c.back, f.c.text, f.c.image}
}

func (f *touchFace) Layout(size fyne.Size) {
	const ring = 2
	f.c.back.Resize(size)
	f.c.image.Move(fyne.NewPos(ring, ring))
	f.c.image.Resize(size.SubtractWidthHeight(2*ring, 2*ring))
	h := f.c.text.MinSize().Height
	f.c.text.Move(fyne.NewPos(0, (size.Height-h)/2))
	f.c.text.Resize(fyne.NewSize(size.Width, h))
}

func (f *touchFace) Refresh() {
	b := f.c.back
	b.CornerRadius, b.FillColor, b.StrokeWidth, b.StrokeColor = 4, theme.Color(widgets.ColorRaised), 0, nil
	if f.c.chosen || f.c.focused {
		b.StrokeWidth, b.StrokeColor = 2, theme.Color(widgets.ColorAccent)
	}
	b.Refresh()
	f.c.text.Refresh()
}
