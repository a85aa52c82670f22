package widgets

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// Pad puts space around o: x left and right, y above and below.
func Pad(x, y float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(y, y, x, x), o)
}

// Gap is nothing, w wide and h high.
func Gap(w, h float32) fyne.CanvasObject {
	r := canvas.NewRectangle(nil)
	r.SetMinSize(fyne.NewSize(w, h))
	return r
}

// Centre puts o in the middle of the height, at the full width.
func Centre(o fyne.CanvasObject) *fyne.Container {
	return container.NewVBox(layout.NewSpacer(), o, layout.NewSpacer())
}

// Column puts objects under each other, at the full width.
func Column(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(gap), objects...)
}

// Row puts objects beside each other, each in the middle of the height. What
// shortens its text has what is left of the width, as far as it needs it, and a
// layout.Spacer between them the rest.
func Row(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(rowLayout(gap), objects...)
}

// rowLayout is the space between the objects of a row.
type rowLayout float32

func (g rowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size, shown := fyne.Size{}, 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if !spreads(o) {
			size.Width += o.MinSize().Width
			size.Height = max(size.Height, o.MinSize().Height)
			shown++
		}
	}
	size.Width += float32(g) * float32(max(shown-1, 0))
	return size
}

func (g rowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	spacers := 0
	spare := max(size.Width-g.MinSize(objects).Width, 0)
	widths := make([]float32, len(objects))
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		if spreads(o) {
			spacers++
			continue
		}
		widths[i] = o.MinSize().Width
		more := min(max(preferredSize(o).Width-widths[i], 0), spare)
		widths[i], spare = widths[i]+more, spare-more
	}
	x := float32(0)
	for i, o := range objects {
		switch {
		case !o.Visible():
		case spreads(o):
			x += spare / float32(spacers)
		default:
			h := o.MinSize().Height
			o.Move(fyne.NewPos(x, (size.Height-h)/2))
			o.Resize(fyne.NewSize(widths[i], h))
			x += widths[i] + float32(g)
		}
	}
}

// Frame puts objects at the edges of a middle that takes the rest, with no
// space between them. Any of those at the edges may be nil. Those above and
// below may be as high as their width asks for.
func Frame(top, bottom, left, right, middle fyne.CanvasObject) *fyne.Container {
	f := frameLayout{top, bottom, left, right, middle}
	var objects []fyne.CanvasObject
	for _, o := range f {
		if o != nil {
			objects = append(objects, o)
		}
	}
	return container.New(f, objects...)
}

// frameLayout is top, bottom, left, right, middle.
type frameLayout [5]fyne.CanvasObject

// mins are the sizes of the five; of what is hidden or nil it is nothing.
func (f frameLayout) mins() (m [5]fyne.Size) {
	for i, o := range f {
		if o != nil && o.Visible() {
			m[i] = o.MinSize()
		}
	}
	return m
}

func (f frameLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	m := f.mins()
	inner := fyne.NewSize(m[2].Width+m[4].Width+m[3].Width, max(m[2].Height, m[3].Height, m[4].Height))
	return fyne.NewSize(max(inner.Width, m[0].Width, m[1].Width), m[0].Height+inner.Height+m[1].Height)
}

func (f frameLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	for _, o := range f[:2] {
		if o != nil && o.Visible() {
			o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
		}
	}
	m := f.mins()
	h := max(size.Height-m[0].Height-m[1].Height, 0)
	w := max(size.Width-m[2].Width-m[3].Width, 0)
	y := m[0].Height
	for i, b := range [5]box{
		{fyne.NewPos(0, 0), fyne.NewSize(size.Width, m[0].Height)},
		{fyne.NewPos(0, y+h), fyne.NewSize(size.Width, m[1].Height)},
		{fyne.NewPos(0, y), fyne.NewSize(m[2].Width, h)},
		{fyne.NewPos(m[2].Width+w, y), fyne.NewSize(m[3].Width, h)},
		{fyne.NewPos(m[2].Width, y), fyne.NewSize(w, h)},
	} {
		if f[i] != nil {
			f[i].Move(b.pos)
			f[i].Resize(b.size)
		}
	}
}

