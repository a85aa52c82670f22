package picture

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
	"golang.org/x/image/draw"

	"cascata/app/disk"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// panelSide bounds the picture in the panel, pixels: enough for a screen of
// twice the usual density.
const panelSide = 600

// readForPanel reads a picture no larger than the panel needs.
func readForPanel(file string) (*image.RGBA, error) {
	img, err := disk.ReadPicture(file)
	if err != nil {
		return nil, err
	}
	size := img.Rect.Size()
	if max(size.X, size.Y) <= panelSide {
		return img, nil
	}
	less := image.NewRGBA(fitInto(size, image.Rect(0, 0, panelSide, panelSide)))
	less.Rect = less.Rect.Sub(less.Rect.Min)
	draw.ApproxBiLinear.Scale(less, less.Rect, img, img.Rect, draw.Src, nil)
	return less, nil
}

func (d *Details) showPicture(file string, img *image.RGBA, err error) {
	if err != nil || len(d.shown) != 1 || d.shown[0].File != file {
		return
	}
	d.image.Image, d.pictured = img, file
	d.image.Show()
	d.box.Layout.(*pictureBox).shape = fyne.NewSize(float32(img.Rect.Dx()), float32(img.Rect.Dy()))
	d.box.Refresh()
	d.image.Refresh()
	d.column.Refresh()
	d.scroll.Refresh()
}

// pictureBox gives a picture the width of the panel and the height of its
// shape, at most as high as wide.
type pictureBox struct {
	shape fyne.Size // of the picture
	width float32   // when last laid out
}

func (b *pictureBox) height() float32 {
	w := b.width
	if w == 0 {
		w = widgets.DetailsWidth - 32
	}
	if b.shape.Width == 0 {
		return w
	}
	return min(w*b.shape.Height/b.shape.Width, w)
}

func (b *pictureBox) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(120, b.height()) }

func (b *pictureBox) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	b.width = size.Width
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(fyne.NewSize(size.Width, min(size.Height, b.height())))
	}
}

// relay lays its scroll out once more where the width is another: then the
// parts know how high they are.
type relay struct{ width float32 }

func (r *relay) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

func (r *relay) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Move(fyne.Position{})
	o[0].Resize(size)
	if r.width != size.Width {
		r.width = size.Width
		o[0].Refresh()
	}
}

// tapArea is a place that can be tapped.
type tapArea struct {
	widget.BaseWidget
	tapped func()
}

var _ desktop.Cursorable = (*tapArea)(nil)

func newTapArea(tapped func()) *tapArea {
	a := &tapArea{tapped: tapped}
	a.ExtendBaseWidget(a)
	return a
}

func (a *tapArea) Tapped(*fyne.PointEvent) { a.tapped() }
func (a *tapArea) Cursor() desktop.Cursor  { return desktop.PointerCursor }
func (a *tapArea) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(widgets.NewFill(look.ColorRaised))
}
