package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// A bar is the progress of one picture in parts: composition, detail, picture.
// Its methods belong to the window's goroutine.
type bar struct {
	widget.BaseWidget
	weights []float32 // how long each part is, relative to the others
	done    []float32 // 0 to 1 of each part
}

func newBar(weights ...float32) *bar {
	b := &bar{weights: weights, done: make([]float32, len(weights))}
	b.ExtendBaseWidget(b)
	return b
}

// set says that part is done to a share, and every part before it wholly.
func (b *bar) set(part int, share float32) {
	for i := range b.done {
		switch {
		case i < part:
			b.done[i] = 1
		case i == part:
			b.done[i] = share
		default:
			b.done[i] = 0
		}
	}
	b.Refresh()
}

func (b *bar) CreateRenderer() fyne.WidgetRenderer {
	r := &barRenderer{bar: b}
	for range b.weights {
		r.tracks = append(r.tracks, canvas.NewRectangle(color.Transparent))
		r.fills = append(r.fills, canvas.NewRectangle(color.Transparent))
	}
	r.Refresh()
	return r
}

type barRenderer struct {
	bar           *bar
	tracks, fills []*canvas.Rectangle
}

const (
	barHeight = 4
	barGap    = 3
)

func (r *barRenderer) MinSize() fyne.Size { return fyne.NewSize(120, barHeight) }

func (r *barRenderer) Layout(size fyne.Size) {
	var sum float32
	for _, w := range r.bar.weights {
		sum += w
	}
	width := size.Width - barGap*float32(len(r.tracks)-1)
	x := float32(0)
	for i, w := range r.bar.weights {
		part := width * w / sum
		r.tracks[i].Move(fyne.NewPos(x, 0))
		r.tracks[i].Resize(fyne.NewSize(part, barHeight))
		r.fills[i].Move(fyne.NewPos(x, 0))
		r.fills[i].Resize(fyne.NewSize(part*r.bar.done[i], barHeight))
		x += part + barGap
	}
}

func (r *barRenderer) Refresh() {
	v := fyne.CurrentApp().Settings().ThemeVariant()
	th := fyne.CurrentApp().Settings().Theme()
	for i := range r.tracks {
		r.tracks[i].FillColor, r.tracks[i].CornerRadius = th.Color(colorLine, v), barHeight/2
		r.fills[i].FillColor, r.fills[i].CornerRadius = th.Color(theme.ColorNamePrimary, v), barHeight/2
	}
	r.Layout(r.bar.Size())
	for i := range r.tracks {
		r.tracks[i].Refresh()
		r.fills[i].Refresh()
	}
}

func (r *barRenderer) Objects() []fyne.CanvasObject {
	var o []fyne.CanvasObject
	for i := range r.tracks {
		o = append(o, r.tracks[i], r.fills[i])
	}
	return o
}

func (r *barRenderer) Destroy() {}
