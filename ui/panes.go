package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/widgets"
)

// panes divide the window: controls left, the picture in the middle, the strip
// below it, the queue right. The three around the middle have a length that
// stays when the window is resized, can be dragged, and can be hidden.
type panes struct {
	widget.BaseWidget
	OnChanged func() // a length was dragged

	middle fyne.CanvasObject
	left   *pane
	below  *pane
	right  *pane
}

// A pane is one of the parts around the middle.
type pane struct {
	content       fyne.CanvasObject
	length        float32 // width, or height of the one below
	usual         float32
	least, most   float32
	shown         bool
	line          fyne.CanvasObject
	handle        *handle
	from          float32 // length when the drag began
	fromLeftOrTop bool
}

const (
	middleWidth  = 320 // at least
	middleHeight = 240
	handleWidth  = 8
)

func newPanes(left, middle, below, right fyne.CanvasObject) *panes {
	p := &panes{
		middle: middle,
		left:   &pane{content: left, usual: 332, least: 300, most: 560, shown: true, fromLeftOrTop: true},
		below:  &pane{content: below, usual: 132, least: 96, most: 360, shown: true},
		right:  &pane{content: right, usual: 320, least: 260, most: 640},
	}
	for _, a := range p.around() {
		a.length = a.usual
		a.line = widgets.Line()
		a.handle = newHandle(p, a)
	}
	p.ExtendBaseWidget(p)
	return p
}

func (p *panes) around() []*pane { return []*pane{p.left, p.below, p.right} }

// set gives a pane its length (0: the usual one) and shows or hides it.
func (p *panes) set(a *pane, length float32, shown bool) {
	if length <= 0 {
		length = a.usual
	}
	a.length, a.shown = min(max(length, a.least), a.most), shown
	p.Refresh()
}

func (p *panes) CreateRenderer() fyne.WidgetRenderer { return &panesRenderer{p} }

type panesRenderer struct{ p *panes }

func (r *panesRenderer) MinSize() fyne.Size {
	p := r.p
	size := fyne.NewSize(middleWidth, middleHeight)
	if p.left.shown {
		size.Width += p.left.least
	}
	if p.right.shown {
		size.Width += p.right.least
	}
	if p.below.shown {
		size.Height += p.below.least
	}
	return size
}

func (r *panesRenderer) Layout(size fyne.Size) {
	p := r.p
	left, right := p.width(p.left), p.width(p.right)
	if over := left + right + middleWidth - size.Width; over > 0 { // a small window: the queue gives way first
		cut := min(over, max(right-p.right.least, 0))
		right, left = right-cut, max(left-(over-cut), min(left, p.left.least))
	}
	below := min(p.width(p.below), max(size.Height-middleHeight, 0))
	width := max(size.Width-left-right, 0)
	put := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(max(w, 0), max(h, 0)))
	}
	put(p.left.content, 0, 0, left-1, size.Height)
	put(p.left.line, left-1, 0, 1, size.Height)
	put(p.left.handle, left-handleWidth/2, 0, handleWidth, size.Height)
	put(p.middle, left, 0, width, size.Height-below)
	put(p.below.line, left, size.Height-below, width, 1)
	put(p.below.handle, left, size.Height-below-handleWidth/2, width, handleWidth)
	put(p.below.content, left, size.Height-below+1, width, below-1)
	put(p.right.line, left+width, 0, 1, size.Height)
	put(p.right.handle, left+width-handleWidth/2, 0, handleWidth, size.Height)
	put(p.right.content, left+width+1, 0, right-1, size.Height)
}

func (p *panes) width(a *pane) float32 {
	if !a.shown {
		return 0
	}
	return a.length
}

func (r *panesRenderer) Refresh() {
	for _, a := range r.p.around() {
		for _, o := range []fyne.CanvasObject{a.content, a.line, a.handle} {
			if a.shown {
				o.Show()
			} else {
				o.Hide()
			}
		}
	}
	r.Layout(r.p.Size())
	canvas.Refresh(r.p)
}

func (r *panesRenderer) Objects() []fyne.CanvasObject {
	p := r.p
	objects := []fyne.CanvasObject{p.middle}
	for _, a := range p.around() {
		objects = append(objects, a.content, a.line)
	}
	for _, a := range p.around() {
		objects = append(objects, a.handle)
	}
	return objects
}

func (r *panesRenderer) Destroy() {}

// A handle lies over the line of a pane and drags it. A double click gives the
// pane its usual length back.
type handle struct {
	widget.BaseWidget
	panes *panes
	pane  *pane
	moved float32
}

var (
	_ fyne.Draggable      = (*handle)(nil)
	_ fyne.DoubleTappable = (*handle)(nil)
	_ desktop.Cursorable  = (*handle)(nil)
)

func newHandle(p *panes, a *pane) *handle {
	h := &handle{panes: p, pane: a}
	h.ExtendBaseWidget(h)
	return h
}

func (h *handle) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(nil))
}

func (h *handle) Cursor() desktop.Cursor {
	if h.pane == h.panes.below {
		return desktop.VResizeCursor
	}
	return desktop.HResizeCursor
}

func (h *handle) Dragged(e *fyne.DragEvent) {
	a := h.pane
	if a.from == 0 {
		a.from, h.moved = a.length, 0
	}
	d := e.Dragged.DX
	if a == h.panes.below {
		d = e.Dragged.DY
	}
	h.moved += d
	if !a.fromLeftOrTop {
		d = -h.moved
	} else {
		d = h.moved
	}
	h.panes.set(a, a.from+d, true)
}

func (h *handle) DragEnd() {
	h.pane.from = 0
	h.changed()
}

func (h *handle) DoubleTapped(*fyne.PointEvent) {
	h.panes.set(h.pane, 0, true)
	h.changed()
}

func (h *handle) changed() {
	if h.panes.OnChanged != nil {
		h.panes.OnChanged()
	}
}
