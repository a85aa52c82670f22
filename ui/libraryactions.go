package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/ui/widgets"
)

// do changes the library beside the window's goroutine, and afterwards, if
// all went well, does then.
func (v *LibraryView) do(change func() error, then func()) {
	var err error
	v.p.Run(func() { err = change() }, func() {
		if err != nil {
			v.p.Fail(err)
			v.Changed() // show what is really so
			return
		}
		call(then)
	})
}

// with reads pictures and does something with them.
func (v *LibraryView) with(ids []int64, then func(pics []app.Picture)) {
	if len(ids) == 0 {
		return
	}
	var pics []app.Picture
	v.do(func() (err error) { pics, err = v.p.Library.Get(ids...); return err }, func() {
		if len(pics) > 0 {
			then(pics)
		}
	})
}

// maxUndo is how many changes can be taken back.
const maxUndo = 100

func (v *LibraryView) canUndo(back func()) {
	v.undos = append(v.undos, back)
	if len(v.undos) > maxUndo {
		v.undos = slices.Delete(v.undos, 0, 1)
	}
}

// Undo takes the last change back.
func (v *LibraryView) Undo() {
	if n := len(v.undos); n > 0 {
		back := v.undos[n-1]
		v.undos = v.undos[:n-1]
		back()
	}
}

// offerUndo says that a change was made and offers to take it back; the note
// goes when that is done, from wherever. After it, others may be made.
func (v *LibraryView) offerUndo(text string, back func()) {
	var gone func()
	done := false
	once := func() {
		if !done {
			done = true
			call(gone)
			back()
		}
	}
	v.canUndo(once)
	gone = v.tell(text, lang.X("undo", "Undo"), once)
}

// undoable notes how a change of n pictures is taken back. Of several the
// artist is told, since one key may have meant one picture.
func (v *LibraryView) undoable(n int, text string, back func()) {
	if n > 1 {
		v.offerUndo(text, back)
		return
	}
	v.canUndo(back)
}

// change does something to pictures that each may have had another value for,
// and can take it back. rows are shown as they will be at once. done says of
// how many it was done.
func change[T comparable](v *LibraryView, ids []int64, value T, of func(*app.Picture) *T, set func(value T, ids ...int64) error, done func(n int) string) {
	v.with(ids, func(pics []app.Picture) {
		before := map[T][]int64{}
		for _, p := range pics {
			if was := *of(&p); was != value {
				before[was] = append(before[was], p.ID)
			}
			*of(&p) = value
			v.put(p)
		}
		if len(before) == 0 {
			return
		}
		var changed []int64
		for _, ids := range before {
			changed = append(changed, ids...)
		}
		v.do(func() error { return set(value, changed...) }, v.Changed)
		v.undoable(len(changed), done(len(changed)), func() {
			v.do(func() error {
				for was, ids := range before {
					if err := set(was, ids...); err != nil {
						return err
					}
				}
				return nil
			}, v.Changed)
		})
	})
}

// put shows a picture that was changed here, before the library says so.
func (v *LibraryView) put(p app.Picture) {
	v.rows.put(p)
	v.grid.Update(p.ID)
	v.box.put(p)
}

// tell says something where it is seen.
func (v *LibraryView) tell(text, action string, do func()) (gone func()) {
	if v.box.over.open() {
		return v.box.toasts.Say(text, action, do)
	}
	return v.p.Say(text, action, do)
}

// SetStars rates pictures.
func (v *LibraryView) SetStars(n int, ids ...int64) {
	change(v, ids, n, func(p *app.Picture) *int { return &p.Stars }, v.p.Library.SetStars, func(many int) string {
		if n == 0 {
			return lang.XN("library.starred.none", "{{.N}} pictures have no stars now.", many, map[string]any{"N": grouped(many)})
		}
		return lang.XN("library.starred", "{{.N}} pictures have {{.Stars}} now.", many, map[string]any{"N": grouped(many), "Stars": strings.Repeat("★", n)})
	})
}

