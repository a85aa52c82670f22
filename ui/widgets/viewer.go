package widgets

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"cascata/ui/look"
)

// A State is what a viewer shows.
type State int

// States of a viewer.
const (
	Empty    State = iota // a sentence on how to begin
	Waiting               // the frame of a picture to come
	Forming               // its previews
	Finished              // a picture
	Failed                // what went wrong
)

// A Viewer is the place where a picture forms and stays. It has one image
// object for as long as it lives: a new one per frame would hold its texture
// for a minute. Pictures given to it must not change afterwards, but for a
// preview once another has been given.
type Viewer struct {
	Control
	OnKey  func(*fyne.KeyEvent)    // a key that the viewer has no use for; nil: the window's
	OnMenu func(abs fyne.Position) // the other button of the pointer
	OnZoom func(percent int)       // by the artist; 0: the picture fits
	OnView func(View)              // zoomed or moved by the artist
	OnRune func(r rune) bool       // a sign; false: it zooms, as far as it does
	Bare   bool                    // no ring around the picture: it is all that can have the keyboard

	state   State
	aspect  image.Point // of the frame: width and height of the picture
	last    *image.RGBA // the newest finished picture
	empty   func()      // shows the empty state again
	message *Message
	frame   *canvas.Rectangle
	image   *canvas.Image
	wait    *Text
	badge   *Badge
	zoom    zoom
	raster  *canvas.Raster
	buffer  *image.RGBA // what the raster drew last
	sharp   sharpener
}

var (
	_ fyne.Draggable         = (*Viewer)(nil)
	_ fyne.Focusable         = (*Viewer)(nil)
	_ fyne.Scrollable        = (*Viewer)(nil)
	_ fyne.SecondaryTappable = (*Viewer)(nil)
	_ desktop.Mouseable      = (*Viewer)(nil)
	_ desktop.Cursorable     = (*Viewer)(nil)
)

// NewViewer shows nothing yet. run does work off the window's goroutine and then,
// on it, then; a test does both in place.
func NewViewer(run func(work, then func())) *Viewer {
	v := &Viewer{
		message: NewMessage(),
		frame:   canvas.NewRectangle(nil),
		image:   canvas.NewImageFromImage(nil),
		wait:    NewDim("").Centre().Shrink(),
		badge:   NewBadge(),
		sharp:   sharpener{run: run},
	}
	v.raster = canvas.NewRaster(v.draw)
	v.raster.ScaleMode = canvas.ImageScaleFastest
	v.image.FillMode = canvas.ImageFillStretch // the frame has the picture's shape
	v.image.ScaleMode = canvas.ImageScaleFastest
	v.image.CornerRadius = 4
	v.Extend(v)
	return v
}

// State is what is shown.
func (v *Viewer) State() State { return v.state }

// Picture is the newest finished picture, or nil.
func (v *Viewer) Picture() *image.RGBA { return v.last }

// Message is the title, the help and the cause of what is said instead of a picture.
func (v *Viewer) Message() (title, help, cause string) { return v.message.Texts() }

// SetEmpty says how to begin, and shows it if there is no picture.
func (v *Viewer) SetEmpty(title, help string, actions ...Action) {
	v.empty = func() {
		v.message.Set(title, help, "", actions...)
		v.become(Empty)
	}
	if v.state == Empty {
		v.empty()
	}
}

// Clear forgets the picture and shows the empty state.
func (v *Viewer) Clear() {
	v.last = nil
	v.zoom.fit()
	if v.empty != nil {
		v.empty()
		return
	}
	v.message.Set("", "", "")
	v.become(Empty)
}

// Wait shows the frame of a picture to come, of w by h pixels, with a word in it.
func (v *Viewer) Wait(w, h int, text string) {
	v.aspect = image.Pt(max(w, 1), max(h, 1))
	v.wait.SetText(text)
	v.zoom.fit()
	v.become(Waiting)
}

// Preview shows the state of a picture in the frame of the one awaited. The
// graphics card enlarges it.
func (v *Viewer) Preview(img *image.RGBA) {
	if v.state != Waiting && v.state != Forming {
		v.aspect = img.Rect.Size()
	}
	v.sharp.drop()
	v.image.Image = img
	if v.state == Forming {
		v.image.Refresh()
		return
	}
	v.zoom.fit()
	v.become(Forming)
}

// Finish shows a picture at its best.
func (v *Viewer) Finish(img *image.RGBA) {
	v.last, v.aspect = img, img.Rect.Size()
	v.zoom.size = img.Rect.Size()
	v.sharp.drop()
	v.image.Image = img
	v.become(Finished)
}

// Fail says in place what went wrong and what to do. cause is in the machine's
// own words and can be copied.
func (v *Viewer) Fail(title, help, cause string, actions ...Action) {
	v.message.Set(title, help, cause, actions...)
	v.become(Failed)
}

func (v *Viewer) become(s State) {
	v.state = s
	v.Refresh()
}

// Percent is how large a pixel of the picture is shown; 0: the picture fits.
func (v *Viewer) Percent() int { return v.zoom.percent() }

