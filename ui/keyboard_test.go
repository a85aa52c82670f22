package ui

import (
	"testing"

	"fyne.io/fyne/v2"
)

// The menu acts on the field that had the keyboard before it was opened by the
// pointer, which takes the keyboard from everybody.
func TestEditMenu(t *testing.T) {
	w, _ := newTestWindow(t, t.TempDir())
	clipboard := w.p.App.Clipboard()
	w.focusPrompt()
	for _, r := range "a mill" {
		w.win.Canvas().Focused().TypedRune(r)
	}
	w.win.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
	edit := func(name string) {
		t.Helper()
		w.win.Canvas().Unfocus()
		for _, a := range w.keyboard.actions() {
			if a.Typed.ShortcutName() == name {
				w.act(a)
			}
		}
	}
	edit("Copy")
	if got := clipboard.Content(); got != "a mill" {
		t.Errorf("copied %q", got)
	}
	edit("Cut")
	if got := w.form.Sketch().Prompt; got != "" {
		t.Errorf("cut, and %q is left", got)
	}
	clipboard.SetContent("a brook")
	edit("Paste")
	edit("Paste")
	if got := w.form.Sketch().Prompt; got != "a brooka brook" {
		t.Errorf("pasted twice: %q", got)
	}
}
