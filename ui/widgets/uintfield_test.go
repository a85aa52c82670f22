package widgets

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/ui/look"
)

func TestWhole(t *testing.T) {
	themedApp(t)
	w := NewUintField("", 1, 1000)
	var last uint64
	w.Changed = func(v uint64, ok bool) { last = v }
	w.Set(4)
	for _, tt := range []struct {
		typed string
		want  uint64
		shown string
	}{
		{"12", 12, "12"}, {"0", 1, "1"}, {"9999", 1000, "1000"}, {"a3b", 3, "3"}, {"007", 7, "007"},
		{"2,5", 3, "3"}, {"2.4", 2, "2"}, {"-3", 1, "1"}, {"1,000", 1000, "1000"}, {"-", 12, "12"}, {"99999999999999999999", 1000, "1000"},
	} {
		w.Set(12)
		last = 12
		typeOver(w.Entry, tt.typed)
		if last != tt.want || w.value != tt.want || w.Entry.Text != tt.shown {
			t.Errorf("typed %q: got %d, holds %d, shows %q; want %d %q", tt.typed, last, w.value, w.Entry.Text, tt.want, tt.shown)
		}
	}
	w.Set(2)
	typeKeys(w.Entry, fyne.KeyDown, fyne.KeyDown, fyne.KeyPageDown)
	if last != 1 {
		t.Errorf("stepped down to %d, want 1", last)
	}
	typeKeys(w.Entry, fyne.KeyPageUp)
	if last != 11 {
		t.Errorf("stepped up to %d, want 11", last)
	}
}

// The wheel over a field scrolls the panel until the field has the keyboard.
func TestWheel(t *testing.T) {
	themedApp(t)
	w := NewUintField("", 0, 10)
	w.Changed = func(uint64, bool) {}
	scrolled := 0
	w.Scroll = func(*fyne.ScrollEvent) { scrolled++ }
	w.Set(5)
	over := w.Content.(*fyne.Container).Objects[1].(fyne.Scrollable)
	up := &fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 10)}
	over.Scrolled(up)
	if w.value != 5 || scrolled != 1 {
		t.Errorf("without the keyboard: %d, scrolled %d times", w.value, scrolled)
	}
	w.Entry.FocusGained()
	over.Scrolled(up)
	if w.value != 6 || scrolled != 1 {
		t.Errorf("with the keyboard: %d, scrolled %d times", w.value, scrolled)
	}
}

func themedApp(t *testing.T) fyne.App {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(look.New(look.Dark))
	return a
}

func typeKeys(f fyne.Focusable, keys ...fyne.KeyName) {
	for _, k := range keys {
		f.TypedKey(&fyne.KeyEvent{Name: k})
	}
}

// typeOver focuses a field and types over what it holds.
func typeOver(f fyne.Focusable, text string) {
	f.FocusGained()
	for _, r := range text {
		f.TypedRune(r)
	}
	f.FocusLost()
}
