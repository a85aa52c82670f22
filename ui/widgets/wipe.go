package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// A Wipe shows one thing left of a line and another right of it, both at the
// same place. Moving the line draws neither again.
type Wipe struct {
	Content *fyne.Container
	Share   float32 // of the width, left of the line
	left    fyne.CanvasObject
	right   fyne.CanvasObject
	Clip    *container.Clip
	line    *wipeLine
}

const wipeLineWidth = 24 // of what can be dragged

// NewWipe lays two objects over one another, each of them half in view.
func NewWipe(left, right fyne.CanvasObject) *Wipe {
	w := &Wipe{Share: 0.5, left: left, right: right}
	w.Clip = container.NewClip(container.New(wipeWhole{w}, left))
	w.Clip.ExtendBaseWidget(w.Clip) // the toolkit does so only when it is drawn
	w.line = newWipeLine(w)
	w.Content = container.New(wipeLayout{w}, right, w.Clip, w.line)
	return w
}

// Move puts the line at a share of the width, from the left; beyond 0 to 1 it is
// clamped.
func (w *Wipe) Move(share float32) {
	w.Share = min(max(share, 0), 1)
	w.Content.Layout.Layout(w.Content.Objects, w.Content.Size())
	canvas.Refresh(w.line)
}

// wipeLayout lays out the two and the line.
type wipeLayout struct{ w *Wipe }

func (l wipeLayout) MinSize([]fyne.CanvasObject) fyne.Size { return l.w.right.MinSize() }

func (l wipeLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	w := l.w
	x := size.Width * w.Share
	w.right.Resize(size)
	w.Clip.Resize(fyne.NewSize(max(x, 1), size.Height))
	w.line.Move(fyne.NewPos(x-wipeLineWidth/2, 0))
	w.line.Resize(fyne.NewSize(wipeLineWidth, size.Height))
}

// wipeWhole gives the left one the whole size, of which the clip shows a part.
type wipeWhole struct{ w *Wipe }

func (l wipeWhole) MinSize([]fyne.CanvasObject) fyne.Size { return l.w.Content.Size() }

func (l wipeWhole) Layout(objects []fyne.CanvasObject, size fyne.Size) { objects[0].Resize(size) }

// wipeLine is the line, with room to take hold of it.
type wipeLine struct {
	widget.BaseWidget
	w *Wipe
}

var (
	_ fyne.Draggable     = (*wipeLine)(nil)
	_ desktop.Cursorable = (*wipeLine)(nil)
)

func newWipeLine(w *Wipe) *wipeLine {
	l := &wipeLine{w: w}
	l.ExtendBaseWidget(l)
	return l
}

func (l *wipeLine) Cursor() desktop.Cursor { return desktop.HResizeCursor }
func (l *wipeLine) DragEnd()               {}

func (l *wipeLine) Dragged(e *fyne.DragEvent) {
	if width := l.w.Content.Size().Width; width > 0 {
		l.w.Move(l.w.Share + e.Dragged.DX/width)
	}
}

func (l *wipeLine) CreateRenderer() fyne.WidgetRenderer {
	line, grip := canvas.NewRectangle(theme.Color(look.ColorOnPic)), canvas.NewCircle(theme.Color(look.ColorOnPic))
	return &wipeLineFace{line, grip, widget.NewSimpleRenderer(container.NewWithoutLayout(line, grip))}
}

type wipeLineFace struct {
	line *canvas.Rectangle
	grip *canvas.Circle
	fyne.WidgetRenderer
}

func (f *wipeLineFace) MinSize() fyne.Size { return fyne.NewSize(wipeLineWidth, 1) }

func (f *wipeLineFace) Layout(size fyne.Size) {
	const thick, grip = 2, 14
	f.line.Move(fyne.NewPos((size.Width-thick)/2, 0))
	f.line.Resize(fyne.NewSize(thick, size.Height))
	f.grip.Move(fyne.NewPos((size.Width-grip)/2, (size.Height-grip)/2))
	f.grip.Resize(fyne.NewSize(grip, grip))
	f.WidgetRenderer.Layout(size)
}
