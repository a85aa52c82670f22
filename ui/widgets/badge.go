package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// Badge is a word on a picture.
type Badge struct {
	widget.BaseWidget
	text string
	bad  bool
}

var _ fyne.Widget = (*Badge)(nil)

const badgeText = 11.5

// NewBadge is a badge without a text.
func NewBadge() *Badge {
	b := &Badge{}
	b.ExtendBaseWidget(b)
	return b
}

// SetText changes the word.
func (b *Badge) SetText(text string) {
	if b.text != text {
		b.text = text
		b.Refresh()
	}
}

// setBad says whether the word is about something that went wrong.
func (b *Badge) setBad(yes bool) {
	if b.bad != yes {
		b.bad = yes
		b.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	back, text := canvas.NewRectangle(nil), canvas.NewText("", nil)
	return &Drawing{
		Of:    b,
		Parts: []fyne.CanvasObject{back, text},
		Least: func() fyne.Size {
			return fyne.NewSize(fyne.MeasureText(b.text, badgeText, fyne.TextStyle{}).Width+14, 20)
		},
		Place: func(size fyne.Size) {
			back.Resize(size)
			text.Text = ellipsis(b.text, size.Width-12, badgeText, fyne.TextStyle{})
			place(text, 0, 0, size.Width, size.Height)
		},
		Paint: func() {
			back.FillColor, back.CornerRadius = look.Shade(look.ColorBadge), 10
			text.Text, text.TextSize, text.Color = b.text, badgeText, look.Shade(look.ColorOnPic)
			if b.bad {
				text.Color = look.Shade(look.ColorOnPicBad)
			}
			text.Alignment = fyne.TextAlignCenter
		},
	}
}
