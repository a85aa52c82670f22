package grid

import (
	"maps"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
	"cascata/ui/widgets"
)

// gridBody is what scrolls in a Grid. It takes the pointer for all cells.
type gridBody struct {
	widget.BaseWidget
	widgets.Hint
	g      *Grid
	under  int // the cell below the pointer, or -1
	clicks widgets.Clicks
	press  fyne.Position
	later  int            // a cell that was pressed among those chosen: chosen alone when let go; -1
	band   bool           // a rubber band is drawn
	before map[int64]bool // what was chosen when it began, and stays so
	frame  *canvas.Rectangle

	objects []fyne.CanvasObject // every cell and heading there ever was, and the frame
}

var (
	_ desktop.Mouseable      = (*gridBody)(nil)
	_ desktop.Hoverable      = (*gridBody)(nil)
	_ fyne.Draggable         = (*gridBody)(nil)
	_ fyne.Scrollable        = (*gridBody)(nil)
	_ fyne.Tappable          = (*gridBody)(nil)
	_ fyne.SecondaryTappable = (*gridBody)(nil)
)

func newGridBody(g *Grid) *gridBody {
	b := &gridBody{g: g, under: -1, later: -1, frame: canvas.NewRectangle(nil)}
	b.frame.Hide()
	b.objects = []fyne.CanvasObject{b.frame}
	b.ExtendBaseWidget(b)
	return b
}

func heldKeys() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}

// MouseDown implements desktop.Mouseable. The press chooses, so that nothing waits
// for a second click.
func (b *gridBody) MouseDown(e *desktop.MouseEvent) {
	g := b.g
	b.Hint.Out()
	g.takeKeyboard()
	g.lane = lane{}
	b.press, b.later = e.Position, -1
	i := g.find(e.Position)
	second := e.Button == desktop.MouseButtonPrimary && b.clicks.Second(e.Position)
	more, to := e.Modifier&fyne.KeyModifierShortcutDefault != 0, e.Modifier&fyne.KeyModifierShift != 0
	switch {
	case i < 0 && !more && !to:
		g.none()
	case i < 0:
	case second && !more && !to:
		g.only(i)
		g.chose()
		if g.OnOpen != nil {
			g.OnOpen(g.keys[i])
		}
		return
	case e.Button == desktop.MouseButtonSecondary:
		if !g.has(g.keys[i]) {
			g.only(i)
		}
		g.cursor = i
	case to:
		g.extend(i, more)
	case more:
		g.toggle(i)
	case g.has(g.keys[i]) && g.Count() > 1:
		b.later = i
		g.cursor = i
	default:
		g.only(i)
	}
	g.chose()
}

// MouseUp implements desktop.Mouseable.
func (b *gridBody) MouseUp(*desktop.MouseEvent) {
	if b.later >= 0 && b.later < len(b.g.keys) && !b.band {
		b.g.only(b.later)
		b.g.chose()
	}
	b.later = -1
}

// Tapped implements fyne.Tappable; the press has done all.
func (b *gridBody) Tapped(*fyne.PointEvent) {}

// TappedSecondary implements fyne.SecondaryTappable.
func (b *gridBody) TappedSecondary(e *fyne.PointEvent) {
	if b.g.OnMenu != nil {
		b.g.OnMenu(e.AbsolutePosition)
	}
}

// Dragged implements fyne.Draggable: a rubber band. Near an edge of the view it
// scrolls.
func (b *gridBody) Dragged(e *fyne.DragEvent) {
	g := b.g
	if !b.band {
		b.band, b.before = true, nil
		if g.held()&(fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift) != 0 {
			b.before = maps.Clone(g.chosen)
		}
	}
	const edge, step = 24, 40
	off, view := g.offset, g.clip.Size().Height
	switch y := e.Position.Y - off; {
	case y < edge:
		g.scrollTo(off - step)
	case y > view-edge:
		g.scrollTo(off + step)
	}
	g.set(g.within(b.press, e.Position), b.before)
	if i := g.find(e.Position); i >= 0 {
		g.cursor = i
	}
	b.frame.Move(fyne.NewPos(min(b.press.X, e.Position.X), min(b.press.Y, e.Position.Y)))
	b.frame.Resize(fyne.NewSize(max(b.press.X, e.Position.X), max(b.press.Y, e.Position.Y)).Subtract(b.frame.Position()))
	b.frame.FillColor = look.Shade(theme.ColorNameSelection)
	widgets.Outline(b.frame, look.ColorAccent, 1)
	b.frame.Show()
	g.relook()
	b.changed()
}

// DragEnd implements fyne.Draggable.
func (b *gridBody) DragEnd() {
	b.band, b.later = false, -1
	b.frame.Hide()
	b.g.anchorHere()
	b.g.chose()
	b.changed()
}

// Scrolled implements fyne.Scrollable. With Ctrl the wheel makes the cells larger
// or smaller.
func (b *gridBody) Scrolled(e *fyne.ScrollEvent) {
	g := b.g
	if g.OnZoom != nil && e.Scrolled.DY != 0 && g.held()&fyne.KeyModifierShortcutDefault != 0 {
		if e.Scrolled.DY > 0 {
			g.OnZoom(1)
		} else {
			g.OnZoom(-1)
		}
		return
	}
	b.Hint.Out()
	g.scrollTo(g.offset - e.Scrolled.DY)
}

// MouseIn implements desktop.Hoverable.
func (b *gridBody) MouseIn(e *desktop.MouseEvent) { b.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (b *gridBody) MouseMoved(e *desktop.MouseEvent) {
	i := b.g.find(e.Position)
	if i == b.under {
		b.Hint.Moved(e.AbsolutePosition)
		return
	}
	b.leave()
	if b.under = i; i < 0 {
		return
	}
	if c := b.g.cells[i]; c != nil {
		c.set(c.item, b.g.look(i))
		b.SetTip(c.item.Tip)
		b.Hint.In(b, e.AbsolutePosition)
	}
}

// MouseOut implements desktop.Hoverable.
func (b *gridBody) MouseOut() { b.leave() }

func (b *gridBody) leave() {
	b.Hint.Out()
	was := b.under
	b.under = -1
	if c := b.g.cells[was]; c != nil {
		c.set(c.item, b.g.look(was))
	}
}

// changed draws the body again, without laying it out.
func (b *gridBody) changed() { canvas.Refresh(b) }

// CreateRenderer implements fyne.Widget.
func (b *gridBody) CreateRenderer() fyne.WidgetRenderer { return &gridBodyFace{b} }

// add puts a new cell or heading below the rubber band. The order of the others stays,
// since the toolkit remembers it.
func (b *gridBody) add(c fyne.CanvasObject) {
	b.objects = append(b.objects[:len(b.objects)-1:len(b.objects)-1], c, b.frame)
}

type gridBodyFace struct{ b *gridBody }

func (f *gridBodyFace) MinSize() fyne.Size {
	g := f.b.g
	return fyne.NewSize(g.side, g.height())
}

func (f *gridBodyFace) Layout(fyne.Size)             {}
func (f *gridBodyFace) Refresh()                     { canvas.Refresh(f.b) }
func (f *gridBodyFace) Destroy()                     {}
func (f *gridBodyFace) Objects() []fyne.CanvasObject { return f.b.objects }
