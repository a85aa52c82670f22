// Package grid is the grid of pictures: any number of them, in sections, chosen by pointer and keyboard.
package grid

import (
	"image"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/widgets"
)

// An Item is what one cell of a Grid shows.
type Item struct {
	Image     image.Image // at most as large as a thumbnail, best *image.RGBA; nil: not there yet
	Stars     int         // 0 to 5
	Favourite bool
	Badge     string // at the top right: "draft", "family of 5"
	Text      string // where there is no picture and will be none
	Tip       string // where the pointer rests
}

// A Grid shows any number of pictures, each known by a key, and has objects
// only for those in view. Any of them can be chosen: with the pointer, with a
// rubber band, or with the keyboard, which the grid has as a whole.
type Grid struct {
	widget.BaseWidget
	widgets.KeyWatch
	Item     func(key int64) Item          // what is known of a picture now; asked when it comes into view
	OnView   func(keys []int64)            // other pictures are in view
	OnChoose func()                        // the choice changed, by the artist
	OnOpen   func(key int64)               // a double click, Enter or Space
	OnMenu   func(abs fyne.Position)       // the other button of the pointer, on what is chosen
	OnZoom   func(by int)                  // + and -, or Ctrl and the wheel
	OnKey    func(e *fyne.KeyEvent) bool   // any other key; false: the window's
	OnRune   func(r rune) bool             // a sign that was typed
	Shortcut func(s fyne.Shortcut) bool    // any other shortcut
	held     func() (mod fyne.KeyModifier) // the keys held down
	choice                                 // which are chosen
	sections gridSections                  // of the keys
	lane     lane                          // that up and down keep to
	side     float32                       // of a cell at least
	cells    map[int]*gridCell             // those in view, by place
	spare    []*gridCell                   // those that were
	headings gridHeadings                  // of the sections in view
	seen     []int64                       // the keys in view, as last reported
	body     *gridBody
	clip     *container.Clip // the part of the body that is in view
	bar      *gridBar
	offset   float32 // of the view from the body's top
	focus    bool
}

var (
	_ fyne.Widget       = (*Grid)(nil)
	_ fyne.Focusable    = (*Grid)(nil)
	_ fyne.Shortcutable = (*Grid)(nil)
)

const (
	gridGap  = 8
	gridEdge = 16
)

// New has cells at least side wide and shows nothing yet.
func New(side float32) *Grid {
	g := &Grid{side: side, cells: map[int]*gridCell{}, held: heldKeys, choice: choice{cursor: -1}, sections: newGridSections(0, nil)}
	g.body = newGridBody(g)
	g.clip = container.NewClip(g.body)
	g.clip.ExtendBaseWidget(g.clip) // the toolkit does so only when it is drawn
	g.bar = newGridBar(g)
	g.ExtendBaseWidget(g)
	return g
}

// SetKeys shows other pictures in this order, below headings where sections
// are given. Those that are still there stay chosen, and what is in view stays
// there, unless the beginning is.
func (g *Grid) SetKeys(keys []int64, sections ...Section) {
	anchor, by := g.topmost()
	changed := g.replace(keys)
	g.sections, g.lane = newGridSections(len(keys), sections), lane{}
	g.refill()
	if i := slices.Index(keys, anchor); i >= 0 && anchor != 0 {
		g.scrollTo(g.at(i).Y + by)
	} else {
		g.scrollTo(g.offset)
	}
	if changed && g.OnChoose != nil {
		g.OnChoose()
	}
}

// Keys are all pictures in order. They must not be changed.
func (g *Grid) Keys() []int64 { return g.keys }

// Top goes to the beginning.
func (g *Grid) Top() { g.scrollTo(0) }

// InView are the keys that are in view, in order.
func (g *Grid) InView() []int64 { return slices.Clone(g.seen) }

// Update shows a picture again, if it is in view.
func (g *Grid) Update(key int64) {
	for i, c := range g.cells {
		if g.keys[i] == key {
			c.set(g.item(key), g.look(i))
		}
	}
}

// UpdateAll shows all pictures in view again.
func (g *Grid) UpdateAll() {
	for i, c := range g.cells {
		c.set(g.item(g.keys[i]), g.look(i))
	}
}

// Side is how wide cells are at least.
func (g *Grid) Side() float32 { return g.side }

// SetSide makes the cells larger or smaller, and keeps what is in view there.
func (g *Grid) SetSide(side float32) {
	if side == g.side {
		return
	}
	middle := -1
	if len(g.seen) > 0 {
		middle = slices.Index(g.keys, g.seen[len(g.seen)/2])
	}
	if c := g.cells[g.cursor]; c != nil {
		middle = g.cursor // the keyboard's place is what the artist looks at
	}
	if g.side = side; middle >= 0 {
		g.refill()
		g.scrollTo(g.at(middle).Y - (g.clip.Size().Height-g.cell())/2)
	}
}

