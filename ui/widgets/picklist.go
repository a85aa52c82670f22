package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// A PickList is a column of rows of which one is chosen, with the pointer or
// with the arrows.
type PickList struct {
	Content   *fyne.Container
	OnPicked  func(i int) // by the artist
	OnEntered func()      // Enter on a row

	Rows []*pickRow
	At   int
}

// A Pick is one row: what it is, a short note at the right, and a line or more
// below.
type Pick struct {
	Title, Note, Detail string
	Off                 bool
}

// NewPickList is a list without rows.
func NewPickList() *PickList { return &PickList{Content: Column(4), At: -1} }

// Set shows other rows; none is chosen then.
func (l *PickList) Set(picks []Pick) {
	l.Rows, l.At, l.Content.Objects = nil, -1, nil
	for i, p := range picks {
		r := newPickRow(l, i, p)
		l.Rows = append(l.Rows, r)
		l.Content.Add(r)
	}
	l.Content.Refresh()
}

// Choose shows row i as the chosen one; -1 is none.
func (l *PickList) Choose(i int) {
	l.At = i
	for _, r := range l.Rows {
		r.Refresh()
	}
}

func (l *PickList) pick(i int) {
	if i < 0 || i >= len(l.Rows) || l.Rows[i].Off {
		return
	}
	l.Choose(i)
	if c := fyne.CurrentApp().Driver().CanvasForObject(l.Rows[i]); c != nil {
		c.Focus(l.Rows[i])
	}
	if l.OnPicked != nil {
		l.OnPicked(i)
	}
}

// step picks the next row that can be, up or down.
func (l *PickList) step(from, by int) {
	for i := from + by; i >= 0 && i < len(l.Rows); i += by {
		if !l.Rows[i].Off {
			l.pick(i)
			return
		}
	}
}

// pickRow is one row of a PickList.
type pickRow struct {
	widget.BaseWidget
	Pick
	list             *PickList
	i                int
	hovered, focused bool
	back             *canvas.Rectangle
}

var (
	_ fyne.Tappable      = (*pickRow)(nil)
	_ fyne.Focusable     = (*pickRow)(nil)
	_ desktop.Hoverable  = (*pickRow)(nil)
	_ desktop.Cursorable = (*pickRow)(nil)
)

func newPickRow(l *PickList, i int, p Pick) *pickRow {
	r := &pickRow{Pick: p, list: l, i: i, back: canvas.NewRectangle(nil)}
	r.ExtendBaseWidget(r)
	return r
}

func (r *pickRow) Tapped(*fyne.PointEvent)        { r.list.pick(r.i) }
func (r *pickRow) MouseIn(*desktop.MouseEvent)    { r.hovered = true; r.Refresh() }
func (r *pickRow) MouseMoved(*desktop.MouseEvent) {}
func (r *pickRow) MouseOut()                      { r.hovered = false; r.Refresh() }
func (r *pickRow) FocusGained()                   { r.focused = true; r.Refresh() }
func (r *pickRow) FocusLost()                     { r.focused = false; r.Refresh() }
func (r *pickRow) TypedRune(rune)                 {}
func (r *pickRow) Disabled() bool                 { return r.Off }
func (r *pickRow) Enable()                        { r.Off = false }
func (r *pickRow) Disable()                       { r.Off = true }

func (r *pickRow) Cursor() desktop.Cursor {
	if r.Off {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

func (r *pickRow) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyUp:
		r.list.step(r.i, -1)
	case fyne.KeyDown:
		r.list.step(r.i, 1)
	case fyne.KeySpace:
		r.list.pick(r.i)
	case fyne.KeyReturn, fyne.KeyEnter:
		if r.list.OnEntered != nil {
			r.list.OnEntered()
		}
	default:
		Pass(r, e)
	}
}

func (r *pickRow) CreateRenderer() fyne.WidgetRenderer {
	title := NewText(r.Title).Shrink()
	if r.Off {
		title.SetColor(look.ColorDim)
	}
	lines := Column(1, container.NewBorder(nil, nil, nil, NewDim(r.Note), title))
	if r.Detail != "" {
		lines.Add(NewParagraph(r.Detail, look.SizeSmall, true))
	}
	s := &pickFace{r, widget.NewSimpleRenderer(container.NewStack(r.back, Pad(10, 6, lines)))}
	s.paint()
	return s
}

// pickFace repaints the ground of a row without laying its texts out again.
type pickFace struct {
	r *pickRow
	fyne.WidgetRenderer
}

func (f *pickFace) Refresh() { f.paint(); f.WidgetRenderer.Refresh() }

func (f *pickFace) paint() {
	b := f.r.back
	b.CornerRadius, b.FillColor, b.StrokeWidth, b.StrokeColor = 6, theme.Color(look.ColorRaised), 0, nil
	chosen := f.r.list.At == f.r.i
	switch {
	case f.r.Off:
		b.FillColor = nil
	case chosen:
		b.FillColor = nil
		b.StrokeWidth, b.StrokeColor = 1, theme.Color(look.ColorAccent)
		if f.r.focused {
			b.StrokeWidth = 2
		}
	case f.r.focused:
		b.StrokeWidth, b.StrokeColor = 1, theme.Color(look.ColorAccent)
	case f.r.hovered:
		b.FillColor = theme.Color(theme.ColorNameHover)
	}
	b.Refresh()
}
