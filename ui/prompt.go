package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// A prompt is a text field of several lines. Tab leaves it, as in any form.
type prompt struct {
	widget.Entry
	submit func() // on Shift+Enter
}

func newPrompt(hint string, rows int) *prompt {
	p := &prompt{}
	p.ExtendBaseWidget(p)
	p.MultiLine = true
	p.Wrapping = fyne.TextWrapWord
	p.SetPlaceHolder(hint)
	p.SetMinRowsVisible(rows)
	p.OnSubmitted = func(string) { p.submit() }
	return p
}

// AcceptsTab lets the tab key move the focus on.
func (p *prompt) AcceptsTab() bool { return false }
