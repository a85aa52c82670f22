package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
)

// A Chip says how something is, with a dot in the colour of its state, and
// opens what changes it.
type Chip struct {
	control
	OnTapped func()

	text string
	dot  fyne.ThemeColorName // "": none
}

var (
	_ fyne.Tappable      = (*Chip)(nil)
	_ fyne.Focusable     = (*Chip)(nil)
	_ desktop.Hoverable  = (*Chip)(nil)
	_ desktop.Cursorable = (*Chip)(nil)
)

// NewChip shows text behind a dot in a colour of the theme; "" is no dot.
func NewChip(text string, dot fyne.ThemeColorName, tapped func()) *Chip {
	c := &Chip{OnTapped: tapped, text: text, dot: dot}
	c.extend(c)
	return c
}

// Set changes the text and the dot.
func (c *Chip) Set(text string, dot fyne.ThemeColorName) {
	if c.text != text || c.dot != dot {
		c.text, c.dot = text, dot
		c.Refresh()
	}
}

// Text is what the chip says.
func (c *Chip) Text() string { return c.text }

// Tapped belongs to the toolkit.
func (c *Chip) Tapped(*fyne.PointEvent) {
	if !c.disabled && c.OnTapped != nil {
		c.hint.out()
		c.OnTapped()
	}
}

// TypedKey belongs to the toolkit.
func (c *Chip) TypedKey(e *fyne.KeyEvent) {
	if isPress(e) {
		c.Tapped(nil)
		return
	}
	bubble(c, e)
}

// Cursor belongs to the toolkit.
func (c *Chip) Cursor() desktop.Cursor {
	if c.disabled {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// CreateRenderer belongs to the toolkit.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer {
	const (
		height = 26
		pad    = 12
		dot    = 8
	)
	back, text, mark := canvas.NewRectangle(nil), canvas.NewText("", nil), canvas.NewCircle(nil)
	start := func() float32 {
		if c.dot == "" {
			return pad
		}
		return pad + dot + 7
	}
	return &drawing{
		of:      c,
		objects: []fyne.CanvasObject{back, mark, text},
		min: func() fyne.Size {
			w := fyne.MeasureText(c.text, theme.Size(SizeSmall), fyne.TextStyle{}).Width
			return fyne.NewSize(start()+w+pad, height)
		},
		layout: func(size fyne.Size) {
			back.Resize(size)
			mark.Move(fyne.NewPos(pad, (size.Height-dot)/2))
			mark.Resize(fyne.NewSize(dot, dot))
			text.Text = ellipsis(c.text, size.Width-start()-pad, text.TextSize, text.TextStyle)
			place(text, start(), 0, size.Width-start()-pad, size.Height)
		},
		paint: func() {
			back.FillColor, back.CornerRadius = shade(ColorRaised), height/2
			if c.hovered && !c.disabled {
				back.FillColor = shade(theme.ColorNameHover)
			}
			ring(back, c.focused, 1)
			letter(text, c.text, ColorDim, SizeSmall)
			if c.hovered {
				text.Color = shade(ColorText)
			}
			show(mark, c.dot != "")
			if c.dot != "" {
				mark.FillColor = shade(c.dot)
			}
		},
	}
}
