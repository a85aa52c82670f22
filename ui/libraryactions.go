package ui

import (
	"slices"

	"fyne.io/fyne/v2/lang"

	"cascata/app"
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

// change does something to pictures that each may have had another value for,
// and can take it back. rows are shown as they will be at once.
func change[T comparable](v *LibraryView, ids []int64, value T, of func(*app.Picture) *T, set func(value T, ids ...int64) error) {
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
		v.canUndo(func() {
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
	change(v, ids, n, func(p *app.Picture) *int { return &p.Stars }, v.p.Library.SetStars)
}

// SetFavourite marks pictures as favourites, or no longer.
func (v *LibraryView) SetFavourite(yes bool, ids ...int64) {
	change(v, ids, yes, func(p *app.Picture) *bool { return &p.Favourite }, v.p.Library.SetFavourite)
}

// toggleFavourite makes all of them favourites, or none where all are.
func (v *LibraryView) toggleFavourite(ids []int64) {
	v.with(ids, func(pics []app.Picture) {
		all := !slices.ContainsFunc(pics, func(p app.Picture) bool { return !p.Favourite })
		v.SetFavourite(!all, ids...)
	})
}

// stepStars gives one star more, and none after five.
func (v *LibraryView) stepStars(ids []int64) {
	v.with(ids[:min(len(ids), 1)], func(pics []app.Picture) { v.SetStars((pics[0].Stars+1)%6, ids...) })
}

// Trash moves pictures to the system's trash and offers to take it back.
func (v *LibraryView) Trash(ids ...int64) {
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

// Compare shows two to four pictures side by side.
func (v *LibraryView) Compare(ids ...int64) {
	if len(ids) < 2 || len(ids) > compareMost {
		v.tell(lang.X("library.compare.few", "Select two to four pictures to compare."), "", nil)
		return
	}
	v.with(ids, func(pics []app.Picture) {
		if v.OnCompare != nil {
			v.OnCompare(pics)
			return
		}
		v.compare.Set(pics)
		v.compare.ShowOver(v.p.Canvas)
	})
}
