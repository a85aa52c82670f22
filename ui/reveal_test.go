package ui

import (
	"testing"

	"fyne.io/fyne/v2"
)

// Tab goes on below the edge of a small window: the column follows.
func TestColumnFollowsTheKeyboard(t *testing.T) {
	w, _ := newTestWindow(t, t.TempDir())
	w.win.Resize(fyne.NewSize(1000, 440))
	c := w.form
	if c.Scroll.Content.MinSize().Height <= c.Scroll.Size().Height {
		t.Fatal("the column has no need to scroll")
	}
	for range 12 {
		w.win.Canvas().FocusNext()
	}
	o, ok := w.win.Canvas().Focused().(fyne.CanvasObject)
	if !ok {
		t.Fatal("nothing has the keyboard")
	}
	d := fyne.CurrentApp().Driver()
	top := d.AbsolutePositionForObject(o).Y - d.AbsolutePositionForObject(c.Scroll).Y
	if c.Scroll.Offset.Y == 0 || top < 0 || top+o.Size().Height > c.Scroll.Size().Height {
		t.Errorf("%T lies at %g of %g, scrolled by %g", o, top, c.Scroll.Size().Height, c.Scroll.Offset.Y)
	}
}
