package grid

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cascata/ui/widgets"
)

// FocusGained implements fyne.Focusable.
func (g *Grid) FocusGained() {
	g.focus = true
	if g.cursor < 0 && len(g.keys) > 0 {
		g.cursor, g.anchor = 0, 0
	}
	g.relook()
}

// FocusLost implements fyne.Focusable.
func (g *Grid) FocusLost() { g.focus = false; g.relook() }

func (g *Grid) takeKeyboard() {
	if c := widgets.CanvasOf(g); c != nil {
		c.Focus(g)
	}
}

// chose shows what is chosen now, and reports it.
func (g *Grid) chose() {
	g.relook()
	if g.OnChoose != nil {
		g.OnChoose()
	}
}

// anchorHere begins a range at the keyboard's place.
func (g *Grid) anchorHere() { g.anchor = max(g.cursor, 0) }

// Choose chooses one picture, if it is there, and brings it into view.
func (g *Grid) Choose(key int64) bool {
	if !g.ScrollTo(key) {
		return false
	}
	g.only(g.cursor)
	g.chose()
	return true
}

// ChooseAll chooses every picture.
func (g *Grid) ChooseAll() { g.all(); g.chose() }

// chooseNone chooses none.
func (g *Grid) chooseNone() { g.none(); g.chose() }

// After is the picture that comes after those chosen, or before them at the
// end; 0 where there is none.
func (g *Grid) After() int64 {
	last, before := -1, int64(0)
	for i, k := range g.keys {
		if g.has(k) {
			last = i
		} else if last < 0 {
			before = k
		}
	}
	for i := last + 1; i > 0 && i < len(g.keys); i++ {
		return g.keys[i]
	}
	for i := last; i >= 0; i-- {
		if !g.has(g.keys[i]) {
			return g.keys[i]
		}
	}
	return before
}

// TypedRune implements fyne.Focusable: signs, since + is elsewhere on each keyboard.
func (g *Grid) TypedRune(r rune) {
	switch {
	case (r == '+' || r == '=') && g.OnZoom != nil:
		g.OnZoom(1)
	case r == '-' && g.OnZoom != nil:
		g.OnZoom(-1)
	case g.OnRune != nil:
		g.OnRune(r)
	}
}

// TypedKey implements fyne.Focusable.
func (g *Grid) TypedKey(e *fyne.KeyEvent) {
	if i, ok := g.target(e.Name); ok {
		g.walk(i, g.held())
		return
	}
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if key := g.Cursor(); key != 0 && g.OnOpen != nil {
			if g.Count() == 0 {
				g.only(g.cursor)
				g.chose()
			}
			g.OnOpen(key)
		}
	case fyne.KeyEscape:
		if g.Count() > 0 {
			g.chooseNone()
			return
		}
		widgets.Pass(g, e)
	default:
		if g.OnKey == nil || !g.OnKey(e) {
			widgets.Pass(g, e)
		}
	}
}

// A lane is the column that up and down keep to through shorter rows, while
// the keyboard is at a place that they went to.
type lane struct{ column, at int }

// target is where a key goes from the cursor.
func (g *Grid) target(name fyne.KeyName) (i int, ok bool) {
	if len(g.keys) == 0 {
		return 0, false
	}
	last, at := len(g.keys)-1, max(g.cursor, 0)
	switch name {
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown:
		return g.vertical(name, at), true
	}
	g.lane = lane{}
	switch name {
	case fyne.KeyLeft:
		return max(at-1, 0), true
	case fyne.KeyRight:
		return min(at+1, last), true
	case fyne.KeyHome:
		return 0, true
	case fyne.KeyEnd:
		return last, true
	}
	return 0, false
}

// vertical is where a key goes that leaves the row.
func (g *Grid) vertical(name fyne.KeyName, at int) int {
	first, end := g.rowOf(at)
	column := at - first
	if g.lane.at == at {
		column = max(column, g.lane.column)
	}
	side, y := g.cell()+gridGap, g.at(at).Y
	page := max(float32(int(g.clip.Size().Height/side)), 1) * side
	to, stop := first, end
	switch name {
	case fyne.KeyUp:
		to, stop = g.rowOf(max(first-1, 0))
	case fyne.KeyDown:
		to, stop = g.rowOf(min(end, len(g.keys)-1))
	case fyne.KeyPageUp:
		to, stop = g.rowAt(y - page)
	case fyne.KeyPageDown:
		if to, stop = g.rowAt(y + page); to == first {
			return len(g.keys) - 1
		}
	}
	i := at
	if to != first {
		i = min(to+column, stop-1)
	}
	g.lane = lane{column, i}
	return i
}

// walk moves the keyboard's place, and the choice with it.
func (g *Grid) walk(i int, mod fyne.KeyModifier) {
	switch {
	case mod&fyne.KeyModifierShift != 0:
		g.extend(i, mod&fyne.KeyModifierShortcutDefault != 0)
	case mod&fyne.KeyModifierShortcutDefault != 0:
		g.cursor = i
		g.anchorHere()
	default:
		g.only(i)
	}
	g.reveal(i)
	g.chose()
}

// TypedShortcut implements fyne.Shortcutable. Ctrl and an arrow go without choosing;
// Ctrl and Space choose what is there besides the others.
func (g *Grid) TypedShortcut(s fyne.Shortcut) {
	switch s := s.(type) {
	case *fyne.ShortcutSelectAll:
		g.ChooseAll()
		return
	case *desktop.CustomShortcut:
		if i, ok := g.target(s.KeyName); ok && s.Modifier&^(fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift) == 0 {
			g.walk(i, s.Modifier)
			return
		}
		if s.KeyName == fyne.KeySpace && g.Cursor() != 0 {
			g.toggle(g.cursor)
			g.chose()
			return
		}
	}
	if g.Shortcut != nil {
		g.Shortcut(s)
	}
}
