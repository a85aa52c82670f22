package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/ui/menu"
	"cascata/ui/widgets"
)

// A keyboard knows which field takes what is cut, copied and pasted.
type keyboard struct {
	canvas    fyne.Canvas
	clipboard fyne.Clipboard
	field     fyne.CanvasObject // what had the keyboard last
}

// actions are cutting, copying and pasting where the keyboard is. The
// toolkit gives these keys to the menu first; without it they would go to the
// field with the toolkit's own clipboard, which waits for the program that owns
// it on the window's goroutine.
func (k *keyboard) actions() []menu.Action {
	cut, copied, paste := &fyne.ShortcutCut{Clipboard: k.clipboard}, &fyne.ShortcutCopy{Clipboard: k.clipboard}, &fyne.ShortcutPaste{Clipboard: k.clipboard}
	return []menu.Action{
		{Text: lang.X("menu.cut", "Cut"), Key: menu.Chord(menu.Ctrl, fyne.KeyX), Typed: cut, Do: func() { k.give(cut) }},
		{Text: lang.X("menu.copy", "Copy"), Key: menu.Chord(menu.Ctrl, fyne.KeyC), Typed: copied, Do: func() { k.give(copied) }},
		{Text: lang.X("menu.paste", "Paste"), Key: menu.Chord(menu.Ctrl, fyne.KeyV), Typed: paste, Do: k.paste},
	}
}

// give gives a shortcut to what has the keyboard, as the toolkit does: from a
// field that is greyed out one may copy only.
func (k *keyboard) give(s fyne.Shortcut) {
	field := k.focused()
	if d, ok := field.(fyne.Disableable); ok && d.Disabled() && s.ShortcutName() != (&fyne.ShortcutCopy{}).ShortcutName() {
		return
	}
	if field != nil {
		field.TypedShortcut(s)
	}
}

// paste pastes into the field with the keyboard.
func (k *keyboard) paste() {
	field := k.focused()
	if d, ok := field.(fyne.Disableable); ok && d.Disabled() {
		return
	}
	if field != nil {
		widgets.Paste(field)
	}
}

// gained notes what has the keyboard, but for what is in a dialog: it is gone
// with that, and the toolkit does not say who has the keyboard then.
func (k *keyboard) gained(o fyne.CanvasObject) {
	if !widgets.Modal(k.canvas) {
		k.field = o
	}
}

// focused is what takes shortcuts where the keyboard is, or nil. To the menu
// the toolkit lends the keyboard, or it takes it from everybody; what had it
// before then gets it again.
func (k *keyboard) focused() fyne.Shortcutable {
	if f, ok := k.canvas.Focused().(fyne.Shortcutable); ok {
		return f
	}
	s, ok := k.field.(fyne.Shortcutable)
	f, takes := k.field.(fyne.Focusable)
	if !ok || !takes || !k.field.Visible() || widgets.Modal(k.canvas) {
		return nil
	}
	k.canvas.Focus(f)
	return s
}
