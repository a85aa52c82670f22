package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// RevealIn scrolls to what got the keyboard, where it lies in scroll.
func RevealIn(scroll *container.Scroll, o fyne.CanvasObject) {
	const space = 12
	d := fyne.CurrentApp().Driver()
	at, from := d.AbsolutePositionForObject(o), d.AbsolutePositionForObject(scroll)
	if at.X < from.X || at.X >= from.X+scroll.Size().Width || d.CanvasForObject(o) != d.CanvasForObject(scroll) {
		return
	}
	above, below := at.Y-from.Y, at.Y-from.Y+o.Size().Height-scroll.Size().Height
	offset := scroll.Offset
	switch {
	case above < 0:
		offset.Y += above - space
	case below > 0:
		offset.Y += below + space
	default:
		return
	}
	scroll.ScrollToOffset(offset)
}
