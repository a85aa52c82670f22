package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/app/meta"
	"cascata/app/studio"
	"cascata/ui/widgets"
)

// An action is something the artist can do. What there is to do stands in
// tables of them; the menus, the page of keys and the keys themselves are made
// from these. It acts through the first of do, job and with that it has.
type action struct {
	text string
	key  desktop.CustomShortcut // without a modifier it works where pictures have the keyboard; F1 to F12 everywhere
	line bool                   // a line stands above it
	over bool                   // over the lightbox and the comparison too

	typed fyne.Shortcut // what the toolkit makes of the key, where that is its own; it works under a dialog too

	do   func()
	job  func(j studio.Job)              // on the job that is shown, or that a menu is of
	when func(j studio.Job) bool         // whether job can; nil: always
	with func(pics []library.Picture)    // on the pictures that are chosen or shown
	can  func(p ...library.Picture) bool // whether with can; nil: with any

	checked func(p []library.Picture) bool     // whether it is so already; nil: no
	sub     func(p []library.Picture) []action // a menu of its own, for these pictures or for any
}

// A menuOf is a menu of actions.
type menuOf struct {
	title   string
	actions []action
}

// chord is a key with modifiers.
func chord(mod fyne.KeyModifier, key fyne.KeyName) desktop.CustomShortcut {
	return desktop.CustomShortcut{KeyName: key, Modifier: mod}
}

// plain is a key alone.
func plain(key fyne.KeyName) desktop.CustomShortcut { return chord(0, key) }

// possible says whether the action makes sense with pictures.
func (a action) possible(pics []library.Picture) bool {
	return a.with != nil && len(pics) > 0 && (a.can == nil || a.can(pics...))
}

// flat are actions with those of their menus for any picture.
func flat(actions []action) []action {
	var all []action
	for _, a := range actions {
		if a.sub == nil {
			all = append(all, a)
			continue
		}
		all = append(all, flat(a.sub(nil))...)
	}
	return all
}

// actionOf is the action that a key alone stands for where pictures have the
// keyboard.
func actionOf(actions []action, key fyne.KeyName) (action, bool) {
	all := flat(actions)
	i := slices.IndexFunc(all, func(a action) bool { return key != "" && a.key == plain(key) })
	if i < 0 {
		return action{}, false
	}
	return all[i], true
}

// signKey is the key that types a sign.
func signKey(r rune) fyne.KeyName { return fyne.KeyName(strings.ToUpper(string(r))) }

// lines are the actions of a menu for pictures. What is not possible with them
// is left out; separators stand between lines only.
func lines(actions []action, pics []library.Picture) []*fyne.MenuItem {
	var items []*fyne.MenuItem
	line := false
	for _, a := range actions {
		line = line || a.line
		item := a.item(func() { a.with(pics) })
		switch {
		case a.sub != nil:
			below := lines(a.sub(pics), pics)
			if len(below) == 0 {
				continue
			}
			item.Action, item.ChildMenu = nil, fyne.NewMenu("", below...)
		case !a.possible(pics):
			continue
		}
		item.Checked = a.checked != nil && a.checked(pics)
		if line && len(items) > 0 {
			items = append(items, fyne.NewMenuItemSeparator())
		}
		line = false
		items = append(items, item)
	}
	return items
}

// jobLines are the actions of a menu for a job.
func jobLines(actions []action, j studio.Job) []*fyne.MenuItem {
	var items []*fyne.MenuItem
	for _, a := range actions {
		if a.when == nil || a.when(j) {
			items = append(items, a.item(func() { a.job(j) }))
		}
	}
	return items
}

// item is an action's line of a menu, with its key.
func (a action) item(do func()) *fyne.MenuItem {
	item := fyne.NewMenuItem(a.text, do)
	if a.key != (desktop.CustomShortcut{}) {
		item.Shortcut = &a.key
	}
	if a.typed != nil {
		item.Shortcut = a.typed
	}
	return item
}

// popupMenu opens a menu over a window.
func popupMenu(c fyne.Canvas, at fyne.Position, items []*fyne.MenuItem) {
	widgets.ShowMenu(drawnItems(fyne.NewMenu("", items...)), c, at)
}

// act does an action of the main menu. Under a dialog or a menu nothing
// happens: the toolkit would take the keys there too.
func (w *Window) act(a action) {
	if a.typed == nil && widgets.Modal(w.win.Canvas()) && !(a.over && w.library.Covers()) {
		return
	}
	switch {
	case a.do != nil:
		a.do()
	case a.job != nil:
		if j := w.jobShown(); j.ID != 0 && (a.when == nil || a.when(j)) {
			a.job(j)
			return
		}
		w.cannot(a)
	default:
		w.pointed(func(pics []library.Picture) { w.actOn(a, pics) })
	}
}

// actOn does an action with pictures, or says that it cannot be done.
func (w *Window) actOn(a action, pics []library.Picture) {
	if a.possible(pics) {
		a.with(pics)
		return
	}
	w.cannot(a)
}

func (w *Window) cannot(a action) {
	w.library.tell(cannotText(a), "", nil)
}

func cannotText(a action) string {
	return lang.X("action.cannot", "“{{.Action}}” is not possible with what is selected.", map[string]any{"Action": strings.TrimSuffix(a.text, "…")})
}

// stageKey does what a key alone means for the picture in the middle of Create.
func (w *Window) stageKey(key fyne.KeyName) bool {
	if key == fyne.KeyZ {
		toggleZoom(w.stage.viewer)
		return true
	}
	if key == fyne.KeyBackspace {
		key = fyne.KeyDelete
	}
	a, ok := actionOf(w.library.pictureActions(), key)
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
		marks := append(w.library.starActions(nil), w.library.markActions()[1])
		if items := lines(marks, pics); len(items) > 0 {
			popupMenu(w.win.Canvas(), at, items)
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
			w.library.with(ids, then)
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
