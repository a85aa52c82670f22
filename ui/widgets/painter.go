package widgets

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"golang.org/x/image/draw"

	"cascata/ui/look"
)

// A Painter paints a mask over a picture. The pointer paints while it is
// pressed, with the other button it erases; the arrows move the brush and Space
// puts it down. The wheel zooms, and the middle button or Shift moves the
// picture.
type Painter struct {
	Control
	OnChanged func() // by the artist: the mask, or whether there is something to take back
	OnSize    func(size float64)

	Mask  *Mask
	Brush Brush // Size in pixels of the picture

	picture *image.RGBA
	zoom    zoom
	raster  *canvas.Raster
	ring    *canvas.Circle
	buffer  *image.RGBA // what the raster drew last
	base    *image.RGBA // the picture as it is seen, without the mask
	seen    zoom        // for which base was drawn
	cursor  [2]float64  // the brush, in pixels of the picture
	inside  bool        // the brush is shown
	moving  bool        // the picture is moved, not painted on
	erasing bool        // with the other button
}

var (
	_ fyne.Draggable     = (*Painter)(nil)
	_ fyne.Focusable     = (*Painter)(nil)
	_ fyne.Scrollable    = (*Painter)(nil)
	_ desktop.Mouseable  = (*Painter)(nil)
	_ desktop.Hoverable  = (*Painter)(nil)
	_ desktop.Cursorable = (*Painter)(nil)
)

// NewPainter paints over a picture. mask is one that was painted before, of the
// picture's size; nil is none.
func NewPainter(picture *image.RGBA, mask *image.Gray) *Painter {
	b := picture.Rect
	p := &Painter{picture: picture, Mask: newMask(b.Dx(), b.Dy()), ring: canvas.NewCircle(nil)}
	if mask != nil {
		draw.Draw(p.Mask.Image, p.Mask.Image.Rect, mask, mask.Rect.Min, draw.Src)
	}
	p.Brush = Brush{Size: float64(max(b.Dx(), b.Dy())) / 8, Soft: 0.3}
	p.zoom.size = b.Size()
	p.cursor = [2]float64{float64(b.Dx()) / 2, float64(b.Dy()) / 2}
	p.raster = canvas.NewRaster(p.draw)
	p.raster.ScaleMode = canvas.ImageScaleFastest
	p.ring.StrokeWidth = 1.5
	p.Extend(p)
	return p
}

// Undo takes the last stroke back.
func (p *Painter) Undo() {
	if p.Mask.Undo() {
		p.changed()
	}
}

// Invert paints what is not painted, and the other way around.
func (p *Painter) Invert() { p.Mask.Invert(); p.changed() }

// Clear takes all away.
func (p *Painter) Clear() { p.Mask.Change(func(pix []uint8) { clear(pix) }); p.changed() }

// SetBrush paints with another brush.
func (p *Painter) SetBrush(b Brush) { p.Brush = b; p.placeRing() }

// Fit shows the whole picture.
func (p *Painter) Fit() { p.zoom.fit(); p.Refresh() }

func (p *Painter) changed() {
	p.raster.Refresh()
	Call(p.OnChanged)
}

// scale is how many device pixels a pixel of the picture has, and where the
// picture's corner lies, in device pixels.
func (p *Painter) scale() (k, x, y float64) {
	w, h := p.device(p.Size().Width, p.Size().Height)
	z := p.zoom
	if z.scale == 0 {
		z.scale, z.cx, z.cy = z.fitScale(w, h), float64(z.size.X)/2, float64(z.size.Y)/2
	}
	return z.scale, w/2 - z.cx*z.scale, h/2 - z.cy*z.scale
}

func (p *Painter) device(x, y float32) (float64, float64) {
	k := deviceScale(p)
	return float64(x * k), float64(y * k)
}

// place is a place of the widget in pixels of the picture.
func (p *Painter) place(at fyne.Position) (x, y float64) {
	k, cx, cy := p.scale()
	dx, dy := p.device(at.X, at.Y)
	return (dx - cx) / k, (dy - cy) / k
}

