package widgets

import (
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
	"cascata/ui/numbers"
)

// A Number is one setting in a row: its name, a slider, and a field to type
// in. A double click on the name or the slider gives the default back.
type Number struct {
	widget.BaseWidget
	OnChanged func(v float64) // by the artist
	OnTyped   func(v float64) // what was typed, as soon as it is Value, or once it was taken: Value is the nearest that can be

	span   Span
	value  float64
	kept   float64 // the value before anything was typed
	name   *nameLabel
	named  float32 // width of the name, with what lies behind it
	slider *Slider
	field  *digits
}

var (
	_ fyne.Widget      = (*Number)(nil)
	_ fyne.Disableable = (*Number)(nil)
)

// A Span is what a number can be: from Min to Max in steps from Min on.
type Span struct {
	Min, Max, Step, Default float64
	Least, Most             float64 // what may be typed where the slider ends earlier; 0: Min and Max
	Off                     string  // the word for Min where Min means that nothing is done; "": it is a number
}

const (
	nameWidth  = 76
	valueWidth = 58
)

// NewNumber starts at the default. Without a name the slider has its room.
func NewNumber(name string, s Span) *Number {
	n := &Number{span: s, slider: NewSlider(nil), field: newDigits()}
	n.name = newNameLabel(name, n.Reset)
	if name != "" {
		n.named = nameWidth + look.Gap
	}
	n.slider.OnChanged = func(share float64) { n.change(s.Min + share*(s.Max-s.Min)) }
	n.slider.OnStep = n.stepBy
	n.slider.OnReset = n.Reset
	n.field.step = n.stepBy
	n.field.changed = n.typed
	n.field.left = n.leave
	n.ExtendBaseWidget(n)
	n.SetValue(s.Default)
	return n
}

// Value is between Min and Max.
func (n *Number) Value() float64 { return n.value }

// SetValue shows the nearest possible value, without a call of OnChanged.
func (n *Number) SetValue(v float64) {
	n.value = n.span.nearest(v)
	n.kept = n.value
	n.slider.SetShare((n.value - n.span.Min) / (n.span.Max - n.span.Min))
	n.field.set(n.span.text(n.value))
}

// SetDefault changes what a double click gives back.
func (n *Number) SetDefault(v float64) { n.span.Default = v }

// SetSpan changes what the number can be; the value stays if it can, and then
// the field is left alone: it may just be typed.
func (n *Number) SetSpan(s Span) {
	n.span = s
	n.slider.OnChanged = func(share float64) { n.change(s.Min + share*(s.Max-s.Min)) }
	if s.nearest(n.value) != n.value {
		n.SetValue(n.value)
		return
	}
	n.slider.SetShare((n.value - s.Min) / (s.Max - s.Min))
}

// SetTip shows text where the pointer rests on the name.
func (n *Number) SetTip(text string) { n.name.SetTip(text) }

// Reset gives the default back, as if the artist had.
func (n *Number) Reset() { n.change(n.span.Default) }

// Enable lets the number be changed.
func (n *Number) Enable() { n.slider.Enable(); n.field.Enable() }

// Disable shows the number only.
func (n *Number) Disable() { n.slider.Disable(); n.field.Disable() }

// Disabled reports whether the number is shown only. The row itself never takes
// the keyboard; its parts do.
func (n *Number) Disabled() bool { return n.slider.Disabled() }

func (n *Number) stepBy(steps float64) { n.change(n.value + steps*n.span.Step) }

// change is a change by the artist.
func (n *Number) change(v float64) {
	was := n.value
	n.SetValue(v)
	n.tell(was)
}

func (n *Number) tell(was float64) {
	if n.value != was && n.OnChanged != nil {
		n.OnChanged(n.value)
	}
}

// typed takes what is typed as far as it is a number in range, and leaves the
// field alone.
func (n *Number) typed(s string) {
	v, ok := n.span.parse(s)
	if !ok || v < n.span.Min || v > n.span.Max {
		return
	}
	was := n.value
	n.value = n.span.nearest(v)
	n.slider.SetShare((n.value - n.span.Min) / (n.span.Max - n.span.Min))
	n.tell(was)
	if n.value == v {
		Call1(n.OnTyped, v)
	}
}

// leave takes what was typed, into the range, and puts the field right; what is no
// number gives the value back that there was. The slider then ends where the number
// is, if that lies further.
func (n *Number) leave() {
	v, ok := n.span.parse(string(n.field.text))
	if !ok {
		v = n.kept
	} else if string(n.field.text) == n.span.text(n.value) {
		n.change(n.value)
		return
	}
	if n.span.Most > 0 {
		n.span.Max = max(n.span.Max, min(v, n.span.Most))
	}
	if n.span.Least > 0 {
		n.span.Min = min(n.span.Min, max(v, n.span.Least))
	}
	n.SetSpan(n.span)
	n.change(v)
	Call1(n.OnTyped, v)
}

