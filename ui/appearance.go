package ui

import (
	"fyne.io/fyne/v2"

	"cascata/app"
	"cascata/ui/format"
)

// rescale draws everything as large as the settings say, in a window that is
// as large on the screen as it was.
func (w *Window) rescale(s app.Settings) {
	if w.p.Scale == nil || s.Scale <= 0 {
		return
	}
	c := w.win.Canvas()
	size, was := c.Size(), c.Scale()
	w.p.Scale(s.Scale)
	w.p.App.Settings().SetTheme(themeOf(s)) // the toolkit reads its scale again
	if now := c.Scale(); now > 0 && !w.win.FullScreen() {
		w.win.Resize(w.onScreen(fyne.NewSize(size.Width*was/now, size.Height*was/now)))
	}
}

// onScreen is a size of the window, as far as the screen has room.
func (w *Window) onScreen(size fyne.Size) fyne.Size {
	if w.p.Screen == nil {
		return size
	}
	room := w.p.Screen()
	if room.IsZero() {
		return size
	}
	return size.Min(room)
}

// speak changes the language. The toolkit's texts are those they were made
// with, so everything is made anew, and shown as it was.
func (w *Window) speak(language string) {
	w.saveWindow()
	if err := format.Translate(language); err != nil {
		w.fail(err)
		return
	}
	asked := w.prefs != nil && w.prefs.Dialog.Open()
	if asked {
		w.prefs.Dialog.Close()
	}
	s := w.p.Settings.Get()
	s.Sketch = w.controls.Sketch()
	shown, following := w.stage.Shown(), w.stage.Following()
	w.undo.Forget(w.details)
	w.endTips()
	w.group, w.swept, w.sheetOf, w.place = 0, 0, nil, placeCreate
	w.make(s)
	w.showQueue(w.queue)
	w.setModel(w.model)
	if !following && shown.ID != 0 {
		w.open(shown)
	}
	if s.Window.Sheet != 0 {
		w.openSheet(s.Window.Sheet)
	}
	if s.Window.Library {
		w.goTo(placeLibrary)
	}
	w.tokens.Count(w.controls.Sketch())
	w.countPictures()
	if asked {
		w.openPreferences()
	}
}
