package widgets

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"cascata/ui/look"
)

// An Item is what one tile shows. Key identifies it.
type Item struct {
	Key      string
	Image    image.Image // about as large as the tile, best *image.RGBA; nil: a placeholder
	Text     string      // in the placeholder
	Dashed   bool        // the placeholder is for something to come
	Badge    string      // at the bottom left: "2/4", "draft"
	Bad      bool        // the badge says that something went wrong
	Progress float32     // 0 to 1; above 0 a thin line at the bottom
	Chosen   bool        // framed
	Tickable bool        // has a box to tick
	Ticked   bool
	Movable  bool   // can be dragged among the other movable ones
	Tip      string // where the pointer rests
}

// A Tile is one square of a row or a sheet. Tiles makes and reuses them.
type Tile struct {
	Control
	item     Item
	of       *Tiles
	clicks   Clicks
	cursor   bool // has the keyboard, as part of its Tiles
	dragging bool
}

var (
	_ fyne.Draggable         = (*Tile)(nil)
	_ fyne.SecondaryTappable = (*Tile)(nil)
	_ fyne.Tappable          = (*Tile)(nil)
	_ desktop.Mouseable      = (*Tile)(nil)
	_ desktop.Hoverable      = (*Tile)(nil)
)

func newTile(of *Tiles, item Item) *Tile {
	t := &Tile{of: of, item: item}
	t.SetTip(item.Tip)
	t.Extend(t)
	return t
}

func (t *Tile) set(item Item) {
	if t.item != item {
		t.item = item
		t.SetTip(item.Tip)
		t.Refresh()
	}
}

func (t *Tile) setCursor(yes bool) {
	if t.cursor != yes {
		t.cursor = yes
		t.Refresh()
	}
}

// MouseDown implements desktop.Mouseable. The press chooses, so that nothing waits
// for a second click.
func (t *Tile) MouseDown(e *desktop.MouseEvent) {
	t.Hint.Out()
	if t.item.Tickable && e.Button == desktop.MouseButtonPrimary && t.onTick(e.Position) {
		t.of.tick(t.item.Key)
		return
	}
	second := e.Button == desktop.MouseButtonPrimary && t.clicks.Second(e.Position)
	t.of.choose(t.item.Key, e.Modifier)
	if second {
		t.of.open(t.item.Key)
	}
}

// MouseUp implements desktop.Mouseable.
func (t *Tile) MouseUp(*desktop.MouseEvent) {}

// Tapped implements fyne.Tappable; the press has done all.
func (t *Tile) Tapped(*fyne.PointEvent) {}

// TappedSecondary implements fyne.SecondaryTappable.
func (t *Tile) TappedSecondary(e *fyne.PointEvent) {
	if t.of.OnMenu != nil {
		t.of.OnMenu(t.item.Key, e.AbsolutePosition)
	}
}

// Dragged implements fyne.Draggable.
func (t *Tile) Dragged(e *fyne.DragEvent) {
	if !t.item.Movable || t.of.OnMove == nil {
		return
	}
	if !t.dragging {
		t.dragging = true
		t.Refresh()
	}
	t.of.dragged(t.item.Key, t.Position().Add(e.Position))
}

// DragEnd implements fyne.Draggable.
func (t *Tile) DragEnd() {
	if t.dragging {
		t.dragging = false
		t.Refresh()
		t.of.dropped(t.item.Key)
	}
}

const (
	tileInset = 3  // room for the frame around the picture
	tickBox   = 20 // side
	tickRoom  = 32 // of the corner that ticks
)

func (t *Tile) onTick(p fyne.Position) bool {
	return p.X > t.Size().Width-tickRoom && p.Y < tickRoom
}

// CreateRenderer implements fyne.Widget.
func (t *Tile) CreateRenderer() fyne.WidgetRenderer {
	f := &tileFace{
		t: t, frame: canvas.NewRectangle(nil), back: canvas.NewRectangle(nil),
		image: canvas.NewImageFromImage(nil), text: NewDim("").Centre().Shrink(), badge: NewBadge(),
		track: canvas.NewRectangle(nil), line: canvas.NewRectangle(nil),
		box: canvas.NewRectangle(nil), tick: canvas.NewImageFromResource(nil), dashes: newDashes(),
	}
	f.image.FillMode, f.image.ScaleMode = canvas.ImageFillStretch, canvas.ImageScaleFastest
	f.image.CornerRadius = 4
	f.tick.FillMode = canvas.ImageFillContain
	f.paint()
	return f
}

// tileFace gives the graphics card an image only where it is another.
type tileFace struct {
	t                        *Tile
	frame, back, track, line *canvas.Rectangle
	box                      *canvas.Rectangle
	image, tick              *canvas.Image
	dashes                   *fyne.Container
	text                     *Text
	badge                    *Badge
	was                      image.Image
}

func (f *tileFace) MinSize() fyne.Size { return fyne.NewSize(48, 48) }
func (f *tileFace) Destroy()           {}

func (f *tileFace) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{f.frame, f.back, f.dashes, f.image, f.text, f.track, f.line, f.badge, f.box, f.tick}
}