// nearest is v in range and on a step.
func (s Span) nearest(v float64) float64 {
	if !(v >= s.Min) { // not NaN either
		return s.Min
	}
	if s.Step > 0 {
		v = s.Min + math.Round((v-s.Min)/s.Step)*s.Step
	}
	p := math.Pow10(s.decimals() + 2)
	return min(math.Round(v*p)/p, s.Max)
}

// decimals is how many of them a step has.
func (s Span) decimals() int {
	n := 0
	for step := s.Step; n < 4 && math.Abs(step-math.Round(step)) > 1e-9; n++ {
		step *= 10
	}
	return n
}

func (s Span) text(v float64) string {
	if s.Off != "" && v <= s.Min {
		return s.Off
	}
	return numbers.Fixed(v, s.decimals())
}

// parse reads a number with a comma or a point, or the word for off. A whole number
// may be written in groups of digits; where there are fractions, if that can be meant.
func (s Span) parse(text string) (float64, bool) {
	text = strings.TrimSpace(text)
	if s.Off != "" && strings.EqualFold(text, s.Off) {
		return s.Min, true
	}
	if n, ok := numbers.Ungroup(text); ok && (s.decimals() == 0 || float64(n) <= max(s.Max, s.Most)) {
		return float64(n), true
	}
	return numbers.Parse(text)
}

// CreateRenderer implements fyne.Widget.
func (n *Number) CreateRenderer() fyne.WidgetRenderer {
	return &Drawing{
		Of:    n,
		Parts: []fyne.CanvasObject{n.name, n.slider, n.field},
		Least: func() fyne.Size { return fyne.NewSize(n.named+60+valueWidth+look.Gap, look.RowHeight) },
		Place: func(size fyne.Size) {
			n.name.Resize(fyne.NewSize(max(n.named-look.Gap, 0), size.Height))
			n.slider.Move(fyne.NewPos(n.named, 0))
			n.slider.Resize(fyne.NewSize(size.Width-n.named-valueWidth-look.Gap-4, size.Height))
			n.field.Move(fyne.NewPos(size.Width-valueWidth, 0))
			n.field.Resize(fyne.NewSize(valueWidth, size.Height))
		},
		Paint: func() {},
	}
}

// Named is a row like that of a number: the name, then o at the width left.
func Named(name string, o fyne.CanvasObject) *fyne.Container {
	return container.New(namedLayout{}, newNameLabel(name, nil), o)
}

// namedLayout puts its second object behind the first, where sliders begin.
type namedLayout struct{}

func (namedLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	m := objects[1].MinSize()
	return fyne.NewSize(nameWidth+look.Gap+m.Width, max(m.Height, look.RowHeight))
}

func (namedLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(fyne.NewSize(nameWidth, look.RowHeight))
	h := max(objects[1].MinSize().Height, look.RowHeight)
	objects[1].Move(fyne.NewPos(nameWidth+look.Gap, (size.Height-h)/2))
	objects[1].Resize(fyne.NewSize(max(size.Width-nameWidth-look.Gap, 0), h))
}

// nameLabel is the name of a setting, with a tip and a double click.
type nameLabel struct {
	Control
	text   string
	double func()
	clicks Clicks
}

var (
	_ desktop.Mouseable = (*nameLabel)(nil)
	_ desktop.Hoverable = (*nameLabel)(nil)
)

func newNameLabel(text string, double func()) *nameLabel {
	l := &nameLabel{text: text, double: double}
	l.Extend(l)
	return l
}

func (l *nameLabel) MouseDown(e *desktop.MouseEvent) {
	l.Hint.Out()
	if l.clicks.Second(e.Position) && l.double != nil {
		l.double()
	}
}

func (l *nameLabel) MouseUp(*desktop.MouseEvent) {}

func (l *nameLabel) CreateRenderer() fyne.WidgetRenderer {
	t := canvas.NewText("", nil)
	return &Drawing{
		Of:    l,
		Parts: []fyne.CanvasObject{t},
		Least: func() fyne.Size { return fyne.NewSize(nameWidth, look.RowHeight) },
		Place: func(size fyne.Size) {
			t.Text = ellipsis(l.text, size.Width, t.TextSize, t.TextStyle)
			place(t, 0, 0, size.Width, size.Height)
		},
		Paint: func() {
			letter(t, l.text, look.ColorText, look.SizeText)
			t.TextSize = theme.Size(look.SizeHeading)
		},
	}
}
