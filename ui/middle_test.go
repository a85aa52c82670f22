package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/studio"
	"cascata/ui/picture"
	"cascata/ui/uitest"
)

// typed presses keys where the keyboard is.
func typed(w *Window, keys ...fyne.KeyName) {
	for _, k := range keys {
		e := &fyne.KeyEvent{Name: k}
		if f := w.win.Canvas().Focused(); f != nil {
			f.TypedKey(e)
		} else {
			w.win.Canvas().OnTypedKey()(e)
		}
	}
}

// On a draft shown large the keys mean that draft.
func TestKeysActOnTheDraftThatIsSeen(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	w.win.Show()
	s.queue.Over = uitest.Drafts(10)[:3]
	w.sync(s)
	w.middle.openSheet(10)
	typed(w, fyne.KeySpace, fyne.KeyRight, fyne.KeyO) // the first is ticked, the second seen
	if w.middle.sheetOpen() || w.middle.stage.Shown().ID != 11 {
		t.Fatalf("the sheet is open %v, shown is %d", w.middle.sheetOpen(), w.middle.stage.Shown().ID)
	}
	typed(w, fyne.KeyRight)
	if got := w.middle.stage.Shown().ID; got != 12 {
		t.Errorf("the arrow went to %d, want 12", got)
	}
	typed(w, fyne.KeyRight)
	if got := w.middle.stage.Shown().ID; got != 12 {
		t.Errorf("beyond the last is %d", got)
	}
	pressEscape(w, 1)
	if !w.middle.sheetOpen() || w.win.Canvas().Focused() != fyne.Focusable(w.middle.sheet.Tiles) {
		t.Fatal("Escape does not go back to the sheet")
	}
	if got := studio.IDs(w.middle.sheet.Ticked()); !slices.Equal(got, []int64{10}) {
		t.Errorf("ticked %v, want 10", got)
	}
	typed(w, fyne.KeyO)
	if got := w.middle.stage.Shown().ID; got != 12 {
		t.Errorf("the sheet's place is %d, want 12, which was seen last", got)
	}
	typed(w, fyne.KeyReturn)
	if n := len(s.added); n != 1 || s.added[0].Recipe.Prompt != "prompt 12" {
		t.Errorf("Enter asked for %+v, want the draft that is seen", s.added)
	}
}

// A picture of a sweep leads back to the sweep.
func TestSweepComesBack(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	w.win.Show()
	w.pictures.sweep(picture.SweepParams{Recipe: uitest.MySketch().Recipe})
	for _, o := range w.win.Canvas().Overlays().List() {
		tapTitle(t, o, "Make ")
	}
	w.sync(s)
	typed(w, fyne.KeyRight, fyne.KeyReturn)
	if w.middle.sweeps.Content.Visible() || w.middle.stage.Shown().ID != s.added[1].ID {
		t.Fatalf("shown is %d", w.middle.stage.Shown().ID)
	}
	pressEscape(w, 1)
	if !w.middle.sweeps.Content.Visible() || w.win.Canvas().Focused() != fyne.Focusable(w.middle.sweeps.Cells[1]) {
		t.Error("Escape does not go back to the picture in the sweep")
	}
	w.generate(false)
	if w.middle.sweeps.Content.Visible() || w.win.Canvas().Focused() != fyne.Focusable(w.middle.stage.Viewer) {
		t.Error("the sweep keeps its place, or its keys")
	}
}

// Whatever hides a view, the keyboard does not stay in it.
func TestHiddenViewsHaveNoKeys(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	w.win.Show()
	s.queue.Over = uitest.Drafts(10)[:3]
	w.sync(s)
	focused := func() fyne.Focusable { return w.win.Canvas().Focused() }
	w.middle.openSheet(10)
	w.generate(false)
	if focused() == fyne.Focusable(w.middle.sheet.Tiles) {
		t.Error("the sheet keeps the keys after Generate")
	}
	w.middle.openSheet(10)
	w.middle.open(uitest.Job(10, 10, studio.Done))
	if focused() == fyne.Focusable(w.middle.sheet.Tiles) {
		t.Error("the sheet keeps the keys of a picture from the strip")
	}
	w.focusPrompt()
	before := focused()
	w.tabs.goTo(tabLibrary)
	w.tabs.goTo(tabCreate)
	if focused() != before {
		t.Errorf("back from the library %T has the keys, want the prompt", focused())
	}
	w.toggle(w.panes.Left)
	if focused() == before {
		t.Error("the prompt keeps the keys though it is hidden")
	}
	w.middle.openSheet(10)
	w.tabs.goTo(tabLibrary)
	w.tabs.goTo(tabCreate)
	if focused() != fyne.Focusable(w.middle.sheet.Tiles) {
		t.Errorf("back from the library %T has the keys, want the sheet", focused())
	}
}

// tapTitle taps the button whose title begins so.
func tapTitle(t *testing.T, in fyne.CanvasObject, title string) {
	t.Helper()
	for _, o := range test.LaidOutObjects(in) {
		if b, ok := o.(interface {
			fyne.Tappable
			Title() string
		}); ok && len(b.Title()) >= len(title) && b.Title()[:len(title)] == title {
			b.Tapped(nil)
			return
		}
	}
	t.Fatalf("no button %q", title)
}
