package widgets

import "fyne.io/fyne/v2"

// NewFlow puts objects beside each other, and on in further rows where the
// width is not enough.
func NewFlow(objects ...fyne.CanvasObject) *fyne.Container {
	c := &fyne.Container{Layout: &flow{}, Objects: objects}
	return c
}

// flow remembers the width it had, which decides its height.
type flow struct{ width float32 }

const flowGap = 6

// place calls at for every object that is shown and returns the height.
func (f *flow) place(objects []fyne.CanvasObject, width float32, at func(o fyne.CanvasObject, p fyne.Position, s fyne.Size)) float32 {
	x, y, row := float32(0), float32(0), float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if x > 0 && x+m.Width > width+0.5 {
			x, y, row = 0, y+row+flowGap, 0
		}
		at(o, fyne.NewPos(x, y), fyne.NewSize(min(m.Width, width), m.Height))
		x += m.Width + flowGap
		row = max(row, m.Height)
	}
	return y + row
}

func (f *flow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	width := f.width
	if width == 0 {
		width = DetailsWidth - 32
	}
	return fyne.NewSize(0, f.place(objects, width, func(fyne.CanvasObject, fyne.Position, fyne.Size) {}))
}

func (f *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.width = size.Width
	f.place(objects, size.Width, func(o fyne.CanvasObject, p fyne.Position, s fyne.Size) {
		o.Move(p)
		o.Resize(s)
	})
}

// RowWidth is what the objects of a container need beside each other.
func RowWidth(c fyne.CanvasObject, gap float32) float32 {
	width := -gap
	for _, o := range c.(*fyne.Container).Objects {
		if o.Visible() {
			width += o.MinSize().Width + gap
		}
	}
	return max(width, 0)
}

// DetailsWidth is how wide the panel should be.
const DetailsWidth = 308
