package create

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/ui/look"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// A number is a row for a number whose slider ends where numbers usually do.
// What cannot be made of a number that is typed is said below it.
type number struct {
	*widgets.Number
	Content     *fyne.Container // the row, and what is said
	fitted      *widgets.Paragraph
	usual, span widgets.Span // span has room for the number that is shown
}

func newNumber(name string, span widgets.Span) *number {
	n := &number{Number: widgets.NewNumber(name, span), usual: span, span: span, fitted: widgets.NewParagraph("", look.SizeSmall, true)}
	n.fitted.Hide()
	n.Content = widgets.Column(2, n.Number, n.fitted)
	n.OnTyped = n.tell
	return n
}

// tell says what became of a number that was typed and cannot be.
func (n *number) tell(typed float64) {
	used, off := n.Value(), n.usual.Off != "" && n.Value() <= n.usual.Min && typed <= n.usual.Min
	same := off || math.Abs(used-typed) < 1e-9
	if !same {
		n.fitted.SetText(lang.X("number.fitted", "{{.Typed}} becomes {{.Used}}, the nearest that can be made.",
			map[string]any{"Typed": numbers.Short(typed), "Used": numbers.Short(used)}))
	}
	n.hide(same)
}

func (n *number) hide(yes bool) {
	if n.fitted.Visible() == yes {
		widgets.SetVisible(n.fitted, !yes)
		n.Content.Refresh()
	}
}

// show shows v, and leaves the field alone where that is its value already: it
// may just be typed. A number beyond the usual ones moves the slider's end, and
// its start where less may be typed.
func (n *number) show(v float64) {
	span := n.usual
	span.Max = max(span.Max, v)
	if n.usual.Least != 0 {
		span.Min = min(span.Min, v)
	}
	if span != n.span {
		n.span = span
		n.SetSpan(span)
	}
	if v = max(v, span.Min); math.Abs(n.Value()-v) > 1e-9 {
		n.hide(true)
		n.SetValue(v)
	}
}

// setDefault changes what a double click gives back.
func (n *number) setDefault(v float64) {
	n.usual.Default, n.span.Default = v, v
	n.SetDefault(v)
}
