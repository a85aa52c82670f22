package gallery

import (
	"math"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/format"
	"cascata/ui/menu"
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

// show shows another text, without telling anybody.
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

// newTop is the row above the pictures.
func (v *View) newTop() *fyne.Container {
	v.Search = newSearchField(v.typedSearch, v.Focus)
	v.sort = widgets.NewButton("", v.sortMenu)
	v.filter = widgets.NewButton("", v.OpenFilter)
	v.family = widgets.NewButton(lang.X("library.families", "Families"), v.ToggleFamilies)
	widgets.Tip(v.family, lang.X("library.families.tip", "One picture of each family: the best"))
	v.zoom = widgets.NewSlider(func(share float64) { v.setSide(sideOf(share)) })
	v.zoom.OnStep = func(n float64) { v.zoomBy(int(n)) }
	v.zoom.OnReset = func() { v.setSide(librarySide) }
	v.zoom.SetTip(lang.X("library.zoom", "Size of the pictures"))
	v.zoom.SetShare(shareOf(v.Grid.Side()))
	v.showPills()
	return container.New(&topLayout{}, v.Search, widgets.Wrap(8, v.sort, v.filter, v.family, widgets.Width(96, v.zoom)))
}

// topLayout is the search beside its tools, or above them where it would have
// less than searchLeast.
type topLayout struct{ width float32 }

const (
	searchLeast = 240
	topGap      = 8
)

func (l *topLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	search, tools := o[0].MinSize(), o[1].MinSize()
	if l.width > 0 && widgets.RowWidth(o[1], topGap)+topGap+searchLeast > l.width {
		return fyne.NewSize(tools.Width, search.Height+topGap+tools.Height)
	}
	return fyne.NewSize(tools.Width, max(search.Height, tools.Height))
}

func (l *topLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	search, tools := o[0].MinSize(), widgets.RowWidth(o[1], topGap)
	o[0].Move(fyne.Position{})
	if tools+topGap+searchLeast > size.Width {
		o[0].Resize(fyne.NewSize(size.Width, search.Height))
		o[1].Move(fyne.NewPos(0, search.Height+topGap))
		o[1].Resize(fyne.NewSize(size.Width, max(size.Height-search.Height-topGap, o[1].MinSize().Height)))
		return
	}
	o[0].Resize(fyne.NewSize(size.Width-tools-topGap, search.Height))
	o[1].Move(fyne.NewPos(size.Width-tools, 0))
	o[1].Resize(fyne.NewSize(tools, search.Height))
}

// sideOf and shareOf turn the slider's place into the size of a picture: each
// step makes it larger by the same share.
func sideOf(share float64) float32 {
	return float32(math.Round(librarySideLeast * math.Pow(float64(librarySideMost)/librarySideLeast, share)))
}

func shareOf(side float32) float64 {
	return math.Log(float64(side)/librarySideLeast) / math.Log(float64(librarySideMost)/librarySideLeast)
}

func (v *View) setSide(side float32) {
	side = min(max(side, librarySideLeast), librarySideMost)
	v.Grid.SetSide(side)
	v.zoom.SetShare(shareOf(side))
	widgets.Call(v.OnLayout)
}

// zoomBy makes the pictures larger or smaller by steps.
func (v *View) zoomBy(by int) {
	v.setSide(v.Grid.Side() * float32(math.Pow(1.15, float64(by))))
}

// sorts are the orders and what they are called.
func sorts() []string {
	return []string{
		library.Newest:       lang.X("library.newest", "Newest"),
		library.Oldest:       lang.X("library.oldest", "Oldest"),
		library.BestFirst:    lang.X("library.best", "Best first"),
		library.LargestFirst: lang.X("library.largest", "Largest first"),
		library.ByName:       lang.X("library.name", "By name"),
	}
}

// ToggleFamilies shows one picture a family, or all.
func (v *View) ToggleFamilies() {
	q := v.query
	q.Collapse = !q.Collapse
	v.SetQuery(q)
}

// SortActions are the orders to choose from.
func (v *View) SortActions() []menu.Action {
	var all []menu.Action
	for i, name := range sorts() {
		all = append(all, menu.Action{Text: name, Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyName(strconv.Itoa(i+1))), Do: func() {
			q := v.query
			q.Sort = library.Sort(i)
			v.SetQuery(q)
		}})
	}
	return all
}

func (v *View) sortMenu() {
	var items []*fyne.MenuItem
	for i, a := range v.SortActions() {
		item := a.Item(a.Do)
		item.Checked = v.query.Sort == library.Sort(i)
		items = append(items, item)
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.sort)
	v.popup(at.AddXY(0, v.sort.Size().Height+2), items...)
}

// showPills says what order and filter are.
func (v *View) showPills() {
	q := v.query
	v.sort.SetTitle(sorts()[q.Sort] + "  ▾")
	n := 0
	for _, on := range []bool{q.MinStars > 0, q.Model != "", q.Shape != library.AnyShape, q.MinWidth > 0 || q.MinHeight > 0, v.filtersDates()} {
		if on {
			n++
		}
	}
	text := lang.X("library.filter", "Filter")
	if n > 0 {
		text += " · " + format.Grouped(n)
	}
	v.filter.SetTitle(text)
	v.filter.SetChosen(n > 0)
	v.family.SetChosen(q.Collapse)
	if v.top != nil {
		v.top.Refresh() // other widths
	}
}
