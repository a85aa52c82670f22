package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// A Dialog asks for something before all else. Enter presses its main button
// and Escape closes it, as far as the field with the keyboard has no other use
// for them. The keyboard goes in, and back to where it was.
type Dialog struct {
	OnClosed func() // whichever way it closes

	title   string
	content fyne.CanvasObject
	actions []Action
	width   float32
	first   fyne.Focusable

	popup    *widget.PopUp
	canvas   fyne.Canvas
	buttons  []*Button
	keys     func(*fyne.KeyEvent) // what the window did with keys
	endTips  func()
	isClosed bool
}

// NewDialog has its buttons at the right, the main one last whatever the
// order. A button closes the dialog before it does what it does; to keep it
// open, make the buttons part of content.
func NewDialog(title string, content fyne.CanvasObject, actions ...Action) *Dialog {
	return &Dialog{title: title, content: content, actions: actions, width: 420}
}

// SetWidth is how wide the dialog is at least; 420 if nothing is said.
func (d *Dialog) SetWidth(w float32) *Dialog { d.width = w; return d }

// SetFirst says what has the keyboard at first; the main button if nothing is said.
func (d *Dialog) SetFirst(f fyne.Focusable) *Dialog { d.first = f; return d }

// Show opens the dialog over a window.
func (d *Dialog) Show(c fyne.Canvas) {
	d.canvas, d.isClosed = c, false
	with, end := WithTips(d.face(), c)
	d.endTips = end
	d.popup = widget.NewModalPopUp(with, c)
	d.popup.Resize(d.size())
	d.keys = c.OnTypedKey()
	c.SetOnTypedKey(d.key)
	d.popup.Show()
	d.focus()
}

// Fit gives the dialog the size that its content needs now.
func (d *Dialog) Fit() {
	if d.popup != nil && !d.isClosed {
		d.popup.Resize(d.size())
	}
}

// Close closes the dialog. Closing it again does nothing.
func (d *Dialog) Close() {
	if d.popup == nil || d.isClosed {
		return
	}
	d.isClosed = true
	EscapeClosed(d.canvas)
	d.popup.Hide()
	d.canvas.SetOnTypedKey(d.keys)
	d.endTips()
	if d.OnClosed != nil {
		d.OnClosed()
	}
}

// Open reports whether the dialog is open.
func (d *Dialog) Open() bool { return d.popup != nil && !d.isClosed }

// Modal reports whether a dialog or a menu is open, when shortcuts do nothing.
func Modal(c fyne.Canvas) bool { return c.Overlays().Top() != nil }

func (d *Dialog) face() fyne.CanvasObject {
	row := Row(look.Gap, layout.NewSpacer())
	add := func(a Action) {
		do := a.Do
		a.Do = func() {
			d.Close()
			if do != nil {
				do()
			}
		}
		b := a.button()
		d.buttons = append(d.buttons, b)
		row.Add(b)
	}
	d.buttons = nil
	for _, a := range d.actions {
		if !a.Main {
			add(a)
		}
	}
	for _, a := range d.actions {
		if a.Main {
			add(a)
		}
	}
	inner := func(o fyne.CanvasObject) fyne.CanvasObject { // beside the bar of the scroll
		return container.New(layout.NewCustomPaddedLayout(0, 0, 0, dialogBar), o)
	}
	return container.New(layout.NewCustomPaddedLayout(18, 18, 20, 20-dialogBar),
		container.NewBorder(inner(Pad(0, 4, NewTitle(d.title))), inner(Pad(0, 4, row)), nil, nil, container.NewVScroll(inner(d.content))))
}

// dialogBar is the room for the bar of a dialog's scroll.
const dialogBar = 12

// size is what the content needs, as far as the window has room.
func (d *Dialog) size() fyne.Size {
	const around = 48      // space left of the window
	chrome := float32(124) // title, buttons and space around them
	if len(d.actions) == 0 {
		chrome -= look.RowHeight + look.Gap/2
	}
	room := d.canvas.Size().SubtractWidthHeight(around, around)
	w := min(max(d.width, d.content.MinSize().Width+40, d.popup.MinSize().Width), room.Width)
	d.content.Resize(fyne.NewSize(w-40, d.content.MinSize().Height)) // wraps its text
	return fyne.NewSize(w, min(d.content.MinSize().Height+chrome, room.Height))
}

// focus moves the keyboard into the dialog.
func (d *Dialog) focus() {
	f := d.first
	if f == nil && len(d.buttons) > 0 {
		f = d.buttons[len(d.buttons)-1]
	}
	if f != nil {
		d.canvas.Focus(f)
	}
}

func (d *Dialog) key(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		d.Close()
	case fyne.KeyReturn, fyne.KeyEnter:
		for i := len(d.buttons) - 1; i >= 0; i-- {
			if d.buttons[i].kind == mainButton {
				d.buttons[i].Tapped(nil)
				return
			}
		}
	}
}

// Confirm asks whether to do something, in a dialog that it opens. yes is called, on
// the window's goroutine, where the answer is doit.
func Confirm(c fyne.Canvas, title, text, doit, cancel string, yes func()) *Dialog {
	d := NewDialog(title, NewParagraph(text, look.SizeText, false),
		Action{Text: cancel}, Action{Text: doit, Do: yes, Main: true})
	d.Show(c)
	return d
}
