package widgets

import "fyne.io/fyne/v2"

// Holds reports whether a place of the window lies within o.
func Holds(o fyne.CanvasObject, at fyne.Position) bool {
	in := at.Subtract(fyne.CurrentApp().Driver().AbsolutePositionForObject(o))
	size := o.Size()
	return o.Visible() && in.X >= 0 && in.Y >= 0 && in.X < size.Width && in.Y < size.Height
}