func (f *tileFace) Layout(size fyne.Size) {
	const in = tileInset
	f.frame.Resize(size)
	inner := size.SubtractWidthHeight(2*in, 2*in)
	for _, o := range []fyne.CanvasObject{f.back, f.dashes} {
		o.Move(fyne.NewPos(in, in))
		o.Resize(inner)
	}
	pos, box := f.picture(size)
	f.image.Move(pos)
	if f.t.item.Image != nil {
		f.image.Resize(box)
	} else { // not hidden: the toolkit would draw once more for an image that it first meets
		f.image.Resize(fyne.Size{})
	}
	h := f.text.MinSize().Height
	f.text.Move(fyne.NewPos(in+6, (size.Height-h)/2))
	f.text.Resize(fyne.NewSize(inner.Width-12, h))
	m := f.badge.MinSize()
	f.badge.Move(fyne.NewPos(pos.X+6, pos.Y+box.Height-m.Height-8))
	f.badge.Resize(fyne.NewSize(min(m.Width, box.Width-12), m.Height))
	y, w := pos.Y+box.Height-4, max(box.Width-8, 0)
	f.track.Move(fyne.NewPos(pos.X+4, y))
	f.track.Resize(fyne.NewSize(w, 3))
	f.line.Move(fyne.NewPos(pos.X+4, y))
	f.line.Resize(fyne.NewSize(w*min(f.t.item.Progress, 1), 3))
	f.box.Move(fyne.NewPos(pos.X+box.Width-tickBox-6, pos.Y+6))
	f.box.Resize(fyne.NewSize(tickBox, tickBox))
	f.tick.Move(f.box.Position().AddXY(2, 2))
	f.tick.Resize(fyne.NewSize(tickBox-4, tickBox-4))
}

// picture is where the picture lies, whole, in the middle of the tile.
func (f *tileFace) picture(size fyne.Size) (fyne.Position, fyne.Size) {
	const in = tileInset
	inner := size.SubtractWidthHeight(2*in, 2*in)
	return FitInto(f.t.item.Image, fyne.NewPos(in, in), inner)
}

// FitInto is where a picture lies, whole, in the middle of a box; the box where there
// is no picture.
func FitInto(img image.Image, pos fyne.Position, size fyne.Size) (fyne.Position, fyne.Size) {
	if img == nil {
		return pos, size
	}
	b := img.Bounds()
	w, h := float32(max(b.Dx(), 1)), float32(max(b.Dy(), 1))
	k := min(size.Width/w, size.Height/h)
	box := fyne.NewSize(w*k, h*k)
	return pos.AddXY((size.Width-box.Width)/2, (size.Height-box.Height)/2), box
}

func (f *tileFace) Refresh() {
	f.paint()
	f.Layout(f.t.Size())
	for _, o := range []fyne.CanvasObject{f.frame, f.back, f.dashes, f.track, f.line, f.box, f.badge, f.text} {
		canvas.Refresh(o)
	}
}

func (f *tileFace) paint() {
	i := f.t.item
	f.frame.FillColor, f.frame.CornerRadius, f.frame.StrokeWidth = nil, 7, 0
	switch {
	case i.Chosen && f.t.cursor:
		Outline(f.frame, look.ColorAccent, 3)
	case i.Chosen:
		Outline(f.frame, look.ColorAccent, 2)
	case f.t.cursor:
		Outline(f.frame, look.ColorText, 2)
	case f.t.Hovered:
		Outline(f.frame, look.ColorDim, 1)
	}
	f.back.FillColor, f.back.CornerRadius = nil, 5
	Outline(f.back, look.ColorLine, 1)
	SetVisible(f.back, i.Image == nil && !i.Dashed)
	SetVisible(f.dashes, i.Image == nil && i.Dashed)
	f.text.SetText(i.Text)
	SetVisible(f.text, i.Image == nil && i.Text != "")
	f.badge.SetText(i.Badge)
	f.badge.setBad(i.Bad)
	SetVisible(f.badge, i.Badge != "")
	f.track.FillColor, f.line.FillColor = look.Shade(look.ColorBadge), look.Shade(look.ColorAccent)
	f.track.CornerRadius, f.line.CornerRadius = 1.5, 1.5
	SetVisible(f.track, i.Progress > 0)
	SetVisible(f.line, i.Progress > 0)
	f.paintTick()
	f.paintImage()
}

func (f *tileFace) paintTick() {
	i := f.t.item
	f.box.FillColor, f.box.CornerRadius = look.Shade(look.ColorBadge), 5
	f.box.StrokeWidth, f.box.StrokeColor = 1.5, look.Shade(look.ColorOnPic)
	if i.Ticked {
		f.box.FillColor, f.box.StrokeColor = look.Shade(look.ColorAccent), look.Shade(look.ColorAccent)
	}
	SetVisible(f.box, i.Ticked || i.Tickable)
	if SetVisible(f.tick, i.Ticked); i.Ticked {
		f.tick.Resource = theme.NewColoredResource(look.IconDone, look.ColorOnHigh)
		f.tick.Refresh()
	}
}

func (f *tileFace) paintImage() {
	i := f.t.item
	dim := 0.0
	if f.t.dragging {
		dim = 0.5
	}
	if f.was != i.Image || f.image.Translucency != dim {
		f.was, f.image.Image, f.image.Translucency = i.Image, i.Image, dim
		f.image.Refresh()
	}
}
