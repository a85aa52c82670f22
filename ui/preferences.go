package ui

import (
	"context"

	"fyne.io/fyne/v2"

	"cascata/app"
	"cascata/app/library"
	"cascata/ui/async"
	"cascata/ui/dialogs"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// welcome says what there is to know at first.
func (w *Window) welcome() {
	w.p.Settings.Change(func(s *app.Settings) { s.Welcomed = true })
	dialogs.ShowWelcome(w.win.Canvas(), dialogs.WelcomeParams{
		OnStart: w.focusPrompt, OnFiles: func() { w.tabs.goTo(tabModels) }, OnVisit: w.host.visit,
	})
}

func (w *Window) openShortcuts() {
	if !widgets.Modal(w.win.Canvas()) {
		dialogs.ShowShortcuts(w.win.Canvas(), w.menus.Main())
	}
}

func (w *Window) openPreferences() {
	w.prefs = dialogs.ShowPreferences(w.win.Canvas(), dialogs.PreferencesParams{
		Settings: w.p.Settings.Get(), Pictures: w.p.Pictures(), Folder: w.host.picker().Folder,
		OnChange: w.prefer,
		OnOpen:   w.host.openFolder,
	})
}

// prefer keeps a preference and does what it asks for.
func (w *Window) prefer(change func(*app.Settings)) {
	before := w.p.Settings.Get()
	w.p.Settings.Change(change)
	s := w.p.Settings.Get()
	if s.Theme != before.Theme {
		w.p.App.Settings().SetTheme(themeOf(s))
	}
	if s.Scale != before.Scale {
		w.rescale(s)
	}
	if s.Language != before.Language {
		w.speak(s.Language)
	}
	if s.Pictures != before.Pictures {
		w.lookThrough()
	}
	look.SetReducedMotion(s.ReducedMotion)
}

// lookThrough takes what lies in another picture folder into the library.
func (w *Window) lookThrough() {
	async.Go(w.p.Run, func() (library.Scan, error) { return w.p.Library.Rescan(context.Background(), nil) },
		func(_ library.Scan, err error) {
			if err != nil {
				w.host.fail(err)
				return
			}
			w.LibraryChanged()
		})
}

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
		w.win.Resize(onScreen(fyne.NewSize(size.Width*was/now, size.Height*was/now), w.p.Screen))
	}
}

// onScreen is a size of the window, as far as the screen has room; nil: there
// is no knowing.
func onScreen(size fyne.Size, screen func() fyne.Size) fyne.Size {
	if screen == nil {
		return size
	}
	if room := screen(); !room.IsZero() {
		return size.Min(room)
	}
	return size
}

// speak changes the language. The toolkit's texts are those they were made
// with, so everything is made again, and shown as it was.
func (w *Window) speak(language string) {
	w.saveWindow()
	if err := format.Translate(language); err != nil {
		w.host.fail(err)
		return
	}
	asked := w.prefs != nil && w.prefs.Dialog.Open()
	if asked {
		w.prefs.Dialog.Close()
	}
	s := w.p.Settings.Get()
	s.Sketch = w.form.Sketch()
	model, stage := w.model.info, w.middle.stage
	w.undo.Forget(w.pictures.details)
	w.endTips()
	w.make(s, model)
	w.showQueue(w.jobs.Queue())
	w.model.set(model)
	if shown := stage.Shown(); !stage.Following() && shown.ID != 0 {
		w.middle.open(shown)
	}
	w.reopen(s.Window)
	if asked {
		w.openPreferences()
	}
}
