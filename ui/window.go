package ui

import (
	"fyne.io/fyne/v2"

	"cascata/app"
)

// Open shows the window. newMaker is given what receives progress and returns
// who makes the pictures. The caller runs the toolkit's loop afterwards.
func Open(a fyne.App, title string, icon fyne.Resource, start app.Recipe, newMaker func(changed func(app.Progress)) Maker) fyne.Window {
	a.Settings().SetTheme(newLook())
	a.SetIcon(icon)
	w := a.NewWindow(title)
	c := NewCreate(start, fyne.Do)
	c.Use(newMaker(c.Progress))
	w.SetContent(c.Content)
	w.SetMainMenu(c.Menu())
	w.SetPadded(false)
	w.Resize(fyne.NewSize(1280, 800))
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyEscape {
			c.Cancel()
		}
	})
	w.Canvas().Focus(c.prompt)
	w.Show()
	return w
}
