package grid

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"cascata/ui/look"
	"cascata/ui/widgets"
)

// gridBar scrolls a Grid. Its thumb can be taken hold of however many pictures
// there are; a press elsewhere goes there.
type gridBar struct {
	widgets.Control
	g    *Grid
	hold float32 // where in the thumb it is held
}

var (
	_ fyne.Draggable    = (*gridBar)(nil)
	_ fyne.Scrollable   = (*gridBar)(nil)
	_ desktop.Mouseable = (*gridBar)(nil)
)

const (
	gridBarWidth = 10
	gridBarThumb = 36 // at least
)

func newGridBar(g *Grid) *gridBar {
	b := &gridBar{g: g}
	b.Extend(b)
	return b
}

// thumb is where the thumb begins and how long it is; 0 long where all is in view.
func (b *gridBar) thumb() (y, length float32) {
	view, all, track := b.g.clip.Size().Height, b.g.height(), b.Size().Height
	if all <= view || track <= gridBarThumb {
		return 0, 0
	}
	length = max(track*view/all, gridBarThumb)
	return (track - length) * b.g.offset / (all - view), length
}

// goTo scrolls such that the thumb begins at y.
func (b *gridBar) goTo(y float32) {
	_, length := b.thumb()
	if room := b.Size().Height - length; length > 0 && room > 0 {
		b.g.scrollTo(y / room * (b.g.height() - b.g.clip.Size().Height))
	}
}

// MouseDown implements desktop.Mouseable.
func (b *gridBar) MouseDown(e *desktop.MouseEvent) {
	y, length := b.thumb()
	if b.hold = e.Position.Y - y; b.hold < 0 || b.hold > length {
		b.hold = length / 2
		b.goTo(e.Position.Y - b.hold)
	}
}

// MouseUp implements desktop.Mouseable.
func (b *gridBar) MouseUp(*desktop.MouseEvent) {}

// Dragged implements fyne.Draggable.
func (b *gridBar) Dragged(e *fyne.DragEvent) { b.goTo(e.Position.Y - b.hold) }

// DragEnd implements fyne.Draggable.
func (b *gridBar) DragEnd() {}

// Scrolled implements fyne.Scrollable.
func (b *gridBar) Scrolled(e *fyne.ScrollEvent) { b.g.body.Scrolled(e) }

// CreateRenderer implements fyne.Widget.
func (b *gridBar) CreateRenderer() fyne.WidgetRenderer {
	thumb := canvas.NewRectangle(nil)
	return &widgets.Drawing{
		Of:    b,
		Parts: []fyne.CanvasObject{thumb},
		Least: func() fyne.Size { return fyne.NewSize(gridBarWidth, gridBarThumb) },
		Place: func(size fyne.Size) {
			y, length := b.thumb()
			w := float32(6)
			if b.Hovered {
				w = size.Width
			}
			thumb.Move(fyne.NewPos(size.Width-w, y))
			thumb.Resize(fyne.NewSize(w, length))
		},
		Paint: func() {
			_, length := b.thumb()
			thumb.FillColor, thumb.CornerRadius = look.Shade(theme.ColorNameScrollBar), 3
			widgets.SetVisible(thumb, length > 0)
		},
	}
}
