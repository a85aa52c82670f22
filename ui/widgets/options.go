package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// options is a row of which one is chosen: pills and tabs. It has the keyboard
// as a whole, and the arrows move the choice.
type options struct {
	Control
	OnChanged func(i int) // by the artist

	names []string
	at    int // the chosen one, or -1
	under int // the one that is pointed at, or -1
	boxes []box
}

// box is where an option is drawn.
type box struct {
	pos  fyne.Position
	size fyne.Size
}

func (b box) holds(p fyne.Position) bool {
	d := p.Subtract(b.pos)
	return d.X >= 0 && d.Y >= 0 && d.X < b.size.Width && d.Y < b.size.Height
}

// Chosen is the number of the chosen option, or -1.
func (o *options) Chosen() int { return o.at }

// Choose shows another option as chosen; -1 is none.
func (o *options) Choose(i int) {
	if i != o.at && i >= -1 && i < len(o.names) {
		o.at = i
		o.Refresh()
	}
}

// pick is a choice of the artist's.
func (o *options) pick(i int) {
	if i < 0 || i >= len(o.names) || o.disabled {
		return
	}
	changed := i != o.at
	o.Choose(i)
	if changed && o.OnChanged != nil {
		o.OnChanged(i)
	}
}

func (o *options) find(p fyne.Position) int {
	for i, b := range o.boxes {
		if b.holds(p) {
			return i
		}
	}
	return -1
}

// Tapped implements fyne.Tappable.
func (o *options) Tapped(e *fyne.PointEvent) { o.pick(o.find(e.Position)) }

// MouseMoved implements desktop.Hoverable.
func (o *options) MouseMoved(e *desktop.MouseEvent) {
	o.Control.MouseMoved(e)
	if i := o.find(e.Position); i != o.under {
		o.under = i
		o.Refresh()
	}
}

// MouseIn implements desktop.Hoverable.
func (o *options) MouseIn(e *desktop.MouseEvent) {
	o.under = o.find(e.Position)
	o.Control.MouseIn(e)
}

// MouseOut implements desktop.Hoverable.
func (o *options) MouseOut() { o.under = -1; o.Control.MouseOut() }

// TypedKey implements fyne.Focusable.
func (o *options) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft, fyne.KeyUp:
		o.pick(max(o.at-1, 0))
	case fyne.KeyRight, fyne.KeyDown:
		o.pick(min(o.at+1, len(o.names)-1))
	case fyne.KeyHome:
		o.pick(0)
	case fyne.KeyEnd:
		o.pick(len(o.names) - 1)
	default:
		Pass(o.self, e)
	}
}
