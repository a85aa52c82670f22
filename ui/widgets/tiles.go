package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// Tiles are squares in a row that scrolls sideways, or in a sheet that scrolls
// down. They have the keyboard as a whole; the arrows move the choice. A tile
// lives as long as an item of its key is there.
type Tiles struct {
	widget.BaseWidget
	KeyWatch
	OnChoose func(key string, mod fyne.KeyModifier)  // pressed, or gone to by the arrows
	OnOpen   func(key string)                        // a double click, or Enter
	OnEnter  func(key string)                        // Enter, where it is not the same as a double click
	OnMenu   func(key string, abs fyne.Position)     // the other button of the pointer
	OnTick   func(key string)                        // the box, or Space
	OnMove   func(key, before string)                // dragged, or Ctrl and an arrow; before is "" at the end
	OnKey    func(key string, e *fyne.KeyEvent) bool // any other key; false: the window's

	items  []Item
	tiles  map[string]*Tile
	cursor string // the key of the tile that the keyboard acts on
	focus  bool
	place  tilesLayout
	box    *fyne.Container
	scroll *scroller
	mark   *canvas.Rectangle // where a dragged tile would go
	target int               // and before which item; -1: nowhere
}

var (
	_ fyne.Widget       = (*Tiles)(nil)
	_ fyne.Focusable    = (*Tiles)(nil)
	_ fyne.Shortcutable = (*Tiles)(nil)
)

// NewStrip is a row as high as it is given; the wheel scrolls it sideways.
func NewStrip() *Tiles {
	t := newTiles(0)
	t.scroll = newScroller(container.ScrollHorizontalOnly, t.box)
	return t
}

// NewSheet is a sheet of tiles at least side wide.
func NewSheet(side float32) *Tiles {
	t := newTiles(side)
	t.scroll = newScroller(container.ScrollVerticalOnly, t.box)
	return t
}

func newTiles(side float32) *Tiles {
	t := &Tiles{tiles: map[string]*Tile{}, mark: canvas.NewRectangle(nil), target: -1}
	t.place.side = side
	t.place.of = t
	t.mark.CornerRadius = 1.5
	t.mark.Hide()
	t.box = container.New(&t.place)
	t.ExtendBaseWidget(t)
	return t
}

// SetItems shows items in this order. What is in view stays there, unless the
// beginning is.
func (t *Tiles) SetItems(items []Item) {
	anchor, was := t.anchor()
	t.items = append(t.items[:0:0], items...)
	tiles := make(map[string]*Tile, len(items))
	objects := make([]fyne.CanvasObject, 0, len(items)+1)
	for _, item := range items {
		tile := t.tiles[item.Key]
		if tile == nil {
			tile = newTile(t, item)
		} else {
			tile.set(item)
		}
		tiles[item.Key] = tile
		objects = append(objects, tile)
	}
	same := len(objects)+1 == len(t.box.Objects)
	for i := range objects {
		same = same && t.box.Objects[i] == objects[i]
	}
	t.tiles = tiles
	if same {
		return
	}
	t.box.Objects = append(objects, t.mark)
	t.place.Layout(nil, t.box.Size())
	to := t.scroll.Offset
	if tile := t.tiles[anchor]; tile != nil {
		to = to.Add(tile.Position().Subtract(was))
	}
	t.scroll.fit(to)
	t.showCursor()
}

// Update shows one item again; an item of an unknown key is nothing.
func (t *Tiles) Update(item Item) {
	tile := t.tiles[item.Key]
	if tile == nil {
		return
	}
	tile.set(item)
	t.items[t.index(item.Key)] = item
}

// Items are what is shown.
func (t *Tiles) Items() []Item { return append([]Item(nil), t.items...) }

// SetSide changes how wide the tiles of a sheet are at least.
func (t *Tiles) SetSide(side float32) {
	t.place.side = side
	t.scroll.Refresh()
}

// ScrollTo brings an item into view, and the keyboard's place to it.
func (t *Tiles) ScrollTo(key string) {
	tile := t.tiles[key]
	if tile == nil {
		return
	}
	t.cursor = key
	t.showCursor()
	off, view := t.scroll.Offset, t.scroll.Size()
	near := func(off, at, side, view float32) float32 {
		return min(max(off, at+side-view), max(at, 0))
	}
	off.X = near(off.X, tile.Position().X-look.Gap, tile.Size().Width+2*look.Gap, view.Width)
	off.Y = near(off.Y, tile.Position().Y-look.Gap, tile.Size().Height+2*look.Gap, view.Height)
	t.scroll.ScrollToOffset(off)
}

