package widgets

import "fyne.io/fyne/v2"

// Pass gives a key that o has no use for to the window.
func Pass(o fyne.CanvasObject, e *fyne.KeyEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}
