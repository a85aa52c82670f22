package gallery

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"cascata/ui/menu"
)

// key is what a key does to the pictures chosen.
func (v *View) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDelete, fyne.KeyBackspace:
		return v.Actions.press(e.Name, v.Chosen()...)
	case desktop.KeyMenu:
		v.Actions.menuOf(v.Chosen(), fyne.CurrentApp().Driver().AbsolutePositionForObject(v.Grid).AddXY(24, 24))
		return true
	case fyne.KeyPlus, fyne.KeyMinus, fyne.KeyEqual:
		return true // handled by TypedRune
	}
	_, alone := menu.ActionOf(v.Actions.All(), e.Name)
	return alone
}

// shortcut is what Ctrl and a key do.
func (v *View) shortcut(s fyne.Shortcut) bool {
	switch s := s.(type) {
	case *fyne.ShortcutUndo:
		v.p.Undo.Undo()
	case *fyne.ShortcutCopy:
		v.Actions.copyFirst(v.Pointed())
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

// PlaceActions are what can be done with the place that is shown.
func (v *View) PlaceActions() []menu.Action {
	return []menu.Action{
		{Text: lang.X("menu.album.rename", "Rename the album…"), Line: true, Key: menu.Plain(fyne.KeyF2), Do: v.Albums.renameShown},
		{Text: lang.X("library.album.delete", "Delete the album"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyA), Do: v.Albums.deleteShown},
		{Text: lang.X("library.folder.forget", "Forget this folder…"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyMinus), Do: v.folders.forgetShown},
	}
}

// placeMenu goes to a place and shows what can be done with it.
func (v *View) placeMenu(p place, at fyne.Position) {
	if p != v.Finder.place {
		v.Finder.goTo(p)
	}
	actions := v.PlaceActions()
	if p.kind == inFolder {
		actions = actions[2:]
	} else {
		actions = actions[:2]
	}
	var items []*fyne.MenuItem
	for _, a := range actions {
		items = append(items, a.Item(a.Do))
	}
	menu.PopupMenu(v.p.Canvas, at, items)
}
