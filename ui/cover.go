package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"cascata/ui/widgets"
)

// A cover lies over the whole window until it is closed. It has the
// keyboard, and the shortcuts of the menu do nothing meanwhile.
type cover struct {
	content fyne.CanvasObject
	key     func(e *fyne.KeyEvent) // a key that nothing in it has a use for
	rune    func(r rune) bool      // a sign, likewise
	closed  func()

	canvas  fyne.Canvas
	face    fyne.CanvasObject
	keys    func(*fyne.KeyEvent) // what the window did with keys
	runes   func(rune)
	endTips func()
}

// show opens the cover and gives first the keyboard.
func (o *cover) show(c fyne.Canvas, first fyne.Focusable) {
	if o.open() {
		return
	}
	o.canvas = c
	with, end := widgets.WithTips(o.content, c)
	o.endTips = end
	o.face = container.NewStack(widgets.NewFill(theme.ColorNameBackground), with)
	o.keys, o.runes = c.OnTypedKey(), c.OnTypedRune()
	c.SetOnTypedKey(o.key)
	c.SetOnTypedRune(func(r rune) {
		if o.rune != nil {
			o.rune(r)
		}
	})
	c.Overlays().Add(o.face)
	c.Focus(first)
}

// open says whether the cover is there.
func (o *cover) open() bool { return o.face != nil }

// close takes the cover away. Closing it again does nothing.
func (o *cover) close() {
	if !o.open() {
		return
	}
	widgets.EscapeClosed(o.canvas)
	o.canvas.Overlays().Remove(o.face)
	o.canvas.SetOnTypedKey(o.keys)
	o.canvas.SetOnTypedRune(o.runes)
	o.endTips()
	o.face = nil
	call(o.closed)
}
