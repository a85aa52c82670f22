package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"cascata/ui/look"
)

// A Choice is a row of pills of which one is chosen. They share the width, and
// go on in further rows where it is not enough.
type Choice struct {
	options
	hints []string
	rows  int // that the pills took when last laid out
}

var (
	_ fyne.Tappable     = (*Choice)(nil)
	_ fyne.Focusable    = (*Choice)(nil)
	_ fyne.Disableable  = (*Choice)(nil)
	_ desktop.Hoverable = (*Choice)(nil)
)

// NewChoice has nothing chosen yet. changed is called with what the artist chooses.
func NewChoice(changed func(i int), names ...string) *Choice {
	c := &Choice{options: options{OnChanged: changed, names: names, at: -1, under: -1}, rows: 1}
	c.Extend(c)
	return c
}

// SetNames shows other options; none is chosen then.
func (c *Choice) SetNames(names ...string) {
	c.names, c.hints, c.at, c.under, c.rows = names, nil, -1, -1, 1
	c.Refresh()
}

// SetHints gives each option a dim second line.
func (c *Choice) SetHints(hints ...string) {
	c.hints = hints
	c.Refresh()
}

func (c *Choice) height() float32 {
	if len(c.hints) > 0 {
		return 44
	}
	return look.RowHeight
}

func (c *Choice) pillMin(i int) float32 {
	w := fyne.MeasureText(c.names[i], theme.Size(look.SizeSmall), fyne.TextStyle{}).Width
	if i < len(c.hints) {
		w = max(w, fyne.MeasureText(c.hints[i], hintSize, fyne.TextStyle{}).Width)
	}
	return w + 14
}

const (
	pillGap  = 6
	hintSize = 11
)

// flow places the pills: as many in a row as have room, all of a row of equal
// width if that fits, and the rows of equal numbers.
func (c *Choice) flow(width float32) []box {
	n := len(c.names)
	widest := float32(36)
	sum := float32(0)
	for i := range c.names {
		widest = max(widest, c.pillMin(i))
		sum += c.pillMin(i)
	}
	if n > 0 && sum+pillGap*float32(n-1) <= width && widest*float32(n)+pillGap*float32(n-1) > width {
		return c.uneven(width - sum - pillGap*float32(n-1))
	}
	per := min(max(int((width+pillGap)/(widest+pillGap)), 1), max(n, 1))
	rows := (n + per - 1) / per
	if rows > 1 {
		per = (n + rows - 1) / rows
	}
	w := (width - pillGap*float32(per-1)) / float32(per)
	boxes := make([]box, n)
	for i := range boxes {
		x, y := float32(i%per)*(w+pillGap), float32(i/per)*(c.height()+pillGap)
		boxes[i] = box{fyne.NewPos(x, y), fyne.NewSize(w, c.height())}
	}
	return boxes
}

// uneven is one row in which each pill has what it needs and a share of spare.
func (c *Choice) uneven(spare float32) []box {
	boxes, x := make([]box, len(c.names)), float32(0)
	for i := range boxes {
		w := c.pillMin(i) + spare/float32(len(boxes))
		boxes[i] = box{fyne.NewPos(x, 0), fyne.NewSize(w, c.height())}
		x += w + pillGap
	}
	return boxes
}

// CreateRenderer implements fyne.Widget.
func (c *Choice) CreateRenderer() fyne.WidgetRenderer {
	r := &choiceFace{c: c}
	r.Drawing = Drawing{Of: c, Least: r.min, Place: r.layout, Paint: r.paint}
	return r
}

type choiceFace struct {
	Drawing
	c           *Choice
	backs       []*canvas.Rectangle
	texts, dims []*canvas.Text
}

func (r *choiceFace) min() fyne.Size {
	w := float32(0)
	for i := range r.c.names {
		w = max(w, r.c.pillMin(i))
	}
	rows := float32(r.c.rows)
	return fyne.NewSize(w, rows*r.c.height()+(rows-1)*pillGap)
}

func (r *choiceFace) layout(size fyne.Size) {
	r.c.boxes = r.c.flow(size.Width)
	rows := 1
	for i, b := range r.c.boxes {
		if i > 0 && b.pos.Y > r.c.boxes[i-1].pos.Y {
			rows++
		}
		r.backs[i].Move(b.pos)
		r.backs[i].Resize(b.size)
		half := b.size.Height
		if r.dims[i].Visible() {
			half = r.texts[i].MinSize().Height
			top := b.pos.Y + (b.size.Height-half-r.dims[i].MinSize().Height)/2
			place(r.dims[i], b.pos.X, top+half, b.size.Width, r.dims[i].MinSize().Height)
			place(r.texts[i], b.pos.X, top, b.size.Width, half)
			continue
		}
		place(r.texts[i], b.pos.X, b.pos.Y, b.size.Width, half)
	}
	if rows != r.c.rows && size.Width > 0 {
		r.c.rows = rows
		canvas.Refresh(r.c) // what holds the pills asks their height again
	}
}

func (r *choiceFace) paint() {
	c := r.c
	for len(r.backs) < len(c.names) {
		r.backs = append(r.backs, canvas.NewRectangle(nil))
		r.texts = append(r.texts, canvas.NewText("", nil))
		r.dims = append(r.dims, canvas.NewText("", nil))
	}
	r.Parts = r.Parts[:0]
	for i, name := range c.names {
		back, text, dim := r.backs[i], r.texts[i], r.dims[i]
		r.Parts = append(r.Parts, back, text, dim)
		back.FillColor, back.CornerRadius = look.Shade(look.ColorRaised), look.Radius
		color := look.ColorDim
		switch {
		case c.disabled:
			color = theme.ColorNameDisabled
		case i == c.at:
			color = look.ColorText
			back.FillColor = nil
		case i == c.under:
			color = look.ColorText
			back.FillColor = look.Shade(theme.ColorNameHover)
		}
		width := float32(1)
		if c.focused {
			width = 2
		}
		ring(back, i == c.at || c.focused && c.at < 0 && i == 0, width)
		letter(text, name, color, look.SizeSmall)
		text.Alignment, dim.Alignment = fyne.TextAlignCenter, fyne.TextAlignCenter
		SetVisible(dim, i < len(c.hints))
		if i < len(c.hints) {
			letter(dim, c.hints[i], look.ColorDim, look.SizeSmall)
			dim.TextSize = hintSize
		}
	}
}
