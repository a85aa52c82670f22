package widgets

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// Toasts are short notes on a bar at the foot of the window, one at a time: the
// newest takes the place of the one before. They leave by themselves, or when
// tapped, and never take the keyboard.
type Toasts struct {
	widget.BaseWidget
	OnShown func(yes bool) // there is a note, or none any more

	do    func(func()) // runs a function on the window's goroutine
	shown *toast       // nil: none
	width float32      // when last laid out
}

var _ fyne.Widget = (*Toasts)(nil)

const (
	toastTime = 4 * time.Second
	toastLong = 8 * time.Second // with something to do, or more to read
	toastMany = 90              // letters are more to read
)

// NewToasts is in a stack with what is at the foot of the window. do is fyne.Do.
func NewToasts(do func(func())) *Toasts {
	t := &Toasts{do: do}
	t.ExtendBaseWidget(t)
	return t
}

// Say shows text, with something to do about it unless action is "". gone
// takes it away, if it is still there.
func (t *Toasts) Say(text, action string, do func()) (gone func()) {
	n := newToast(text, action)
	n.leave = func() { t.remove(n) }
	if n.button != nil {
		n.button.OnTapped = func() {
			t.remove(n)
			do()
		}
	}
	again := t.shown != nil && t.shown.text == text
	if t.shown != nil {
		t.shown.timer.Stop()
	}
	t.shown = n
	stay := toastTime
	if action != "" || len([]rune(text)) > toastMany {
		stay = toastLong
	}
	n.timer = time.AfterFunc(stay, func() { t.do(n.leave) })
	t.changed()
	if !again {
		n.appear()
	}
	return n.leave
}

// Texts are the notes shown: one or none.
func (t *Toasts) Texts() []string {
	if t.shown == nil {
		return nil
	}
	return []string{t.shown.text}
}

func (t *Toasts) remove(n *toast) {
	if n != nil && t.shown == n {
		n.timer.Stop()
		t.shown = nil
		t.changed()
	}
}

func (t *Toasts) changed() {
	t.Refresh()
	if t.OnShown != nil {
		t.OnShown(t.shown != nil)
	}
}

// CreateRenderer implements fyne.Widget.
func (t *Toasts) CreateRenderer() fyne.WidgetRenderer {
	d := &Drawing{Of: t}
	d.Least = func() fyne.Size {
		if t.shown == nil {
			return fyne.Size{}
		}
		return fyne.NewSize(0, t.shown.height(t.width))
	}
	d.Place = func(size fyne.Size) {
		t.width = size.Width
		if n := t.shown; n != nil {
			h := max(n.height(size.Width), min(size.Height, toastHeight))
			n.Move(fyne.NewPos(0, size.Height-h))
			n.Resize(fyne.NewSize(size.Width, h))
		}
	}
	d.Paint = func() {
		d.Parts = nil
		if t.shown != nil {
			d.Parts = []fyne.CanvasObject{t.shown}
		}
	}
	return d
}

// toast is one note.
type toast struct {
	widget.BaseWidget
	text   string
	button *Button
	timer  *time.Timer
	leave  func()
	fade   float32 // 0 to 1 while it appears
}

var _ fyne.Tappable = (*toast)(nil)

func newToast(text, action string) *toast {
	n := &toast{text: text, fade: 1}
	if action != "" {
		n.button = NewTextButton(action, nil)
		n.button.SetColor(look.ColorAccent)
	}
	n.ExtendBaseWidget(n)
	return n
}

// Tapped implements fyne.Tappable.
func (n *toast) Tapped(*fyne.PointEvent) { n.leave() }

// appear lets the mark at the left come up, unless the artist wants no motion.
func (n *toast) appear() {
	if look.ReducedMotion || !fyne.CurrentApp().Settings().ShowAnimations() {
		return
	}
	fyne.NewAnimation(200*time.Millisecond, func(f float32) {
		n.fade = f
		n.Refresh()
	}).Start()
}

const (
	toastHeight = 26 // of one line, like that of what is at the window's foot
	toastPad    = 16
)

// room is how wide the text can be.
func (n *toast) room(width float32) float32 {
	room := width - 2*toastPad
	if n.button != nil {
		room -= n.button.MinSize().Width + toastPad
	}
	return max(room, 60)
}

// height is what the note needs at a width: one line, or as many as its text.
func (n *toast) height(width float32) float32 {
	if width == 0 || n.fits(width) {
		return toastHeight
	}
	p := NewParagraph(n.text, look.SizeSmall, false)
	p.Resize(fyne.NewSize(n.room(width), 0))
	return p.MinSize().Height + 8
}

func (n *toast) fits(width float32) bool {
	return fyne.MeasureText(n.text, theme.Size(look.SizeSmall), fyne.TextStyle{}).Width <= n.room(width)
}

// CreateRenderer implements fyne.Widget.
func (n *toast) CreateRenderer() fyne.WidgetRenderer {
	back, mark := NewFill(look.ColorRaised), canvas.NewRectangle(nil)
	line, lines := NewSmall(n.text), NewParagraph(n.text, look.SizeSmall, false)
	objects := []fyne.CanvasObject{back, mark, line, lines}
	if n.button != nil {
		objects = append(objects, n.button)
	}
	return &Drawing{
		Of:    n,
		Parts: objects,
		Least: func() fyne.Size { return fyne.NewSize(0, toastHeight) },
		Place: func(size fyne.Size) {
			back.Resize(size)
			mark.Resize(fyne.NewSize(3, size.Height*n.fade))
			fits := n.fits(size.Width)
			SetVisible(line, fits)
			SetVisible(lines, !fits)
			h := line.MinSize().Height
			line.Move(fyne.NewPos(toastPad, (size.Height-h)/2))
			line.Resize(fyne.NewSize(n.room(size.Width), h))
			lines.Resize(fyne.NewSize(n.room(size.Width), size.Height-8))
			lines.Move(fyne.NewPos(toastPad, 4))
			if n.button != nil {
				m := n.button.MinSize()
				n.button.Resize(m)
				n.button.Move(fyne.NewPos(size.Width-m.Width-toastPad, (size.Height-m.Height)/2))
			}
		},
		Paint: func() { mark.FillColor = look.Shade(look.ColorAccent) },
	}
}
