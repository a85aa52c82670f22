package create

import (
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/recipe"
	"cascata/ui/uitest"
)

func TestSeed(t *testing.T) {
	s := uitest.Usual()
	s.Seed = 5
	c, _ := newTestControls(t, s)
	f := c.Seed.Field.Entry
	if f.Text != "" || f.PlaceHolder != "5" {
		t.Errorf("a seed that is not used again shows as %q, %q", f.Text, f.PlaceHolder)
	}
	uitest.Enter(f, "18446744073709551615")
	if s := c.Sketch(); s.Seed != math.MaxUint64 || s.SeedMode != recipe.SeedKeep {
		t.Errorf("typed: %d %q", s.Seed, s.SeedMode)
	}
	uitest.Press(f, fyne.KeyUp)
	if got := c.Sketch().Seed; got != math.MaxUint64 {
		t.Errorf("one more than the largest is %d", got)
	}
	uitest.Press(c.Seed.modes, fyne.KeyRight)
	if got := c.Sketch().SeedMode; got != recipe.SeedStep {
		t.Errorf("mode %q, want %q", got, recipe.SeedStep)
	}
	uitest.Enter(f, "7")
	if s := c.Sketch(); s.Seed != 7 || s.SeedMode != recipe.SeedStep {
		t.Errorf("typed while counting: %d %q", s.Seed, s.SeedMode)
	}
	f.SetText("")
	if got := c.Sketch().SeedMode; got != recipe.SeedRandom {
		t.Errorf("mode %q after the seed was taken away", got)
	}
}

func TestLastSeed(t *testing.T) {
	c, changes := newTestControls(t, uitest.Usual())
	test.Tap(c.Seed.last)
	if len(*changes) != 0 {
		t.Error("there is no last seed, and it was taken")
	}
	shown := recipe.Recipe{}
	shown.Seed, shown.DecoderSeed = 31, 31
	c.SetShown(shown)
	if len(*changes) != 0 {
		t.Error("what is on show changed the controls")
	}
	test.Tap(c.Seed.last)
	if s := c.Sketch(); s.Seed != 31 || s.SeedMode != recipe.SeedKeep || s.OwnDecoderSeed {
		t.Errorf("last: %d %q, own decoder seed %v", s.Seed, s.SeedMode, s.OwnDecoderSeed)
	}
}
