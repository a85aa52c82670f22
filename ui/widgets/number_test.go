package widgets

import (
	"math"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"cascata/ui/numbers"
)

func TestNumberTyped(t *testing.T) {
	for _, tt := range []struct {
		typed string
		want  float64
		shown string
	}{
		{"2.5", 2.5, "2.5"}, {"2,5", 2.5, "2.5"}, {"off", 1, "off"}, {"OFF", 1, "off"}, {"99", 12, "12.0"}, {"0", 1, "off"},
		{"2.57", 2.6, "2.6"}, {"x", 4, "4.0"}, {"5x", 4, "4.0"}, {"2.5.1", 4, "4.0"}, {"", 4, "4.0"}, {"NaN", 4, "4.0"}, {"1e9", 12, "12.0"}, {"-3", 1, "off"},
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

// What is typed in groups of digits, as the artist's language writes them, is a whole
// number, where it can be meant.
func TestNumberTypedInGroups(t *testing.T) {
	defer numbers.SetLanguage("en")
	whole, scale := Span{Min: 32, Max: 4096, Step: 32, Default: 256, Most: 8192}, Span{Min: 0, Max: 20, Step: 0.001, Default: 1}
	for _, tt := range []struct {
		language, typed string
		span            Span
		want            float64
	}{
		{"de", "1.024", whole, 1024}, {"en", "1,024", whole, 1024}, {"de", "64,0", whole, 64}, {"de", "1.024", scale, 1.024}, {"de", "1,024", scale, 1.024},
	} {
		numbers.SetLanguage(tt.language)
		n := NewNumber("Width", tt.span)
		w := open(t, 300, 60, n)
		w.Canvas().Focus(n.field)
		test.Type(n.field, tt.typed)
		w.Canvas().Unfocus()
		if n.Value() != tt.want {
			t.Errorf("%s: typed %q: value %g, want %g", tt.language, tt.typed, n.Value(), tt.want)
		}
	}
}

func TestNumberTellsWhileTyped(t *testing.T) {
	n := NewNumber("Steps", Span{Min: 1, Max: 60, Step: 1, Default: 20})
	w := open(t, 300, 60, n)
	var changes []float64
	n.OnChanged = func(v float64) { changes = append(changes, v) }
	w.Canvas().Focus(n.field)
	test.Type(n.field, "35")
	if !slices.Equal(changes, []float64{3, 35}) || string(n.field.text) != "35" {
		t.Errorf("got %v, field %q", changes, string(n.field.text))
	}
	n.SetValue(7)
	if len(changes) != 2 {
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
	clip := fyne.CurrentApp().Clipboard()
	n.field.TypedShortcut(&fyne.ShortcutCopy{})
	if got := clip.Content(); got != "2048" {
		t.Errorf("copied %q, want 2048", got)
	}
	clip.SetContent(" 512 ")
	n.field.TypedShortcut(&fyne.ShortcutPaste{})
	if n.Value() != 512 {
		t.Errorf("pasted 512, got %g", n.Value())
	}
}
