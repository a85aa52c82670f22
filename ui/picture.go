package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"cascata/app"
)

// A picture is the place where a picture forms and stays. There is one image
// object for the life of the window: a new one per frame would hold its
// texture for a minute.
type picture struct {
	*fyne.Container // a hidden object has no size: it is laid out again when one shows

	image *canvas.Image
	hint  *widget.Label
	title *widget.Label
	help  *widget.Label
	cause *widget.Label
	last  image.Image // the newest finished picture
}

func newPicture(hint string) *picture {
	p := &picture{image: canvas.NewImageFromImage(nil), hint: widget.NewLabel(hint)}
	p.image.FillMode = canvas.ImageFillContain
	p.image.ScaleMode = canvas.ImageScaleFastest
	p.image.Hide()
	p.hint.Alignment = fyne.TextAlignCenter
	p.hint.Importance = widget.LowImportance
	p.title = widget.NewLabelWithStyle("", fyne.TextAlignCenter, fyne.TextStyle{Bold: true})
	p.help = widget.NewLabelWithStyle("", fyne.TextAlignCenter, fyne.TextStyle{})
	p.cause = widget.NewLabelWithStyle("", fyne.TextAlignCenter, fyne.TextStyle{})
	p.cause.Importance = widget.LowImportance
	for _, l := range []*widget.Label{p.title, p.help, p.cause} {
		l.Wrapping = fyne.TextWrapWord
		l.Hide()
	}
	p.Container = container.NewStack(p.image, centred(container.NewVBox(p.hint, p.title, p.help, p.cause)))
	return p
}

// wait clears what is in the way of the picture that is to come.
func (p *picture) wait() {
	p.hint.Hide()
	p.say("", "", "")
}

// preview shows a step's small picture, enlarged smoothly.
func (p *picture) preview(img *image.RGBA) { p.show(app.Enlarge(img, 512), canvas.ImageScaleFastest) }

// finished shows a picture at its best.
func (p *picture) finished(img *image.RGBA) {
	p.last = img
	p.show(img, canvas.ImageScaleSmooth)
}

// revert goes back to the newest finished picture.
func (p *picture) revert() {
	if p.last == nil {
		p.image.Hide()
		p.hint.Show()
		p.Refresh()
		return
	}
	p.show(p.last, canvas.ImageScaleSmooth)
}

// failed says in place what went wrong and what to do.
func (p *picture) failed(title, help, cause string) {
	p.image.Hide()
	p.say(title, help, cause)
}

func (p *picture) say(texts ...string) {
	for i, l := range []*widget.Label{p.title, p.help, p.cause} {
		l.SetText(texts[i])
		if texts[i] == "" {
			l.Hide()
		} else {
			l.Show()
		}
	}
	p.Refresh()
}

func (p *picture) show(img image.Image, scale canvas.ImageScale) {
	p.image.Image, p.image.ScaleMode = img, scale
	if !p.image.Visible() {
		p.image.Show()
		p.Refresh()
		return
	}
	p.image.Refresh()
}
