package ui

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/widgets"
)

// A whole is a field for a whole number that no slider could span. The arrows
// and, while it has the keyboard, the wheel count by one.
type whole struct {
	Content fyne.CanvasObject
	changed func(v uint64, ok bool) // by the artist; ok is false where nothing is written
	scroll  func(*fyne.ScrollEvent) // what the wheel moves while the field has not the keyboard

	least, most uint64
	entry       *wholeEntry
	value       uint64 // what an arrow counts from
}

func newWhole(placeholder string, least, most uint64) *whole {
	w := &whole{least: least, most: most, entry: &wholeEntry{}}
	e := w.entry
	e.of = w
	e.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	e.ExtendBaseWidget(e)
	e.SetPlaceHolder(placeholder)
	e.OnChanged = w.typed
	w.Content = container.NewStack(e, newWheel(w))
	return w
}

// set shows a number, without telling anybody. It leaves alone what is being
// typed where that is the number.
func (w *whole) set(v uint64) {
	w.value = v
	if typed, err := strconv.ParseUint(w.entry.Text, 10, 64); err != nil || typed != v {
		w.text(strconv.FormatUint(v, 10))
	}
}

// clear shows nothing but what stands there in its place; arrows count from v.
func (w *whole) clear(placeholder string, v uint64) {
	w.value = v
	if w.entry.PlaceHolder != placeholder {
		w.entry.SetPlaceHolder(placeholder)
	}
	w.text("")
}

func (w *whole) text(s string) {
	if w.entry.Text != s {
		w.entry.OnChanged = nil
		w.entry.SetText(s)
		w.entry.OnChanged = w.typed
	}
}

// typed takes what is written as far as it is a number in range.
func (w *whole) typed(s string) {
	if s = strings.TrimSpace(s); s == "" {
		w.changed(w.value, false)
		return
	}
	if v, err := strconv.ParseUint(s, 10, 64); err == nil && v >= w.least && v <= w.most {
		w.value = v
		w.changed(v, true)
	}
}

func (w *whole) step(by int) {
	v := w.value
	switch n := uint64(max(by, -by)); {
	case by < 0:
		v -= min(n, v-min(w.least, v))
	default:
		v += min(n, w.most-min(w.most, v))
	}
	w.set(v)
	w.changed(v, true)
}

// leave puts right what is written but is no number in range.
func (w *whole) leave() {
	if s := strings.TrimSpace(w.entry.Text); s != "" {
		if v, err := strconv.ParseUint(s, 10, 64); err != nil || v != w.value {
			w.set(w.value)
		}
	}
}

// wholeEntry is the field itself: it takes digits only.
type wholeEntry struct {
	widgets.Entry
	of      *whole
	focused bool
}

var _ fyne.Focusable = (*wholeEntry)(nil)

func (e *wholeEntry) TypedRune(r rune) {
	if r >= '0' && r <= '9' {
		e.Entry.TypedRune(r)
	}
}

func (e *wholeEntry) TypedKey(k *fyne.KeyEvent) {
	steps := map[fyne.KeyName]int{fyne.KeyUp: 1, fyne.KeyDown: -1, fyne.KeyPageUp: 10, fyne.KeyPageDown: -10}
	if by, ok := steps[k.Name]; ok {
		e.of.step(by)
		return
	}
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		e.of.leave()
		passKey(e, k)
	case fyne.KeyEscape:
		passKey(e, k)
	default:
		e.Entry.TypedKey(k)
	}
}

func (e *wholeEntry) FocusGained() {
	e.focused = true
	e.Entry.FocusGained()
	widgets.Focused(e)
	e.Entry.TypedShortcut(&fyne.ShortcutSelectAll{})
}

func (e *wholeEntry) FocusLost() {
	e.focused = false
	e.of.leave()
	e.Entry.FocusLost()
}

// wheel lies over a field and takes its wheel only; the toolkit's field would
// keep it for its own scrolling.
type wheel struct {
	widget.BaseWidget
	of *whole
}

var _ fyne.Scrollable = (*wheel)(nil)

func newWheel(of *whole) *wheel {
	w := &wheel{of: of}
	w.ExtendBaseWidget(w)
	return w
}

func (w *wheel) Scrolled(e *fyne.ScrollEvent) {
	switch {
	case !w.of.entry.focused:
		call1(w.of.scroll, e)
	case e.Scrolled.DY > 0:
		w.of.step(1)
	case e.Scrolled.DY < 0:
		w.of.step(-1)
	}
}

func (w *wheel) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(nil))
}
