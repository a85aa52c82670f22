package widgets

import (
	"fmt"
	"image"
	"image/color"
	"reflect"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// open shows o in a window of a size, in our theme.
func open(t *testing.T, w, h float32, o fyne.CanvasObject) fyne.Window {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(look.New(look.Dark))
	win := test.NewTempWindow(t, o)
	win.SetPadded(false)
	win.Resize(fyne.NewSize(w, h))
	return win
}

func key(f fyne.Focusable, names ...fyne.KeyName) {
	for _, n := range names {
		f.TypedKey(&fyne.KeyEvent{Name: n})
	}
}

func press(o desktop.Mouseable, x, y float32) {
	e := &desktop.MouseEvent{Button: desktop.MouseButtonPrimary}
	e.Position = fyne.NewPos(x, y)
	o.MouseDown(e)
	o.MouseUp(e)
}

func shortcut(f fyne.Focusable, name fyne.KeyName, mod fyne.KeyModifier) {
	f.(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: name, Modifier: mod})
}

func TestFieldIsARowHigh(t *testing.T) {
	e := NewEntry("")
	open(t, 200, 100, container.NewVBox(e))
	if got := e.MinSize().Height; got < look.RowHeight-1 || got > look.RowHeight+1 {
		t.Errorf("a field is %g high, want %d", got, look.RowHeight)
	}
}

func TestTabs(t *testing.T) {
	var at []int
	tabs := NewTabs(func(i int) { at = append(at, i) }, "Create", "Library", "Compare", "Models")
	open(t, 600, 60, container.NewHBox(tabs))
	tabs.Tapped(&fyne.PointEvent{Position: tabs.boxes[2].pos.AddXY(4, 4)})
	key(tabs, fyne.KeyLeft)
	if !slices.Equal(at, []int{2, 1}) {
		t.Errorf("went to %v, want 2 and 1", at)
	}
}

func TestFold(t *testing.T) {
	inside := NewText("inside")
	f := NewFold("Style", inside)
	open(t, 300, 200, container.NewVBox(f))
	closed := f.MinSize().Height
	var changes []bool
	f.OnChanged = func(open bool) { changes = append(changes, open) }
	key(f.head, fyne.KeySpace)
	if !f.Open() || !inside.Visible() || f.MinSize().Height <= closed {
		t.Error("space does not open it")
	}
	key(f.head, fyne.KeyLeft)
	f.SetOpen(true)
	if !slices.Equal(changes, []bool{true, false}) {
		t.Errorf("got %v", changes)
	}
}

func TestButton(t *testing.T) {
	n := 0
	b := NewMainButton("Generate 4", func() { n++ })
	b.SetDetail("about 38 s, fits")
	open(t, 300, 100, container.NewVBox(b))
	test.Tap(b)
	key(b, fyne.KeySpace, fyne.KeyReturn)
	b.Disable()
	test.Tap(b)
	key(b, fyne.KeySpace)
	if n != 3 {
		t.Errorf("pressed %d times, want 3", n)
	}
}

func TestChipAndCheck(t *testing.T) {
	n := 0
	c := NewChip("Demo", look.ColorGood, func() { n++ })
	k := NewCheck("Keep", func(bool) { n++ })
	open(t, 300, 100, container.NewVBox(c, k))
	test.Tap(c)
	key(c, fyne.KeyReturn)
	test.Tap(k)
	key(k, fyne.KeySpace)
	k.SetTicked(true)
	if n != 4 || !k.Ticked() {
		t.Errorf("got %d times, want 4; ticked %v", n, k.Ticked())
	}
}

func TestBar(t *testing.T) {
	b := NewBar(6, 3, 1)
	open(t, 106, 20, b)
	b.Set(1, 0.5)
	if got := b.Done(); !slices.Equal(got, []float32{1, 0.5, 0}) {
		t.Errorf("done %v", got)
	}
	widths := func() (w []float32) {
		o := test.WidgetRenderer(b).Objects()
		for i := 0; i < len(o); i += 2 {
			w = append(w, o[i].Size().Width)
		}
		return w
	}
	if got := widths(); !slices.Equal(got, []float32{60, 30, 10}) {
		t.Errorf("parts are %v wide, want 60 30 10", got)
	}
	b.SetWeights(1, 1, 2)
	if got := widths(); !slices.Equal(got, []float32{25, 25, 50}) {
		t.Errorf("parts are %v wide, want 25 25 50", got)
	}
}