// Width gives o a width; its height is its own.
func Width(w float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(boxLayout{w: w}, o)
}

// Height gives o a height; its width is its own.
func Height(h float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(boxLayout{h: h}, o)
}

// boxLayout is the size of its one object; 0 is the object's own.
type boxLayout struct{ w, h float32 }

func (b boxLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := objects[0].MinSize()
	if b.w > 0 {
		size.Width = b.w
	}
	if b.h > 0 {
		size.Height = b.h
	}
	return size
}

func (b boxLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if b.w > 0 {
		size.Width = b.w
	}
	if b.h > 0 {
		size.Height = b.h
	}
	objects[0].Move(fyne.Position{})
	objects[0].Resize(size)
}

// Heading is the caption of a group, with the field's own term dim at the right.
func Heading(text, term string) *fyne.Container {
	return container.NewBorder(nil, nil, NewHeading(text), nil, NewDim(term).Right().Shrink())
}

// An Edge is a side of a panel that has a line.
type Edge int

// Edges of a panel, added up.
const (
	Top Edge = 1 << iota
	Right
	Bottom
	Left
)

// Panel is o on the panel's colour, with lines at the edges named.
func Panel(edges Edge, o fyne.CanvasObject) *fyne.Container {
	var sides [4]fyne.CanvasObject
	for i := range sides {
		if edges&(1<<i) != 0 {
			sides[i] = Line()
		}
	}
	content := container.NewStack(NewFill(look.ColorPanel), o)
	objects := []fyne.CanvasObject{content}
	for _, s := range sides {
		if s != nil {
			objects = append(objects, s)
		}
	}
	return container.New(edgeLayout(sides), objects...)
}

// edgeLayout is a border of lines: top, right, bottom, left, or nil. The first
// object fills what is left.
type edgeLayout [4]fyne.CanvasObject

func (e edgeLayout) insets() (top, right, bottom, left float32) {
	var n [4]float32
	for i, o := range e {
		if o != nil {
			n[i] = 1
		}
	}
	return n[0], n[1], n[2], n[3]
}

func (e edgeLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	t, r, b, l := e.insets()
	return objects[0].MinSize().AddWidthHeight(l+r, t+b)
}

func (e edgeLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	t, r, b, l := e.insets()
	objects[0].Move(fyne.NewPos(l, t))
	objects[0].Resize(size.SubtractWidthHeight(l+r, t+b))
	w, h := size.Width, size.Height
	for i, at := range [4][4]float32{{0, 0, w, 1}, {w - 1, 0, 1, h}, {0, h - 1, w, 1}, {0, 0, 1, h}} {
		if e[i] != nil {
			e[i].Move(fyne.NewPos(at[0], at[1]))
			e[i].Resize(fyne.NewSize(at[2], at[3]))
		}
	}
}

// Line is one unit thick, in whichever direction its place is.
func Line() *Fill {
	f := NewFill(look.ColorLine)
	f.min = fyne.NewSize(1, 1)
	return f
}

// A Fill is a rectangle in a colour of the theme, and changes with it. It is
// drawn as an image of one pixel: without a graphics card that costs half as
// much as a canvas.Rectangle.
type Fill struct {
	widget.BaseWidget
	name fyne.ThemeColorName
	min  fyne.Size
}

var _ fyne.Widget = (*Fill)(nil)

// NewFill has no size of its own.
func NewFill(name fyne.ThemeColorName) *Fill {
	f := &Fill{name: name}
	f.ExtendBaseWidget(f)
	return f
}

// SetColor shows another colour of the theme.
func (f *Fill) SetColor(name fyne.ThemeColorName) {
	if f.name != name {
		f.name = name
		f.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (f *Fill) CreateRenderer() fyne.WidgetRenderer {
	img := canvas.NewImageFromImage(nil)
	img.ScaleMode = canvas.ImageScalePixels
	return &Drawing{
		Of:    f,
		Parts: []fyne.CanvasObject{img},
		Least: func() fyne.Size { return f.min },
		Place: img.Resize,
		Paint: func() { img.Image = image.NewUniform(look.Shade(f.name)); img.Refresh() },
	}
}