// draw paints the picture and over it the mask, w by h device pixels.
func (p *Painter) draw(w, h int) image.Image {
	if p.buffer == nil || p.buffer.Rect.Dx() != w || p.buffer.Rect.Dy() != h {
		p.buffer, p.base = image.NewRGBA(image.Rect(0, 0, w, h)), nil
	}
	z := p.zoom
	if z.scale == 0 {
		z.scale, z.cx, z.cy = z.fitScale(float64(w), float64(h)), float64(z.size.X)/2, float64(z.size.Y)/2
	}
	z.clicks = Clicks{}
	if p.base == nil || p.seen.scale != z.scale || p.seen.cx != z.cx || p.seen.cy != z.cy {
		p.base = image.NewRGBA(p.buffer.Rect)
		z.draw(p.base, p.picture)
		p.seen = z
	}
	copy(p.buffer.Pix, p.base.Pix)
	x, y := float64(w)/2-z.cx*z.scale, float64(h)/2-z.cy*z.scale
	p.tint(x, y, z.scale)
	return p.buffer
}

// tint colours what is painted, of the picture whose corner lies at x, y.
func (p *Painter) tint(x, y, k float64) {
	r, g, b, _ := look.Shade(look.ColorAccent).RGBA()
	over := [3]int{int(r >> 8), int(g >> 8), int(b >> 8)}
	m := p.Mask.Image
	columns := make([]int, p.buffer.Rect.Dx()) // of the mask, -1 beside it
	for dx := range columns {
		if columns[dx] = int(math.Floor((float64(dx) + 0.5 - x) / k)); columns[dx] >= m.Rect.Dx() {
			columns[dx] = -1
		}
	}
	for dy := range p.buffer.Rect.Dy() {
		my := int(math.Floor((float64(dy) + 0.5 - y) / k))
		if my < 0 || my >= m.Rect.Dy() {
			continue
		}
		row, out := m.Pix[my*m.Stride:], p.buffer.Pix[dy*p.buffer.Stride:]
		for dx, mx := range columns {
			if mx < 0 || row[mx] == 0 {
				continue
			}
			a := int(row[mx]) * 6 / 10
			for c := range 3 {
				out[4*dx+c] = uint8((int(out[4*dx+c])*(255-a) + over[c]*a) / 255)
			}
		}
	}
}

// MouseDown implements desktop.Mouseable.
func (p *Painter) MouseDown(e *desktop.MouseEvent) {
	p.takeFocus()
	p.moving = e.Button == desktop.MouseButtonTertiary || e.Modifier&fyne.KeyModifierShift != 0
	p.erasing = e.Button == desktop.MouseButtonSecondary
	if p.moving {
		return
	}
	p.cursor[0], p.cursor[1] = p.place(e.Position)
	p.Mask.Begin(p.brush(), p.cursor[0], p.cursor[1])
	p.raster.Refresh()
}

// brush is the one in use.
func (p *Painter) brush() Brush {
	b := p.Brush
	b.Erase = b.Erase || p.erasing
	return b
}

// MouseUp implements desktop.Mouseable.
func (p *Painter) MouseUp(*desktop.MouseEvent) { p.end() }

func (p *Painter) end() {
	if !p.moving && p.Mask.before != nil {
		p.Mask.end()
		Call(p.OnChanged)
	}
	p.moving, p.erasing = false, false
}

// Dragged implements fyne.Draggable.
func (p *Painter) Dragged(e *fyne.DragEvent) {
	if p.moving {
		w, h := p.device(p.Size().Width, p.Size().Height)
		dx, dy := p.device(e.Dragged.DX, e.Dragged.DY)
		p.zoom.pan(dx, dy, w, h)
		p.Refresh()
		return
	}
	p.strokeTo(e.Position)
}

// DragEnd implements fyne.Draggable.
func (p *Painter) DragEnd() { p.end() }

func (p *Painter) strokeTo(at fyne.Position) {
	x, y := p.place(at)
	if p.Mask.before == nil || x == p.cursor[0] && y == p.cursor[1] {
		return
	}
	p.cursor = [2]float64{x, y}
	p.Mask.Move(p.brush(), x, y)
	p.raster.Refresh()
	p.placeRing()
}

