package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// A Prompt is a text of several lines under its name. It says how many tokens
// there are, and what of the text is beyond what the model reads.
type Prompt struct {
	widget.BaseWidget
	OnChanged  func(text string) // at every letter
	OnSubmit   func()            // Shift+Enter; Ctrl+Enter belongs on a menu item
	OnPrevious func()            // Alt+Up: an older prompt
	OnNext     func()            // Alt+Down: a newer one

	name   *Text
	count  *Text
	unused *Paragraph
	entry  *promptEntry
	all    *fyne.Container
}

var _ fyne.Widget = (*Prompt)(nil)

// NewPrompt has room for a number of rows before it scrolls.
func NewPrompt(name, placeholder string, rows int) *Prompt {
	p := &Prompt{
		name:   newText(name, ColorDim, SizeHeading, false),
		count:  NewDim("").Right().Shrink(),
		unused: NewParagraph("", SizeSmall, true),
		entry:  &promptEntry{},
	}
	e := p.entry
	e.ExtendBaseWidget(e)
	e.prompt = p
	e.MultiLine, e.Wrapping = true, fyne.TextWrapWord
	e.SetPlaceHolder(placeholder)
	e.SetMinRowsVisible(rows)
	e.OnChanged = func(s string) {
		if p.OnChanged != nil {
			p.OnChanged(s)
		}
	}
	e.OnSubmitted = func(string) {
		if p.OnSubmit != nil {
			p.OnSubmit()
		}
	}
	p.unused.Hide()
	head := container.NewBorder(nil, nil, p.name, nil, p.count)
	p.all = Column(6, head, container.NewThemeOverride(e, roomy{}), p.unused)
	p.ExtendBaseWidget(p)
	return p
}

// Text is what is written.
func (p *Prompt) Text() string { return p.entry.Text }

// SetText writes something else, and tells OnChanged. It cannot be undone.
func (p *Prompt) SetText(text string) {
	if p.entry.Text != text {
		p.entry.SetText(text)
	}
}

// Replace writes something else so that Undo brings back what was there.
func (p *Prompt) Replace(text string) {
	if p.entry.Text != text {
		p.entry.replace(text, len([]rune(text)))
	}
}

// Undo takes the last change back.
func (p *Prompt) Undo() { p.entry.undo() }

// Redo makes it again.
func (p *Prompt) Redo() { p.entry.redo() }

// Field is what takes the keyboard.
func (p *Prompt) Field() fyne.Focusable { return p.entry }

// SetCount says how many tokens there are, as "14 of 75 tokens"; beyond is
// whether they are too many. unused is the sentence about what is cut off, or "".
func (p *Prompt) SetCount(count string, beyond bool, unused string) {
	p.count.SetText(count)
	color := ColorDim
	if beyond {
		color = theme.ColorNameWarning
	}
	p.count.SetColor(color)
	p.unused.SetText(unused)
	if shown := unused != ""; p.unused.Visible() != shown {
		show(p.unused, shown)
		p.Refresh()
	}
}

// Count is what SetCount said.
func (p *Prompt) Count() string { return p.count.Text() }

// Weigh changes how much the selected words count, or the word at the caret.
func (p *Prompt) Weigh(delta float64) {
	from, to := p.entry.selection()
	if e, ok := weigh(p.entry.Text, from, to, delta); ok {
		r := []rune(p.entry.Text)
		p.entry.replace(string(r[:e.From])+e.With+string(r[e.To:]), e.Caret)
	}
}

// CreateRenderer belongs to the toolkit.
func (p *Prompt) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(p.all) }
