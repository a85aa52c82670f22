package grid

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// newTestGrid shows keys 1 to n in a window in which four columns have room.
func newTestGrid(t *testing.T, n int) *Grid {
	t.Helper()
	g := New(100)
	open(t, 2*gridEdge+4*100+3*gridGap, 3*(100+gridGap), g)
	keys := make([]int64, n)
	for i := range keys {
		keys[i] = int64(i + 1)
	}
	g.SetKeys(keys)
	return g
}

// press is a click on the picture of a key that is in view.
func (g *Grid) testPress(t *testing.T, key int64, button desktop.MouseButton, mod fyne.KeyModifier) {
	t.Helper()
	i := slices.Index(g.keys, key)
	e := &desktop.MouseEvent{Button: button, Modifier: mod}
	e.Position = g.at(i).AddXY(50, 50)
	g.body.clicks.At = g.body.clicks.At.AddDate(-1, 0, 0) // no double click with the one before
	g.body.MouseDown(e)
	g.body.MouseUp(e)
}

const left = desktop.MouseButtonPrimary

func TestGridHasCellsForWhatIsInView(t *testing.T) {
	g := newTestGrid(t, 100_000)
	var seen []int64
	g.OnView = func(keys []int64) { seen = keys }
	if n := len(g.body.objects); n > 40 {
		t.Errorf("%d objects for a view of 12 pictures", n)
	}
	g.ScrollTo(50_000)
	if !slices.Contains(seen, 50_000) || len(seen) > 24 {
		t.Errorf("in view %v, want about 50000 and few", seen)
	}
	for i, c := range g.cells {
		if c.Position() != g.at(i) || !c.Visible() {
			t.Errorf("cell %d lies at %v, want %v", i, c.Position(), g.at(i))
		}
	}
	if n := len(g.body.objects); n > 40 {
		t.Errorf("%d objects after a jump", n)
	}
}

func TestGridPlacesAndFindsAgree(t *testing.T) {
	g := newTestGrid(t, 50)
	for i := range g.keys {
		if got := g.find(g.at(i).AddXY(50, 99)); got != i {
			t.Errorf("found %d where %d lies", got, i)
		}
	}
	for _, p := range []fyne.Position{{X: 1, Y: 50}, {X: gridEdge + 103, Y: 50}, {X: 500, Y: 50}, {X: 50, Y: 1e6}} {
		if got := g.find(p); got != -1 {
			t.Errorf("found %d at %v, where nothing is", got, p)
		}
	}
}

func TestGridChoosesByPointer(t *testing.T) {
	g := newTestGrid(t, 50)
	changes := 0
	g.OnChoose = func() { changes++ }
	steps := []struct {
		key  int64
		mod  fyne.KeyModifier
		want []int64
	}{
		{2, 0, []int64{2}},
		{5, fyne.KeyModifierShift, []int64{2, 3, 4, 5}},
		{3, fyne.KeyModifierShortcutDefault, []int64{2, 4, 5}},
		{7, fyne.KeyModifierShortcutDefault, []int64{2, 4, 5, 7}},
		{9, fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift, []int64{2, 4, 5, 7, 8, 9}},
		{1, fyne.KeyModifierShift, []int64{1, 2, 3, 4, 5, 6, 7}}, // the anchor is where Ctrl last was
		{6, 0, []int64{6}}, // one of those chosen: alone when let go
	}
	for _, s := range steps {
		g.testPress(t, s.key, left, s.mod)
		if got := g.Chosen(); !slices.Equal(got, s.want) {
			t.Fatalf("after %d with %v: %v, want %v", s.key, s.mod, got, s.want)
		}
	}
	if changes < len(steps) {
		t.Errorf("got %d times of %d", changes, len(steps))
	}
	g.testPress(t, 7, left, fyne.KeyModifierShift)
	g.testPress(t, 7, desktop.MouseButtonSecondary, 0)
	if got := g.Chosen(); !slices.Equal(got, []int64{6, 7}) {
		t.Errorf("the other button on what is chosen: %v, want it as it was", got)
	}
	g.testPress(t, 12, desktop.MouseButtonSecondary, 0)
	if got := g.Chosen(); !slices.Equal(got, []int64{12}) {
		t.Errorf("the other button elsewhere: %v, want 12", got)
	}
}

func TestGridDoubleClickOpens(t *testing.T) {
	g := newTestGrid(t, 5)
	var opened int64
	g.OnOpen = func(key int64) { opened = key }
	e := &desktop.MouseEvent{Button: left}
	e.Position = g.at(2).AddXY(10, 10)
	g.body.MouseDown(e)
	if opened != 0 {
		t.Fatal("one click opened")
	}
	g.body.MouseDown(e)
	if opened != 3 {
		t.Errorf("opened %d, want 3", opened)
	}
}

