package widgets

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// open shows o in a window of a size, in our theme.
func open(t *testing.T, w, h float32, o fyne.CanvasObject) fyne.Window {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(New(Dark))
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

func TestEveryTextCanBeRead(t *testing.T) {
	test.NewTempApp(t)
	for _, v := range []Variant{Dark, Light} {
		th := New(v)
		for _, tt := range []struct {
			text, ground fyne.ThemeColorName
			least        float64
		}{
			{ColorText, theme.ColorNameBackground, 7}, {ColorText, ColorPanel, 7}, {ColorText, ColorRaised, 7},
			{ColorDim, theme.ColorNameBackground, 4.5}, {ColorDim, ColorPanel, 4.5}, {ColorDim, ColorRaised, 4.5},
			{ColorOnHigh, ColorAccent, 4.5}, {theme.ColorNameWarning, ColorPanel, 4.5}, {ColorBad, ColorPanel, 4.5},
			{ColorAccent, ColorPanel, 3}, {ColorGood, ColorRaised, 3},
		} {
			got := contrast(th.Color(tt.text, 0), th.Color(tt.ground, 0))
			if got < tt.least {
				t.Errorf("variant %d: %s on %s has a contrast of %.2f, want %.1f", v, tt.text, tt.ground, got, tt.least)
			}
		}
	}
}

// contrast is that of WCAG 2.1.
func contrast(a, b color.Color) float64 {
	light := func(c color.Color) float64 {
		r, g, b, _ := c.RGBA()
		lin := func(v uint32) float64 {
			f := float64(v) / 0xffff
			if f <= 0.03928 {
				return f / 12.92
			}
			return math.Pow((f+0.055)/1.055, 2.4)
		}
		return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestThemeVariants(t *testing.T) {
	test.NewTempApp(t)
	dark, light := New(Dark), New(Light)
	if dark.Color(ColorPanel, theme.VariantLight) != dark.Color(ColorPanel, theme.VariantDark) {
		t.Error("dark is not dark where the system is light")
	}
	follow := New(Follow)
	if follow.Color(ColorPanel, theme.VariantLight) != light.Color(ColorPanel, 0) || follow.Color(ColorPanel, theme.VariantDark) != dark.Color(ColorPanel, 0) {
		t.Error("follow does not follow the system")
	}
	if got := dark.Size(theme.SizeNameModalBlurRadius); got != 0 {
		t.Errorf("a dialog blurs by %g, want 0", got)
	}
}

func TestFieldIsARowHigh(t *testing.T) {
	e := NewEntry("")
	open(t, 200, 100, container.NewVBox(e))
	if got := e.MinSize().Height; got < rowHeight-1 || got > rowHeight+1 {
		t.Errorf("a field is %g high, want %d", got, rowHeight)
	}
}

func TestNumberTyped(t *testing.T) {
	for _, tt := range []struct {
		typed string
		want  float64
		shown string
	}{
		{"2.5", 2.5, "2.5"}, {"2,5", 2.5, "2.5"}, {"off", 1, "off"}, {"OFF", 1, "off"}, {"99", 12, "12.0"}, {"0", 1, "off"},
		{"2.57", 2.6, "2.6"}, {"x", 4, "4.0"}, {"", 4, "4.0"}, {"NaN", 4, "4.0"}, {"1e9", 12, "12.0"}, {"-3", 1, "off"},
	} {
		n := NewNumber("Guidance", Span{Min: 1, Max: 12, Step: 0.1, Default: 4, Off: "off"})
		w := open(t, 300, 60, n)
		w.Canvas().Focus(n.field)
		key(n.field, fyne.KeyBackspace)
		test.Type(n.field, tt.typed)
		w.Canvas().Unfocus()
		if n.Value() != tt.want || string(n.field.text) != tt.shown {
			t.Errorf("typed %q: value %g, field %q; want %g %q", tt.typed, n.Value(), string(n.field.text), tt.want, tt.shown)
		}
		if share := (n.Value() - 1) / 11; math.Abs(n.slider.Share()-share) > 1e-9 {
			t.Errorf("typed %q: slider at %g, want %g", tt.typed, n.slider.Share(), share)
		}
	}
}

func TestNumberTellsWhileTyped(t *testing.T) {
	n := NewNumber("Steps", Span{Min: 1, Max: 60, Step: 1, Default: 20})
	w := open(t, 300, 60, n)
	var told []float64
	n.OnChanged = func(v float64) { told = append(told, v) }
	w.Canvas().Focus(n.field)
	test.Type(n.field, "35")
	if !slices.Equal(told, []float64{3, 35}) || string(n.field.text) != "35" {
		t.Errorf("told %v, field %q", told, string(n.field.text))
	}
	n.SetValue(7)
	if len(told) != 2 {
		t.Error("setting the value tells what nobody did")
	}
}

func TestNumberSteps(t *testing.T) {
	n := NewNumber("Guidance", Span{Min: 1, Max: 12, Step: 0.1, Default: 4})
	w := open(t, 300, 60, n)
	w.Canvas().Focus(n.field)
	key(n.field, fyne.KeyUp, fyne.KeyUp, fyne.KeyUp, fyne.KeyDown)
	if n.Value() != 4.2 {
		t.Errorf("up, up, up, down: %v, want 4.2", n.Value())
	}
	n.field.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -10)})
	key(n.field, fyne.KeyPageUp)
	if n.Value() != 5.1 {
		t.Errorf("wheel down, page up: %v, want 5.1", n.Value())
	}
	key(n.slider, fyne.KeyRight, fyne.KeyLeft, fyne.KeyLeft)
	if n.Value() != 5 {
		t.Errorf("slider right, left, left: %v, want 5", n.Value())
	}
	for range 500 {
		key(n.field, fyne.KeyUp)
	}
	if n.Value() != 12 {
		t.Errorf("up without end: %v, want 12", n.Value())
	}
	n.Disable()
	key(n.field, fyne.KeyDown)
	key(n.slider, fyne.KeyDown)
	if n.Value() != 12 {
		t.Error("a disabled number changes")
	}
}

