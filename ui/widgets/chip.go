package widgets

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"cascata/ui/look"
)

// A Chip says how something is, with a dot in the colour of its state, and
// opens what changes it.
type Chip struct {
	Control
	OnTapped func()

	text string
	dot  fyne.ThemeColorName // "": none
	more string              // of the tip
	cut  bool                // the text has no room
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
	c.Extend(c)
	return c
}

// Set changes the text and the dot.
func (c *Chip) Set(text string, dot fyne.ThemeColorName) {
	if c.text != text || c.dot != dot {
		c.text, c.dot = text, dot
		c.Refresh()
	}
}

// SetTip sets what is shown when the pointer rests on the chip, besides a text
// that has no room; "" is nothing.
func (c *Chip) SetTip(text string) {
	c.more = text
	c.sayTip()
}

func (c *Chip) sayTip() {
	tip := c.more
	if c.cut {
		tip = strings.TrimSpace(c.text + "\n" + c.more)
	}
	c.Control.SetTip(tip)
}

// Text is what the chip says.
func (c *Chip) Text() string { return c.text }

// Tapped implements fyne.Tappable.
func (c *Chip) Tapped(*fyne.PointEvent) {
	if !c.disabled && c.OnTapped != nil {
		c.Hint.Out()
		c.OnTapped()
	}
}

// TypedKey implements fyne.Focusable.
func (c *Chip) TypedKey(e *fyne.KeyEvent) {
	if isPress(e) {
		c.Tapped(nil)
		return
	}
	Pass(c, e)
}

// Cursor implements desktop.Cursorable.
func (c *Chip) Cursor() desktop.Cursor {
	if c.disabled {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// How a chip is laid out.
const (
	chipHeight = 26
	chipPad    = 12
	chipDot    = 8
	chipLeast  = 140 // wide, where it shortens its text
)

// whole is the size of the chip where nothing of its text is left out.
func (c *Chip) whole() fyne.Size {
	w := fyne.MeasureText(c.text, theme.Size(look.SizeSmall), fyne.TextStyle{}).Width + 2*chipPad
	if c.dot != "" {
		w += chipDot + 7
	}
	return fyne.NewSize(w, chipHeight)
}

// CreateRenderer implements fyne.Widget.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer {
	const (
		height = chipHeight
		pad    = chipPad
		dot    = chipDot
	)
	back, text, mark := canvas.NewRectangle(nil), canvas.NewText("", nil), canvas.NewCircle(nil)
	start := func() float32 {
		if c.dot == "" {
			return pad
		}
		return pad + dot + 7
	}
	return &Drawing{
		Of:    c,
		Parts: []fyne.CanvasObject{back, mark, text},
		Least: func() fyne.Size { return c.whole().Min(fyne.NewSize(chipLeast, height)) },
		Place: func(size fyne.Size) {
			back.Resize(size)
			mark.Move(fyne.NewPos(pad, (size.Height-dot)/2))
			mark.Resize(fyne.NewSize(dot, dot))
			text.Text = ellipsis(c.text, size.Width-start()-pad, text.TextSize, text.TextStyle)
			c.cut = text.Text != c.text
			c.sayTip()
			place(text, start(), 0, size.Width-start()-pad, size.Height)
		},
		Paint: func() {
			back.FillColor, back.CornerRadius = look.Shade(look.ColorRaised), height/2
			if c.Hovered && !c.disabled {
				back.FillColor = look.Shade(theme.ColorNameHover)
			}
			ring(back, c.focused, 1)
			letter(text, c.text, look.ColorDim, look.SizeSmall)
			if c.Hovered {
				text.Color = look.Shade(look.ColorText)
			}
			SetVisible(mark, c.dot != "")
			if c.dot != "" {
				mark.FillColor = look.Shade(c.dot)
			}
		},
	}
}