// Cursor implements desktop.Cursorable.
func (v *Viewer) Cursor() desktop.Cursor {
	if v.state == Finished && v.zoom.scale > 0 {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// CreateRenderer implements fyne.Widget.
func (v *Viewer) CreateRenderer() fyne.WidgetRenderer {
	return &viewerFace{v: v}
}

const ringWidth = 2

// viewerFace refreshes an image only where the image is another.
type viewerFace struct {
	v     *Viewer
	size  fyne.Size
	was   image.Image
	shown [6]bool
}

var _ fyne.WidgetRenderer = (*viewerFace)(nil)

func (r *viewerFace) MinSize() fyne.Size { return fyne.NewSize(160, 96) }
func (r *viewerFace) Destroy()           {}
func (r *viewerFace) Objects() []fyne.CanvasObject {
	v := r.v
	return []fyne.CanvasObject{v.frame, v.image, v.raster, v.wait, v.message, v.badge}
}

func (r *viewerFace) Layout(size fyne.Size) {
	if size != r.size {
		r.size = size
		r.Refresh()
	}
}

func (r *viewerFace) Refresh() {
	v := r.v
	picture := v.state == Forming || v.state == Finished
	zoomed := v.state == Finished && v.zoom.scale > 0
	SetVisible(v.frame, v.state == Waiting || picture && v.focused && !zoomed && !v.Bare)
	SetVisible(v.wait, v.state == Waiting)
	SetVisible(v.message, v.state == Empty || v.state == Failed)
	SetVisible(v.image, picture && !zoomed)
	SetVisible(v.raster, zoomed)
	SetVisible(v.badge, zoomed)
	v.message.Resize(r.size)
	v.raster.Resize(v.onPixels(r.size))
	v.badge.SetText(v.zoom.label())
	v.badge.Resize(v.badge.MinSize())
	v.badge.Move(fyne.NewPos(look.Gap, r.size.Height-v.badge.MinSize().Height-look.Gap))
	pos, box := v.fitted(r.size)
	v.image.Move(pos)
	v.image.Resize(box)
	v.frame.Move(pos)
	v.frame.Resize(box)
	if picture { // around it, as the ring of the focus
		v.frame.Move(pos.SubtractXY(ringWidth, ringWidth))
		v.frame.Resize(box.AddWidthHeight(2*ringWidth, 2*ringWidth))
	}
	h := v.wait.MinSize().Height
	v.wait.Move(pos.AddXY(8, (box.Height-h)/2))
	v.wait.Resize(fyne.NewSize(max(box.Width-16, 0), h))
	r.paint(zoomed, box)
	if now := r.visible(); now != r.shown { // what was never drawn cannot be refreshed by itself
		r.shown = now
		canvas.Refresh(v)
	}
}

func (r *viewerFace) visible() (now [6]bool) {
	for i, o := range r.Objects() {
		now[i] = o.Visible()
	}
	return now
}

func (r *viewerFace) paint(zoomed bool, box fyne.Size) {
	v := r.v
	v.frame.FillColor, v.frame.CornerRadius = look.Shade(look.ColorPanel), 4
	Outline(v.frame, look.ColorLine, 1)
	if v.focused {
		Outline(v.frame, look.ColorAccent, ringWidth)
	}
	v.frame.Refresh()
	switch {
	case zoomed:
		v.raster.Refresh()
	case v.state == Finished:
		v.sharpen(box)
	}
	if v.image.Image != r.was {
		r.was = v.image.Image
		v.image.Refresh()
	}
}

// fitted is where the whole picture has room within the ring, on device pixels.
func (v *Viewer) fitted(size fyne.Size) (fyne.Position, fyne.Size) {
	if v.aspect.X <= 0 || v.aspect.Y <= 0 || size.Width <= 0 || size.Height <= 0 {
		return fyne.Position{}, fyne.Size{}
	}
	size = fyne.NewSize(max(size.Width-2*ringWidth, 1), max(size.Height-2*ringWidth, 1))
	share := min(size.Width/float32(v.aspect.X), size.Height/float32(v.aspect.Y))
	box := v.onPixels(fyne.NewSize(share*float32(v.aspect.X), share*float32(v.aspect.Y)))
	at := v.onPixels(fyne.NewSize(ringWidth+(size.Width-box.Width)/2, ringWidth+(size.Height-box.Height)/2))
	return fyne.NewPos(at.Width, at.Height), box
}

// onPixels is the largest size in whole pixels of the device that is not
// larger. Anything else the painter stretches by a part of a pixel.
func (v *Viewer) onPixels(size fyne.Size) fyne.Size {
	k := v.deviceScale()
	onPixel := func(f float32) float32 { return float32(int(f*k+0.001)) / k }
	return fyne.NewSize(onPixel(size.Width), onPixel(size.Height))
}

func (v *Viewer) deviceScale() float32 { return deviceScale(v) }

// deviceScale is how many pixels of the device make a unit of the canvas that o
// is shown on.
func deviceScale(o fyne.CanvasObject) float32 {
	c := CanvasOf(o)
	if c == nil {
		return 1
	}
	x, _ := c.PixelCoordinateForPosition(fyne.NewPos(1000, 0))
	return max(float32(x)/1000, 0.1)
}

// sharpen shows the finished picture with exactly the pixels it is shown at.
func (v *Viewer) sharpen(box fyne.Size) {
	k := v.deviceScale()
	want := image.Pt(int(box.Width*k+0.5), int(box.Height*k+0.5))
	if want == v.last.Rect.Size() {
		v.image.Image = v.last
		return
	}
	if done := v.sharp.get(v.last, want); done != nil {
		v.image.Image = done
		return
	}
	v.sharp.want(v.last, want, func() {
		if v.state == Finished {
			v.Refresh()
		}
	})
}
