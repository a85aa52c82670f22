package ui

import (
	"strconv"
	"testing"

	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/uitest"
)

// Keep makes the picture on show again, whichever of a batch it is and
// whatever its detail was made from; a seed that was typed is kept instead.
func TestKeepIsThePictureOnShow(t *testing.T) {
	for _, mode := range []recipe.SeedMode{recipe.SeedRandom, recipe.SeedStep} {
		w, s := newTestWindow(t, t.TempDir())
		sketch := w.form.Sketch()
		sketch.Prompt, sketch.Count, sketch.SeedMode = "a {red|blue} boat", 4, mode
		w.form.Set(sketch)
		w.generate(false)
		third := s.added[2]
		third.State, third.File = studio.Done, "3.png"
		s.queue = studio.Queue{Over: []studio.Job{third}}
		w.sync(s)
		w.middle.open(third)
		if got := w.form.Seed.Field.Entry.PlaceHolder; mode == recipe.SeedRandom && got != strconv.FormatUint(third.Recipe.Seed, 10) {
			t.Errorf("the seed's place says %q, want %d", got, third.Recipe.Seed)
		}
		w.form.Seed.Choose(1)
		w.generate(false)
		if again := s.added[4].Recipe; again.Seed != third.Recipe.Seed || again.DecoderSeed != third.Recipe.DecoderSeed || again.Prompt != third.Recipe.Prompt {
			t.Errorf("%q, keep: made %d %d %q, want %d %d %q", mode, again.Seed, again.DecoderSeed, again.Prompt, third.Recipe.Seed, third.Recipe.DecoderSeed, third.Recipe.Prompt)
		}
		developed := third
		developed.ID, developed.Recipe.DecoderSeed = 99, 12345
		w.middle.open(developed)
		w.form.Seed.UseLast()
		if got := w.form.Sketch(); got.Seed != third.Recipe.Seed || !got.OwnDecoderSeed || got.DecoderSeed != 12345 {
			t.Errorf("of other detail: %d, %v %d", got.Seed, got.OwnDecoderSeed, got.DecoderSeed)
		}
		w.form.Seed.Choose(2)
		uitest.Enter(w.form.Seed.Field.Entry, "7")
		w.form.Seed.Choose(1)
		if got := w.form.Sketch().Seed; got != 7 {
			t.Errorf("typed 7, then keep: %d", got)
		}
	}
}