// anchor is the first tile wholly in view, and where it is; "" at the beginning.
func (t *Tiles) anchor() (string, fyne.Position) {
	off := t.scroll.Offset
	if off.IsZero() {
		return "", off
	}
	for _, item := range t.items {
		if p := t.tiles[item.Key].Position(); p.X >= off.X && p.Y >= off.Y {
			return item.Key, p
		}
	}
	return "", off
}

func (t *Tiles) index(key string) int {
	for i := range t.items {
		if t.items[i].Key == key {
			return i
		}
	}
	return -1
}

func (t *Tiles) choose(key string, mod fyne.KeyModifier) {
	if c := CanvasOf(t); c != nil {
		c.Focus(t)
	}
	t.cursor = key
	t.showCursor()
	if t.OnChoose != nil {
		t.OnChoose(key, mod)
	}
}

func (t *Tiles) open(key string) {
	if t.OnOpen != nil && key != "" {
		t.OnOpen(key)
	}
}

func (t *Tiles) tick(key string) {
	if t.OnTick != nil && key != "" {
		t.OnTick(key)
	}
}

func (t *Tiles) showCursor() {
	for key, tile := range t.tiles {
		tile.setCursor(t.focus && key == t.cursor)
	}
}

// CreateRenderer implements fyne.Widget.
func (t *Tiles) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(t.scroll) }

// MinSize implements fyne.CanvasObject.
func (t *Tiles) MinSize() fyne.Size { return fyne.NewSize(80, 64) }

// tilesLayout places tiles and knows where.
type tilesLayout struct {
	of   *Tiles
	side float32 // of a sheet's tiles at least; 0: a row
}

const (
	tileGap   = 6
	tilesEdge = 8
	sheetMost = 480 // width of a sheet's tile
)

// grid is how many columns there are and how wide, in a view of a size. All of
// a sheet's tiles are in view, as large as that lets them be, unless they would
// be narrower than its side.
func (l *tilesLayout) grid(view fyne.Size) (columns int, side float32) {
	n := len(l.of.items)
	if l.side == 0 {
		return max(n, 1), max(view.Height-2*tilesEdge, 48)
	}
	w, h := max(view.Width-2*tilesEdge, l.side), view.Height-2*tilesEdge
	share := func(room float32, n int) float32 { return (room - tileGap*float32(n-1)) / float32(n) }
	most := max(int((w+tileGap)/(l.side+tileGap)), 1)
	empty := 0 // places of the best so far
	for c := 1; c <= min(most, n); c++ {
		rows := (n + c - 1) / c
		got := min(share(w, c), share(h, rows), sheetMost)
		if left := rows*c - n; got >= l.side && (got > side || got == side && left < empty) {
			columns, side, empty = c, got, left
		}
	}
	if columns > 0 {
		return columns, side
	}
	return most, share(w, most)
}

func (l *tilesLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	columns, side := l.grid(l.of.scroll.Size())
	n := len(l.of.items)
	rows := (n + columns - 1) / columns
	length := func(n int) float32 { return float32(n)*(side+tileGap) - tileGap + 2*tilesEdge }
	if l.side == 0 {
		return fyne.NewSize(length(n), 48)
	}
	return fyne.NewSize(l.side, length(rows))
}

func (l *tilesLayout) Layout(_ []fyne.CanvasObject, _ fyne.Size) {
	for i, item := range l.of.items {
		pos, side := l.at(i)
		if tile := l.of.tiles[item.Key]; tile != nil {
			tile.Move(pos)
			tile.Resize(fyne.NewSize(side, side))
		}
	}
}

// at is where the tile of number i is.
func (l *tilesLayout) at(i int) (fyne.Position, float32) {
	columns, side := l.grid(l.of.scroll.Size())
	x, y := i%columns, i/columns
	left := float32(tilesEdge)
	if l.side > 0 { // in the middle
		left = max((l.of.scroll.Size().Width-float32(columns)*(side+tileGap)+tileGap)/2, tilesEdge)
	}
	return fyne.NewPos(left+float32(x)*(side+tileGap), tilesEdge+float32(y)*(side+tileGap)), side
}
