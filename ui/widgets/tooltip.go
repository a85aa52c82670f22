package widgets

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// Tips are drawn into a layer over the content, since an overlay would take
// the pointer and the keyboard away. Each window has one, and each dialog.
var tipLayers = map[fyne.Canvas][]*fyne.Container{}

const (
	tipDelay = 600 * time.Millisecond
	tipWatch = 100 * time.Millisecond
	tipWidth = 320 // at most
)

// WithTips is content with room for tips over it. Call the function returned
// when the window is closed.
func WithTips(content fyne.CanvasObject, c fyne.Canvas) (fyne.CanvasObject, func()) {
	layer := container.NewWithoutLayout()
	tipLayers[c] = append(tipLayers[c], layer)
	return container.NewStack(content, layer), func() {
		var rest []*fyne.Container
		for _, l := range tipLayers[c] {
			if l != layer {
				rest = append(rest, l)
			}
		}
		if tipLayers[c] = rest; len(rest) == 0 {
			delete(tipLayers, c)
		}
	}
}

// Tip shows text when the pointer rests on o: on o itself if it knows tips,
// as everything of this package does that can be tapped.
func Tip(o fyne.CanvasObject, text string) fyne.CanvasObject {
	if t, ok := o.(interface{ SetTip(string) }); ok {
		t.SetTip(text)
		return o
	}
	t := &tipped{content: o}
	t.SetTip(text)
	t.ExtendBaseWidget(t)
	return t
}

// tipped is something of the toolkit's with a tip.
type tipped struct {
	widget.BaseWidget
	Hint
	content fyne.CanvasObject
}

var _ desktop.Hoverable = (*tipped)(nil)

func (t *tipped) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(t.content) }
func (t *tipped) MouseIn(e *desktop.MouseEvent)       { t.In(t, e.AbsolutePosition) }
func (t *tipped) MouseMoved(e *desktop.MouseEvent)    { t.Moved(e.AbsolutePosition) }
func (t *tipped) MouseOut()                           { t.Out() }

// A Hint is the tip of one object.
type Hint struct {
	tip   string
	pos   fyne.Position
	timer *time.Timer       // until it is shown, or looked at again
	layer *fyne.Container   // where it is shown now, or nil
	of    fyne.CanvasObject // and for what, which lay
	lay   fyne.Position     // here
	under fyne.CanvasObject // the dialog or menu that was open then
}

// pointed is the hint that is shown or will be. There is one pointer.
var pointed *Hint

// hideTips takes the tip away, since the artist does something else than to
// look: it comes back when the pointer does.
func hideTips() {
	if pointed != nil {
		pointed.Out()
	}
}

// SetTip sets what is shown when the pointer rests here; "" is nothing.
func (h *Hint) SetTip(text string) { h.tip = text }

// In is called when the pointer comes to o.
func (h *Hint) In(o fyne.CanvasObject, pos fyne.Position) {
	h.Out()
	c := CanvasOf(o)
	if h.tip == "" || c == nil || len(tipLayers[c]) == 0 {
		return
	}
	hideTips()
	h.pos, h.of, pointed = pos, o, h
	h.after(tipDelay, func() { h.showOn(c) })
}

// after does something later on the window's goroutine, unless the pointer
// leaves before.
func (h *Hint) after(d time.Duration, do func()) {
	var timer *time.Timer
	timer = time.AfterFunc(d, func() {
		fyne.Do(func() {
			if h.timer == timer {
				do()
			}
		})
	})
	h.timer = timer
}

// watch takes the tip away when what it is for is not there any more: after a
// wheel, on another page, below a dialog. The toolkit tells of these things
// only when the pointer moves.
func (h *Hint) watch(c fyne.Canvas) {
	h.after(tipWatch, func() {
		if h.stale(c) {
			h.Out()
			return
		}
		h.watch(c)
	})
}

func (h *Hint) stale(c fyne.Canvas) bool {
	return c.Overlays().Top() != h.under || fyne.CurrentApp().Driver().AbsolutePositionForObject(h.of) != h.lay
}

// Moved is called when the pointer moves over it.
func (h *Hint) Moved(pos fyne.Position) { h.pos = pos }

// Out is called when the pointer leaves it.
func (h *Hint) Out() {
	if h.timer != nil {
		h.timer.Stop()
		h.timer = nil
	}
	if pointed == h {
		pointed = nil
	}
	if h.layer != nil {
		h.layer.Objects = nil
		h.layer.Refresh()
		h.layer = nil
	}
}

// showOn puts the tip under the pointer, or where the window has room.
func (h *Hint) showOn(c fyne.Canvas) {
	layers := tipLayers[c]
	if len(layers) == 0 {
		return
	}
	h.layer = layers[len(layers)-1]
	box := tipBox(h.tip)
	size, room := box.MinSize(), c.Size()
	x := max(min(h.pos.X, room.Width-size.Width-look.Gap), 0)
	y := h.pos.Y + 20
	if y+size.Height > room.Height-look.Gap {
		y = h.pos.Y - size.Height - look.Gap
	}
	at := fyne.NewPos(x, y).Subtract(fyne.CurrentApp().Driver().AbsolutePositionForObject(h.layer))
	box.Move(at)
	box.Resize(size)
	h.layer.Objects = []fyne.CanvasObject{box}
	h.layer.Refresh()
	if h.of != nil {
		h.lay, h.under = fyne.CurrentApp().Driver().AbsolutePositionForObject(h.of), c.Overlays().Top()
		h.watch(c)
	}
}

func tipBox(text string) fyne.CanvasObject {
	back := canvas.NewRectangle(look.Shade(look.ColorRaised))
	back.CornerRadius = 4
	back.StrokeWidth, back.StrokeColor = 1, look.Shade(look.ColorLine)
	line := NewSmall(text)
	if line.MinSize().Width <= tipWidth && !strings.Contains(text, "\n") {
		return container.NewStack(back, Pad(8, 5, line))
	}
	p := NewParagraph(text, look.SizeSmall, false)
	p.Resize(fyne.NewSize(tipWidth, 0))
	return container.NewStack(back, Pad(8, 5, Width(tipWidth, p)))
}