func TestEllipsis(t *testing.T) {
	test.NewTempApp(t)
	for _, tt := range []struct{ text, want string }{{"", ""}, {"short", "short"}} {
		if got := ellipsis(tt.text, 200, 14, fyne.TextStyle{}); got != tt.want {
			t.Errorf("%q became %q", tt.text, got)
		}
	}
	got := ellipsis("a very long sentence that does not fit", 100, 14, fyne.TextStyle{})
	if w := fyne.MeasureText(got, 14, fyne.TextStyle{}).Width; w > 101 || w < 60 {
		t.Errorf("%q is %g wide, want at most 100", got, w)
	}
}

func TestKeysWithoutUseReachTheWindow(t *testing.T) {
	e, p := NewEntry(""), NewPrompt("Prompt", "", 2)
	n := NewNumber("Steps", Span{Min: 1, Max: 9, Step: 1, Default: 3})
	b, c, tabs, s := NewButton("x", nil), NewChoice(nil, "a"), NewTabs(nil, "a"), NewStrip()
	v := NewViewer(func(work, then func()) { work(); then() })
	w := open(t, 400, 900, container.NewVBox(e, p, n, b, c, tabs, s, v))
	var got int
	w.Canvas().SetOnTypedKey(func(*fyne.KeyEvent) { got++ })
	all := []fyne.Focusable{e, p.Field(), n.field, n.slider, b, c, tabs, s, v}
	for _, f := range all {
		key(f, fyne.KeyEscape)
	}
	if got != len(all) {
		t.Errorf("%d of %d widgets let Escape through", got, len(all))
	}
}

func TestStillCaretDoesNothingElse(t *testing.T) {
	e, p := NewEntry(""), NewPrompt("Prompt", "", 2)
	w := open(t, 400, 300, container.NewVBox(e, p))
	e.SetText("some words")
	p.SetText("some words")
	for field, of := range map[fyne.Focusable]*widget.Entry{e: &e.Entry, p.Field(): &p.entry.Entry} {
		w.Canvas().Focus(field)
		of.TypedShortcut(&fyne.ShortcutSelectAll{})
		changed := 0
		of.OnChanged = func(string) { changed++ }
		HoldCaret(w.Canvas())
		if of.Text != "some words" || of.SelectedText() != "some words" || changed != 0 {
			t.Errorf("%T: %q, %q selected, got %d times", field, of.Text, of.SelectedText(), changed)
		}
	}
}

func TestDashesLeaveTheCornersFree(t *testing.T) {
	open(t, 100, 100, newDashes())
	for _, size := range []image.Point{{100, 1}, {1, 100}, {300, 3}} {
		img, long, drawn := dashes(size.X, size.Y), max(size.X, size.Y), 0
		for i := range long {
			x, y := i, 0
			if size.Y > size.X {
				x, y = 0, i
			}
			if _, _, _, a := img.At(x, y).RGBA(); a > 0 {
				if drawn++; i < long/20 || i >= long-long/20 {
					t.Errorf("%v: drawn at %d", size, i)
				}
			}
		}
		if drawn < long/3 || drawn > long/2 {
			t.Errorf("%v: %d drawn", size, drawn)
		}
	}
}

// The painter leaves out what has exactly this colour.
func TestNothingIsDrawnInATransparentColour(t *testing.T) {
	th := look.New(look.Dark)
	for name := range look.Colors {
		c := th.Color(name, 0)
		if _, _, _, a := c.RGBA(); a == 0 && c != color.Transparent {
			t.Errorf("%s is drawn, though nothing is seen of it", name)
		}
	}
}

func TestTabKeyReachesAll(t *testing.T) {
	p := NewPrompt("Prompt", "", 2)
	n := NewNumber("Steps", Span{Min: 1, Max: 9, Step: 1, Default: 3})
	c, b := NewChoice(nil, "a", "b"), NewButton("x", nil)
	w := open(t, 400, 600, container.NewVBox(p, n, c, b))
	var order []string
	for range 5 {
		w.Canvas().FocusNext()
		order = append(order, reflect.TypeOf(w.Canvas().Focused()).String())
	}
	want := "[*widgets.promptEntry *widgets.Slider *widgets.digits *widgets.Choice *widgets.Button]"
	if fmt.Sprint(order) != want || p.entry.AcceptsTab() {
		t.Errorf("the keyboard goes to %v", order)
	}
}

func picture(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = byte(i * 7)
	}
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 255
	}
	return img
}
