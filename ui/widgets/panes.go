package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// Panes divide the window: controls left, the picture in the middle, the strip
// below it, the queue right. The three around the middle have a length that
// stays when the window is resized, can be dragged, and can be hidden.
//
// Where the window has no room for one beside the middle, it gives way by
// itself to a rail at the window's edge, whose button lays it over the middle
// and takes it away again.
type Panes struct {
	widget.BaseWidget
	OnChanged func() // a length was dragged

	middle fyne.CanvasObject
	Left   *Pane
	Below  *Pane
	Right  *Pane
	Over   *Pane // the one that lies over the middle; nil: none
}

// A Pane is one of the parts around the middle.
type Pane struct {
	Content       fyne.CanvasObject
	Length        float32 // width, or height of the one below
	Usual         float32
	Least, Most   float32
	beside        float32 // what the middle has at least, beside the pane; else the pane gives way
	Shown         bool    // as the artist wants it
	gives         bool    // gives way, since the window has no room for it
	line          fyne.CanvasObject
	handle        *handle
	rail          fyne.CanvasObject
	open          *Button // on the rail
	from          float32 // length when the drag began
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

// NewPanes have names for what is at the left and at the right.
func NewPanes(left, middle, below, right fyne.CanvasObject, leftName, rightName string) *Panes {
	p := &Panes{
		middle: middle,
		Left:   &Pane{Content: left, Usual: 332, Least: 300, Most: 560, beside: middleWidth, Shown: true, fromLeftOrTop: true},
		Below:  &Pane{Content: below, Usual: 132, Least: 96, Most: 360, Shown: true},
		Right:  &Pane{Content: right, Usual: 340, Least: 334, Most: 640, beside: middleRoom},
	}
	for _, a := range p.around() {
		a.Length = a.Usual
		a.line = Line()
		a.handle = newHandle(p, a)
	}
	p.Left.makeRail(p, Right, leftName)
	p.Right.makeRail(p, Left, rightName)
	p.ExtendBaseWidget(p)
	return p
}

func (a *Pane) makeRail(p *Panes, edge Edge, name string) {
	a.open = NewIconButton(look.IconPanel, name, func() { p.Lay(a) })
	a.open.SetColor(look.ColorDim)
	a.rail = Panel(edge, Frame(Pad(0, 8, a.open), nil, nil, nil, nil))
	a.rail.Hide()
}

func (p *Panes) around() []*Pane { return []*Pane{p.Left, p.Below, p.Right} }

// Set gives a pane its length (0: the usual one) and shows or hides it.
func (p *Panes) Set(a *Pane, length float32, shown bool) {
	if length <= 0 {
		length = a.Usual
	}
	a.Length, a.Shown = min(max(length, a.Least), a.Most), shown
	p.Refresh()
}

// Toggle shows a pane or hides it; one that gives way is laid over the middle.
func (p *Panes) Toggle(a *Pane) {
	if a.Shown && a.gives && p.Over != a {
		p.Lay(a)
		return
	}
	p.Set(a, a.Length, !a.Shown)
	if a.Shown && a.gives {
		p.Lay(a)
	}
}

// Reveal shows a pane, over the middle where it gives way.
func (p *Panes) Reveal(a *Pane) {
	p.Set(a, a.Length, true)
	if a.gives && p.Over != a {
		p.Lay(a)
	}
}

// Lay lays a pane that gives way over the middle, or takes it away again.
func (p *Panes) Lay(a *Pane) {
	if p.Over == a {
		a = nil
	}
	p.Over = a
	p.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (p *Panes) CreateRenderer() fyne.WidgetRenderer {
	r := &panesRenderer{p}
	r.show()
	return r
}

type panesRenderer struct{ p *Panes }

// MinSize has no room for what gives way.
func (r *panesRenderer) MinSize() fyne.Size {
	p := r.p
	size := fyne.NewSize(middleWidth+2*railWidth, middleHeight)
	if p.Below.Shown {
		size.Height += p.Below.Least
	}
	return size
}

// fit decides which panes give way in a window of a width, and returns how
// wide the others are.
func (p *Panes) fit(width float32) (left, right float32) {
	left, right = p.Left.preferred(), p.Right.preferred()
	least := func(a *Pane) float32 {
		if a.Shown {
			return a.Least
		}
		return 0
	}
	p.Left.gives, p.Right.gives = false, false
	if p.Right.Shown && least(p.Left)+p.Right.Least+p.Right.beside > width {
		p.Right.gives, right = true, railWidth
	}
	if p.Left.Shown && p.Left.Least+min(right, max(least(p.Right), railWidth))+p.Left.beside > width {
		p.Left.gives, left = true, railWidth
	}
	room := width - p.Left.beside
	if p.Right.Shown && !p.Right.gives {
		room = width - p.Right.beside
	}
	if over := left + right - room; over > 0 { // a small window: the right gives first
		if !p.Right.gives {
			cut := min(over, max(right-least(p.Right), 0))
			right, over = right-cut, over-cut
		}
		if !p.Left.gives {
			left = max(left-over, min(left, least(p.Left)))
		}
	}
	if p.Over != nil && !(p.Over.Shown && p.Over.gives) {
		p.Over = nil
	}
	return left, right
}

func (r *panesRenderer) Layout(size fyne.Size) {
	p := r.p
	left, right := p.fit(size.Width)
	r.show()
	below := min(p.Below.preferred(), max(size.Height-middleAbove, p.Below.Least))
	if !p.Below.Shown {
		below = 0
	}
	width := max(size.Width-left-right, 0)
	put := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(max(w, 0), max(h, 0)))
	}
	put(p.middle, left, 0, width, size.Height-below)
	put(p.Below.line, left, size.Height-below, width, 1)
	put(p.Below.handle, left, size.Height-below-handleWidth/2, width, handleWidth)
	put(p.Below.Content, left, size.Height-below+1, width, below-1)
	put(p.Left.rail, 0, 0, railWidth, size.Height)
	put(p.Right.rail, size.Width-railWidth, 0, railWidth, size.Height)
	room := size.Width - left - right
	start, end := float32(0), left
	if p.Left.gives {
		start, end = railWidth, railWidth+min(p.Left.preferred(), room)
	}
	put(p.Left.Content, start, 0, end-start-1, size.Height)
	put(p.Left.line, end-1, 0, 1, size.Height)
	put(p.Left.handle, end-handleWidth/2, 0, handleWidth, size.Height)
	start, end = size.Width-right, size.Width
	if p.Right.gives {
		start, end = size.Width-railWidth-min(p.Right.preferred(), room), size.Width-railWidth
	}
	put(p.Right.line, start, 0, 1, size.Height)
	put(p.Right.handle, start-handleWidth/2, 0, handleWidth, size.Height)
	put(p.Right.Content, start+1, 0, end-start-1, size.Height)
}