// ScrollTo brings a picture into view, if it is there, and the keyboard's
// place to it.
func (g *Grid) ScrollTo(key int64) bool {
	i := slices.Index(g.keys, key)
	if i < 0 {
		return false
	}
	g.cursor = i
	g.reveal(i)
	g.relook()
	return true
}

// reveal brings cell i into view, with the heading above it where it begins a
// section.
func (g *Grid) reveal(i int) {
	top, view := g.at(i).Y, g.clip.Size().Height
	above := top - gridGap
	s := g.places()
	if first, _ := g.rowOf(i); first == s.first[s.of(i)] {
		above -= s.heading()
	}
	g.scrollTo(min(max(g.offset, top+g.cell()+gridGap-view), above))
}

func (g *Grid) scrollTo(y float32) {
	g.offset = max(min(y, g.height()-g.clip.Size().Height), 0)
	g.body.Move(fyne.NewPos(0, -g.offset))
	g.bar.Refresh() // draws the window again
	g.fill()
}

// topmost is the first picture wholly in view and how far below its top the
// view begins; 0 at the beginning.
func (g *Grid) topmost() (key int64, by float32) {
	y := g.offset
	if y <= 0 || len(g.keys) == 0 {
		return 0, 0
	}
	i, _ := g.rowAt(y)
	return g.keys[i], y - g.at(i).Y
}

func (g *Grid) item(key int64) Item {
	if g.Item == nil {
		return Item{}
	}
	return g.Item(key)
}

// refill lays out everything again: another number of pictures or another size.
func (g *Grid) refill() {
	for i, c := range g.cells {
		g.spare = append(g.spare, c)
		delete(g.cells, i)
	}
	g.headings.none()
	g.clip.Refresh()
	g.scrollTo(g.offset)
}

// fill has a cell for each picture in view, and for none else.
func (g *Grid) fill() {
	view := g.clip.Size()
	if view.Width <= 0 || view.Height <= 0 {
		return
	}
	first, _ := g.rowAt(g.offset)
	_, last := g.rowAt(g.offset + view.Height)
	for i, c := range g.cells {
		if i < first || i >= last {
			g.spare = append(g.spare, c)
			delete(g.cells, i)
		}
	}
	size := fyne.NewSquareSize(g.cell())
	for i := first; i < last; i++ {
		c := g.cells[i]
		if c == nil {
			c = g.take()
			g.cells[i] = c
			c.set(g.item(g.keys[i]), g.look(i))
		}
		c.Move(g.at(i))
		c.Resize(size)
	}
	for _, c := range g.spare {
		c.Hide()
	}
	g.headings.fill(g, g.offset, view)
	if keys := g.keys[first:last]; !slices.Equal(keys, g.seen) {
		g.seen = slices.Clone(keys)
		if g.OnView != nil {
			g.OnView(g.InView())
		}
	}
}

func (g *Grid) take() *gridCell {
	if n := len(g.spare); n > 0 {
		c := g.spare[n-1]
		g.spare = g.spare[:n-1]
		c.Show()
		return c
	}
	c := newGridCell()
	g.body.add(c)
	return c
}

// relook shows again which cells are chosen.
func (g *Grid) relook() {
	for i, c := range g.cells {
		c.set(c.item, g.look(i))
	}
}

func (g *Grid) look(i int) gridLook {
	return gridLook{chosen: g.has(g.keys[i]), cursor: g.focus && i == g.cursor, hovered: i == g.body.under}
}

// CreateRenderer implements fyne.Widget.
func (g *Grid) CreateRenderer() fyne.WidgetRenderer { return &gridFace{g} }

type gridFace struct{ g *Grid }

func (f *gridFace) MinSize() fyne.Size           { return fyne.NewSize(160, 120) }
func (f *gridFace) Destroy()                     {}
func (f *gridFace) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{f.g.clip, f.g.bar} }
func (f *gridFace) Refresh()                     { f.g.UpdateAll(); f.g.clip.Refresh(); f.g.bar.Refresh() }

func (f *gridFace) Layout(size fyne.Size) {
	g := f.g
	if size == g.clip.Size() {
		return
	}
	anchor, by := g.topmost()
	g.clip.Resize(size)
	g.bar.Move(fyne.NewPos(size.Width-gridBarWidth-2, 2))
	g.bar.Resize(fyne.NewSize(gridBarWidth, max(size.Height-4, 0)))
	g.refill()
	if i := slices.Index(g.keys, anchor); i >= 0 && anchor != 0 {
		g.scrollTo(g.at(i).Y + by)
	} else {
		g.scrollTo(g.offset)
	}
}
