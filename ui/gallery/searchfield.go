package gallery

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/ui/widgets"
)

// searchField is the field of the library's search. Escape empties it, and
// leaves it where it is empty; Down and Enter go to the pictures.
type searchField struct {
	widgets.Entry
	typed func(text string)
	leave func()
}

var _ fyne.Focusable = (*searchField)(nil)

func newSearchField(typed func(string), leave func()) *searchField {
	f := &searchField{typed: typed, leave: leave}
	f.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	f.ExtendBaseWidget(f)
	f.SetPlaceHolder(lang.X("library.search", "Search: lighthouse -people stars>2"))
	f.OnChanged = typed
	return f
}

// show shows another text, without a call of typed.
func (f *searchField) show(text string) {
	if strings.TrimSpace(f.Text) != text {
		f.OnChanged = nil
		f.SetText(text)
		f.OnChanged = f.typed
	}
}

// TypedKey implements fyne.Focusable.
func (f *searchField) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		if f.Text != "" {
			f.SetText("")
			return
		}
		f.leave()
	case fyne.KeyDown, fyne.KeyReturn, fyne.KeyEnter:
		f.leave()
	default:
		f.Entry.TypedKey(e)
	}
}
