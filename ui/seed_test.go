package ui

import (
	"math"
	"strconv"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/recipe"
	"cascata/app/studio"
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
	if s := c.Sketch(); s.Seed != math.MaxUint64 || s.SeedMode != recipe.SeedKeep {
		t.Errorf("typed: %d %q", s.Seed, s.SeedMode)
	}
	press(f, fyne.KeyUp)
	if got := c.Sketch().Seed; got != math.MaxUint64 {
		t.Errorf("one more than the largest is %d", got)
	}
	press(c.seed.modes, fyne.KeyRight)
	if got := c.Sketch().SeedMode; got != recipe.SeedStep {
		t.Errorf("mode %q, want %q", got, recipe.SeedStep)
	}
	enter(f, "7")
	if s := c.Sketch(); s.Seed != 7 || s.SeedMode != recipe.SeedStep {
		t.Errorf("typed while counting: %d %q", s.Seed, s.SeedMode)
	}
	f.SetText("")
	if got := c.Sketch().SeedMode; got != recipe.SeedRandom {
		t.Errorf("mode %q after the seed was taken away", got)
	}
}

func TestLastSeed(t *testing.T) {
	c, told := newTestControls(t, usual())
	test.Tap(c.seed.last)
	if len(*told) != 0 {
		t.Error("there is no last seed, and it was taken")
	}
	shown := recipe.Recipe{}
	shown.Seed, shown.DecoderSeed = 31, 31
	c.SetShown(shown)
	if len(*told) != 0 {
		t.Error("what is on show changed the controls")
	}
	test.Tap(c.seed.last)
	if s := c.Sketch(); s.Seed != 31 || s.SeedMode != recipe.SeedKeep || s.OwnDecoderSeed {
		t.Errorf("last: %d %q, own decoder seed %v", s.Seed, s.SeedMode, s.OwnDecoderSeed)
	}
}

// Keep makes the picture on show again, whichever of a batch it is and
// whatever its detail was made from; a seed that was typed is kept instead.
func TestKeepIsThePictureOnShow(t *testing.T) {
	for _, mode := range []recipe.SeedMode{recipe.SeedRandom, recipe.SeedStep} {
		w, s := newTestWindow(t, t.TempDir())
		sketch := w.controls.Sketch()
		sketch.Prompt, sketch.Count, sketch.SeedMode = "a {red|blue} boat", 4, mode
		w.setSketch(sketch)
		w.Generate(false)
		third := s.added[2]
		third.State, third.File = studio.Done, "3.png"
		s.queue = studio.Queue{Over: []studio.Job{third}}
		w.sync(s)
		w.open(third)
		if got := w.controls.seed.field.entry.PlaceHolder; mode == recipe.SeedRandom && got != strconv.FormatUint(third.Recipe.Seed, 10) {
			t.Errorf("the seed's place says %q, want %d", got, third.Recipe.Seed)
		}
		w.controls.seed.choose(1)
		w.Generate(false)
		if again := s.added[4].Recipe; again.Seed != third.Recipe.Seed || again.DecoderSeed != third.Recipe.DecoderSeed || again.Prompt != third.Recipe.Prompt {
			t.Errorf("%q, keep: made %d %d %q, want %d %d %q", mode, again.Seed, again.DecoderSeed, again.Prompt, third.Recipe.Seed, third.Recipe.DecoderSeed, third.Recipe.Prompt)
		}
		developed := third
		developed.ID, developed.Recipe.DecoderSeed = 99, 12345
		w.open(developed)
		w.controls.seed.useLast()
		if got := w.controls.Sketch(); got.Seed != third.Recipe.Seed || !got.OwnDecoderSeed || got.DecoderSeed != 12345 {
			t.Errorf("of other detail: %d, %v %d", got.Seed, got.OwnDecoderSeed, got.DecoderSeed)
		}
		w.controls.seed.choose(2)
		enter(w.controls.seed.field.entry, "7")
		w.controls.seed.choose(1)
		if got := w.controls.Sketch().Seed; got != 7 {
			t.Errorf("typed 7, then keep: %d", got)
		}
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
