package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"cascata/ui/look"
)

// A Place is a row that can be gone to: a name, and a figure at the right.
type Place struct {
	Control
	OnTapped func()
	OnMenu   func(abs fyne.Position)     // the other button of the pointer; nil: none
	OnKey    func(e *fyne.KeyEvent) bool // a key other than those that press; false: the window's
	name     string
	figure   string
	chosen   bool
}

var (
	_ fyne.Tappable          = (*Place)(nil)
	_ fyne.SecondaryTappable = (*Place)(nil)
	_ fyne.Focusable         = (*Place)(nil)
	_ desktop.Hoverable      = (*Place)(nil)
	_ desktop.Cursorable     = (*Place)(nil)
)

// NewPlace is not chosen.
func NewPlace(name, figure string, tapped func()) *Place {
	p := &Place{OnTapped: tapped, name: name, figure: figure}
	p.Extend(p)
	return p
}

// Name is what the row says.
func (p *Place) Name() string { return p.name }

// Figure is what it says at the right.
func (p *Place) Figure() string { return p.figure }

// Set shows another name and figure.
func (p *Place) Set(name, figure string) {
	if p.name != name || p.figure != figure {
		p.name, p.figure = name, figure
		p.Refresh()
	}
}

// SetChosen shows the row as the one where the artist is.
func (p *Place) SetChosen(yes bool) {
	if p.chosen != yes {
		p.chosen = yes
		p.Refresh()
	}
}

// Chosen reports whether the artist is here.
func (p *Place) Chosen() bool { return p.chosen }

// Tapped implements fyne.Tappable.
func (p *Place) Tapped(*fyne.PointEvent) {
	p.takeFocus()
	if p.OnTapped != nil {
		p.OnTapped()
	}
}

// TappedSecondary implements fyne.SecondaryTappable.
func (p *Place) TappedSecondary(e *fyne.PointEvent) {
	if p.OnMenu != nil {
		p.OnMenu(e.AbsolutePosition)
	}
}

// TypedKey implements fyne.Focusable.
func (p *Place) TypedKey(e *fyne.KeyEvent) {
	switch {
	case isPress(e):
		p.Tapped(nil)
	case p.OnKey == nil || !p.OnKey(e):
		Pass(p, e)
	}
}

// Cursor implements desktop.Cursorable.
func (p *Place) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer implements fyne.Widget.
func (p *Place) CreateRenderer() fyne.WidgetRenderer {
	const pad = 10
	back := canvas.NewRectangle(nil)
	name, figure := canvas.NewText("", nil), canvas.NewText("", nil)
	return &Drawing{
		Of:    p,
		Parts: []fyne.CanvasObject{back, name, figure},
		Least: func() fyne.Size { return fyne.NewSize(80, look.RowHeight) },
		Place: func(size fyne.Size) {
			back.Resize(size)
			w := figure.MinSize().Width
			place(figure, size.Width-w-pad, 0, w, size.Height)
			name.Text = ellipsis(p.name, size.Width-w-3*pad, theme.Size(look.SizeText), fyne.TextStyle{})
			place(name, pad, 0, size.Width-w-3*pad, size.Height)
		},
		Paint: func() {
			back.FillColor, back.CornerRadius = nil, look.Radius
			switch {
			case p.chosen:
				back.FillColor = look.Shade(look.ColorRaised)
			case p.Hovered:
				back.FillColor = look.Shade(theme.ColorNameHover)
			}
			ring(back, p.focused, 1)
			letter(name, p.name, look.ColorText, look.SizeText)
			letter(figure, p.figure, look.ColorDim, look.SizeSmall)
		},
	}
}
