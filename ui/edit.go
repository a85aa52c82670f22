package ui

import (
	"errors"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/ui/desktop"
	"cascata/ui/format"
	"cascata/ui/menu"
	"cascata/ui/widgets"
)

// editActions are cutting, copying and pasting where the keyboard is. The
// toolkit gives these keys to the menu first; without it they would go to the
// field with the toolkit's own clipboard, which waits for the program that owns
// it on the window's goroutine.
func (w *Window) editActions() []menu.Action {
	clipboard := w.p.App.Clipboard()
	cut, copied, paste := &fyne.ShortcutCut{Clipboard: clipboard}, &fyne.ShortcutCopy{Clipboard: clipboard}, &fyne.ShortcutPaste{Clipboard: clipboard}
	return []menu.Action{
		{Text: lang.X("menu.cut", "Cut"), Key: menu.Chord(menu.Ctrl, fyne.KeyX), Typed: cut, Do: func() { w.giveShortcut(cut) }},
		{Text: lang.X("menu.copy", "Copy"), Key: menu.Chord(menu.Ctrl, fyne.KeyC), Typed: copied, Do: func() { w.giveShortcut(copied) }},
		{Text: lang.X("menu.paste", "Paste"), Key: menu.Chord(menu.Ctrl, fyne.KeyV), Typed: paste, Do: w.pasteText},
	}
}

// giveShortcut gives a shortcut to what has the keyboard, as the toolkit does:
// from a field that is greyed out one may copy only.
func (w *Window) giveShortcut(s fyne.Shortcut) {
	field := w.keyboard()
	if d, ok := field.(fyne.Disableable); ok && d.Disabled() && s.ShortcutName() != (&fyne.ShortcutCopy{}).ShortcutName() {
		return
	}
	if field != nil {
		field.TypedShortcut(s)
	}
}

// pasteText pastes into the field with the keyboard.
func (w *Window) pasteText() {
	field := w.keyboard()
	if d, ok := field.(fyne.Disableable); ok && d.Disabled() {
		return
	}
	if field != nil {
		widgets.Paste(field)
	}
}

// gotFocus notes what has the keyboard, but for what is in a dialog: it is gone
// with that, and the toolkit does not say who has the keyboard then.
func (w *Window) gotFocus(o fyne.CanvasObject) {
	if !widgets.Modal(w.win.Canvas()) {
		w.field = o
	}
	w.reveals(o)
}

// keyboard is what takes shortcuts where the keyboard is, or nil. To the menu
// the toolkit lends the keyboard, or it takes it from everybody; what had it
// before then gets it again.
func (w *Window) keyboard() fyne.Shortcutable {
	c := w.win.Canvas()
	if f, ok := c.Focused().(fyne.Shortcutable); ok {
		return f
	}
	s, ok := w.field.(fyne.Shortcutable)
	f, takes := w.field.(fyne.Focusable)
	if !ok || !takes || !w.field.Visible() || widgets.Modal(c) {
		return nil
	}
	c.Focus(f)
	return s
}

// useClipboard connects the clipboard with the window.
func (w *Window) useClipboard() {
	c := w.p.Desktop.Clipboard()
	c.OnWanted = w.pasteText
	c.OnFailed = func(err error) {
		switch {
		case errors.Is(err, desktop.ErrNothing): // as in any field
		case errors.Is(err, desktop.ErrTooLarge):
			w.toasts.Say(lang.X("paste.long", "The text on the clipboard is too long for a field. Copy a part of it."), "", nil)
		default:
			w.toasts.Say(clipboardText(err), "", nil)
		}
		w.p.Trace("clipboard", "error", err.Error())
	}
}

// clipboardText is what the artist reads when the clipboard fails.
func clipboardText(err error) string {
	switch {
	case errors.Is(err, desktop.ErrNothing):
		return lang.X("paste.nothing", "The clipboard holds no picture. Copy one first.")
	case errors.Is(err, desktop.ErrNoAnswer), errors.Is(err, desktop.ErrBusy):
		return lang.X("paste.noanswer", "The program that holds the clipboard does not answer. Copy it there again.")
	case errors.Is(err, desktop.ErrGone):
		return lang.X("paste.gone", "The program that held the clipboard has ended, and its contents with it. Copy it again.")
	case errors.Is(err, desktop.ErrTooLarge):
		return lang.X("paste.large", "What is on the clipboard is too large. Save it as a file and open that.")
	case errors.Is(err, desktop.ErrNoClipboard):
		return lang.X("paste.none", "The system's clipboard cannot be reached. What is copied can be pasted in this window only.")
	}
	return format.Explain(err)
}

// pastePicture shows the picture on the clipboard.
func (w *Window) pastePicture() {
	var file string
	var err error
	w.p.Run(func() { file, err = w.p.Desktop.Picture(os.TempDir()) }, func() {
		if err != nil {
			w.toasts.Say(clipboardText(err), "", nil)
			w.p.Trace("clipboard", "error", err.Error())
			return
		}
		w.showFile(file)
	})
}
