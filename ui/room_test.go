package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/studio"
	"cascata/ui/create"
	"cascata/ui/uitest"
)

// The prompts have the room that a high window has, and what is dragged stays.
func TestPromptUsesTheRoom(t *testing.T) {
	dir := t.TempDir()
	w, _ := newTestWindow(t, dir)
	field := func() float32 { return w.form.Prompt.Field().(fyne.CanvasObject).Size().Height }
	w.win.Resize(fyne.NewSize(1440, 600))
	low := field()
	w.win.Resize(fyne.NewSize(1440, 1300))
	if high := field(); high < 2.5*low {
		t.Errorf("the field is %.0f high in a high window, %.0f in a low one", high, low)
	}
	h := w.form.Scroll
	if h.Content.MinSize().Height > h.Size().Height {
		t.Errorf("the column is %.0f high in %.0f", h.Content.MinSize().Height, h.Size().Height)
	}
	var grip fyne.Draggable
	for _, o := range test.WidgetRenderer(w.form.Prompt).Objects()[0].(*fyne.Container).Objects {
		if d, ok := o.(fyne.Draggable); ok {
			grip = d
		}
	}
	before := field()
	grip.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(0, -40)})
	grip.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(0, -10)})
	grip.DragEnd()
	if got := field(); got != before-50 {
		t.Errorf("dragged by 50 from %.0f: %.0f", before, got)
	}
	if got := w.p.Settings.Get().Window.PromptHeight; got != before-50 {
		t.Errorf("kept is %.0f, want %.0f", got, before-50)
	}
	grip.(fyne.DoubleTappable).DoubleTapped(nil)
	if got := field(); got != before {
		t.Errorf("after a double click it is %.0f, want %.0f", got, before)
	}
}

// Six drafts fill the sheet; many scroll at their least size.
func TestDraftsUseTheRoom(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	w.write("a boat")
	w.win.Resize(fyne.NewSize(1440, 900))
	w.draft()
	w.sync(s)
	area := w.middle.sheet.Tiles.Size()
	side := tileSide(t, w)
	if side < 250 || 2*side > area.Height {
		t.Errorf("six drafts are %.0f wide in %v", side, area)
	}
	jobs := make([]studio.Job, 60)
	for i := range jobs {
		jobs[i] = uitest.Job(int64(i+100), 100, studio.Waiting)
	}
	w.middle.sheet.Show(jobs)
	if got := tileSide(t, w); got < create.SheetSide || got > 1.3*create.SheetSide {
		t.Errorf("sixty drafts are %.0f wide, want about %d", got, create.SheetSide)
	}
}

func tileSide(t *testing.T, w *Window) float32 {
	t.Helper()
	w.win.Resize(w.win.Canvas().Size().AddWidthHeight(1, 0))
	side := float32(0)
	uitest.Walk(w.middle.sheet.Tiles, func(o fyne.CanvasObject) bool {
		_, tile := o.(interface{ TappedSecondary(*fyne.PointEvent) })
		if tile {
			side = o.Size().Width
		}
		return !tile
	})
	return side
}