// preferred is how long the pane is where there is room.
func (a *Pane) preferred() float32 {
	if !a.Shown {
		return 0
	}
	return a.Length
}

// show shows what there is room for.
func (r *panesRenderer) show() {
	p := r.p
	for _, a := range p.around() {
		for _, o := range []fyne.CanvasObject{a.Content, a.line, a.handle} {
			SetVisible(o, a.Shown && (!a.gives || p.Over == a))
		}
		if a.rail != nil {
			SetVisible(a.rail, a.Shown && a.gives)
			a.open.SetChosen(p.Over == a)
		}
	}
}

func (r *panesRenderer) Refresh() {
	r.Layout(r.p.Size())
	canvas.Refresh(r.p)
}

func (r *panesRenderer) Objects() []fyne.CanvasObject {
	p := r.p
	objects := []fyne.CanvasObject{p.middle, p.Below.Content, p.Below.line, p.Below.handle}
	for _, a := range []*Pane{p.Left, p.Right} {
		objects = append(objects, a.rail, a.Content, a.line, a.handle)
	}
	return objects
}

func (r *panesRenderer) Destroy() {}

// A handle lies over the line of a pane and drags it. A double click gives the
// pane its usual length back.
type handle struct {
	widget.BaseWidget
	panes *Panes
	pane  *Pane
	moved float32
}

var (
	_ fyne.Draggable      = (*handle)(nil)
	_ fyne.DoubleTappable = (*handle)(nil)
	_ desktop.Cursorable  = (*handle)(nil)
)

func newHandle(p *Panes, a *Pane) *handle {
	h := &handle{panes: p, pane: a}
	h.ExtendBaseWidget(h)
	return h
}

func (h *handle) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(nil))
}

func (h *handle) Cursor() desktop.Cursor {
	if h.pane == h.panes.Below {
		return desktop.VResizeCursor
	}
	return desktop.HResizeCursor
}

func (h *handle) Dragged(e *fyne.DragEvent) {
	a := h.pane
	if a.from == 0 {
		a.from, h.moved = a.Length, 0
	}
	d := e.Dragged.DX
	if a == h.panes.Below {
		d = e.Dragged.DY
	}
	h.moved += d
	if !a.fromLeftOrTop {
		d = -h.moved
	} else {
		d = h.moved
	}
	h.panes.Set(a, a.from+d, true)
}

func (h *handle) DragEnd() {
	h.pane.from = 0
	h.changed()
}

func (h *handle) DoubleTapped(*fyne.PointEvent) {
	h.panes.Set(h.pane, 0, true)
	h.changed()
}

func (h *handle) changed() {
	if h.panes.OnChanged != nil {
		h.panes.OnChanged()
	}
}