func TestGridRubberBand(t *testing.T) {
	g := newTestGrid(t, 50)
	drag := func(from, to fyne.Position) {
		e := &desktop.MouseEvent{Button: left}
		e.Position = from
		g.body.clicks.At = g.body.clicks.At.AddDate(-1, 0, 0)
		g.body.MouseDown(e)
		d := &fyne.DragEvent{}
		d.Position = to
		g.body.Dragged(d)
		g.body.DragEnd()
	}
	drag(fyne.NewPos(2, 50), g.at(5).AddXY(20, 20))
	if got := g.Chosen(); !slices.Equal(got, []int64{1, 2, 5, 6}) {
		t.Errorf("the band chose %v, want 1 2 5 6", got)
	}
	g.held = func() fyne.KeyModifier { return fyne.KeyModifierShift }
	e := &desktop.MouseEvent{Button: left, Modifier: fyne.KeyModifierShift}
	e.Position = fyne.NewPos(2, g.at(8).Y+10)
	g.body.MouseDown(e)
	d := &fyne.DragEvent{}
	d.Position = g.at(8).AddXY(20, 20)
	g.body.Dragged(d)
	g.body.MouseUp(e)
	g.body.DragEnd()
	if got := g.Chosen(); !slices.Equal(got, []int64{1, 2, 5, 6, 9}) {
		t.Errorf("with Shift %v, want 9 besides", got)
	}
	if g.body.frame.Visible() {
		t.Error("the band is still there")
	}
}

func TestGridByKeyboard(t *testing.T) {
	g := newTestGrid(t, 50)
	var held fyne.KeyModifier
	g.held = func() fyne.KeyModifier { return held }
	var opened int64
	g.OnOpen = func(key int64) { opened = key }
	g.FocusGained()
	steps := []struct {
		key    fyne.KeyName
		mod    fyne.KeyModifier
		cursor int64
		n      int
	}{
		{fyne.KeyRight, 0, 2, 1},
		{fyne.KeyDown, 0, 6, 1},
		{fyne.KeyDown, fyne.KeyModifierShift, 10, 5},
		{fyne.KeyUp, fyne.KeyModifierShift, 6, 1},
		{fyne.KeyEnd, 0, 50, 1},
		{fyne.KeyDown, 0, 50, 1},
		{fyne.KeyHome, fyne.KeyModifierShift, 1, 50},
		{fyne.KeyUp, 0, 1, 1},
		{fyne.KeyPageDown, 0, 13, 1},
	}
	for _, s := range steps {
		held = s.mod
		g.TypedKey(&fyne.KeyEvent{Name: s.key})
		if g.Cursor() != s.cursor || g.Count() != s.n {
			t.Fatalf("after %s %v: at %d with %d chosen, want %d with %d", s.key, s.mod, g.Cursor(), g.Count(), s.cursor, s.n)
		}
	}
	held = 0
	g.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyRight, Modifier: fyne.KeyModifierShortcutDefault})
	if g.Cursor() != 14 || !slices.Equal(g.Chosen(), []int64{13}) {
		t.Errorf("Ctrl and an arrow: at %d, chosen %v; want 14 and still 13", g.Cursor(), g.Chosen())
	}
	g.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeySpace, Modifier: fyne.KeyModifierShortcutDefault})
	if !slices.Equal(g.Chosen(), []int64{13, 14}) {
		t.Errorf("Ctrl and Space: %v, want 13 and 14", g.Chosen())
	}
	g.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if opened != 14 {
		t.Errorf("opened %d, want 14", opened)
	}
	g.TypedShortcut(&fyne.ShortcutSelectAll{})
	if g.Count() != 50 {
		t.Errorf("Ctrl+A chose %d", g.Count())
	}
	g.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if g.Count() != 0 {
		t.Errorf("Escape left %d chosen", g.Count())
	}
}

func TestGridWithoutPicturesTakesKeys(t *testing.T) {
	g := newTestGrid(t, 0)
	g.FocusGained()
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyUp, fyne.KeyEnd, fyne.KeySpace, fyne.KeyPageUp} {
		g.TypedKey(&fyne.KeyEvent{Name: k})
	}
	g.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeySpace, Modifier: fyne.KeyModifierShortcutDefault})
	g.ChooseAll()
	if g.Cursor() != 0 || g.Count() != 0 {
		t.Errorf("at %d with %d chosen, want nothing", g.Cursor(), g.Count())
	}
}

