package widgets

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"cascata/ui/look"
)

// A Drawing renders a widget from a few shapes. paint takes colours and texts
// from the widget's state, layout their places; both are called at a refresh.
type Drawing struct {
	Of      fyne.Widget
	Parts   []fyne.CanvasObject
	Least   func() fyne.Size
	Place   func(fyne.Size)
	Paint   func()
	painted bool
}

var _ fyne.WidgetRenderer = (*Drawing)(nil)

// MinSize implements fyne.WidgetRenderer.
func (d *Drawing) MinSize() fyne.Size { d.first(); return d.Least() }

// Objects implements fyne.WidgetRenderer.
func (d *Drawing) Objects() []fyne.CanvasObject { d.first(); return d.Parts }

// Layout implements fyne.WidgetRenderer.
func (d *Drawing) Layout(size fyne.Size) { d.first(); d.Place(size) }

// Destroy implements fyne.WidgetRenderer.
func (d *Drawing) Destroy() {}

// first paints before anything is measured or shown.
func (d *Drawing) first() {
	if !d.painted {
		d.painted = true
		d.Paint()
	}
}

// Refresh implements fyne.WidgetRenderer.
func (d *Drawing) Refresh() {
	d.painted = true
	d.Paint()
	d.Place(d.Of.Size())
	canvas.Refresh(d.Of)
}

// letter sets what a text looks like.
func letter(t *canvas.Text, text string, color fyne.ThemeColorName, size fyne.ThemeSizeName) {
	t.Text, t.Color, t.TextSize = text, look.Shade(color), theme.Size(size)
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
