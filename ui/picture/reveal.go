package picture

import (
	"fyne.io/fyne/v2"

	"cascata/ui/widgets"
)

// Reveal scrolls to what got the keyboard, where it lies in the panel.
func (d *Details) Reveal(o fyne.CanvasObject) { widgets.RevealIn(d.scroll, o) }
