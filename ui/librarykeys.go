package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cascata/app/library"
)

// key is what a key does to the pictures chosen.
func (v *LibraryView) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDelete, fyne.KeyBackspace:
		return v.pressed(e.Name, v.Chosen()...)
	case desktop.KeyMenu:
		v.menu(fyne.CurrentApp().Driver().AbsolutePositionForObject(v.grid).AddXY(24, 24))
		return true
	case fyne.KeyPlus, fyne.KeyMinus, fyne.KeyEqual:
		return true // they come as signs
	}
	_, sign := actionOf(v.pictureActions(), e.Name)
	return sign
}

// rune is what a sign does to the pictures chosen.
func (v *LibraryView) rune(r rune) bool { return v.pressed(signKey(r), v.Chosen()...) }

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
	ids := v.Pointed()
	v.with(ids[:min(len(ids), 1)], func(pics []library.Picture) { call1(v.OnCopyPicture, pics[0].File) })
}

// menu opens what can be done with the pictures chosen.
func (v *LibraryView) menu(at fyne.Position) { v.menuOf(v.Chosen(), at) }

func (v *LibraryView) menuOf(ids []int64, at fyne.Position) {
	v.with(ids, func(pics []library.Picture) { v.popup(at, lines(v.pictureActions(), pics)...) })
}

// MenuFor opens what can be done with one picture, in the library or not.
func (v *LibraryView) MenuFor(p library.Picture, at fyne.Position) {
	v.popup(at, lines(v.pictureActions(), []library.Picture{p})...)
}
