package widgets

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// A drawing renders a widget from a few shapes. paint takes colours and texts
// from the widget's state, layout their places; both are called at a refresh.
type drawing struct {
	of      fyne.Widget
	objects []fyne.CanvasObject
	min     func() fyne.Size
	layout  func(fyne.Size)
	paint   func()
	painted bool
}

var _ fyne.WidgetRenderer = (*drawing)(nil)

func (d *drawing) MinSize() fyne.Size           { d.first(); return d.min() }
func (d *drawing) Objects() []fyne.CanvasObject { d.first(); return d.objects }
func (d *drawing) Layout(size fyne.Size)        { d.first(); d.layout(size) }
func (d *drawing) Destroy()                     {}

// first paints before anything is measured or shown.
func (d *drawing) first() {
	if !d.painted {
		d.painted = true
		d.paint()
	}
}

func (d *drawing) Refresh() {
	d.painted = true
	d.paint()
	d.layout(d.of.Size())
	canvas.Refresh(d.of)
}

// letter sets what a text looks like.
func letter(t *canvas.Text, text string, color fyne.ThemeColorName, size fyne.ThemeSizeName) {
	t.Text, t.Color, t.TextSize = text, shade(color), theme.Size(size)
}

// place puts a text's box somewhere, in the middle of the height.
func place(t *canvas.Text, x, y, w, h float32) {
	m := t.MinSize()
	t.Move(fyne.NewPos(x, y+(h-m.Height)/2))
	t.Resize(fyne.NewSize(w, m.Height))
}

// ellipsis is text as far as it is no wider than w.
func ellipsis(text string, w, size float32, style fyne.TextStyle) string {
	fits := func(s string) bool { return fyne.MeasureText(s, size, style).Width <= w+0.5 }
	if text == "" || fits(text) {
		return text
	}
	runes := []rune(text)
	lo, hi := 0, len(runes) // the longest start that fits lies between them
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if fits(string(runes[:mid]) + "…") {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return strings.TrimRight(string(runes[:lo]), " ,.") + "…"
}

// show shows or hides o.
func show(o fyne.CanvasObject, yes bool) {
	if yes {
		o.Show()
	} else {
		o.Hide()
	}
}

// lighter is a colour a little brighter.
func lighter(c color.Color) color.Color {
	r, g, b, a := c.RGBA()
	turn := func(v uint32) uint8 { return uint8(min(v*108/100, 0xffff) >> 8) }
	return color.NRGBA{turn(r), turn(g), turn(b), uint8(a >> 8)}
}