func TestGridKeepsTheChoiceAndThePlace(t *testing.T) {
	g := newTestGrid(t, 1000)
	g.Choose(500)
	g.testPress(t, 501, left, fyne.KeyModifierShift)
	before := g.offset
	more := append([]int64{2001, 2002, 2003, 2004}, g.Keys()...) // a row of new ones
	changes := false
	g.OnChoose = func() { changes = true }
	g.SetKeys(more)
	if got := g.Chosen(); !slices.Equal(got, []int64{500, 501}) || changes {
		t.Errorf("chosen %v, got %v; want 500 and 501 in silence", got, changes)
	}
	if d := g.offset - before; d != g.cell()+gridGap {
		t.Errorf("the view moved by %v, want one row, so that it shows the same", d)
	}
	g.SetKeys(slices.DeleteFunc(slices.Clone(more), func(k int64) bool { return k == 501 }))
	if got := g.Chosen(); !slices.Equal(got, []int64{500}) || !changes {
		t.Errorf("chosen %v, got %v; want 500 and to be told", got, changes)
	}
	if g.Cursor() != 502 {
		t.Errorf("the keyboard is at %d, want what took the place of 501", g.Cursor())
	}
	g.SetKeys(nil)
	if g.Count() != 0 || g.offset != 0 {
		t.Errorf("%d chosen at %v without pictures", g.Count(), g.offset)
	}
}

func TestGridAfter(t *testing.T) {
	g := newTestGrid(t, 5)
	for _, tt := range []struct {
		chosen []int
		want   int64
	}{{[]int{1}, 3}, {[]int{1, 2}, 4}, {[]int{4}, 4}, {[]int{0, 4}, 4}, {[]int{0, 1, 2, 3, 4}, 0}} {
		g.set(tt.chosen, nil)
		if got := g.After(); got != tt.want {
			t.Errorf("after places %v comes %d, want %d", tt.chosen, got, tt.want)
		}
	}
}

func TestGridGrowsAroundTheKeyboard(t *testing.T) {
	g := newTestGrid(t, 1000)
	g.FocusGained()
	g.Choose(700)
	for _, side := range []float32{180, 60, 100} {
		g.SetSide(side)
		if !slices.Contains(g.seen, 700) {
			t.Errorf("at %v in view %v, want 700 among them", side, g.seen)
		}
	}
}

func TestGridBar(t *testing.T) {
	g := newTestGrid(t, 100_000)
	b := g.bar
	if _, length := b.thumb(); length != gridBarThumb {
		t.Errorf("the thumb is %v long, want %v, to be taken hold of", length, gridBarThumb)
	}
	e := &desktop.MouseEvent{Button: left}
	e.Position = fyne.NewPos(5, b.Size().Height-1)
	b.MouseDown(e)
	if end := g.height() - g.clip.Size().Height; g.offset != end || !slices.Contains(g.seen, 100_000) {
		t.Errorf("a press at the end goes to %v of %v", g.offset, end)
	}
	d := &fyne.DragEvent{}
	d.Position = fyne.NewPos(5, b.Size().Height/2-gridBarThumb/2+b.hold)
	b.Dragged(d)
	if i := slices.Index(g.keys, g.seen[0]); i < 49_000 || i > 51_000 {
		t.Errorf("dragged to the middle shows number %d", i)
	}
	if y, _ := b.thumb(); y < d.Position.Y-b.hold-1 || y > d.Position.Y-b.hold+1 {
		t.Errorf("the thumb is at %v under a pointer at %v that holds it at %v", y, d.Position.Y, b.hold)
	}
	g.SetKeys(g.keys[:3])
	if _, length := b.thumb(); length != 0 || g.offset != 0 {
		t.Errorf("a thumb of %v at %v where all is in view", length, g.offset)
	}
	b.MouseDown(e) // goes nowhere
	g.body.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.Delta{DY: -500}})
	if g.offset != 0 {
		t.Errorf("scrolled to %v where all is in view", g.offset)
	}
}

func TestGridWheelZoomsWithCtrl(t *testing.T) {
	g := newTestGrid(t, 1000)
	by := 0
	g.OnZoom = func(n int) { by += n }
	wheel := func(dy float32) { g.body.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.Delta{DY: dy}}) }
	wheel(-50)
	if g.offset != 50 || by != 0 {
		t.Errorf("the wheel scrolls to %v and zooms by %d", g.offset, by)
	}
	g.held = func() fyne.KeyModifier { return fyne.KeyModifierShortcutDefault }
	wheel(10)
	wheel(10)
	wheel(-10)
	if g.offset != 50 || by != 1 {
		t.Errorf("with Ctrl it scrolls to %v and zooms by %d", g.offset, by)
	}
}
