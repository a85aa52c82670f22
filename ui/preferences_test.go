package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"cascata/app"
	"cascata/ui/format"
)

// Another language is there at once, with all that the window showed.
func TestLanguageAtOnce(t *testing.T) {
	t.Cleanup(func() { format.Translate("en") })
	w, s := newTestWindow(t, t.TempDir())
	w.write("a boat at sea")
	runSome(w, s, true)
	w.middle.open(s.queue.Waiting[2])
	w.panes.Set(w.panes.Right, 400, true)
	w.tabs.goTo(tabLibrary)
	undone := false
	w.undo.Add(nil, func() { undone = true })
	w.openPreferences()
	layers := len(w.win.Canvas().Overlays().List())
	w.prefs.Language.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	for range 3 { // the last one is German
		w.prefs.Language.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	}
	if got := w.menus.Main().Items[0].Label; got != "Gestalten" {
		t.Fatalf("the first menu is %q", got)
	}
	if got := len(w.win.Canvas().Overlays().List()); got != layers || !w.prefs.Dialog.Open() {
		t.Errorf("%d dialogs are open, want the preferences again", got)
	}
	if got := w.status.queue.Title(); got != "12 in der Warteschlange, Pause" {
		t.Errorf("the status bar says %q", got)
	}
	if w.form.Sketch().Prompt != longPrompt || w.middle.stage.Shown().ID != s.queue.Waiting[2].ID || w.tabs.at != tabLibrary || !w.panes.Right.Shown {
		t.Errorf("shown are %q, job %d, place %d", w.form.Sketch().Prompt, w.middle.stage.Shown().ID, w.tabs.at)
	}
	w.undo.Undo()
	if !undone {
		t.Error("what could be undone cannot any more")
	}
	w.prefer(func(s *app.Settings) { s.Language = "en" })
	if got := w.menus.Main().Items[0].Label; got != "Create" {
		t.Errorf("back in English the first menu is %q", got)
	}
}

// The window is never larger than the screen: not as it was kept on another
// one, and not at another scale.
func TestWindowFitsTheScreen(t *testing.T) {
	w, _ := newTestWindow(t, t.TempDir())
	scale := 1.0
	w.p.Scale = func(s float64) { scale = s }
	w.p.Screen = func() fyne.Size { return fyne.NewSize(float32(1440/scale), float32(900/scale)) }
	kept := w.p.Settings.Get().Window
	kept.Width, kept.Height = 2560, 1440
	w.arrange(kept)
	if got := w.win.Canvas().Size(); got != fyne.NewSize(1440, 900) {
		t.Errorf("kept on a larger screen, the window is %v", got)
	}
	w.prefer(func(s *app.Settings) { s.Scale = 2 })
	if got := w.win.Canvas().Size(); scale != 2 || got != fyne.NewSize(720, 450) {
		t.Errorf("drawn %g times as large, the window is %v", scale, got)
	}
}
