package widgets

import (
	"image"
	"math"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// A zoom says which part of a picture is shown, and how large. Its zero value
// fits the picture in.
type zoom struct {
	size   image.Point // of the picture
	scale  float64     // device pixels per pixel of the picture; 0: the picture fits
	cx, cy float64     // the place of the picture, in its pixels, in the middle of the view
	clicks Clicks
}

const (
	zoomMax  = 16.0
	zoomStep = 1.25 // of the keys
)

func (z *zoom) fit() { z.scale = 0 }

// percent is 0 where the picture fits.
func (z *zoom) percent() int { return int(math.Round(z.scale * 100)) }

func (z *zoom) label() string { return strconv.Itoa(z.percent()) + " %" }

// fitScale is the scale at which the picture fits into w by h device pixels.
func (z *zoom) fitScale(w, h float64) float64 {
	return min(w/float64(max(z.size.X, 1)), h/float64(max(z.size.Y, 1)))
}

// to zooms, so that what is at x, y of a view of w by h device pixels stays
// there. Below the scale at which the picture fits, it fits; one that would
// fit enlarged goes down to its own pixels.
func (z *zoom) to(scale, x, y, w, h float64) {
	fit := z.fitScale(w, h)
	was := z.scale
	if was == 0 {
		was, z.cx, z.cy = fit, float64(z.size.X)/2, float64(z.size.Y)/2
	}
	if fit <= 1 && scale <= fit*1.001 && scale < was {
		z.fit()
		return
	}
	scale = min(max(scale, min(fit, 1)), max(zoomMax, fit))
	px, py := z.cx+(x-w/2)/was, z.cy+(y-h/2)/was
	z.scale, z.cx, z.cy = scale, px-(x-w/2)/scale, py-(y-h/2)/scale
	z.keep(w, h)
}

// pan moves the picture by device pixels.
func (z *zoom) pan(dx, dy, w, h float64) {
	if z.scale > 0 {
		z.cx -= dx / z.scale
		z.cy -= dy / z.scale
		z.keep(w, h)
	}
}

// keep holds the picture in the view: in the middle where it is smaller, and
// without a margin where it is larger.
func (z *zoom) keep(w, h float64) {
	side := func(c, size, view float64) float64 {
		half := view / 2 / z.scale
		if 2*half >= size {
			return size / 2
		}
		return min(max(c, half), size-half)
	}
	z.cx = side(z.cx, float64(z.size.X), w)
	z.cy = side(z.cy, float64(z.size.Y), h)
}

// draw paints what is shown of a picture into dst, device pixel by device pixel.
func (z *zoom) draw(dst, src *image.RGBA) {
	clear(dst.Pix)
	w, h := float64(dst.Rect.Dx()), float64(dst.Rect.Dy())
	x, y := w/2-z.cx*z.scale, h/2-z.cy*z.scale // of the picture's corner
	if z.scale >= 1 {
		x, y = math.Round(x), math.Round(y)
	}
	b := src.Rect
	at := f64.Aff3{z.scale, 0, x - float64(b.Min.X)*z.scale, 0, z.scale, y - float64(b.Min.Y)*z.scale}
	var way draw.Transformer = draw.ApproxBiLinear
	switch {
	case z.scale == 1:
		draw.Copy(dst, image.Pt(int(x), int(y)), src, b, draw.Src, nil)
		return
	case z.scale >= 2:
		way = draw.NearestNeighbor
	}
	way.Transform(dst, at, src, z.visible(b, x, y, w, h), draw.Src, nil)
}

// visible is the part of a picture that lies in the view.
func (z *zoom) visible(b image.Rectangle, x, y, w, h float64) image.Rectangle {
	r := image.Rect(
		b.Min.X+int(math.Floor(-x/z.scale))-1, b.Min.Y+int(math.Floor(-y/z.scale))-1,
		b.Min.X+int(math.Ceil((w-x)/z.scale))+1, b.Min.Y+int(math.Ceil((h-y)/z.scale))+1)
	return r.Intersect(b)
}

// draw gives the toolkit what is visible of the picture; w and h are in device pixels.
func (v *Viewer) draw(w, h int) image.Image {
	if v.buffer == nil || v.buffer.Rect.Dx() != w || v.buffer.Rect.Dy() != h {
		v.buffer = image.NewRGBA(image.Rect(0, 0, w, h))
	}
	if v.last != nil && v.zoom.scale > 0 {
		v.zoom.draw(v.buffer, v.last)
	}
	return v.buffer
}

// device is a place, or a distance, in device pixels.
func (v *Viewer) device(x, y float32) (float64, float64) {
	k := v.deviceScale()
	return float64(x * k), float64(y * k)
}

// zoomTo zooms at a place of the viewer, as if the artist had.
func (v *Viewer) zoomTo(scale float64, at fyne.Position) {
	if v.state != Finished {
		return
	}
	w, h := v.device(v.Size().Width, v.Size().Height)
	x, y := v.device(at.X, at.Y)
	if scale <= 0 {
		v.zoom.fit()
	} else {
		v.zoom.to(scale, x, y, w, h)
	}
	v.Refresh()
	if v.OnZoom != nil {
		v.OnZoom(v.Percent())
	}
	v.tellView()
}

// zoomBy zooms from what is shown now.
func (v *Viewer) zoomBy(factor float64, at fyne.Position) {
	w, h := v.device(v.Size().Width, v.Size().Height)
	now := v.zoom.scale
	if now == 0 {
		now = v.zoom.fitScale(w, h)
		if factor < 1 && now <= 1 {
			return
		}
	}
	next := now * factor
	if (now < 0.999 && next > 1) || (now > 1.001 && next < 1) {
		next = 1 // stop at what is sharpest
	}
	v.zoomTo(next, at)
}

func (v *Viewer) middle() fyne.Position {
	return fyne.NewPos(v.Size().Width/2, v.Size().Height/2)
}

// Zoom shows the picture at this many percent; 0 fits it in.
func (v *Viewer) Zoom(percent int) { v.zoomTo(float64(percent)/100, v.middle()) }

// ZoomIn shows the picture one step larger.
func (v *Viewer) ZoomIn() { v.zoomBy(zoomStep, v.middle()) }

// ZoomOut shows the picture one step smaller.
func (v *Viewer) ZoomOut() { v.zoomBy(1/zoomStep, v.middle()) }

// MouseDown implements desktop.Mouseable. A double click goes between 100 % and the
// whole picture.
func (v *Viewer) MouseDown(e *desktop.MouseEvent) {
	v.takeFocus()
	if e.Button != desktop.MouseButtonPrimary || !v.zoom.clicks.Second(e.Position) {
		return
	}
	if v.zoom.scale > 0 {
		v.zoomTo(0, e.Position)
		return
	}
	v.zoomTo(1, e.Position)
}

// MouseUp implements desktop.Mouseable.
func (v *Viewer) MouseUp(*desktop.MouseEvent) {}

// Scrolled implements fyne.Scrollable.
func (v *Viewer) Scrolled(e *fyne.ScrollEvent) {
	v.zoomBy(math.Pow(1.01, float64(e.Scrolled.DY)), e.Position)
}

// Dragged implements fyne.Draggable.
func (v *Viewer) Dragged(e *fyne.DragEvent) { v.pan(e.Dragged.DX, e.Dragged.DY) }

// DragEnd implements fyne.Draggable.
func (v *Viewer) DragEnd() {}

func (v *Viewer) pan(dx, dy float32) {
	w, h := v.device(v.Size().Width, v.Size().Height)
	x, y := v.device(dx, dy)
	v.zoom.pan(x, y, w, h)
	v.raster.Refresh()
	v.tellView()
}

// TappedSecondary implements fyne.SecondaryTappable.
func (v *Viewer) TappedSecondary(e *fyne.PointEvent) {
	if v.OnMenu != nil {
		v.OnMenu(e.AbsolutePosition)
	}
}

// TypedRune implements fyne.Focusable: signs, since + is elsewhere on each keyboard.
func (v *Viewer) TypedRune(r rune) {
	if v.OnRune != nil && v.OnRune(r) {
		return
	}
	switch r {
	case '1':
		v.Zoom(100)
	case '0':
		v.Zoom(0)
	case '+', '=':
		v.ZoomIn()
	case '-':
		v.ZoomOut()
	}
}

var zoomKeys = map[fyne.KeyName]bool{
	fyne.Key0: true, fyne.Key1: true, fyne.KeyPlus: true, fyne.KeyEqual: true, fyne.KeyMinus: true,
}

// TypedKey implements fyne.Focusable.
func (v *Viewer) TypedKey(e *fyne.KeyEvent) {
	const step = 60
	by := map[fyne.KeyName]fyne.Position{
		fyne.KeyLeft: {X: step}, fyne.KeyRight: {X: -step}, fyne.KeyUp: {Y: step}, fyne.KeyDown: {Y: -step},
	}
	d, arrow := by[e.Name]
	switch {
	case zoomKeys[e.Name]: // they come as signs too
	case arrow && v.zoom.scale > 0 && v.state == Finished:
		v.pan(d.X, d.Y)
	case v.OnKey != nil:
		v.OnKey(e)
	default:
		Pass(v, e)
	}
}

// ToggleZoom shows the whole picture, or one pixel of it on each of the
// screen's.
func ToggleZoom(v *Viewer) {
	if v.Percent() > 0 {
		v.Zoom(0)
	} else {
		v.Zoom(100)
	}
}
