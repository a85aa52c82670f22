package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// Wrap puts objects beside each other as Row does where the width is enough.
// Else what is before a layout.Spacer is above what is behind it, and each goes
// on in further rows. A Text that shrinks has the width it needs, if there is
// as much.
func Wrap(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&wrapLayout{gap: gap}, objects...)
}

// wrapLayout remembers the width it had, which decides its height.
type wrapLayout struct{ gap, width float32 }

// wrapped is where an object is, and how large.
type wrapped struct {
	o fyne.CanvasObject
	box
}

// preferredSize is the size that an object has where there is room: with all of its text.
func preferredSize(o fyne.CanvasObject) fyne.Size {
	if t, ok := o.(interface{ whole() fyne.Size }); ok {
		return t.whole()
	}
	return o.MinSize()
}

func spreads(o fyne.CanvasObject) bool {
	s, ok := o.(layout.SpacerObject)
	return ok && s.ExpandHorizontal()
}

// groups are the objects that are shown, between spacers.
func (l *wrapLayout) groups(objects []fyne.CanvasObject) (groups [][]fyne.CanvasObject, width, height float32) {
	groups = [][]fyne.CanvasObject{nil}
	shown := 0
	for _, o := range objects {
		switch last := len(groups) - 1; {
		case !o.Visible():
		case spreads(o):
			groups = append(groups, nil)
		default:
			groups[last] = append(groups[last], o)
			width += preferredSize(o).Width
			height = max(height, preferredSize(o).Height)
			shown++
		}
	}
	return groups, width + l.gap*float32(max(shown-1, 0)), height
}

// place says where everything is in a width, and how high it is.
func (l *wrapLayout) place(objects []fyne.CanvasObject, width float32) (all []wrapped, height float32) {
	groups, needs, row := l.groups(objects)
	if needs <= width+0.5 {
		spare, x := (width-needs)/float32(max(len(groups)-1, 1)), float32(0)
		for _, g := range groups {
			for _, o := range g {
				m := preferredSize(o)
				all = append(all, wrapped{o, box{fyne.NewPos(x, (row-m.Height)/2), m}})
				x += m.Width + l.gap
			}
			x += spare
		}
		return all, row
	}
	for _, g := range groups {
		if len(g) == 0 {
			continue
		}
		if height > 0 {
			height += min(l.gap, 6)
		}
		placed, h := l.flow(g, width)
		for _, w := range placed {
			w.pos.Y += height
			all = append(all, w)
		}
		height += h
	}
	return all, height
}

// flow places objects row after row.
func (l *wrapLayout) flow(objects []fyne.CanvasObject, width float32) (all []wrapped, height float32) {
	x, row, first := float32(0), float32(0), 0
	end := func() { // each in the middle of its row
		for i := first; i < len(all); i++ {
			all[i].pos.Y = height + (row-all[i].size.Height)/2
		}
		height += row
		x, row, first = 0, 0, len(all)
	}
	for _, o := range objects {
		m := preferredSize(o)
		if x > 0 && x+m.Width > width+0.5 {
			end()
			height += min(l.gap, 6)
		}
		m.Width = min(m.Width, width)
		all = append(all, wrapped{o, box{fyne.NewPos(x, 0), m}})
		x += m.Width + l.gap
		row = max(row, m.Height)
	}
	end()
	return all, height
}

func (l *wrapLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := float32(0)
	for _, o := range objects {
		if o.Visible() && !spreads(o) {
			least = max(least, o.MinSize().Width)
		}
	}
	width := l.width
	if width == 0 {
		width = 1e6
	}
	_, height := l.place(objects, width)
	return fyne.NewSize(least, height)
}

func (l *wrapLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	all, _ := l.place(objects, size.Width)
	for _, w := range all {
		w.o.Move(w.pos)
		w.o.Resize(w.size)
	}
}
