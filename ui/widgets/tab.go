package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"cascata/ui/look"
)

// Tabs are the places of the window, one of them underlined.
type Tabs struct{ options }

var (
	_ fyne.Tappable     = (*Tabs)(nil)
	_ fyne.Focusable    = (*Tabs)(nil)
	_ desktop.Hoverable = (*Tabs)(nil)
)

// NewTabs starts in the first place. changed is called with where the artist goes.
func NewTabs(changed func(i int), names ...string) *Tabs {
	t := &Tabs{options{OnChanged: changed, names: names, under: -1}}
	t.Extend(t)
	return t
}

// CreateRenderer implements fyne.Widget.
func (t *Tabs) CreateRenderer() fyne.WidgetRenderer {
	const (
		height = 46
		pad    = 11
	)
	line, focus := canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	objects := []fyne.CanvasObject{focus, line}
	var texts []*canvas.Text
	for range t.names {
		texts = append(texts, canvas.NewText("", nil))
		objects = append(objects, texts[len(texts)-1])
	}
	width := func(i int) float32 {
		return fyne.MeasureText(t.names[i], theme.Size(look.SizeText), fyne.TextStyle{}).Width + 2*pad
	}
	return &Drawing{
		Of:    t,
		Parts: objects,
		Least: func() fyne.Size {
			w := float32(0)
			for i := range t.names {
				w += width(i)
			}
			return fyne.NewSize(w, height)
		},
		Place: func(size fyne.Size) {
			t.boxes = t.boxes[:0]
			x := float32(0)
			for i, text := range texts {
				w := width(i)
				t.boxes = append(t.boxes, box{fyne.NewPos(x, 0), fyne.NewSize(w, size.Height)})
				place(text, x, 0, w, size.Height)
				if i == t.at {
					line.Move(fyne.NewPos(x+pad-2, size.Height-2))
					line.Resize(fyne.NewSize(w-2*pad+4, 2))
					focus.Move(fyne.NewPos(x+2, (size.Height-look.RowHeight)/2))
					focus.Resize(fyne.NewSize(w-4, look.RowHeight))
				}
				x += w
			}
		},
		Paint: func() {
			line.FillColor = look.Shade(look.ColorAccent)
			focus.FillColor, focus.CornerRadius = nil, look.Radius
			ring(focus, t.focused, 1)
			for i, text := range texts {
				color := look.ColorDim
				if i == t.at || i == t.under {
					color = look.ColorText
				}
				letter(text, t.names[i], color, look.SizeText)
				text.Alignment = fyne.TextAlignCenter
			}
		},
	}
}
