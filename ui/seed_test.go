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
		sketch := w.controls.Sketch()
		sketch.Prompt, sketch.Count, sketch.SeedMode = "a {red|blue} boat", 4, mode
		w.setSketch(sketch)
		w.Generate(false)
		third := s.added[2]
		third.State, third.File = studio.Done, "3.png"
		s.queue = studio.Queue{Over: []studio.Job{third}}
		w.sync(s)
		w.open(third)
		if got := w.controls.Seed.Field.Entry.PlaceHolder; mode == recipe.SeedRandom && got != strconv.FormatUint(third.Recipe.Seed, 10) {
			t.Errorf("the seed's place says %q, want %d", got, third.Recipe.Seed)
		}
		w.controls.Seed.Choose(1)
		w.Generate(false)
		if again := s.added[4].Recipe; again.Seed != third.Recipe.Seed || again.DecoderSeed != third.Recipe.DecoderSeed || again.Prompt != third.Recipe.Prompt {
			t.Errorf("%q, keep: made %d %d %q, want %d %d %q", mode, again.Seed, again.DecoderSeed, again.Prompt, third.Recipe.Seed, third.Recipe.DecoderSeed, third.Recipe.Prompt)
		}
		developed := third
		developed.ID, developed.Recipe.DecoderSeed = 99, 12345
		w.open(developed)
		w.controls.Seed.UseLast()
		if got := w.controls.Sketch(); got.Seed != third.Recipe.Seed || !got.OwnDecoderSeed || got.DecoderSeed != 12345 {
			t.Errorf("of other detail: %d, %v %d", got.Seed, got.OwnDecoderSeed, got.DecoderSeed)
		}
		w.controls.Seed.Choose(2)
		uitest.Enter(w.controls.Seed.Field.Entry, "7")
		w.controls.Seed.Choose(1)
		if got := w.controls.Sketch().Seed; got != 7 {
			t.Errorf("typed 7, then keep: %d", got)
		}
	}
}
