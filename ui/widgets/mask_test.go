package widgets

import (
	"image"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// A stroke paints all along its way, softly at the edge, erases, and is taken
// back whole.
func TestMask(t *testing.T) {
	m := newMask(100, 60)
	b := Brush{Size: 20, Soft: 0.5}
	m.Begin(b, 20, 30)
	m.Move(b, 80, 30)
	m.end()
	at := func(x, y int) uint8 { return m.Image.GrayAt(x, y).Y }
	for x := 20; x <= 80; x++ {
		if at(x, 30) != 255 {
			t.Fatalf("at %d it is %d", x, at(x, 30))
		}
	}
	if edge := at(50, 23); edge == 0 || edge == 255 || at(50, 15) != 0 || at(5, 30) != 0 {
		t.Errorf("the edge is %d, beyond it %d and %d", edge, at(50, 15), at(5, 30))
	}
	painted := slices.Clone(m.Image.Pix)
	m.Begin(Brush{Size: 10, Erase: true}, 50, 30)
	m.end()
	if at(50, 30) != 0 || at(30, 30) != 255 {
		t.Errorf("erased it is %d, beside that %d", at(50, 30), at(30, 30))
	}
	m.Invert()
	if at(50, 30) != 255 || at(30, 30) != 0 || at(0, 0) != 255 {
		t.Error("it is not inverted")
	}
	m.Undo()
	m.Undo()
	if !slices.Equal(m.Image.Pix, painted) {
		t.Error("two steps back it is not as it was")
	}
	if !m.Undo() || !m.Empty() || m.Undo() {
		t.Error("all back it is not empty")
	}
	for range 3 * pastMost {
		m.Invert()
	}
	if len(m.past) > pastMost {
		t.Errorf("%d strokes are kept", len(m.past))
	}
}

// What is painted lies under the pointer, at any zoom; the other button erases.
func TestPainter(t *testing.T) {
	test.NewTempApp(t)
	p := NewPainter(image.NewRGBA(image.Rect(0, 0, 200, 100)), nil)
	p.SetBrush(Brush{Size: 10})
	w := test.NewTempWindow(t, p)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(400, 400)) // twice as large, from 0, 100 on
	changes := 0
	p.OnChanged = func() { changes++ }
	press := func(x, y float32, button desktop.MouseButton) {
		e := &desktop.MouseEvent{Button: button}
		e.Position = fyne.NewPos(x, y)
		p.MouseDown(e)
		p.MouseUp(e)
	}
	press(100, 200, desktop.MouseButtonPrimary)
	if v := p.Mask.Image.GrayAt(50, 50).Y; v != 255 || p.Mask.Image.GrayAt(70, 50).Y != 0 || changes != 1 {
		t.Errorf("under the pointer it is %d, got %d times", v, changes)
	}
	p.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(100, 200)}, Scrolled: fyne.NewDelta(0, 100)})
	press(100, 200, desktop.MouseButtonSecondary)
	if v := p.Mask.Image.GrayAt(50, 50).Y; v != 0 {
		t.Errorf("zoomed and erased it is %d", v)
	}
	p.Undo()
	p.Undo()
	if !p.Mask.Empty() {
		t.Error("it is not taken back")
	}
	p.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if p.Mask.Empty() {
		t.Error("Space paints nothing")
	}
	p.TypedShortcut(&fyne.ShortcutUndo{})
	if !p.Mask.Empty() {
		t.Error("the shortcut takes nothing back")
	}
}
