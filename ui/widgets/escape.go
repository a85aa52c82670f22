package widgets

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// KeyWatch takes tips away and notes when keys are pressed again: a key that is held comes again
// and again by TypedKey. What can have the keyboard embeds it.
type KeyWatch struct{}

// KeyDown implements desktop.Keyable.
func (KeyWatch) KeyDown(e *fyne.KeyEvent) {
	hideTips()
	if e.Name == fyne.KeyEscape {
		escaped = time.Time{}
	}
}

// KeyUp implements desktop.Keyable.
func (KeyWatch) KeyUp(*fyne.KeyEvent) {}

// escapeRepeat is longer than the time after which a held key comes again.
const escapeRepeat = time.Second

// escaped is when the press of Escape that goes on closed something in
// escapedIn, or came again; zero is never.
var (
	escaped   time.Time
	escapedIn fyne.Canvas
)

// EscapeClosed notes that something was closed in a window, perhaps by Escape.
// The same press, held, must not do more than that.
func EscapeClosed(c fyne.Canvas) { escaped, escapedIn = time.Now(), c }

// EscapeSpent reports whether an Escape that comes now belongs to a press that
// has closed something already.
func EscapeSpent(c fyne.Canvas) bool {
	if c != escapedIn || time.Since(escaped) > escapeRepeat {
		return false
	}
	escaped = time.Now()
	return true
}

// ShowMenu opens a menu at a place of the canvas.
func ShowMenu(menu *fyne.Menu, c fyne.Canvas, at fyne.Position) {
	m := widget.NewPopUpMenu(menu, c)
	m.OnDismiss = func() {
		m.Hide()
		EscapeClosed(c)
	}
	m.ShowAtPosition(at)
}
