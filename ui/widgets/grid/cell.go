package grid

import (
	"image"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
	"cascata/ui/widgets"
)

// gridCell draws one picture of a Grid. It takes no events: the body does.
type gridCell struct {
	widget.BaseWidget
	item Item
	look gridLook
}

// gridLook is how a cell is marked.
type gridLook struct{ chosen, cursor, hovered bool }

func newGridCell() *gridCell {
	c := &gridCell{}
	c.ExtendBaseWidget(c)
	return c
}

func (c *gridCell) set(item Item, look gridLook) {
	if c.item != item || c.look != look {
		c.item, c.look = item, look
		c.Refresh()
	}
}

// starColor is that of the stars on a picture in both faces of the theme.
var starColor = color.NRGBA{0xff, 0xd3, 0x6b, 0xff}

// CreateRenderer implements fyne.Widget.
func (c *gridCell) CreateRenderer() fyne.WidgetRenderer {
	f := &gridCellFace{
		c: c, frame: canvas.NewRectangle(nil), back: canvas.NewRectangle(nil), image: canvas.NewImageFromImage(nil),
		text: widgets.NewDim("").Centre().Shrink(), badge: widgets.NewBadge(), under: canvas.NewRectangle(nil), stars: canvas.NewText("", starColor),
	}
	f.image.FillMode, f.image.ScaleMode, f.image.CornerRadius = canvas.ImageFillStretch, canvas.ImageScaleFastest, 4
	f.paint()
	return f
}

// gridCellFace gives the graphics card an image only where it is another.
type gridCellFace struct {
	c                  *gridCell
	frame, back, under *canvas.Rectangle
	image              *canvas.Image
	text               *widgets.Text
	badge              *widgets.Badge
	stars              *canvas.Text
	was                image.Image
}

func (f *gridCellFace) MinSize() fyne.Size { return fyne.NewSize(48, 48) }
func (f *gridCellFace) Destroy()           {}

func (f *gridCellFace) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{f.frame, f.back, f.image, f.text, f.under, f.stars, f.badge}
}

func (f *gridCellFace) Layout(size fyne.Size) {
	const in = 4
	f.frame.Resize(size)
	inner := size.SubtractWidthHeight(2*in, 2*in)
	f.back.Move(fyne.NewPos(in, in))
	f.back.Resize(inner)
	pos, box := widgets.FitInto(f.c.item.Image, fyne.NewPos(in, in), inner)
	f.image.Move(pos)
	f.image.Resize(box)
	h := f.text.MinSize().Height
	f.text.Move(fyne.NewPos(in+6, (size.Height-h)/2))
	f.text.Resize(fyne.NewSize(max(inner.Width-12, 0), h))
	m := f.badge.MinSize()
	m.Width = min(m.Width, max(box.Width-8, 0))
	f.badge.Move(fyne.NewPos(pos.X+box.Width-m.Width-4, pos.Y+5))
	f.badge.Resize(m)
	s := f.stars.MinSize().AddWidthHeight(10, 1)
	f.under.Move(fyne.NewPos(pos.X+4, pos.Y+box.Height-s.Height-4))
	f.under.Resize(s)
	f.stars.Move(f.under.Position().AddXY(5, 0))
	f.stars.Resize(s.SubtractWidthHeight(10, 0))
}

func (f *gridCellFace) Refresh() {
	f.paint()
	f.Layout(f.c.Size())
	canvas.Refresh(f.c)
}

func (f *gridCellFace) paint() {
	i, l := f.c.item, f.c.look
	f.frame.FillColor, f.frame.CornerRadius, f.frame.StrokeWidth = nil, 8, 0
	switch {
	case l.chosen && l.cursor:
		widgets.Outline(f.frame, look.ColorAccent, 3)
	case l.chosen:
		widgets.Outline(f.frame, look.ColorAccent, 2)
	case l.cursor:
		widgets.Outline(f.frame, look.ColorText, 2)
	case l.hovered:
		widgets.Outline(f.frame, look.ColorDim, 1)
	}
	f.back.FillColor, f.back.CornerRadius = look.Shade(look.ColorPanel), 5
	widgets.SetVisible(f.back, i.Image == nil)
	f.text.SetText(i.Text)
	widgets.SetVisible(f.text, i.Image == nil && i.Text != "")
	f.badge.SetText(i.Badge)
	widgets.SetVisible(f.badge, i.Badge != "")
	marks := ""
	if i.Favourite {
		marks = "♥ "
	}
	marks = strings.TrimSpace(marks + strings.Repeat("★", min(max(i.Stars, 0), 5)))
	f.stars.Text, f.stars.TextSize, f.stars.Color = marks, 12.5, starColor
	f.under.FillColor, f.under.CornerRadius = look.Shade(look.ColorBadge), 9
	widgets.SetVisible(f.under, marks != "")
	widgets.SetVisible(f.stars, marks != "")
	widgets.SetVisible(f.image, i.Image != nil)
	if f.was != i.Image {
		f.was, f.image.Image = i.Image, i.Image
		f.image.Refresh()
	}
}
