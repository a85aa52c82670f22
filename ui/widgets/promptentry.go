package widgets

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// promptEntry is the field itself. Tab leaves it, as in any form.
type promptEntry struct {
	widget.Entry
	prompt *Prompt
	joints []joint // replacements, the newest last
	lag    *lag
}

// A lag is a space at the end of a full row, which the wrapping swallows: the
// toolkit then takes the caret to be before it, and the next word would be
// joined to the last. It holds as long as nothing else has happened.
type lag struct {
	text     string
	row, col int // where the toolkit has the caret
	at       int // where it is, in runes
}

var (
	_ fyne.Tabbable     = (*promptEntry)(nil)
	_ fyne.Shortcutable = (*promptEntry)(nil)
)

func (e *promptEntry) AcceptsTab() bool { return false }

// KeyDown implements desktop.Keyable.
func (e *promptEntry) KeyDown(k *fyne.KeyEvent) {
	KeyWatch{}.KeyDown(k)
	e.Entry.KeyDown(k)
}

// TypedRune implements fyne.Focusable.
func (e *promptEntry) TypedRune(r rune) {
	at, lags := e.lags()
	if lags {
		t := []rune(e.Text)
		e.replace(string(t[:at])+string(r)+string(t[at:]), at+1)
	} else {
		at, _ = e.selection()
		e.Entry.TypedRune(r)
	}
	e.settle(at + 1)
}

// backspace deletes the selection, or the letter before the caret.
func (e *promptEntry) backspace(k *fyne.KeyEvent) {
	at, lags := e.lags()
	if lags {
		t := []rune(e.Text)
		e.replace(string(t[:at-1])+string(t[at:]), at-1)
		e.settle(at - 1)
		return
	}
	from, to := e.selection()
	if from == to {
		from = max(from-1, 0)
	}
	e.Entry.TypedKey(k)
	e.settle(from)
}

// settle notes where the caret is, if the toolkit has it elsewhere.
func (e *promptEntry) settle(at int) {
	if e.lag = nil; e.CursorTextOffset() != at && !e.Disabled() {
		e.lag = &lag{e.Text, e.CursorRow, e.CursorColumn, at}
	}
}

// lags says where the caret is, if the toolkit has it elsewhere.
func (e *promptEntry) lags() (at int, yes bool) {
	l := e.lag
	if l == nil || e.SelectedText() != "" || e.Text != l.text || e.CursorRow != l.row || e.CursorColumn != l.col {
		return 0, false
	}
	return l.at, true
}

func (e *promptEntry) TypedKey(k *fyne.KeyEvent) {
	if FunctionKey(k.Name) {
		Pass(e, k)
		return
	}
	switch k.Name {
	case fyne.KeyTab: // the window moves the keyboard
	case fyne.KeyEscape:
		Pass(e, k)
	case fyne.KeyBackspace:
		e.backspace(k)
	default:
		e.Entry.TypedKey(k)
	}
}

const weightStep = 0.05

func (e *promptEntry) TypedShortcut(s fyne.Shortcut) {
	if unpasted(s, e) {
		return
	}
	switch s.(type) {
	case *fyne.ShortcutUndo:
		e.undo()
		return
	case *fyne.ShortcutRedo:
		e.redo()
		return
	}
	c, ok := s.(*desktop.CustomShortcut)
	if altLetter(e, s) {
		return
	}
	if !ok {
		e.Entry.TypedShortcut(ours(s))
		return
	}
	p := e.prompt
	switch {
	case c.Modifier == fyne.KeyModifierShortcutDefault && c.KeyName == fyne.KeyUp:
		p.weigh(weightStep)
	case c.Modifier == fyne.KeyModifierShortcutDefault && c.KeyName == fyne.KeyDown:
		p.weigh(-weightStep)
	case c.Modifier == fyne.KeyModifierAlt && c.KeyName == fyne.KeyUp && p.OnPrevious != nil:
		p.OnPrevious()
	case c.Modifier == fyne.KeyModifierAlt && c.KeyName == fyne.KeyDown && p.OnNext != nil:
		p.OnNext()
	default:
		e.Entry.TypedShortcut(s)
	}
}

// selection is what is selected, in runes; both ends are the caret if nothing
// is. The toolkit tells the text selected and the caret, which is at an end.
func (e *promptEntry) selection() (from, to int) {
	at := e.CursorTextOffset()
	n := len([]rune(e.SelectedText()))
	if n == 0 {
		return at, at
	}
	r := []rune(e.Text)
	if at >= n && string(r[at-n:at]) == e.SelectedText() {
		return at - n, at
	}
	return at, min(at+n, len(r))
}

// replace writes another text over the old one, as a paste, since only what
// the field was told by keys can be undone. OnChanged is called once.
func (e *promptEntry) replace(text string, caret int) {
	changed, before := e.OnChanged, e.Text
	e.OnChanged = nil
	e.Entry.TypedShortcut(&fyne.ShortcutSelectAll{})
	e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	for range e.Text { // a space that the wrapping swallowed is not selected
		e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	}
	e.Entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: scrap(text)})
	e.caretTo(caret)
	e.OnChanged = changed
	if before != "" && text != "" {
		e.joints = append(e.joints[max(len(e.joints)-jointsMax, 0):], joint{before, text})
	}
	if changed != nil {
		changed(e.Text)
	}
}

// A joint is a replacement. The field undoes it in a few steps, with nothing
// or a space between them; for the artist it is one.
type joint struct{ before, after string }

const (
	jointsMax  = 200
	jointSteps = 4
)

func (e *promptEntry) undo() {
	e.again(e.Entry.Undo, func(j joint) (from, to string) { return j.after, j.before })
}

func (e *promptEntry) redo() {
	e.again(e.Entry.Redo, func(j joint) (from, to string) { return j.before, j.after })
}

// again takes a step, and where that is the first of a joint, the others.
func (e *promptEntry) again(step func(), ends func(joint) (from, to string)) {
	was := e.Text
	step()
	for _, j := range e.joints {
		from, to := ends(j)
		if from != was || strings.TrimSpace(e.Text) != "" {
			continue
		}
		for i := 0; i < jointSteps && e.Text != to; i++ {
			step()
		}
		return
	}
}

// caretTo puts the caret at a place in the text, counted in runes.
func (e *promptEntry) caretTo(at int) {
	e.CursorColumn = 0
	for row, last := 0, -1; ; row++ {
		e.CursorRow = row
		start := e.CursorTextOffset() // 0 below the last row
		if start > at || start <= last {
			e.CursorRow = max(row-1, 0)
			break
		}
		last = start
	}
	e.CursorColumn = max(at-e.CursorTextOffset(), 0)
	e.Refresh()
}

// FocusGained implements fyne.Focusable.
func (e *promptEntry) FocusGained() {
	e.Entry.FocusGained()
	tellFocus(e)
}