// MouseIn implements desktop.Hoverable.
func (p *Painter) MouseIn(e *desktop.MouseEvent) { p.inside = true; p.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable. A drag with the other button is told
// here alone.
func (p *Painter) MouseMoved(e *desktop.MouseEvent) {
	if p.Mask.before != nil {
		p.strokeTo(e.Position)
		return
	}
	p.cursor[0], p.cursor[1] = p.place(e.Position)
	p.placeRing()
}

// MouseOut implements desktop.Hoverable.
func (p *Painter) MouseOut() { p.inside = false; p.placeRing() }

// Cursor implements desktop.Cursorable.
func (p *Painter) Cursor() desktop.Cursor { return desktop.CrosshairCursor }

// Scrolled implements fyne.Scrollable: it zooms at the pointer.
func (p *Painter) Scrolled(e *fyne.ScrollEvent) {
	w, h := p.device(p.Size().Width, p.Size().Height)
	x, y := p.device(e.Position.X, e.Position.Y)
	k, _, _ := p.scale()
	p.zoom.to(k*math.Pow(1.01, float64(e.Scrolled.DY)), x, y, w, h)
	p.Refresh()
}

// TypedKey implements fyne.Focusable.
func (p *Painter) TypedKey(e *fyne.KeyEvent) {
	step := max(p.Brush.Size/4, 1)
	by, arrow := map[fyne.KeyName][2]float64{
		fyne.KeyLeft: {-step, 0}, fyne.KeyRight: {step, 0}, fyne.KeyUp: {0, -step}, fyne.KeyDown: {0, step},
	}[e.Name]
	switch {
	case arrow:
		w, h := float64(p.picture.Rect.Dx()), float64(p.picture.Rect.Dy())
		p.cursor = [2]float64{min(max(p.cursor[0]+by[0], 0), w), min(max(p.cursor[1]+by[1], 0), h)}
		p.placeRing()
	case e.Name == fyne.KeySpace:
		p.Mask.Begin(p.brush(), p.cursor[0], p.cursor[1])
		p.Mask.end()
		p.changed()
	default:
		Pass(p, e)
	}
}

// TypedShortcut implements fyne.Shortcutable: undo takes the last stroke back.
func (p *Painter) TypedShortcut(s fyne.Shortcut) {
	if _, undo := s.(*fyne.ShortcutUndo); undo {
		p.Undo()
	} else if c, ok := CanvasOf(p).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// TypedRune implements fyne.Focusable: [ and ] change the size of the brush, +
// and - zoom, 0 shows all.
func (p *Painter) TypedRune(r rune) {
	w, h := p.device(p.Size().Width, p.Size().Height)
	k, _, _ := p.scale()
	switch r {
	case '[', ',':
		p.size(p.Brush.Size / zoomStep)
	case ']', '.':
		p.size(p.Brush.Size * zoomStep)
	case '+', '=':
		p.zoom.to(k*zoomStep, w/2, h/2, w, h)
	case '-':
		p.zoom.to(k/zoomStep, w/2, h/2, w, h)
	case '0':
		p.zoom.fit()
	}
	p.Refresh()
}

func (p *Painter) size(size float64) {
	p.Brush.Size = size
	Call1(p.OnSize, size)
}

// placeRing shows the brush where the pointer or the arrows have it.
func (p *Painter) placeRing() {
	k, x, y := p.scale()
	d := float64(deviceScale(p))
	r := p.Brush.Size * k / d / 2
	p.ring.Move(fyne.NewPos(float32((p.cursor[0]*k+x)/d-r), float32((p.cursor[1]*k+y)/d-r)))
	p.ring.Resize(fyne.NewSize(float32(2*r), float32(2*r)))
	p.ring.StrokeColor = color.White
	SetVisible(p.ring, p.inside || p.focused)
	canvas.Refresh(p.ring)
}

// CreateRenderer implements fyne.Widget.
func (p *Painter) CreateRenderer() fyne.WidgetRenderer {
	return &Drawing{
		Of:    p,
		Parts: []fyne.CanvasObject{p.raster, p.ring},
		Least: func() fyne.Size { return fyne.NewSize(240, 160) },
		Place: func(size fyne.Size) {
			p.raster.Resize(size)
			p.placeRing()
		},
		Paint: func() { p.raster.Refresh() },
	}
}
