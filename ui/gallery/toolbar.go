package gallery

import (
	"math"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/menu"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
	"cascata/ui/widgets/grid"
)

// A Toolbar is the row above the pictures: search, order, filter, families, and
// how large pictures are.
type Toolbar struct {
	Search *searchField

	canvas  fyne.Canvas
	finder  *Finder
	grid    *grid.Grid
	resized func() // pictures are larger or smaller now
	content *fyne.Container
	sort    *widgets.Button
	filter  *widgets.Button
	family  *widgets.Button
	zoom    *widgets.Slider
}

// newToolbar is above g. leave gives that the keyboard.
func newToolbar(c fyne.Canvas, f *Finder, g *grid.Grid, resized, leave func()) *Toolbar {
	t := &Toolbar{canvas: c, finder: f, grid: g, resized: resized, Search: newSearchField(f.typed, leave)}
	t.sort = widgets.NewButton("", t.sortMenu)
	t.filter = widgets.NewButton("", t.OpenFilter)
	t.family = widgets.NewButton(lang.X("library.families", "Families"), f.ToggleFamilies)
	widgets.Tip(t.family, lang.X("library.families.tip", "One picture of each family: the best"))
	t.zoom = widgets.NewSlider(func(share float64) { t.setSide(sideOf(share)) })
	t.zoom.OnStep = func(n float64) { t.zoomBy(int(n)) }
	t.zoom.OnReset = func() { t.setSide(librarySide) }
	t.zoom.SetTip(lang.X("library.zoom", "Size of the pictures"))
	t.zoom.SetShare(shareOf(g.Side()))
	t.content = container.New(&topLayout{}, t.Search, widgets.Wrap(8, t.sort, t.filter, t.family, widgets.Width(96, t.zoom)))
	t.show()
	return t
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

func (t *Toolbar) setSide(side float32) {
	side = min(max(side, librarySideLeast), librarySideMost)
	t.grid.SetSide(side)
	t.zoom.SetShare(shareOf(side))
	t.resized()
}

// zoomBy makes the pictures larger or smaller by steps.
func (t *Toolbar) zoomBy(by int) {
	t.setSide(t.grid.Side() * float32(math.Pow(1.15, float64(by))))
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

// SortActions are the orders to choose from.
func (t *Toolbar) SortActions() []menu.Action {
	var all []menu.Action
	for i, name := range sorts() {
		all = append(all, menu.Action{Text: name, Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyName(strconv.Itoa(i+1))), Do: func() {
			q := t.finder.query
			q.Sort = library.Sort(i)
			t.finder.Set(q)
		}})
	}
	return all
}

func (t *Toolbar) sortMenu() {
	var items []*fyne.MenuItem
	for i, a := range t.SortActions() {
		item := a.Item(a.Do)
		item.Checked = t.finder.query.Sort == library.Sort(i)
		items = append(items, item)
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(t.sort)
	menu.PopupMenu(t.canvas, at.AddXY(0, t.sort.Size().Height+2), items)
}

// show shows what is looked for.
func (t *Toolbar) show() {
	q := t.finder.query
	t.Search.show(q.Text)
	t.sort.SetTitle(sorts()[q.Sort] + "  ▾")
	n := 0
	for _, on := range []bool{q.MinStars > 0, q.Model != "", q.Shape != library.AnyShape, q.MinWidth > 0 || q.MinHeight > 0, t.finder.filtersDates()} {
		if on {
			n++
		}
	}
	text := lang.X("library.filter", "Filter")
	if n > 0 {
		text += " · " + numbers.Grouped(n)
	}
	t.filter.SetTitle(text)
	t.filter.SetChosen(n > 0)
	t.family.SetChosen(q.Collapse)
	t.content.Refresh() // other widths
}
