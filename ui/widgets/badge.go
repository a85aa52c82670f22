package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// badge is a word on a picture.
type badge struct {
	widget.BaseWidget
	text string
	bad  bool
}

var _ fyne.Widget = (*badge)(nil)

const badgeText = 11.5

func newBadge() *badge {
	b := &badge{}
	b.ExtendBaseWidget(b)
	return b
}

func (b *badge) SetText(text string) {
	if b.text != text {
		b.text = text
		b.Refresh()
	}
}

// SetBad says whether the word is about something that went wrong.
func (b *badge) SetBad(yes bool) {
	if b.bad != yes {
		b.bad = yes
		b.Refresh()
	}
}

func (b *badge) CreateRenderer() fyne.WidgetRenderer {
	back, text := canvas.NewRectangle(nil), canvas.NewText("", nil)
	return &drawing{
		of:      b,
		objects: []fyne.CanvasObject{back, text},
		min: func() fyne.Size {
			return fyne.NewSize(fyne.MeasureText(b.text, badgeText, fyne.TextStyle{}).Width+14, 20)
		},
		layout: func(size fyne.Size) {
			back.Resize(size)
			text.Text = ellipsis(b.text, size.Width-12, badgeText, fyne.TextStyle{})
			place(text, 0, 0, size.Width, size.Height)
		},
		paint: func() {
			back.FillColor, back.CornerRadius = shade(ColorBadge), 10
			text.Text, text.TextSize, text.Color = b.text, badgeText, shade(ColorOnPic)
			if b.bad {
				text.Color = shade(ColorOnPicBad)
			}
			text.Alignment = fyne.TextAlignCenter
		},
	}
}
