package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/widgets"
)

// A pickList is a column of rows of which one is chosen, with the pointer or
// with the arrows.
type pickList struct {
	Content   *fyne.Container
	OnPicked  func(i int) // by the artist
	OnEntered func()      // Enter on a row

	rows []*pickRow
	at   int
}

// A pick is one row: what it is, a short note at the right, and a line or more
// below.
type pick struct {
	title, note, detail string
	disabled            bool
}

func newPickList() *pickList { return &pickList{Content: widgets.Column(4), at: -1} }

// set shows other rows; none is chosen then.
func (l *pickList) set(picks []pick) {
	l.rows, l.at, l.Content.Objects = nil, -1, nil
	for i, p := range picks {
		r := newPickRow(l, i, p)
		l.rows = append(l.rows, r)
		l.Content.Add(r)
	}
	l.Content.Refresh()
}

// choose shows row i as the chosen one; -1 is none.
func (l *pickList) choose(i int) {
	l.at = i
	for _, r := range l.rows {
		r.Refresh()
	}
}

func (l *pickList) pick(i int) {
	if i < 0 || i >= len(l.rows) || l.rows[i].disabled {
		return
	}
	l.choose(i)
	if c := fyne.CurrentApp().Driver().CanvasForObject(l.rows[i]); c != nil {
		c.Focus(l.rows[i])
	}
	if l.OnPicked != nil {
		l.OnPicked(i)
	}
}

// step picks the next row that can be, up or down.
func (l *pickList) step(from, by int) {
	for i := from + by; i >= 0 && i < len(l.rows); i += by {
		if !l.rows[i].disabled {
			l.pick(i)
			return
		}
	}
}

// pickRow is one row of a pickList.
type pickRow struct {
	widget.BaseWidget
	pick
	list             *pickList
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

func newPickRow(l *pickList, i int, p pick) *pickRow {
	r := &pickRow{pick: p, list: l, i: i, back: canvas.NewRectangle(nil)}
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
func (r *pickRow) Disabled() bool                 { return r.disabled }
func (r *pickRow) Enable()                        { r.disabled = false }
func (r *pickRow) Disable()                       { r.disabled = true }

func (r *pickRow) Cursor() desktop.Cursor {
	if r.disabled {
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
		passKey(r, e)
	}
}

// passKey gives a key that o has no use for to the window, or to the dialog in
// front of it.
func passKey(o fyne.CanvasObject, e *fyne.KeyEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}

func (r *pickRow) CreateRenderer() fyne.WidgetRenderer {
	title := widgets.NewText(r.title).Shrink()
	if r.disabled {
		title.SetColor(widgets.ColorDim)
	}
	lines := widgets.Column(1, container.NewBorder(nil, nil, nil, widgets.NewDim(r.note), title))
	if r.detail != "" {
		lines.Add(widgets.NewParagraph(r.detail, widgets.SizeSmall, true))
	}
	s := &pickFace{r, widget.NewSimpleRenderer(container.NewStack(r.back, widgets.Pad(10, 6, lines)))}
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
	b.CornerRadius, b.FillColor, b.StrokeWidth, b.StrokeColor = 6, theme.Color(widgets.ColorRaised), 0, nil
	chosen := f.r.list.at == f.r.i
	switch {
	case f.r.disabled:
		b.FillColor = nil
	case chosen:
		b.FillColor = nil
		b.StrokeWidth, b.StrokeColor = 1, theme.Color(widgets.ColorAccent)
		if f.r.focused {
			b.StrokeWidth = 2
		}
	case f.r.focused:
		b.StrokeWidth, b.StrokeColor = 1, theme.Color(widgets.ColorAccent)
	case f.r.hovered:
		b.FillColor = theme.Color(theme.ColorNameHover)
	}
	b.Refresh()
}
