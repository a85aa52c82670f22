package widgets

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"cascata/ui/look"
)

// digits is the field of a number: one short line, aligned at the right so
// that numbers under each other line up, which the toolkit's field cannot do.
// Entering it selects all of it; what is typed then replaces it.
type digits struct {
	Control
	changed func(string)    // by typing
	left    func()          // Enter, or the focus is gone
	step    func(n float64) // by the arrows and the wheel, in steps

	text  []rune
	caret int  // before text[caret]
	all   bool // all of it is selected
}

var (
	_ fyne.Tappable      = (*digits)(nil)
	_ fyne.Focusable     = (*digits)(nil)
	_ fyne.Disableable   = (*digits)(nil)
	_ fyne.Scrollable    = (*digits)(nil)
	_ fyne.Shortcutable  = (*digits)(nil)
	_ desktop.Mouseable  = (*digits)(nil)
	_ desktop.Cursorable = (*digits)(nil)
)

const (
	digitsMax = 24 // runes
	digitsPad = 9
)

func newDigits() *digits {
	d := &digits{}
	d.Extend(d)
	return d
}

// set shows another text, without a call of changed.
func (d *digits) set(text string) {
	if string(d.text) != text {
		d.text = []rune(text)
		d.caret = len(d.text)
		d.Refresh()
	}
}

func (d *digits) FocusGained() { d.all, d.caret = true, len(d.text); d.Control.FocusGained() }

func (d *digits) FocusLost() {
	d.all = false
	d.left()
	d.Control.FocusLost()
}

func (d *digits) take() { d.left() }

func (d *digits) Tapped(*fyne.PointEvent) {}

func (d *digits) Cursor() desktop.Cursor { return desktop.TextCursor }

// MouseDown takes the keyboard, or puts the caret where the pointer is.
func (d *digits) MouseDown(e *desktop.MouseEvent) {
	d.Hint.Out()
	if d.disabled {
		return
	}
	if !d.focused {
		d.takeFocus()
		return
	}
	d.all, d.caret = false, d.caretAt(e.Position.X)
	d.Refresh()
}

func (d *digits) MouseUp(*desktop.MouseEvent) {}

// Scrolled steps. It is here, not on the row, so that elsewhere the wheel
// scrolls the panel.
func (d *digits) Scrolled(e *fyne.ScrollEvent) {
	switch {
	case d.disabled:
	case e.Scrolled.DY > 0:
		d.step(1)
	case e.Scrolled.DY < 0:
		d.step(-1)
	}
}

func (d *digits) TypedRune(r rune) {
	if d.disabled || unicode.IsControl(r) || len(d.text) >= digitsMax && !d.all {
		return
	}
	d.insert([]rune{r})
}

func (d *digits) insert(r []rune) {
	if d.all {
		d.text, d.caret, d.all = nil, 0, false
	}
	if len(d.text)+len(r) > digitsMax {
		return
	}
	d.text = append(d.text[:d.caret:d.caret], append(r, d.text[d.caret:]...)...)
	d.caret += len(r)
	d.tell()
}

// erase deletes from the caret to another place.
func (d *digits) erase(to int) {
	from, to := min(d.caret, max(to, 0)), min(max(d.caret, to), len(d.text))
	if d.all {
		from, to = 0, len(d.text)
	}
	d.text = append(d.text[:from:from], d.text[to:]...)
	d.caret, d.all = from, false
	d.tell()
}

func (d *digits) tell() {
	d.Refresh()
	d.changed(string(d.text))
}

func (d *digits) move(to int) {
	d.all, d.caret = false, min(max(to, 0), len(d.text))
	d.Refresh()
}

func (d *digits) TypedKey(e *fyne.KeyEvent) {
	if d.disabled {
		return
	}
	switch e.Name {
	case fyne.KeyUp:
		d.step(1)
	case fyne.KeyDown:
		d.step(-1)
	case fyne.KeyPageUp:
		d.step(10)
	case fyne.KeyPageDown:
		d.step(-10)
	case fyne.KeyLeft:
		d.move(d.caret - 1)
	case fyne.KeyRight:
		d.move(d.caret + 1)
	case fyne.KeyHome:
		d.move(0)
	case fyne.KeyEnd:
		d.move(len(d.text))
	case fyne.KeyBackspace:
		d.erase(d.caret - 1)
	case fyne.KeyDelete:
		d.erase(d.caret + 1)
	case fyne.KeyReturn, fyne.KeyEnter:
		d.left()
		d.all = true
		d.Refresh()
		Pass(d, e)
	case fyne.KeyEscape:
		Pass(d, e)
	}
}

// TypedShortcut copies, cuts and pastes the whole number.
func (d *digits) TypedShortcut(s fyne.Shortcut) {
	if unpasted(s, d) {
		return
	}
	switch s := ours(s).(type) {
	case *fyne.ShortcutSelectAll:
		d.all, d.caret = true, len(d.text)
		d.Refresh()
	case *fyne.ShortcutCopy:
		s.Clipboard.SetContent(string(d.text))
	case *fyne.ShortcutCut:
		s.Clipboard.SetContent(string(d.text))
		d.all = true
		d.erase(0)
	case *fyne.ShortcutPaste:
		if p := []rune(strings.TrimSpace(s.Clipboard.Content())); !d.disabled && len(p) > 0 && len(p) <= digitsMax {
			d.insert(p)
		}
	}
}

func (d *digits) width(n int) float32 {
	return fyne.MeasureText(string(d.text[:n]), theme.Size(look.SizeText), fyne.TextStyle{}).Width
}

func (d *digits) caretAt(x float32) int {
	start := d.Size().Width - digitsPad - d.width(len(d.text))
	for i := range d.text {
		if x < start+(d.width(i)+d.width(i+1))/2 {
			return i
		}
	}
	return len(d.text)
}

func (d *digits) CreateRenderer() fyne.WidgetRenderer {
	back, mark, caret := canvas.NewRectangle(nil), canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	text := canvas.NewText("", nil)
	return &Drawing{
		Of:    d,
		Parts: []fyne.CanvasObject{back, mark, text, caret},
		Least: func() fyne.Size { return fyne.NewSize(valueWidth, look.RowHeight) },
		Place: func(size fyne.Size) {
			back.Resize(size)
			w := d.width(len(d.text))
			start := size.Width - digitsPad - w
			place(text, start, 0, w, size.Height)
			mark.Move(fyne.NewPos(start-2, 6))
			mark.Resize(fyne.NewSize(w+4, size.Height-12))
			caret.Move(fyne.NewPos(start+d.width(min(d.caret, len(d.text)))-0.5, 7))
			caret.Resize(fyne.NewSize(1.5, size.Height-14))
		},
		Paint: func() {
			back.FillColor, back.CornerRadius = look.Shade(look.ColorRaised), look.Radius
			if d.Hovered && !d.disabled && !d.focused {
				back.FillColor = look.Shade(theme.ColorNameHover)
			}
			ring(back, d.focused, 1)
			color := look.ColorText
			if d.disabled {
				color = theme.ColorNameDisabled
			}
			letter(text, string(d.text), color, look.SizeText)
			mark.FillColor, caret.FillColor = look.Shade(theme.ColorNameSelection), look.Shade(look.ColorAccent)
			mark.CornerRadius = 3
			SetVisible(mark, d.focused && d.all && len(d.text) > 0)
			SetVisible(caret, d.focused && !d.all)
		},
	}
}
