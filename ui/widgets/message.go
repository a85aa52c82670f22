package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// An Action is a button to be: what it says and what it does.
type Action struct {
	Text string
	Do   func()
	Main bool // the one that Enter presses; on the accent
}

func (a Action) button() *Button {
	if a.Main {
		return NewMainButton(a.Text, a.Do)
	}
	return NewButton(a.Text, a.Do)
}

// A Message is what stands where there is no picture: how to begin, or what
// went wrong and what to do.
type Message struct {
	widget.BaseWidget
	title, help, cause *Paragraph
	actions            *fyne.Container
	all                *fyne.Container
}

var _ fyne.Widget = (*Message)(nil)

const messageWidth = 440 // at most

// NewMessage says nothing yet.
func NewMessage() *Message {
	m := &Message{
		title:   NewParagraph("", look.SizeText, false).Centre(),
		help:    NewParagraph("", look.SizeText, true).Centre(),
		cause:   NewParagraph("", look.SizeSmall, true).Centre().Selectable(),
		actions: Row(look.Gap),
	}
	m.title.label.TextStyle.Bold = true
	m.all = container.New(middleLayout{}, Column(look.Gap, m.title, m.help, m.cause,
		Pad(0, look.Gap, container.NewHBox(layout.NewSpacer(), m.actions, layout.NewSpacer()))))
	m.ExtendBaseWidget(m)
	return m
}

// Set says something: a title, what to do, and the cause in the machine's own
// words, which can be copied. Any of them may be "".
func (m *Message) Set(title, help, cause string, actions ...Action) {
	for p, text := range map[*Paragraph]string{m.title: title, m.help: help, m.cause: cause} {
		p.SetText(text)
		SetVisible(p, text != "")
	}
	m.actions.Objects = nil
	for _, a := range actions {
		m.actions.Add(a.button())
	}
	m.Refresh()
}

// Texts are the title, what to do, and the cause.
func (m *Message) Texts() (title, help, cause string) {
	return m.title.Text(), m.help.Text(), m.cause.Text()
}

// CreateRenderer implements fyne.Widget.
func (m *Message) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(m.all) }

// middleLayout puts its object in the middle, no wider than is good to read.
type middleLayout struct{}

func (middleLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(160, objects[0].MinSize().Height)
}

func (middleLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w := min(size.Width, messageWidth)
	objects[0].Resize(fyne.NewSize(w, objects[0].MinSize().Height))
	h := objects[0].MinSize().Height // wrapped to w now
	objects[0].Move(fyne.NewPos((size.Width-w)/2, max((size.Height-h)/2, 0)))
	objects[0].Resize(fyne.NewSize(w, h))
}
