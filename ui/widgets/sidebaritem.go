package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"cascata/ui/look"
)

// A SidebarItem is a row of a sidebar that can be gone to: a name, and a figure at the right.
type SidebarItem struct {
	Control
	OnTapped func()
	OnMenu   func(abs fyne.Position)     // the other button of the pointer; nil: none
	OnKey    func(e *fyne.KeyEvent) bool // a key other than those that press; false: the window's
	name     string
	figure   string
	chosen   bool
}

var (
	_ fyne.Tappable          = (*SidebarItem)(nil)
	_ fyne.SecondaryTappable = (*SidebarItem)(nil)
	_ fyne.Focusable         = (*SidebarItem)(nil)
	_ desktop.Hoverable      = (*SidebarItem)(nil)
	_ desktop.Cursorable     = (*SidebarItem)(nil)
)

// NewSidebarItem is not chosen.
func NewSidebarItem(name, figure string, tapped func()) *SidebarItem {
	p := &SidebarItem{OnTapped: tapped, name: name, figure: figure}
	p.Extend(p)
	return p
}

// Name is what the row says.
func (p *SidebarItem) Name() string { return p.name }

// Figure is what it says at the right.
func (p *SidebarItem) Figure() string { return p.figure }

// Set shows another name and figure.
func (p *SidebarItem) Set(name, figure string) {
	if p.name != name || p.figure != figure {
		p.name, p.figure = name, figure
		p.Refresh()
	}
}

// SetChosen shows the row as the one where the artist is.
func (p *SidebarItem) SetChosen(yes bool) {
	if p.chosen != yes {
		p.chosen = yes
		p.Refresh()
	}
}

// Chosen reports whether the artist is here.
func (p *SidebarItem) Chosen() bool { return p.chosen }

// Tapped implements fyne.Tappable.
func (p *SidebarItem) Tapped(*fyne.PointEvent) {
	p.takeFocus()
	if p.OnTapped != nil {
		p.OnTapped()
	}
}

// TappedSecondary implements fyne.SecondaryTappable.
func (p *SidebarItem) TappedSecondary(e *fyne.PointEvent) {
	if p.OnMenu != nil {
		p.OnMenu(e.AbsolutePosition)
	}
}

// TypedKey implements fyne.Focusable.
func (p *SidebarItem) TypedKey(e *fyne.KeyEvent) {
	switch {
	case isPress(e):
		p.Tapped(nil)
	case p.OnKey == nil || !p.OnKey(e):
		Pass(p, e)
	}
}

// Cursor implements desktop.Cursorable.
func (p *SidebarItem) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer implements fyne.Widget.
func (p *SidebarItem) CreateRenderer() fyne.WidgetRenderer {
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
