package ui

import (
	"fyne.io/fyne/v2"

	"cascata/app/studio"
	"cascata/ui/create"
	"cascata/ui/widgets"
)

// A sheetView is a sheet of which one picture is shown large: the arrows go
// through its pictures, and Escape goes back to it.
type sheetView struct {
	jobs func() []studio.Job
	back func(shown int64)
}

// front shows one of the views in the middle. Where the keyboard was in the
// middle it goes to first, so that no hidden view keeps it.
func (w *Window) front(view fyne.CanvasObject, first fyne.Focusable) {
	c := w.win.Canvas()
	had := holds(w.middle, c.Focused())
	for _, o := range w.middle.Objects {
		widgets.SetVisible(o, o == view)
	}
	w.middle.Refresh()
	if had {
		c.Focus(first)
	}
}

// toStage shows the picture in the middle in place of a sheet.
func (w *Window) toStage() { w.front(w.stage.Content, w.stage.Viewer) }

// holds says whether f lies within the place of o.
func holds(o fyne.CanvasObject, f fyne.Focusable) bool {
	focused, ok := f.(fyne.CanvasObject)
	if !ok {
		return false
	}
	d := fyne.CurrentApp().Driver()
	at, from := d.AbsolutePositionForObject(focused), d.AbsolutePositionForObject(o)
	in := at.Subtract(from)
	size := o.Size()
	return in.X >= 0 && in.Y >= 0 && in.X < size.Width && in.Y < size.Height
}

// enlarge shows one picture of a sheet large.
func (w *Window) enlarge(j studio.Job, of sheetView) {
	w.open(j)
	w.sheetOf = &of
	w.stage.SetSheet(true)
	w.win.Canvas().Focus(w.stage.Viewer)
}

// toSheet goes back to the sheet whose picture is shown large. It says false
// where that is of none.
func (w *Window) toSheet() bool {
	of := w.sheetOf
	if of == nil {
		return false
	}
	w.leaveSheet()
	of.back(w.stage.Shown().ID)
	return true
}

// leaveSheet shows what is in the middle for itself, no longer as one of a sheet.
func (w *Window) leaveSheet() {
	w.sheetOf = nil
	w.stage.SetSheet(false)
}

// stepPicture shows the next picture (1) or the one before (-1): of the sheet
// that the one shown is of, else of the strip.
func (w *Window) stepPicture(by int) {
	shown := w.stage.Shown().ID
	if w.sheetOf == nil {
		if j, ok := w.strip.Step(shown, by); ok {
			w.open(j)
		}
		return
	}
	jobs := w.sheetOf.jobs()
	if i := studio.IndexOf(jobs, shown); i >= 0 && i+by >= 0 && i+by < len(jobs) {
		w.enlarge(jobs[i+by], *w.sheetOf)
	}
}

// enterShown is Enter on the picture in the middle: of a sheet of drafts the
// one shown is developed.
func (w *Window) enterShown() {
	if j, ok := w.job(w.stage.Shown().ID); ok && w.sheetOf != nil && j.Recipe.Draft && create.Ready(j) {
		w.Develop([]studio.Job{j})
	}
}
