package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// A Fold is a section under a line of text that opens and closes it.
type Fold struct {
	widget.BaseWidget
	OnChanged func(open bool) // by the artist

	head    *foldHead
	content fyne.CanvasObject
}

var _ fyne.Widget = (*Fold)(nil)

// NewFold is a closed section.
func NewFold(title string, content fyne.CanvasObject) *Fold {
	f := &Fold{content: content, head: &foldHead{title: title}}
	f.head.Extend(f.head)
	f.head.tapped = func() {
		f.SetOpen(!f.Open())
		if f.OnChanged != nil {
			f.OnChanged(f.Open())
		}
	}
	content.Hide()
	f.ExtendBaseWidget(f)
	return f
}

// Open reports whether the section is open.
func (f *Fold) Open() bool { return f.head.open }

// SetOpen opens or closes the section. What holds the fold must be laid out
// again, which Column, a scroll or a VBox does when the fold's size changes.
func (f *Fold) SetOpen(open bool) {
	if f.head.open == open {
		return
	}
	f.head.open = open
	SetVisible(f.content, open)
	f.head.Refresh()
	f.Refresh()
}

// SetTitle changes the line of text.
func (f *Fold) SetTitle(title string) { f.head.title = title; f.head.Refresh() }

// CreateRenderer implements fyne.Widget.
func (f *Fold) CreateRenderer() fyne.WidgetRenderer {
	return &Drawing{
		Of:    f,
		Parts: []fyne.CanvasObject{f.head, f.content},
		Least: func() fyne.Size {
			size := f.head.MinSize()
			if f.head.open {
				m := f.content.MinSize()
				size.Width = max(size.Width, m.Width)
				size.Height += look.Gap/2 + m.Height
			}
			return size
		},
		Place: func(size fyne.Size) {
			h := f.head.MinSize().Height
			f.head.Resize(fyne.NewSize(size.Width, h))
			f.content.Move(fyne.NewPos(0, h+look.Gap/2))
			f.content.Resize(fyne.NewSize(size.Width, max(size.Height-h-look.Gap/2, 0)))
		},
		Paint: func() {},
	}
}

// foldHead is the line of text.
type foldHead struct {
	Control
	title  string
	open   bool
	tapped func()
}

var (
	_ fyne.Tappable      = (*foldHead)(nil)
	_ fyne.Focusable     = (*foldHead)(nil)
	_ desktop.Cursorable = (*foldHead)(nil)
)

func (h *foldHead) Tapped(*fyne.PointEvent) { h.tapped() }

func (h *foldHead) Cursor() desktop.Cursor { return desktop.PointerCursor }

func (h *foldHead) TypedKey(e *fyne.KeyEvent) {
	switch {
	case isPress(e), e.Name == fyne.KeyRight && !h.open, e.Name == fyne.KeyLeft && h.open:
		h.tapped()
	default:
		Pass(h, e)
	}
}

func (h *foldHead) CreateRenderer() fyne.WidgetRenderer {
	back, text := canvas.NewRectangle(nil), canvas.NewText("", nil)
	arrow := canvas.NewImageFromResource(nil)
	arrow.FillMode = canvas.ImageFillContain
	return &Drawing{
		Of:    h,
		Parts: []fyne.CanvasObject{back, arrow, text},
		Least: func() fyne.Size { return fyne.NewSize(60, look.RowHeight) },
		Place: func(size fyne.Size) {
			back.Move(fyne.NewPos(-4, 2))
			back.Resize(fyne.NewSize(size.Width+8, size.Height-4))
			arrow.Move(fyne.NewPos(-3, (size.Height-16)/2))
			arrow.Resize(fyne.NewSize(16, 16))
			text.Text = ellipsis(h.title, size.Width-16, text.TextSize, text.TextStyle)
			place(text, 16, 0, size.Width-16, size.Height)
		},
		Paint: func() {
			color := look.ColorDim
			if h.Hovered {
				color = look.ColorText
			}
			back.FillColor, back.CornerRadius = nil, look.Radius
			ring(back, h.focused, 1)
			letter(text, h.title, color, look.SizeSmall)
			icon := look.IconClosed
			if h.open {
				icon = look.IconOpen
			}
			arrow.Resource = theme.NewColoredResource(icon, color)
			arrow.Refresh()
		},
	}
}
