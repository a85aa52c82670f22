package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// An Overlay lies over the whole window until it is closed. It has the
// keyboard, and the shortcuts of the menu do nothing meanwhile.
type Overlay struct {
	Content fyne.CanvasObject
	Key     func(e *fyne.KeyEvent) // a key that nothing in it has a use for
	Rune    func(r rune) bool      // a sign, likewise
	Closed  func()

	Canvas  fyne.Canvas
	Face    fyne.CanvasObject
	keys    func(*fyne.KeyEvent) // what the window did with keys
	runes   func(rune)
	endTips func()
}

// Show opens the cover and gives first the keyboard.
func (o *Overlay) Show(c fyne.Canvas, first fyne.Focusable) {
	if o.Open() {
		return
	}
	o.Canvas = c
	with, end := WithTips(o.Content, c)
	o.endTips = end
	o.Face = container.NewStack(NewFill(theme.ColorNameBackground), with)
	o.keys, o.runes = c.OnTypedKey(), c.OnTypedRune()
	c.SetOnTypedKey(o.Key)
	c.SetOnTypedRune(func(r rune) {
		if o.Rune != nil {
			o.Rune(r)
		}
	})
	c.Overlays().Add(o.Face)
	c.Focus(first)
}

// Open reports whether the cover is there.
func (o *Overlay) Open() bool { return o.Face != nil }

// Close takes the cover away. Closing it again does nothing.
func (o *Overlay) Close() {
	if !o.Open() {
		return
	}
	EscapeClosed(o.Canvas)
	o.Canvas.Overlays().Remove(o.Face)
	o.Canvas.SetOnTypedKey(o.keys)
	o.Canvas.SetOnTypedRune(o.runes)
	o.endTips()
	o.Face = nil
	Call(o.Closed)
}
