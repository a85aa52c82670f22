package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
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
	f.head.extend(f.head)
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

// Open says whether the section is open.
func (f *Fold) Open() bool { return f.head.open }

// SetOpen opens or closes the section. What holds the fold must be laid out
// again, which Column, a scroll or a VBox does when the fold's size changes.
func (f *Fold) SetOpen(open bool) {
	if f.head.open == open {
		return
	}
	f.head.open = open
	show(f.content, open)
	f.head.Refresh()
	f.Refresh()
}

// SetTitle changes the line of text.
func (f *Fold) SetTitle(title string) { f.head.title = title; f.head.Refresh() }

// CreateRenderer belongs to the toolkit.
func (f *Fold) CreateRenderer() fyne.WidgetRenderer {
	return &drawing{
		of:      f,
		objects: []fyne.CanvasObject{f.head, f.content},
		min: func() fyne.Size {
			size := f.head.MinSize()
			if f.head.open {
				m := f.content.MinSize()
				size.Width = max(size.Width, m.Width)
				size.Height += gap/2 + m.Height
			}
			return size
		},
		layout: func(size fyne.Size) {
			h := f.head.MinSize().Height
			f.head.Resize(fyne.NewSize(size.Width, h))
			f.content.Move(fyne.NewPos(0, h+gap/2))
			f.content.Resize(fyne.NewSize(size.Width, max(size.Height-h-gap/2, 0)))
		},
		paint: func() {},
	}
}

// foldHead is the line of text.
type foldHead struct {
	control
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
		bubble(h, e)
	}
}

func (h *foldHead) CreateRenderer() fyne.WidgetRenderer {
	back, text := canvas.NewRectangle(nil), canvas.NewText("", nil)
	arrow := canvas.NewImageFromResource(nil)
	arrow.FillMode = canvas.ImageFillContain
	return &drawing{
		of:      h,
		objects: []fyne.CanvasObject{back, arrow, text},
		min:     func() fyne.Size { return fyne.NewSize(60, rowHeight) },
		layout: func(size fyne.Size) {
			back.Move(fyne.NewPos(-4, 2))
			back.Resize(fyne.NewSize(size.Width+8, size.Height-4))
			arrow.Move(fyne.NewPos(-3, (size.Height-16)/2))
			arrow.Resize(fyne.NewSize(16, 16))
			text.Text = ellipsis(h.title, size.Width-16, text.TextSize, text.TextStyle)
			place(text, 16, 0, size.Width-16, size.Height)
		},
		paint: func() {
			color := ColorDim
			if h.hovered {
				color = ColorText
			}
			back.FillColor, back.CornerRadius = nil, radius
			ring(back, h.focused, 1)
			letter(text, h.title, color, SizeSmall)
			icon := IconClosed
			if h.open {
				icon = IconOpen
			}
			arrow.Resource = theme.NewColoredResource(icon, color)
			arrow.Refresh()
		},
	}
}
