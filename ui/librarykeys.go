package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cascata/app"
)

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
