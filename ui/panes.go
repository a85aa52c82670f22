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
//
// Where the window has no room for one beside the middle, it gives way by
// itself to a rail at the window's edge, whose button lays it over the middle
// and takes it away again.
type panes struct {
	widget.BaseWidget
	OnChanged func() // a length was dragged

	middle fyne.CanvasObject
	left   *pane
	below  *pane
	right  *pane
	over   *pane // the one that lies over the middle; nil: none
}

// A pane is one of the parts around the middle.
type pane struct {
	content       fyne.CanvasObject
	length        float32 // width, or height of the one below
	usual         float32
	least, most   float32
	beside        float32 // what the middle has at least, beside the pane; else the pane gives way
	shown         bool    // as the artist wants it
	gives         bool    // gives way, since the window has no room for it
	line          fyne.CanvasObject
	handle        *handle
	rail          fyne.CanvasObject
	open          *widgets.Button // on the rail
	from          float32         // length when the drag began
	fromLeftOrTop bool
}

const (
	middleWidth  = 320 // at least
	middleRoom   = 420 // beside a pane at the right
	middleHeight = 224
	middleAbove  = 256 // the strip
	handleWidth  = 8
	railWidth    = 32
)

// newPanes have names for what is at the left and at the right.
func newPanes(left, middle, below, right fyne.CanvasObject, leftName, rightName string) *panes {
	p := &panes{
		middle: middle,
		left:   &pane{content: left, usual: 332, least: 300, most: 560, beside: middleWidth, shown: true, fromLeftOrTop: true},
		below:  &pane{content: below, usual: 132, least: 96, most: 360, shown: true},
		right:  &pane{content: right, usual: 340, least: 334, most: 640, beside: middleRoom},
	}
	for _, a := range p.around() {
		a.length = a.usual
		a.line = widgets.Line()
		a.handle = newHandle(p, a)
	}
	p.left.makeRail(p, widgets.Right, leftName)
	p.right.makeRail(p, widgets.Left, rightName)
	p.ExtendBaseWidget(p)
	return p
}

func (a *pane) makeRail(p *panes, edge widgets.Edge, name string) {
	a.open = widgets.NewIconButton(widgets.IconPanel, name, func() { p.lay(a) })
	a.open.SetColor(widgets.ColorDim)
	a.rail = widgets.Panel(edge, widgets.Frame(widgets.Pad(0, 8, a.open), nil, nil, nil, nil))
	a.rail.Hide()
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

// toggle shows a pane or hides it; one that gives way is laid over the middle.
func (p *panes) toggle(a *pane) {
	if a.shown && a.gives && p.over != a {
		p.lay(a)
		return
	}
	p.set(a, a.length, !a.shown)
	if a.shown && a.gives {
		p.lay(a)
	}
}

// reveal shows a pane, over the middle where it gives way.
func (p *panes) reveal(a *pane) {
	p.set(a, a.length, true)
	if a.gives && p.over != a {
		p.lay(a)
	}
}

// lay lays a pane that gives way over the middle, or takes it away again.
func (p *panes) lay(a *pane) {
	if p.over == a {
		a = nil
	}
	p.over = a
	p.Refresh()
}

func (p *panes) CreateRenderer() fyne.WidgetRenderer {
	r := &panesRenderer{p}
	r.show()
	return r
}

type panesRenderer struct{ p *panes }

// MinSize has no room for what gives way.
func (r *panesRenderer) MinSize() fyne.Size {
	p := r.p
	size := fyne.NewSize(middleWidth+2*railWidth, middleHeight)
	if p.below.shown {
		size.Height += p.below.least
	}
	return size
}

// fit decides which panes give way in a window of a width, and returns how
// wide the others are.
func (p *panes) fit(width float32) (left, right float32) {
	left, right = p.left.wish(), p.right.wish()
	least := func(a *pane) float32 {
		if a.shown {
			return a.least
		}
		return 0
	}
	p.left.gives, p.right.gives = false, false
	if p.right.shown && least(p.left)+p.right.least+p.right.beside > width {
		p.right.gives, right = true, railWidth
	}
	if p.left.shown && p.left.least+min(right, max(least(p.right), railWidth))+p.left.beside > width {
		p.left.gives, left = true, railWidth
	}
	room := width - p.left.beside
	if p.right.shown && !p.right.gives {
		room = width - p.right.beside
	}
	if over := left + right - room; over > 0 { // a small window: the right gives first
		if !p.right.gives {
			cut := min(over, max(right-least(p.right), 0))
			right, over = right-cut, over-cut
		}
		if !p.left.gives {
			left = max(left-over, min(left, least(p.left)))
		}
	}
	if p.over != nil && !(p.over.shown && p.over.gives) {
		p.over = nil
	}
	return left, right
}

func (r *panesRenderer) Layout(size fyne.Size) {
	p := r.p
	left, right := p.fit(size.Width)
	r.show()
	below := min(p.below.wish(), max(size.Height-middleAbove, p.below.least))
	if !p.below.shown {
		below = 0
	}
	width := max(size.Width-left-right, 0)
	put := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(max(w, 0), max(h, 0)))
	}
	put(p.middle, left, 0, width, size.Height-below)
	put(p.below.line, left, size.Height-below, width, 1)
	put(p.below.handle, left, size.Height-below-handleWidth/2, width, handleWidth)
	put(p.below.content, left, size.Height-below+1, width, below-1)
	put(p.left.rail, 0, 0, railWidth, size.Height)
	put(p.right.rail, size.Width-railWidth, 0, railWidth, size.Height)
	room := size.Width - left - right
	start, end := float32(0), left
	if p.left.gives {
		start, end = railWidth, railWidth+min(p.left.wish(), room)
	}
	put(p.left.content, start, 0, end-start-1, size.Height)
	put(p.left.line, end-1, 0, 1, size.Height)
	put(p.left.handle, end-handleWidth/2, 0, handleWidth, size.Height)
	start, end = size.Width-right, size.Width
	if p.right.gives {
		start, end = size.Width-railWidth-min(p.right.wish(), room), size.Width-railWidth
	}
	put(p.right.line, start, 0, 1, size.Height)
	put(p.right.handle, start-handleWidth/2, 0, handleWidth, size.Height)
	put(p.right.content, start+1, 0, end-start-1, size.Height)
}

// wish is how long the pane is where there is room.
func (a *pane) wish() float32 {
	if !a.shown {
		return 0
	}
	return a.length
}

// show shows what there is room for.
func (r *panesRenderer) show() {
	p := r.p
	for _, a := range p.around() {
		for _, o := range []fyne.CanvasObject{a.content, a.line, a.handle} {
			setVisible(o, a.shown && (!a.gives || p.over == a))
		}
		if a.rail != nil {
			setVisible(a.rail, a.shown && a.gives)
			a.open.SetChosen(p.over == a)
		}
	}
}

func (r *panesRenderer) Refresh() {
	r.Layout(r.p.Size())
	canvas.Refresh(r.p)
}

func (r *panesRenderer) Objects() []fyne.CanvasObject {
	p := r.p
	objects := []fyne.CanvasObject{p.middle, p.below.content, p.below.line, p.below.handle}
	for _, a := range []*pane{p.left, p.right} {
		objects = append(objects, a.rail, a.content, a.line, a.handle)
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
