package gallery

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cascata/app/library"
	"cascata/ui/menu"
	"cascata/ui/widgets"
)

// key is what a key does to the pictures chosen.
func (v *View) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDelete, fyne.KeyBackspace:
		return v.pressed(e.Name, v.Chosen()...)
	case desktop.KeyMenu:
		v.menu(fyne.CurrentApp().Driver().AbsolutePositionForObject(v.Grid).AddXY(24, 24))
		return true
	case fyne.KeyPlus, fyne.KeyMinus, fyne.KeyEqual:
		return true // they come as signs
	}
	_, sign := menu.ActionOf(v.PictureActions(), e.Name)
	return sign
}

// rune is what a sign does to the pictures chosen.
func (v *View) rune(r rune) bool { return v.pressed(menu.SignKey(r), v.Chosen()...) }

// shortcut is what Ctrl and a key do.
func (v *View) shortcut(s fyne.Shortcut) bool {
	switch s := s.(type) {
	case *fyne.ShortcutUndo:
		v.p.Undo.Undo()
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

func (v *View) copyFirst() {
	ids := v.Pointed()
	v.With(ids[:min(len(ids), 1)], func(pics []library.Picture) { widgets.Call1(v.OnCopyPicture, pics[0].File) })
}

// menu opens what can be done with the pictures chosen.
func (v *View) menu(at fyne.Position) { v.menuOf(v.Chosen(), at) }

func (v *View) menuOf(ids []int64, at fyne.Position) {
	v.With(ids, func(pics []library.Picture) { v.popup(at, menu.Lines(v.PictureActions(), pics)...) })
}

// MenuFor opens what can be done with one picture, in the library or not.
func (v *View) MenuFor(p library.Picture, at fyne.Position) {
	v.popup(at, menu.Lines(v.PictureActions(), []library.Picture{p})...)
}
