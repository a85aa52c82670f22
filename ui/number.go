package ui

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// A number is one setting in a row: its name, a slider, and a field to type in.
type number struct {
	fyne.CanvasObject

	min, max, step float64
	offBelow       float64 // values up to this read "off"; below min: none
	slider         *widget.Slider
	entry          *widget.Entry
	value          float64
}

const (
	nameWidth  = 84
	valueWidth = 58
)

func newNumber(name string, min, max, step, value, offBelow float64) *number {
	n := &number{min: min, max: max, step: step, offBelow: offBelow, slider: widget.NewSlider(min, max), entry: widget.NewEntry()}
	n.slider.Step = step
	n.slider.OnChanged = n.set
	n.entry.OnChanged = n.typed
	n.entry.OnSubmitted = func(string) { n.set(n.value) }
	label := widget.NewLabel(name)
	n.CanvasObject = container.NewBorder(nil, nil, fixedWidth(nameWidth, label), fixedWidth(valueWidth, n.entry), n.slider)
	n.set(value)
	return n
}

// set shows v in both places.
func (n *number) set(v float64) {
	n.value = min(max(v, n.min), n.max)
	if n.slider.Value != n.value {
		n.slider.OnChanged = nil
		n.slider.SetValue(n.value)
		n.slider.OnChanged = n.set
	}
	if text := n.text(); n.entry.Text != text {
		n.entry.OnChanged = nil
		n.entry.SetText(text)
		n.entry.OnChanged = n.typed
	}
}

// typed takes what is typed as far as it is a number in range; the field is
// put right when it is left or submitted.
func (n *number) typed(s string) {
	s = strings.TrimSpace(strings.ReplaceAll(s, ",", "."))
	v, err := strconv.ParseFloat(s, 64)
	if strings.EqualFold(s, "off") {
		v, err = n.min, nil
	}
	if err != nil || !(v >= n.min && v <= n.max) { // not NaN either
		return
	}
	n.value = v
	n.slider.OnChanged = nil
	n.slider.SetValue(v)
	n.slider.OnChanged = n.set
}

func (n *number) text() string {
	if n.value <= n.offBelow {
		return "off"
	}
	if n.step >= 1 {
		return strconv.Itoa(int(n.value))
	}
	return strconv.FormatFloat(n.value, 'f', 1, 64)
}

// fixedWidth gives o a width; its height is its own.
func fixedWidth(w float32, o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(widthLayout(w), o)
}

type widthLayout float32

func (w widthLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(float32(w), objects[0].MinSize().Height)
}

func (w widthLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.Position{})
	objects[0].Resize(fyne.NewSize(float32(w), size.Height))
}

var _ fyne.Layout = widthLayout(0)