func TestWheelOnTheRowScrollsThePanel(t *testing.T) {
	n := NewNumber("Steps", Span{Min: 1, Max: 60, Step: 1, Default: 20})
	open(t, 300, 60, n)
	for _, o := range []fyne.CanvasObject{n, n.slider, n.name} {
		if _, ok := o.(fyne.Scrollable); ok {
			t.Errorf("%T takes the wheel", o)
		}
	}
}

func TestNumberDoubleClick(t *testing.T) {
	n := NewNumber("Steps", Span{Min: 1, Max: 60, Step: 1, Default: 20})
	open(t, 300, 60, n)
	now := time.Now()
	n.slider.clicks.now = func() time.Time { return now }
	s := n.slider
	press(s, s.Size().Width, 10)
	if n.Value() != 60 {
		t.Fatalf("a press at the end gives %v, want 60 at once", n.Value())
	}
	now = now.Add(50 * time.Millisecond)
	s.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary, PointEvent: fyne.PointEvent{Position: fyne.NewPos(s.Size().Width, 10)}})
	s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(0, 10)}})
	if n.Value() != 20 {
		t.Errorf("a double click gives %v, want the default 20", n.Value())
	}
	s.MouseUp(nil)
	now = now.Add(5 * time.Second)
	press(s, thumbSize/2, 10)
	s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(s.Size().Width, 10)}})
	if n.Value() != 60 {
		t.Errorf("a drag after it gives %v, want 60", n.Value())
	}
}

func TestDigitsCaret(t *testing.T) {
	n := NewNumber("Width", Span{Min: 256, Max: 4096, Step: 64, Default: 1024})
	w := open(t, 300, 60, n)
	w.Canvas().Focus(n.field)
	key(n.field, fyne.KeyHome, fyne.KeyDelete)
	n.field.TypedRune('2')
	if got := string(n.field.text); got != "2024" {
		t.Errorf("field %q, want 2024", got)
	}
	key(n.field, fyne.KeyReturn)
	if n.Value() != 2048 || string(n.field.text) != "2048" {
		t.Errorf("2024 is %g, shown %q; want the nearest step, 2048", n.Value(), string(n.field.text))
	}
	clip := test.NewClipboard()
	n.field.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clip})
	clip.SetContent(" 512 ")
	n.field.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clip})
	if n.Value() != 512 {
		t.Errorf("pasted 512, got %g", n.Value())
	}
}

func TestChoice(t *testing.T) {
	var told []int
	c := NewChoice(func(i int) { told = append(told, i) }, "1:1", "4:3", "3:4", "16:9", "9:16", "Size")
	open(t, 300, 60, c)
	if len(c.boxes) != 6 || c.boxes[5].pos.Y != 0 {
		t.Fatalf("six sizes do not lie in one row of 300: %v", c.boxes)
	}
	for i, b := range c.boxes {
		if b.pos.X+b.size.Width > 300.5 || b.size.Width < c.pillMin(i)-0.5 {
			t.Errorf("pill %d is cut: %v", i, b)
		}
	}
	b := c.boxes[3]
	c.Tapped(&fyne.PointEvent{Position: b.pos.AddXY(5, 5)})
	key(c, fyne.KeyRight, fyne.KeyRight, fyne.KeyRight, fyne.KeyHome)
	c.Choose(2)
	if !slices.Equal(told, []int{3, 4, 5, 0}) || c.Chosen() != 2 {
		t.Errorf("told %v, chosen %d", told, c.Chosen())
	}
}

func TestChoiceWraps(t *testing.T) {
	c := NewChoice(nil, "Quadrat", "Querformat", "Hochformat", "Breitbild", "Panorama", "Eigene Größe")
	open(t, 300, 200, container.NewVBox(c))
	if c.rows < 2 {
		t.Fatalf("six long names take %d row", c.rows)
	}
	last := c.boxes[5]
	if got := c.MinSize().Height; got < last.pos.Y+last.size.Height {
		t.Errorf("the height is %g, the last pill ends at %g", got, last.pos.Y+last.size.Height)
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
	var told []bool
	f.OnChanged = func(open bool) { told = append(told, open) }
	key(f.head, fyne.KeySpace)
	if !f.Open() || !inside.Visible() || f.MinSize().Height <= closed {
		t.Error("space does not open it")
	}
	key(f.head, fyne.KeyLeft)
	f.SetOpen(true)
	if !slices.Equal(told, []bool{true, false}) {
		t.Errorf("told %v", told)
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
	c := NewChip("Demo", ColorGood, func() { n++ })
	k := NewCheck("Keep", func(bool) { n++ })
	open(t, 300, 100, container.NewVBox(c, k))
	test.Tap(c)
	key(c, fyne.KeyReturn)
	test.Tap(k)
	key(k, fyne.KeySpace)
	k.SetTicked(true)
	if n != 4 || !k.Ticked() {
		t.Errorf("told %d times, want 4; ticked %v", n, k.Ticked())
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
	v := NewViewer(func(f func()) { f() })
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
		StillCaret(w.Canvas())
		if of.Text != "some words" || of.SelectedText() != "some words" || changed != 0 {
			t.Errorf("%T: %q, %q selected, told %d times", field, of.Text, of.SelectedText(), changed)
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
	th := New(Dark)
	for name := range colors {
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
