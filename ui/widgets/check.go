package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"cascata/ui/look"
)

// A Check is a box to tick with a text behind it.
type Check struct {
	Control
	OnChanged func(ticked bool) // by the artist

	text   string
	ticked bool
}

var (
	_ fyne.Tappable     = (*Check)(nil)
	_ fyne.Focusable    = (*Check)(nil)
	_ fyne.Disableable  = (*Check)(nil)
	_ desktop.Hoverable = (*Check)(nil)
)

// NewCheck is not ticked.
func NewCheck(text string, changed func(ticked bool)) *Check {
	c := &Check{OnChanged: changed, text: text}
	c.Extend(c)
	return c
}

// Ticked reports whether the box is ticked.
func (c *Check) Ticked() bool { return c.ticked }

// SetTicked ticks the box or not, without a call of OnChanged.
func (c *Check) SetTicked(yes bool) {
	if c.ticked != yes {
		c.ticked = yes
		c.Refresh()
	}
}

// Tapped implements fyne.Tappable.
func (c *Check) Tapped(*fyne.PointEvent) {
	if c.disabled {
		return
	}
	c.SetTicked(!c.ticked)
	if c.OnChanged != nil {
		c.OnChanged(c.ticked)
	}
}

// TypedKey implements fyne.Focusable.
func (c *Check) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeySpace {
		c.Tapped(nil)
		return
	}
	Pass(c, e)
}

// CreateRenderer implements fyne.Widget.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	const side = 18
	box, text := canvas.NewRectangle(nil), canvas.NewText("", nil)
	tick := canvas.NewImageFromResource(nil)
	tick.FillMode = canvas.ImageFillContain
	return &Drawing{
		Of:    c,
		Parts: []fyne.CanvasObject{box, tick, text},
		Least: func() fyne.Size {
			w := fyne.MeasureText(c.text, theme.Size(look.SizeHeading), fyne.TextStyle{}).Width
			return fyne.NewSize(side+look.Gap+w, look.RowHeight)
		},
		Place: func(size fyne.Size) {
			y := (size.Height - side) / 2
			box.Move(fyne.NewPos(0, y))
			box.Resize(fyne.NewSize(side, side))
			tick.Move(fyne.NewPos(1, y+1))
			tick.Resize(fyne.NewSize(side-2, side-2))
			text.Text = ellipsis(c.text, size.Width-side-look.Gap, text.TextSize, text.TextStyle)
			place(text, side+look.Gap, 0, size.Width-side-look.Gap, size.Height)
		},
		Paint: func() {
			box.FillColor, box.CornerRadius = look.Shade(look.ColorRaised), 5
			Outline(box, look.ColorDim, 1)
			ink := look.ColorText
			switch {
			case c.disabled:
				ink = theme.ColorNameDisabled
				Outline(box, look.ColorLine, 1)
			case c.ticked:
				box.FillColor = look.Shade(look.ColorAccent)
				Outline(box, look.ColorAccent, 1)
			case c.Hovered:
				box.FillColor = look.Shade(theme.ColorNameHover)
			}
			if c.focused {
				Outline(box, look.ColorAccent, 2)
				if c.ticked {
					Outline(box, look.ColorText, 2)
				}
			}
			letter(text, c.text, ink, look.SizeHeading)
			if SetVisible(tick, c.ticked); c.ticked {
				tick.Resource = theme.NewColoredResource(look.IconDone, look.ColorOnHigh)
				tick.Refresh()
			}
		},
	}
}
