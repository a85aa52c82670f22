package widgets

import (
	"math"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/numbers"
)

// A UintField is a field for a whole number that no slider could span. The arrows
// and, while it has the keyboard, the wheel count by one.
type UintField struct {
	Content fyne.CanvasObject
	Changed func(v uint64, ok bool) // by the artist; ok is false where nothing is written
	Scroll  func(*fyne.ScrollEvent) // what the wheel moves while the field has not the keyboard

	least, most uint64
	Entry       *uintEntry
	value       uint64 // what an arrow counts from
}

// NewUintField is a field for numbers from least to most.
func NewUintField(placeholder string, least, most uint64) *UintField {
	w := &UintField{least: least, most: most, Entry: &uintEntry{}}
	e := w.Entry
	e.of = w
	e.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	e.ExtendBaseWidget(e)
	e.SetPlaceHolder(placeholder)
	e.OnChanged = w.typed
	w.Content = WithWheel(e, w.scrolled)
	return w
}

// Set shows a number, without a call of Changed. It leaves alone what is being
// typed where that is the number.
func (w *UintField) Set(v uint64) {
	w.value = v
	if typed, ok := w.read(w.Entry.Text); !ok || typed != v {
		w.text(strconv.FormatUint(v, 10))
	}
}

// Clear shows nothing but what stands there in its place; arrows count from v.
func (w *UintField) Clear(placeholder string, v uint64) {
	w.value = v
	if w.Entry.PlaceHolder != placeholder {
		w.Entry.SetPlaceHolder(placeholder)
	}
	w.text("")
}

func (w *UintField) text(s string) {
	if w.Entry.Text != s {
		w.Entry.OnChanged = nil
		w.Entry.SetText(s)
		w.Entry.OnChanged = w.typed
	}
}

// typed takes what is written as far as it is a number.
func (w *UintField) typed(s string) {
	if strings.TrimSpace(s) == "" {
		w.Changed(w.value, false)
		return
	}
	if v, ok := w.read(s); ok {
		w.value = v
		w.Changed(v, true)
	}
}

// read is the nearest number in range to what is written.
func (w *UintField) read(s string) (v uint64, ok bool) {
	s = strings.TrimSpace(s)
	if v, err := strconv.ParseUint(s, 10, 64); err == nil { // a seed has more digits than a float
		return min(max(v, w.least), w.most), true
	}
	f, ok := numbers.Parse(s)
	if n, grouped := numbers.Ungroup(s); grouped {
		f, ok = float64(n), true
	}
	switch f = math.Round(f); {
	case f <= float64(w.least):
		return w.least, ok
	case f >= float64(w.most):
		return w.most, ok
	}
	return uint64(f), ok
}

// scrolled counts while the field has the keyboard.
func (w *UintField) scrolled(e *fyne.ScrollEvent) {
	switch {
	case !w.Entry.focused:
		Call1(w.Scroll, e)
	case e.Scrolled.DY > 0:
		w.step(1)
	case e.Scrolled.DY < 0:
		w.step(-1)
	}
}

func (w *UintField) step(by int) {
	v := w.value
	switch n := uint64(max(by, -by)); {
	case by < 0:
		v -= min(n, v-min(w.least, v))
	default:
		v += min(n, w.most-min(w.most, v))
	}
	w.Set(v)
	w.Changed(v, true)
}

// leave puts right what is written but is no number in range: the nearest that is
// takes its place, if it is a number at all.
func (w *UintField) leave() {
	s := strings.TrimSpace(w.Entry.Text)
	if s == "" {
		return
	}
	if v, err := strconv.ParseUint(s, 10, 64); err != nil || v != w.value {
		w.text(strconv.FormatUint(w.value, 10))
	}
}

// uintEntry is the field itself: it takes what numbers are written with.
type uintEntry struct {
	Entry
	of      *UintField
	focused bool
}

var _ fyne.Focusable = (*uintEntry)(nil)

func (e *uintEntry) TypedRune(r rune) {
	if r >= '0' && r <= '9' || strings.ContainsRune("-,.'’", r) {
		e.Entry.TypedRune(r)
	}
}

func (e *uintEntry) TypedKey(k *fyne.KeyEvent) {
	steps := map[fyne.KeyName]int{fyne.KeyUp: 1, fyne.KeyDown: -1, fyne.KeyPageUp: 10, fyne.KeyPageDown: -10}
	if by, ok := steps[k.Name]; ok {
		e.of.step(by)
		return
	}
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		e.of.leave()
		Pass(e, k)
	case fyne.KeyEscape:
		Pass(e, k)
	default:
		e.Entry.TypedKey(k)
	}
}

func (e *uintEntry) take() { e.of.leave() }

func (e *uintEntry) FocusGained() {
	e.focused = true
	e.Entry.FocusGained()
	tellFocus(e)
	e.Entry.TypedShortcut(&fyne.ShortcutSelectAll{})
}

func (e *uintEntry) FocusLost() {
	e.focused = false
	e.of.leave()
	e.Entry.FocusLost()
}

// WithWheel is a field whose wheel is scrolled's; the toolkit's field would keep
// it for its own scrolling, and what it lies in would stand still.
func WithWheel(field fyne.CanvasObject, scrolled func(*fyne.ScrollEvent)) *fyne.Container {
	w := &wheel{scrolled: scrolled}
	w.ExtendBaseWidget(w)
	return container.NewStack(field, w)
}

// wheel lies over a field and takes its wheel only.
type wheel struct {
	widget.BaseWidget
	scrolled func(*fyne.ScrollEvent)
}

var _ fyne.Scrollable = (*wheel)(nil)

func (w *wheel) Scrolled(e *fyne.ScrollEvent) { w.scrolled(e) }

func (w *wheel) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(nil))
}
