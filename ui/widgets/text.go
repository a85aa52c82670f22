package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// A Text is one line in a colour and size of the theme, without the margin of
// the toolkit's labels. Where it is given less width than it needs, it ends
// with an ellipsis.
type Text struct {
	widget.BaseWidget
	text    string
	color   fyne.ThemeColorName
	size    fyne.ThemeSizeName
	style   fyne.TextStyle
	align   fyne.TextAlign
	shrinks bool
}

var _ fyne.Widget = (*Text)(nil)

// NewText is text of the usual size.
func NewText(text string) *Text { return NewStyledText(text, look.ColorText, look.SizeText, false) }

// NewSmall is a note.
func NewSmall(text string) *Text { return NewStyledText(text, look.ColorText, look.SizeSmall, false) }

// NewDim is a note of second rank.
func NewDim(text string) *Text { return NewStyledText(text, look.ColorDim, look.SizeSmall, false) }

// NewHeading is the name of a group.
func NewHeading(text string) *Text {
	return NewStyledText(text, look.ColorText, look.SizeHeading, true)
}

// NewTitle is the largest text there is: the name of a dialog or of a view.
func NewTitle(text string) *Text {
	return NewStyledText(text, look.ColorText, theme.SizeNameSubHeadingText, true)
}

// NewStyledText is text of any look.
func NewStyledText(text string, color fyne.ThemeColorName, size fyne.ThemeSizeName, bold bool) *Text {
	t := &Text{text: text, color: color, size: size, style: fyne.TextStyle{Bold: bold}}
	t.ExtendBaseWidget(t)
	return t
}

// Right aligns the text at the right.
func (t *Text) Right() *Text { t.align = fyne.TextAlignTrailing; return t }

// Centre aligns the text in the middle.
func (t *Text) Centre() *Text { t.align = fyne.TextAlignCenter; return t }

// Shrink lets the text be narrower than it needs.
func (t *Text) Shrink() *Text { t.shrinks = true; return t }

// Bold makes the text bold.
func (t *Text) Bold() *Text { t.style.Bold = true; return t }

// Text is what is shown.
func (t *Text) Text() string { return t.text }

// SetText shows another text.
func (t *Text) SetText(text string) {
	if t.text != text {
		t.text = text
		t.Refresh()
	}
}

// SetColor shows the text in another colour of the theme.
func (t *Text) SetColor(name fyne.ThemeColorName) {
	if t.color != name {
		t.color = name
		t.Refresh()
	}
}

// whole is the size of the text where nothing of it is left out.
func (t *Text) whole() fyne.Size { return fyne.MeasureText(t.text, theme.Size(t.size), t.style) }

// CreateRenderer implements fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	c := canvas.NewText("", nil)
	return &Drawing{
		Of:    t,
		Parts: []fyne.CanvasObject{c},
		Least: func() fyne.Size {
			m := t.whole()
			if t.shrinks {
				m.Width = 0
			}
			return m
		},
		Place: func(size fyne.Size) {
			c.Text = ellipsis(t.text, size.Width, theme.Size(t.size), t.style)
			place(c, 0, 0, size.Width, size.Height)
		},
		Paint: func() {
			letter(c, t.text, t.color, t.size)
			c.TextStyle, c.Alignment = t.style, t.align
		},
	}
}

// A Paragraph is text of several lines, wrapped at words, without the margin
// of the toolkit's labels.
type Paragraph struct {
	widget.BaseWidget
	label *widget.Label
}

var _ fyne.Widget = (*Paragraph)(nil)

// NewParagraph is text in a size of the theme, dim or not.
func NewParagraph(text string, size fyne.ThemeSizeName, dim bool) *Paragraph {
	p := &Paragraph{label: widget.NewLabel(text)}
	p.label.Wrapping = fyne.TextWrapWord
	p.label.SizeName = size
	if dim {
		p.label.Importance = widget.LowImportance
	}
	p.ExtendBaseWidget(p)
	return p
}

// Centre aligns the lines in the middle.
func (p *Paragraph) Centre() *Paragraph { p.label.Alignment = fyne.TextAlignCenter; return p }

// Selectable lets the artist select and copy the text.
func (p *Paragraph) Selectable() *Paragraph { p.label.Selectable = true; return p }

// Text is what is shown.
func (p *Paragraph) Text() string { return p.label.Text }

// SetText shows another text.
func (p *Paragraph) SetText(text string) {
	if p.label.Text != text {
		p.label.SetText(text)
		p.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (p *Paragraph) CreateRenderer() fyne.WidgetRenderer {
	margin := func() float32 { return theme.Size(theme.SizeNameInnerPadding) }
	return &Drawing{
		Of:    p,
		Parts: []fyne.CanvasObject{p.label},
		Least: func() fyne.Size {
			return p.label.MinSize().SubtractWidthHeight(2*margin(), 2*margin())
		},
		Place: func(size fyne.Size) {
			p.label.Move(fyne.NewPos(-margin(), -margin()))
			p.label.Resize(size.AddWidthHeight(2*margin(), 2*margin()))
		},
		Paint: func() { p.label.Refresh() },
	}
}
