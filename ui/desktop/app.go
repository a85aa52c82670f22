package desktop

import "fyne.io/fyne/v2"

// App is the toolkit's app with this clipboard in place of its own, also for
// the toolkit's fields and their menus, which ask for the current app.
func (d *Desktop) App(a fyne.App) fyne.App {
	w := clipboardApp{a, d.clip}
	fyne.SetCurrentApp(w)
	return w
}

type clipboardApp struct {
	fyne.App
	clipboard fyne.Clipboard
}

// Clipboard implements fyne.App.
func (a clipboardApp) Clipboard() fyne.Clipboard { return a.clipboard }
