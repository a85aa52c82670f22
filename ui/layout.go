package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// padded puts space around o: x left and right, y above and below.
func padded(x, y float32, o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(y, y, x, x), o)
}

// centred puts o in the middle of the height at the full width.
func centred(o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewVBox(layout.NewSpacer(), o, layout.NewSpacer())
}

// heading is the caption of a group, with the field's own term dim beside it.
func heading(text, term string) fyne.CanvasObject {
	name := widget.NewLabelWithStyle(text, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	dim := widget.NewLabel(term)
	dim.Importance = widget.LowImportance
	dim.SizeName = theme.SizeNameCaptionText
	return container.NewBorder(nil, nil, name, dim)
}

// panel is o on the panel's colour, w wide, with a line at its right.
func panel(w float32, o fyne.CanvasObject) fyne.CanvasObject {
	back := newFill(colorPanel)
	line := newFill(colorLine)
	return container.NewBorder(nil, nil, nil, fixedWidth(1, line), fixedWidth(w, container.NewStack(back, o)))
}

// A fill is a rectangle in a colour of the theme, and changes with it.
type fill struct {
	widget.BaseWidget
	name fyne.ThemeColorName
}

func newFill(name fyne.ThemeColorName) *fill {
	f := &fill{name: name}
	f.ExtendBaseWidget(f)
	return f
}

func (f *fill) CreateRenderer() fyne.WidgetRenderer {
	r := &fillRenderer{fill: f, rect: canvas.NewRectangle(nil)}
	r.WidgetRenderer = widget.NewSimpleRenderer(r.rect)
	r.Refresh()
	return r
}

type fillRenderer struct {
	fyne.WidgetRenderer
	fill *fill
	rect *canvas.Rectangle
}

func (r *fillRenderer) Refresh() {
	s := fyne.CurrentApp().Settings()
	r.rect.FillColor = s.Theme().Color(r.fill.name, s.ThemeVariant())
	r.rect.Refresh()
}
