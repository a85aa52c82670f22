package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// An Entry is the toolkit's field of one line, but for the keys it has no use
// for: Escape, and Enter where nothing is submitted, go to the window or to
// the dialog.
type Entry struct{ widget.Entry }

// NewEntry shows placeholder while it is empty.
func NewEntry(placeholder string) *Entry {
	e := &Entry{}
	e.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	e.ExtendBaseWidget(e)
	e.SetPlaceHolder(placeholder)
	return e
}

// TypedKey implements fyne.Focusable.
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	enter := k.Name == fyne.KeyReturn || k.Name == fyne.KeyEnter
	if k.Name == fyne.KeyEscape || FunctionKey(k.Name) || enter && e.OnSubmitted == nil {
		Pass(e, k)
		return
	}
	e.Entry.TypedKey(k)
}

// KeyDown implements desktop.Keyable.
func (e *Entry) KeyDown(k *fyne.KeyEvent) {
	KeyWatch{}.KeyDown(k)
	e.Entry.KeyDown(k)
}

// FocusGained implements fyne.Focusable.
func (e *Entry) FocusGained() {
	e.Entry.FocusGained()
	tellFocus(e)
}

// TypedShortcut implements fyne.Shortcutable. Alt and a letter is the window's.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	if !altLetter(e, s) && !unpasted(s, e) {
		e.Entry.TypedShortcut(ours(s))
	}
}

// altLetter gives Alt and a letter to the window. The toolkit gives shortcuts
// to the field with the keyboard only.
func altLetter(o fyne.CanvasObject, s fyne.Shortcut) bool {
	c, ok := s.(*desktop.CustomShortcut)
	if !ok || c.Modifier != fyne.KeyModifierAlt || len(c.KeyName) != 1 {
		return false
	}
	if at, ok := CanvasOf(o).(fyne.Shortcutable); ok {
		at.TypedShortcut(s)
	}
	return true
}

// FunctionKey reports whether a key is one from F1 to F12.
func FunctionKey(k fyne.KeyName) bool { return len(k) > 1 && k[0] == 'F' && k[1] >= '1' && k[1] <= '9' }

// A Select is the toolkit's list to choose from with the same rule for keys.
type Select struct{ widget.Select }

// NewSelect has nothing chosen.
func NewSelect(options []string, changed func(string)) *Select {
	s := &Select{widget.Select{Options: options, OnChanged: changed}}
	s.ExtendBaseWidget(s)
	return s
}

// ClearSelected chooses nothing. What is so already is not drawn again.
func (s *Select) ClearSelected() {
	if s.Selected != "" {
		s.Select.ClearSelected()
	}
}

// SetSelectedIndex chooses one of the options, likewise.
func (s *Select) SetSelectedIndex(i int) {
	if i != s.SelectedIndex() {
		s.Select.SetSelectedIndex(i)
	}
}

// TypedKey implements fyne.Focusable.
func (s *Select) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeySpace, fyne.KeyUp, fyne.KeyDown:
		s.Select.TypedKey(k)
	default:
		Pass(s, k)
	}
}

// HoldCaret keeps the caret of the field with the keyboard from blinking for
// a moment. The toolkit fades it in steps, each a drawing of the whole window.
func HoldCaret(c fyne.Canvas) {
	if f, ok := c.Focused().(interface{ stillCaret() }); ok {
		f.stillCaret()
	}
}

// stillCaret types a key that does nothing: any key keeps the caret still.
func (e *Entry) stillCaret() { e.Entry.TypedKey(&fyne.KeyEvent{}) }

func (e *promptEntry) stillCaret() { e.Entry.TypedKey(&fyne.KeyEvent{}) }
