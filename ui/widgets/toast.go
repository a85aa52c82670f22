package widgets

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Toasts are short notes at the bottom right over the content. They leave by
// themselves, or when tapped, and never take the keyboard.
type Toasts struct {
	widget.BaseWidget
	do     func(func()) // runs a function on the window's goroutine
	shown  []*toast     // the newest last
	bottom float32
}

var _ fyne.Widget = (*Toasts)(nil)

const (
	toastsMax  = 3
	toastTime  = 4 * time.Second
	toastLong  = 8 * time.Second // with something to do
	toastWidth = 420             // at most
)

// NewToasts is laid over the window's content in a stack. do is fyne.Do.
func NewToasts(do func(func())) *Toasts {
	t := &Toasts{do: do, bottom: 40}
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
	t.shown = append(t.shown, n)
	for len(t.shown) > toastsMax {
		t.remove(t.shown[0])
	}
	stay := toastTime
	if action != "" {
		stay = toastLong
	}
	n.timer = time.AfterFunc(stay, func() { t.do(n.leave) })
	t.Refresh()
	n.appear()
	return n.leave
}

// Texts are the notes shown, the newest last.
func (t *Toasts) Texts() []string {
	var s []string
	for _, n := range t.shown {
		s = append(s, n.text)
	}
	return s
}

func (t *Toasts) remove(n *toast) {
	for i, s := range t.shown {
		if s == n {
			n.timer.Stop()
			t.shown = append(t.shown[:i:i], t.shown[i+1:]...)
			t.Refresh()
			return
		}
	}
}

// CreateRenderer belongs to the toolkit.
func (t *Toasts) CreateRenderer() fyne.WidgetRenderer {
	d := &drawing{of: t}
	d.min = func() fyne.Size { return fyne.Size{} }
	d.layout = func(size fyne.Size) {
		y := size.Height - t.bottom
		for i := len(t.shown) - 1; i >= 0; i-- {
			m := t.shown[i].MinSize()
			y -= m.Height + gap
			t.shown[i].Move(fyne.NewPos(size.Width-m.Width-2*gap, y))
			t.shown[i].Resize(m)
		}
	}
	d.paint = func() {
		d.objects = nil
		for _, n := range t.shown {
			d.objects = append(d.objects, n)
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
		n.button.SetColor(ColorAccent)
	}
	n.ExtendBaseWidget(n)
	return n
}

func (n *toast) Tapped(*fyne.PointEvent) { n.leave() }

// appear lets the ground come up, unless the artist wants no motion.
func (n *toast) appear() {
	if still || !fyne.CurrentApp().Settings().ShowAnimations() {
		return
	}
	fyne.NewAnimation(150*time.Millisecond, func(f float32) {
		n.fade = f
		n.Refresh()
	}).Start()
}

func (n *toast) CreateRenderer() fyne.WidgetRenderer {
	back := canvas.NewRectangle(nil)
	text := NewText(n.text)
	row := Row(2*gap, text)
	if w := theme.Size(SizeText); fyne.MeasureText(n.text, w, fyne.TextStyle{}).Width > toastWidth {
		p := NewParagraph(n.text, SizeText, false)
		p.Resize(fyne.NewSize(toastWidth, 0))
		row = Row(2*gap, Width(toastWidth, p))
	}
	if n.button != nil {
		row.Add(n.button)
	}
	body := Pad(14, 9, container.NewStack(row))
	return &drawing{
		of:      n,
		objects: []fyne.CanvasObject{back, body},
		min:     body.MinSize,
		layout: func(size fyne.Size) {
			shift := (1 - n.fade) * gap
			for _, o := range []fyne.CanvasObject{back, body} {
				o.Move(fyne.NewPos(0, shift))
				o.Resize(size)
			}
		},
		paint: func() {
			back.FillColor, back.CornerRadius = shade(ColorRaised), 8
			outline(back, ColorLine, 1)
		},
	}
}