// SetFavourite marks pictures as favourites, or no longer.
func (v *LibraryView) SetFavourite(yes bool, ids ...int64) {
	change(v, ids, yes, func(p *app.Picture) *bool { return &p.Favourite }, v.p.Library.SetFavourite, func(n int) string {
		if !yes {
			return lang.XN("library.favoured.not", "{{.N}} pictures are no favourites any more.", n, map[string]any{"N": grouped(n)})
		}
		return lang.XN("library.favoured", "{{.N}} pictures are favourites now.", n, map[string]any{"N": grouped(n)})
	})
}

// Trash moves pictures to the system's trash and offers to take it back. More
// than a screen shows, and files that lie outside of the picture folder, are
// asked about before.
func (v *LibraryView) Trash(ids ...int64) {
	if v.deciding {
		return
	}
	v.deciding = true
	var pics []app.Picture
	var err error
	v.p.Run(func() { pics, err = v.p.Library.Get(ids...) }, func() {
		question := v.trashQuestion(pics)
		switch {
		case err != nil:
			v.deciding = false
			v.p.Fail(err)
		case question == "":
			v.deciding = false
			v.trash(ids)
		default:
			v.askTrash(question, ids)
		}
	})
}

func (v *LibraryView) askTrash(question string, ids []int64) {
	n := len(ids)
	title := lang.XN("library.trash.ask", "Move {{.N}} pictures to the trash?", n, map[string]any{"N": grouped(n)})
	widgets.Confirm(v.p.Canvas, title, question, lang.X("library.trash", "Move to the trash"), lang.X("cancel", "Cancel"),
		func() { v.trash(ids) }).OnClosed = func() { v.deciding = false }
}

// trashQuestion is what should be known before pictures go to the trash; ""
// where there is nothing to ask.
func (v *LibraryView) trashQuestion(pics []app.Picture) string {
	outside := 0
	for _, p := range pics {
		if p.Imported && !p.Missing {
			outside++
		}
	}
	back := lang.X("library.trash.back", "Undo brings them back as long as the trash is not emptied.")
	switch {
	case outside > 0:
		return lang.XN("library.trash.outside", "{{.N}} of them are originals in folders that were added, outside of your picture folder: the files themselves are moved.",
			outside, map[string]any{"N": grouped(outside)}) + " " + back
	case len(pics) > max(len(v.grid.InView()), 1):
		return lang.X("library.trash.unseen", "These are more than the screen shows.") + " " + back
	}
	return ""
}

func (v *LibraryView) trash(ids []int64) {
	if len(ids) == 0 {
		return
	}
	next := int64(0)
	if slices.Equal(ids, v.Chosen()) {
		next = v.grid.After()
	}
	var t app.Trashed
	v.do(func() (err error) { t, err = v.p.Library.Trash(ids...); return err }, func() {
		n := len(ids)
		v.offerUndo(lang.XN("library.trashed", "{{.N}} pictures are in the trash.", n, map[string]any{"N": grouped(n)}), func() {
			v.do(func() error { return v.p.Library.Restore(t) }, func() {
				v.then = ids[0]
				v.box.restored(ids)
				v.Changed()
			})
		})
		v.then = next
		v.box.gone(ids)
		v.Changed()
	})
}

// compareMost is how many pictures can be seen side by side.
const compareMost = 4

// Compare shows two to four pictures side by side; one, beside the one that
// OnBeside gives.
func (v *LibraryView) Compare(ids ...int64) {
	v.with(ids, func(pics []app.Picture) { v.compareAll(pics) })
}

func (v *LibraryView) compareAll(pics []app.Picture) {
	switch n := len(pics); {
	case n >= 2 && n <= compareMost:
		v.compare.Set(pics)
		v.compare.ShowOver(v.p.Canvas)
	case n == 1 && v.OnBeside != nil && !v.shown:
		v.OnBeside(pics[0], func(p app.Picture) { v.compareAll([]app.Picture{pics[0], p}) })
	default:
		v.tell(lang.X("library.compare.few", "Select two to four pictures to compare."), "", nil)
	}
}
