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
	span widgets.Span
	most float64 // the end of the slider now
}

func newNumber(name string, span widgets.Span) *number {
	return &number{widgets.NewNumber(name, span), span, span.Max}
}

// show shows v, and leaves the field alone where that is its value already: it
// may just be typed. A larger number than usual moves the end of the slider.
func (n *number) show(v float64) {
	v = max(v, n.span.Min)
	if most := max(n.span.Max, v); most != n.most {
		n.most = most
		n.reset()
	}
	if math.Abs(n.Value()-v) > 1e-9 {
		n.SetValue(v)
	}
}

// setSpan changes what the number usually is.
func (n *number) setSpan(span widgets.Span) {
	n.span, n.most = span, span.Max
	n.reset()
}

// setDefault changes what a double click gives back.
func (n *number) setDefault(v float64) {
	n.span.Default = v
	n.SetDefault(v)
}

func (n *number) reset() {
	span := n.span
	span.Max = n.most
	n.SetSpan(span)
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
