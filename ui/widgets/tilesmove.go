package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cascata/ui/look"
)

// FocusGained implements fyne.Focusable.
func (t *Tiles) FocusGained() {
	t.focus = true
	if t.tiles[t.cursor] == nil && len(t.items) > 0 {
		t.cursor = t.items[0].Key
		for _, i := range t.items {
			if i.Chosen {
				t.cursor = i.Key
				break
			}
		}
	}
	t.showCursor()
}

// FocusLost implements fyne.Focusable.
func (t *Tiles) FocusLost() { t.focus = false; t.showCursor() }

// TypedRune implements fyne.Focusable.
func (t *Tiles) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (t *Tiles) TypedKey(e *fyne.KeyEvent) {
	columns, _ := t.place.grid(t.scroll.Size())
	i := t.index(t.cursor)
	switch {
	case e.Name == fyne.KeyLeft:
		t.step(i - 1)
	case e.Name == fyne.KeyRight:
		t.step(i + 1)
	case e.Name == fyne.KeyUp && t.place.side > 0:
		t.step(i - columns)
	case e.Name == fyne.KeyDown && t.place.side > 0:
		if last := len(t.items) - 1; i/columns < last/columns {
			t.step(min(i+columns, last))
		}
	case e.Name == fyne.KeyHome:
		t.step(0)
	case e.Name == fyne.KeyEnd:
		t.step(len(t.items) - 1)
	case (e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter) && t.OnEnter != nil:
		t.OnEnter(t.cursor)
	case e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter:
		t.open(t.cursor)
	case e.Name == fyne.KeySpace && t.OnTick != nil:
		t.tick(t.cursor)
	case e.Name == fyne.KeySpace:
		t.open(t.cursor)
	default:
		if t.OnKey == nil || t.cursor == "" || !t.OnKey(t.cursor, e) {
			Pass(t, e)
		}
	}
}

// step moves the choice to the tile of number i, if there is one.
func (t *Tiles) step(i int) {
	if i < 0 || i >= len(t.items) {
		return
	}
	key := t.items[i].Key
	t.ScrollTo(key)
	if t.OnChoose != nil {
		t.OnChoose(key, 0)
	}
}

// TypedShortcut implements fyne.Shortcutable: Ctrl and an arrow move a tile.
func (t *Tiles) TypedShortcut(s fyne.Shortcut) {
	c, ok := s.(*desktop.CustomShortcut)
	i := t.index(t.cursor)
	if !ok || c.Modifier != fyne.KeyModifierShortcutDefault || i < 0 || !t.items[i].Movable {
		return
	}
	lo, hi := t.movable(i)
	switch c.KeyName {
	case fyne.KeyLeft, fyne.KeyUp:
		t.move(i, max(i-1, lo))
	case fyne.KeyRight, fyne.KeyDown:
		t.move(i, min(i+2, hi))
	}
}

// movable are the items around number i among which it can be moved: from lo
// to before hi.
func (t *Tiles) movable(i int) (lo, hi int) {
	lo, hi = i, i+1
	for lo > 0 && t.items[lo-1].Movable {
		lo--
	}
	for hi < len(t.items) && t.items[hi].Movable {
		hi++
	}
	return lo, hi
}

// move asks for item i before item to; the end of the movable ones is "".
func (t *Tiles) move(i, to int) {
	if to == i || to == i+1 || t.OnMove == nil {
		return
	}
	before := ""
	if _, hi := t.movable(i); to < hi {
		before = t.items[to].Key
	}
	t.OnMove(t.items[i].Key, before)
}

// dragged shows where a tile would go if it were let go at pos.
func (t *Tiles) dragged(key string, pos fyne.Position) {
	i := t.index(key)
	if i < 0 {
		return
	}
	lo, hi := t.movable(i)
	t.target = t.gapAt(pos, lo, hi)
	at, side := t.place.at(t.target)
	if t.target == hi { // behind the last one, in its row
		at, _ = t.place.at(hi - 1)
		at.X += side + tileGap
	}
	t.mark.FillColor = look.Shade(look.ColorAccent)
	t.mark.Move(at.AddXY(-tileGap/2-1.5, 0))
	t.mark.Resize(fyne.NewSize(3, side))
	t.mark.Show()
}

// gapAt is the item before which a place is, from lo to hi.
func (t *Tiles) gapAt(pos fyne.Position, lo, hi int) int {
	for i := lo; i < hi; i++ {
		at, side := t.place.at(i)
		if pos.Y < at.Y+side+tileGap/2 && pos.X < at.X+side/2 {
			return i
		}
		next, _ := t.place.at(i + 1)
		if last := next.Y > at.Y; last && pos.Y < at.Y+side+tileGap/2 {
			return i + 1
		}
	}
	return hi
}

// dropped moves a tile to where it was dragged.
func (t *Tiles) dropped(key string) {
	t.mark.Hide()
	i, to := t.index(key), t.target
	t.target = -1
	if i >= 0 && to >= 0 {
		t.move(i, to)
	}
}
