package widgets

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// A Control is what everything that can be pointed at or typed at shares:
// hover, focus, being disabled, a tip.
type Control struct {
	widget.BaseWidget
	KeyWatch
	Hint
	self                       fyne.Widget
	Hovered, focused, disabled bool
}

// Extend must be called once with the widget that embeds the control.
func (c *Control) Extend(w fyne.Widget) {
	c.self = w
	c.ExtendBaseWidget(w)
}

// MouseIn implements desktop.Hoverable.
func (c *Control) MouseIn(e *desktop.MouseEvent) {
	c.Hovered = true
	c.Hint.In(c.self, e.AbsolutePosition)
	c.Refresh()
}

// MouseMoved implements desktop.Hoverable.
func (c *Control) MouseMoved(e *desktop.MouseEvent) { c.Hint.Moved(e.AbsolutePosition) }

// MouseOut implements desktop.Hoverable.
func (c *Control) MouseOut() {
	c.Hovered = false
	c.Hint.Out()
	c.Refresh()
}

// FocusGained implements fyne.Focusable.
func (c *Control) FocusGained() { c.focused = true; c.Refresh(); tellFocus(c.self) }

// OnFocus is called with everything that gets the keyboard, so that a panel can
// bring it into view.
func OnFocus(f func(o fyne.CanvasObject)) { onFocus = f }

// tellFocus must be called by a widget that is no Control when it gets the
// keyboard.
func tellFocus(o fyne.CanvasObject) {
	if onFocus != nil {
		onFocus(o)
	}
}

var onFocus func(fyne.CanvasObject)

// FocusLost implements fyne.Focusable.
func (c *Control) FocusLost() { c.focused = false; c.Refresh() }

// TypedRune implements fyne.Focusable.
func (c *Control) TypedRune(rune) {}

// Enable lets the control be used.
func (c *Control) Enable() {
	if c.disabled {
		c.disabled = false
		c.Refresh()
	}
}

// Disable shows the control, but lets nobody use it.
func (c *Control) Disable() {
	if !c.disabled {
		c.disabled = true
		c.Refresh()
	}
}

// Disabled reports whether the control cannot be used.
func (c *Control) Disabled() bool { return c.disabled }

// TakeFocus moves the keyboard to the control.
func (c *Control) takeFocus() {
	if f, ok := c.self.(fyne.Focusable); ok {
		if cv := CanvasOf(c.self); cv != nil {
			cv.Focus(f)
		}
	}
}

// CanvasOf is where o is shown, or nil.
func CanvasOf(o fyne.CanvasObject) fyne.Canvas {
	return fyne.CurrentApp().Driver().CanvasForObject(o)
}

// TakeTyped takes what is typed in the field of a number that has the keyboard, as
// leaving it would: what is asked for by a key is what the field says.
func TakeTyped(c fyne.Canvas) {
	if f, ok := c.Focused().(interface{ take() }); ok {
		f.take()
	}
}

// Pass gives a key that o has no use for to the window, or to the dialog in
// front of it. The toolkit gives keys to the focused object only.
func Pass(o fyne.CanvasObject, e *fyne.KeyEvent) {
	if c := CanvasOf(o); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}

// isPress reports whether a key presses a button.
func isPress(e *fyne.KeyEvent) bool {
	return e.Name == fyne.KeySpace || e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter
}

// ring is the outline of what has the focus or is chosen.
func ring(r *canvas.Rectangle, on bool, width float32) {
	r.StrokeWidth, r.StrokeColor = 0, nil
	if on {
		Outline(r, look.ColorAccent, width)
	}
}

// Outline gives r a line at its edge. Where r is hollow, it is filled with the
// same colour at almost no opacity: the inner edge of the line is a blend of
// the two, and the painter takes a fill of none for black.
func Outline(r *canvas.Rectangle, name fyne.ThemeColorName, width float32) {
	r.StrokeWidth, r.StrokeColor = width, look.Shade(name)
	if r.FillColor == nil {
		red, green, blue, _ := r.StrokeColor.RGBA()
		r.FillColor = color.NRGBA{uint8(red >> 8), uint8(green >> 8), uint8(blue >> 8), 1}
	}
}

// Clicks detects the second press of a double click. The toolkit's own double
// click holds every single one back until it knows that no other follows.
type Clicks struct {
	At  time.Time
	pos fyne.Position
	now func() time.Time // nil: the clock
}

// Second reports whether a press at pos is the second of two.
func (c *Clicks) Second(pos fyne.Position) bool {
	now := time.Now
	if c.now != nil {
		now = c.now
	}
	t, d := now(), pos.Subtract(c.pos)
	near := d.X*d.X+d.Y*d.Y < 36
	if near && t.Sub(c.At) < fyne.CurrentApp().Driver().DoubleTapDelay() {
		c.At = time.Time{}
		return true
	}
	c.At, c.pos = t, pos
	return false
}
