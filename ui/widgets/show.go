package widgets

import "fyne.io/fyne/v2"

// Enable lets a control be used, or not.
func Enable(d fyne.Disableable, yes bool) {
	switch {
	case yes && d.Disabled():
		d.Enable()
	case !yes && !d.Disabled():
		d.Disable()
	}
}

// SetVisible shows or hides o. What holds it must be laid out again.
func SetVisible(o fyne.CanvasObject, yes bool) {
	if o.Visible() == yes {
		return
	}
	if yes {
		o.Show()
	} else {
		o.Hide()
	}
}
