package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/app/meta"
	"cascata/app/studio"
	"cascata/ui/menu"
	"cascata/ui/widgets"
)

// act does an action of the main menu. Under a dialog or a menu nothing
// happens: the toolkit would take the keys there too.
func (w *Window) act(a menu.Action) {
	if a.Typed == nil && widgets.Modal(w.win.Canvas()) && !(a.Over && w.library.Covers()) {
		return
	}
	switch {
	case a.Do != nil:
		a.Do()
	case a.Job != nil:
		if j := w.jobShown(); j.ID != 0 && (a.When == nil || a.When(j)) {
			a.Job(j)
			return
		}
		w.cannot(a)
	default:
		w.pointed(func(pics []library.Picture) { w.actOn(a, pics) })
	}
}

// actOn does an action with pictures, or says that it cannot be done.
func (w *Window) actOn(a menu.Action, pics []library.Picture) {
	if a.Possible(pics) {
		a.With(pics)
		return
	}
	w.cannot(a)
}

func (w *Window) cannot(a menu.Action) {
	w.library.Tell(menu.CannotText(a), "", nil)
}

// stageKey does what a key alone means for the picture in the middle of Create.
func (w *Window) stageKey(key fyne.KeyName) bool {
	if key == fyne.KeyZ {
		widgets.ToggleZoom(w.stage.Viewer)
		return true
	}
	if key == fyne.KeyBackspace {
		key = fyne.KeyDelete
	}
	a, ok := menu.ActionOf(w.library.PictureActions(), key)
	if ok && w.stage.Shown().File != "" {
		w.act(a)
		return true
	}
	return false
}

// beside gives the picture that lies beside the one in the middle of Create:
// the one made before it, else the one after.
func (w *Window) beside(_ library.Picture, then func(library.Picture)) {
	for _, by := range []int{1, -1} {
		if j, ok := w.strip.Step(w.stage.Shown().ID, by); ok && j.File != "" {
			w.picturesOf([]studio.Job{j}, func(pics []library.Picture) { then(pics[0]) })
			return
		}
	}
	w.say(lang.X("compare.none", "There is no other picture in the strip to compare it with."), "", nil)
}

// showMarks says in Create how a file is marked in the library.
func (w *Window) showMarks(file string) {
	var p library.Picture
	w.p.Run(func() { p, _ = w.findPicture(file) }, func() { w.stage.SetMarks(file, p.Stars, p.Favourite) })
}

// marksMenu opens the marks of the picture in the middle of Create.
func (w *Window) marksMenu(at fyne.Position) {
	w.picturesOf([]studio.Job{w.stage.Shown()}, func(pics []library.Picture) {
		marks := append(w.library.StarActions(nil), w.library.MarkActions()[1])
		if items := menu.Lines(marks, pics); len(items) > 0 {
			menu.PopupMenu(w.win.Canvas(), at, items)
		}
	})
}

// jobShown is the job in the middle of Create: the one that a sweep's sheet
// shows large, or the stage's.
func (w *Window) jobShown() studio.Job {
	if w.swept != 0 {
		return w.sweeps.Touched()
	}
	return w.stage.Shown()
}

// pointed gives then the pictures that an action means: the one in the
// lightbox, those compared, those chosen in the library, the drafts that are
// ticked, or the one in the middle of Create. There may be none.
func (w *Window) pointed(then func(pics []library.Picture)) {
	switch {
	case w.place == placeLibrary || w.library.Covers():
		if ids := w.library.Pointed(); len(ids) > 0 {
			w.library.With(ids, then)
			return
		}
		then(nil)
	case w.sheetOpen():
		w.picturesOf(w.sheet.Ticked(), then)
	default:
		w.picturesOf([]studio.Job{w.jobShown()}, then)
	}
}

// picturesOf gives then what the library knows of the files of jobs. What it
// does not have yet has no ID.
func (w *Window) picturesOf(jobs []studio.Job, then func(pics []library.Picture)) {
	var pics []library.Picture
	w.p.Run(func() {
		for _, j := range jobs {
			if j.File == "" {
				continue
			}
			p, ok := w.findPicture(j.File)
			if !ok {
				r := j.Recipe
				p = library.Picture{File: j.File, Width: r.Width, Height: r.Height, Program: meta.Cascata, Prompt: r.Prompt, Draft: r.Draft}
			}
			pics = append(pics, p)
		}
	}, func() { then(pics) })
}
