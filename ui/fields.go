package ui

import (
	"math"

	"fyne.io/fyne/v2"

	"cascata/inference/sampler"
	"cascata/ui/widgets"
)

// A number is a row for a number whose slider ends where numbers usually do.
type number struct {
	*widgets.Number
	usual, span widgets.Span // span has room for the number that is shown
	below       bool         // the slider's start moves as its end does
}

func newNumber(name string, span widgets.Span) *number {
	return &number{Number: widgets.NewNumber(name, span), usual: span, span: span}
}

// show shows v, and leaves the field alone where that is its value already: it
// may just be typed. A number beyond the usual ones moves the slider's end.
func (n *number) show(v float64) {
	span := n.usual
	span.Max = max(span.Max, v)
	if n.below {
		span.Min = min(span.Min, v)
	}
	if span != n.span {
		n.span = span
		n.SetSpan(span)
	}
	if v = max(v, span.Min); math.Abs(n.Value()-v) > 1e-9 {
		n.SetValue(v)
	}
}

// setDefault changes what a double click gives back.
func (n *number) setDefault(v float64) {
	n.usual.Default, n.span.Default = v, v
	n.SetDefault(v)
}

// fitSize are the sides nearest to those given that a preset can make. A side
// of 0 is the model's own and stays.
func fitSize(p sampler.Preset, width, height int) (int, int) {
	if width <= 0 || height <= 0 {
		return width, height
	}
	return fitSide(p, width), fitSide(p, height)
}

// enable lets a control be used, or not.
func enable(d fyne.Disableable, yes bool) {
	switch {
	case yes && d.Disabled():
		d.Enable()
	case !yes && !d.Disabled():
		d.Disable()
	}
}

// showIf shows or hides an object.
func showIf(o fyne.CanvasObject, yes bool) {
	if yes {
		o.Show()
	} else {
		o.Hide()
	}
}

// call1 calls f with v if there is one.
func call1[T any](f func(T), v T) {
	if f != nil {
		f(v)
	}
}
