package widgets

import "fyne.io/fyne/v2"

// A laterClipboard is a clipboard that does not wait for other programs.
type laterClipboard interface {
	fyne.Clipboard
	// Later gives then the text, on the window's goroutine, when it is there.
	Later(then func(text string))
}

// Paste gives a field the text on the clipboard: when the program that has it
// has handed it over.
func Paste(field fyne.Shortcutable) {
	later(fyne.CurrentApp().Clipboard(), func(text string) {
		field.TypedShortcut(&fyne.ShortcutPaste{Clipboard: scrap(text)})
	})
}

// later gives then the text of a clipboard.
func later(c fyne.Clipboard, then func(text string)) {
	if l, ok := c.(laterClipboard); ok {
		l.Later(then)
		return
	}
	then(c.Content())
}

// unpasted reports whether a shortcut would paste from a clipboard that may make
// the window wait, and pastes without that.
func unpasted(s fyne.Shortcut, field fyne.Shortcutable) bool {
	p, ok := s.(*fyne.ShortcutPaste)
	if !ok {
		return false
	}
	if _, here := p.Clipboard.(scrap); here {
		return false
	}
	Paste(field)
	return true
}

// ours is a shortcut that copies to the program's clipboard, not to that of the
// toolkit.
func ours(s fyne.Shortcut) fyne.Shortcut {
	switch s.(type) {
	case *fyne.ShortcutCopy:
		return &fyne.ShortcutCopy{Clipboard: fyne.CurrentApp().Clipboard()}
	case *fyne.ShortcutCut:
		return &fyne.ShortcutCut{Clipboard: fyne.CurrentApp().Clipboard()}
	}
	return s
}

// scrap is a clipboard of its own.
type scrap string

func (s scrap) Content() string   { return string(s) }
func (s scrap) SetContent(string) {}
