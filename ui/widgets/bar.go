package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// A Bar is the progress of one picture in parts: composition, detail, picture.
// Each part is as wide as it takes long.
type Bar struct {
	widget.BaseWidget
	weights []float32 // relative to each other
	done    []float32 // 0 to 1 of each part
}

var _ fyne.Widget = (*Bar)(nil)

// NewBar has a part for each weight. Weights are above 0.
func NewBar(weights ...float32) *Bar {
	b := &Bar{weights: weights, done: make([]float32, len(weights))}
	b.ExtendBaseWidget(b)
	return b
}

// SetWeights changes how long the parts are; there must be as many as before.
func (b *Bar) SetWeights(weights ...float32) {
	if len(weights) == len(b.weights) {
		copy(b.weights, weights)
		b.Refresh()
	}
}

// Set says that a part is done to a share, and every part before it wholly.
func (b *Bar) Set(part int, share float32) {
	for i := range b.done {
		switch {
		case i < part:
			b.done[i] = 1
		case i == part:
			b.done[i] = min(max(share, 0), 1)
		default:
			b.done[i] = 0
		}
	}
	b.Refresh()
}

// Done is how much of each part is done, 0 to 1.
func (b *Bar) Done() []float32 { return append([]float32(nil), b.done...) }

// CreateRenderer implements fyne.Widget.
func (b *Bar) CreateRenderer() fyne.WidgetRenderer {
	const (
		height = 4
		space  = 3
	)
	var tracks, fills []*canvas.Rectangle
	d := &Drawing{Of: b}
	for range b.weights {
		t, f := canvas.NewRectangle(nil), canvas.NewRectangle(nil)
		t.CornerRadius, f.CornerRadius = height/2, height/2
		tracks, fills = append(tracks, t), append(fills, f)
		d.Parts = append(d.Parts, t, f)
	}
	d.Least = func() fyne.Size { return fyne.NewSize(120, height) }
	d.Place = func(size fyne.Size) {
		var sum float32
		for _, w := range b.weights {
			sum += max(w, 0)
		}
		if sum == 0 {
			return
		}
		x, width := float32(0), size.Width-space*float32(len(tracks)-1)
		for i, w := range b.weights {
			part := max(width*max(w, 0)/sum, 0)
			tracks[i].Move(fyne.NewPos(x, 0))
			tracks[i].Resize(fyne.NewSize(part, height))
			fills[i].Move(fyne.NewPos(x, 0))
			fills[i].Resize(fyne.NewSize(part*b.done[i], height))
			x += part + space
		}
	}
	d.Paint = func() {
		for i := range tracks {
			tracks[i].FillColor, fills[i].FillColor = look.Shade(look.ColorRaised), look.Shade(look.ColorAccent)
			SetVisible(fills[i], b.done[i] > 0)
		}
	}
	return d
}
