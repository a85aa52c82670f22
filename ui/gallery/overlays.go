package gallery

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/widgets"
)

// Covers reports whether the lightbox or the comparison lies over the window, and
// nothing over them.
func (v *View) Covers() bool {
	top := v.p.Canvas.Overlays().Top()
	return top != nil && (top == v.Box.Over.Face || top == v.Comparison.Over.Face)
}

// Uncover closes the lightbox and the comparison. It says false where
// something else lies over the window: a dialog or a menu.
func (v *View) Uncover() bool {
	for widgets.Modal(v.p.Canvas) {
		switch v.p.Canvas.Overlays().Top() {
		case v.Box.Over.Face:
			v.Box.Close()
		case v.Comparison.Over.Face:
			v.Comparison.Over.Close()
		default:
			return false
		}
	}
	return true
}

// Open shows a picture as large as the window. Next and previous go through
// the pictures chosen, or through all where it is the only one.
func (v *View) Open(id int64) {
	ids := v.Grid.Keys()
	if chosen := v.Grid.Chosen(); len(chosen) > 1 && slices.Contains(chosen, id) {
		ids = chosen
	}
	v.Box.Show(v.p.Canvas, ids, id)
}

// openOf shows pictures as large as the window, the first of them first.
func (v *View) openOf(p []library.Picture) {
	if len(p) == 1 && slices.Contains(v.Grid.Keys(), p[0].ID) {
		v.Open(p[0].ID)
		return
	}
	v.Box.Show(v.p.Canvas, library.IDs(p), p[0].ID)
}

// boxClosed goes on where the lightbox ended.
func (v *View) boxClosed(last int64, before fyne.Focusable) {
	if last != 0 && v.Grid.Count() > 1 {
		v.Grid.ScrollTo(last)
	} else if last != 0 {
		v.Grid.Choose(last)
	}
	if v.shown {
		v.Focus()
		return
	}
	v.p.Canvas.Focus(before)
}

// compareMost is how many pictures can be seen side by side.
const compareMost = 4

// compareFew says how many.
func compareFew() string {
	return lang.X("library.compare.few", "Select two to four pictures to compare.")
}

// Compare shows two to four pictures side by side.
func (v *View) Compare(pics ...library.Picture) {
	if n := len(pics); n < 2 || n > compareMost {
		v.Tell(compareFew(), "", nil)
		return
	}
	v.Comparison.Set(pics)
	v.Comparison.showOver(v.p.Canvas)
}

// Pointed are the pictures that an action means: the one in the lightbox,
// those compared, or those chosen.
func (v *View) Pointed() []int64 {
	switch {
	case v.Box.Over.Open():
		return []int64{v.Box.id()}
	case v.Comparison.Over.Open():
		return library.IDs(v.Comparison.pics)
	}
	return v.Chosen()
}

// Tell says something where it is seen.
func (v *View) Tell(text, action string, do func()) (gone func()) {
	switch {
	case v.Box.Over.Open():
		return v.Box.Toasts.Say(text, action, do)
	case v.Comparison.Over.Open():
		return v.Comparison.Toasts.Say(text, action, do)
	}
	return v.p.Say(text, action, do)
}
