package grid

import (
	"fyne.io/fyne/v2"

	"cascata/ui/look"
	"cascata/ui/widgets"
)

// gridHeadings are the headings in view, by section.
type gridHeadings struct {
	shown map[int]*widgets.Text
	spare []*widgets.Text
}

// none has no heading any more.
func (h *gridHeadings) none() {
	for k, t := range h.shown {
		h.spare = append(h.spare, t)
		delete(h.shown, k)
	}
}

// fill has a heading for each section that is in view from y, and for none
// else.
func (h *gridHeadings) fill(g *Grid, y float32, view fyne.Size) {
	s := g.places()
	first, last := g.section(y), min(g.section(y+view.Height), len(s.titles)-1)
	for k, t := range h.shown {
		if k < first || k > last {
			h.spare = append(h.spare, t)
			delete(h.shown, k)
		}
	}
	for k := first; k <= last; k++ {
		t := h.shown[k]
		if t == nil {
			t = h.take(g)
			t.SetText(s.titles[k])
			h.shown[k] = t
		}
		height := t.MinSize().Height
		t.Move(fyne.NewPos(gridEdge+4, g.top(k)+gridHeading-gridHeadingBelow-height))
		t.Resize(fyne.NewSize(view.Width-2*gridEdge-8, height))
	}
	for _, t := range h.spare {
		t.Hide()
	}
}

func (h *gridHeadings) take(g *Grid) *widgets.Text {
	if n := len(h.spare); n > 0 {
		t := h.spare[n-1]
		h.spare = h.spare[:n-1]
		t.Show()
		return t
	}
	if h.shown == nil {
		h.shown = map[int]*widgets.Text{}
	}
	t := widgets.NewStyledText("", look.ColorText, look.SizeHeading, true)
	g.body.add(t)
	return t
}
