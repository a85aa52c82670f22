package ui

import (
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app"
)

func TestSeed(t *testing.T) {
	s := usual()
	s.Seed = 5
	c, _ := newTestControls(t, s)
	f := c.seed.field.entry
	if f.Text != "" || f.PlaceHolder != "5" {
		t.Errorf("a seed that is not used again shows as %q, %q", f.Text, f.PlaceHolder)
	}
	enter(f, "18446744073709551615")
	if s := c.Sketch(); s.Seed != math.MaxUint64 || s.SeedMode != app.SeedKeep {
		t.Errorf("typed: %d %q", s.Seed, s.SeedMode)
	}
	press(f, fyne.KeyUp)
	if got := c.Sketch().Seed; got != math.MaxUint64 {
		t.Errorf("one more than the largest is %d", got)
	}
	press(c.seed.modes, fyne.KeyRight)
	if got := c.Sketch().SeedMode; got != app.SeedStep {
		t.Errorf("mode %q, want %q", got, app.SeedStep)
	}
	enter(f, "7")
	if s := c.Sketch(); s.Seed != 7 || s.SeedMode != app.SeedStep {
		t.Errorf("typed while counting: %d %q", s.Seed, s.SeedMode)
	}
	f.SetText("")
	if got := c.Sketch().SeedMode; got != app.SeedRandom {
		t.Errorf("mode %q after the seed was taken away", got)
	}
}

func TestLastSeed(t *testing.T) {
	c, told := newTestControls(t, usual())
	test.Tap(c.seed.last)
	if len(*told) != 0 {
		t.Error("there is no last seed, and it was taken")
	}
	c.SetLastSeed(31)
	test.Tap(c.seed.last)
	if s := c.Sketch(); s.Seed != 31 || s.SeedMode != app.SeedKeep {
		t.Errorf("last: %d %q", s.Seed, s.SeedMode)
	}
}

func TestWhole(t *testing.T) {
	testApp(t)
	w := newWhole("", 1, 1000)
	var last uint64
	w.changed = func(v uint64, ok bool) { last = v }
	w.set(4)
	for _, tt := range []struct {
		typed string
		want  uint64
		shown string
	}{
		{"12", 12, "12"}, {"0", 12, "12"}, {"9999", 999, "999"}, {"a3b", 3, "3"}, {"007", 7, "007"},
	} {
		w.set(12)
		last = 12
		enter(w.entry, tt.typed)
		if last != tt.want || w.value != tt.want || w.entry.Text != tt.shown {
			t.Errorf("typed %q: told %d, holds %d, shows %q; want %d %q", tt.typed, last, w.value, w.entry.Text, tt.want, tt.shown)
		}
	}
	w.set(2)
	press(w.entry, fyne.KeyDown, fyne.KeyDown, fyne.KeyPageDown)
	if last != 1 {
		t.Errorf("stepped down to %d, want 1", last)
	}
	press(w.entry, fyne.KeyPageUp)
	if last != 11 {
		t.Errorf("stepped up to %d, want 11", last)
	}
}

// The wheel over a field scrolls the panel until the field has the keyboard.
func TestWheel(t *testing.T) {
	testApp(t)
	w := newWhole("", 0, 10)
	w.changed = func(uint64, bool) {}
	scrolled := 0
	w.scroll = func(*fyne.ScrollEvent) { scrolled++ }
	w.set(5)
	over := newWheel(w)
	up := &fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 10)}
	over.Scrolled(up)
	if w.value != 5 || scrolled != 1 {
		t.Errorf("without the keyboard: %d, scrolled %d times", w.value, scrolled)
	}
	w.entry.FocusGained()
	over.Scrolled(up)
	if w.value != 6 || scrolled != 1 {
		t.Errorf("with the keyboard: %d, scrolled %d times", w.value, scrolled)
	}
}
