package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
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

// undoing takes back a change of which a note says that it was made; after it,
// others may have been.
func (v *LibraryView) undoing(back func()) func() {
	done := false
	once := func() {
		if !done {
			done = true
			back()
		}
	}
	v.canUndo(once)
	return once
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
func (v *LibraryView) tell(text, action string, do func()) {
	if v.box.over.open() {
		v.box.toasts.Say(text, action, do)
		return
	}
	v.p.Say(text, action, do)
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
		restore := v.undoing(func() {
			v.do(func() error { return v.p.Library.Restore(t) }, func() {
				v.then = ids[0]
				v.box.restored(ids)
				v.Changed()
			})
		})
		n := len(ids)
		v.tell(lang.XN("library.trashed", "{{.N}} pictures are in the trash.", n, map[string]any{"N": grouped(n)}), lang.X("undo", "Undo"), restore)
		v.then = next
		v.box.gone(ids)
		v.Changed()
	})
}

// Tag gives pictures a tag, or takes it from them.
func (v *LibraryView) Tag(tag string, on bool, ids ...int64) {
	if tag = strings.TrimSpace(tag); tag == "" {
		return
	}
	v.with(ids, func(pics []app.Picture) {
		var changed []int64
		for _, p := range pics {
			if slices.Contains(p.Tags, tag) != on {
				changed = append(changed, p.ID)
			}
		}
		if len(changed) == 0 {
			return
		}
		v.do(func() error { return v.p.Library.Tag(tag, on, changed...) }, v.Changed)
		v.canUndo(func() { v.do(func() error { return v.p.Library.Tag(tag, !on, changed...) }, v.Changed) })
	})
}

// askText asks for a short text.
func (v *LibraryView) askText(title, placeholder, text, button string, then func(text string)) {
	e := widgets.NewEntry(placeholder)
	e.SetText(text)
	d := widgets.NewDialog(title, widgets.Column(8, e), widgets.Action{Text: lang.X("cancel", "Cancel")},
		widgets.Action{Text: button, Main: true, Do: func() {
			if t := strings.TrimSpace(e.Text); t != "" {
				then(t)
			}
		}})
	d.SetFirst(e).Show(v.p.Canvas)
}

// NewAlbum asks for a name, makes an album and puts pictures into it.
func (v *LibraryView) NewAlbum(ids ...int64) {
	v.askText(lang.X("library.album.new", "New album"), lang.X("library.album.name", "Name of the album"), "", lang.X("library.album.make", "Make the album"), func(name string) {
		v.do(func() error {
			a, err := v.p.Library.NewAlbum(name)
			if err == nil && len(ids) > 0 {
				err = v.p.Library.AddToAlbum(a.ID, ids...)
			}
			return err
		}, v.Changed)
	})
}

// AddToAlbum puts pictures into an album.
func (v *LibraryView) AddToAlbum(a app.Album, ids ...int64) {
	v.do(func() error { return v.p.Library.AddToAlbum(a.ID, ids...) }, func() {
		n := len(ids)
		back := v.undoing(func() {
			v.do(func() error { return v.p.Library.RemoveFromAlbum(a.ID, ids...) }, v.Changed)
		})
		v.tell(lang.XN("library.album.added", "{{.N}} pictures are in the album {{.Album}}.", n, map[string]any{"N": grouped(n), "Album": a.Name}), lang.X("undo", "Undo"), back)
		v.Changed()
	})
}

// removeFromAlbum takes pictures out of the album that is shown.
func (v *LibraryView) removeFromAlbum(album int64, ids []int64) {
	v.do(func() error { return v.p.Library.RemoveFromAlbum(album, ids...) }, func() {
		v.canUndo(func() { v.do(func() error { return v.p.Library.AddToAlbum(album, ids...) }, v.Changed) })
		v.Changed()
	})
}

// albumMenu shows what can be done with an album.
func (v *LibraryView) albumMenu(id int64, at fyne.Position) {
	i := slices.IndexFunc(v.counts.Albums, func(a app.Album) bool { return a.ID == id })
	if i < 0 {
		return
	}
	name := v.counts.Albums[i].Name
	v.popup(at,
		fyne.NewMenuItem(lang.X("library.album.rename", "Rename…"), func() {
			v.askText(lang.X("library.album.rename.title", "Rename the album"), lang.X("library.album.name", "Name of the album"), name, lang.X("library.album.rename.do", "Rename"), func(name string) {
				v.do(func() error { return v.p.Library.RenameAlbum(id, name) }, v.Changed)
			})
		}),
		fyne.NewMenuItem(lang.X("library.album.delete", "Delete the album"), func() { v.deleteAlbum(id, name) }))
}

// deleteAlbum deletes an album, not its pictures, and offers to make it again.
func (v *LibraryView) deleteAlbum(id int64, name string) {
	var ids []int64
	v.do(func() (err error) {
		if ids, err = v.p.Library.Find(app.Query{Album: id}); err != nil {
			return err
		}
		return v.p.Library.DeleteAlbum(id)
	}, func() {
		back := v.undoing(func() {
			v.do(func() error {
				a, err := v.p.Library.NewAlbum(name)
				if err == nil && len(ids) > 0 {
					err = v.p.Library.AddToAlbum(a.ID, ids...)
				}
				return err
			}, v.Changed)
		})
		if v.query.Album == id {
			v.SetQuery(app.Query{Sort: v.query.Sort})
		}
		v.tell(lang.X("library.album.deleted", "The album {{.Name}} is deleted. Its pictures stay.", map[string]any{"Name": name}), lang.X("undo", "Undo"), back)
		v.Changed()
	})
}

// key is what a key does to the pictures chosen.
func (v *LibraryView) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDelete, fyne.KeyBackspace:
		v.Trash(v.Chosen()...)
		return true
	case fyne.Key0, fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.KeyF, fyne.KeyS, fyne.KeyC, fyne.KeyE, fyne.KeyT, fyne.KeyPlus, fyne.KeyMinus, fyne.KeyEqual:
		return true // they come as signs
	}
	return false
}

// rune is what a sign does to the pictures chosen.
func (v *LibraryView) rune(r rune) bool {
	ids := v.Chosen()
	if len(ids) == 0 {
		return false
	}
	switch {
	case r >= '0' && r <= '5':
		v.SetStars(int(r-'0'), ids...)
	case r == 's' || r == 'S':
		v.stepStars(ids)
	case r == 'f' || r == 'F':
		v.toggleFavourite(ids)
	case r == 'c' || r == 'C':
		v.Compare(ids...)
	case r == 't' || r == 'T':
		v.askTag(ids)
	default:
		return false
	}
	return true
}

// shortcut is what Ctrl and a key do.
func (v *LibraryView) shortcut(s fyne.Shortcut) bool {
	switch s := s.(type) {
	case *fyne.ShortcutUndo:
		v.Undo()
	case *fyne.ShortcutCopy:
		v.copyFirst()
	case *desktop.CustomShortcut:
		if s.KeyName != fyne.KeyF || s.Modifier != fyne.KeyModifierShortcutDefault {
			return false
		}
		v.FocusSearch()
	default:
		return false
	}
	return true
}

func (v *LibraryView) copyFirst() {
	ids := v.Chosen()
	v.with(ids[:min(len(ids), 1)], func(pics []app.Picture) { call1(v.OnCopyPicture, pics[0].File) })
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

func (v *LibraryView) askTag(ids []int64) {
	v.askText(lang.X("library.tag", "Add a tag"), lang.X("library.tag.name", "A word"), "", lang.X("library.tag.add", "Add the tag"), func(tag string) { v.Tag(tag, true, ids...) })
}
