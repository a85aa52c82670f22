package recipe

import (
	"strings"
	"testing"
)

func TestSketchJobs(t *testing.T) {
	s := Usual(Demo)
	s.Prompt, s.Negative, s.Style, s.Count, s.Seed, s.SeedMode = "a {red|blue} boat", "rain", "Ink", 3, 10, SeedStep
	styles := []Style{{Name: "Ink", Prompt: "{prompt}, ink", Negative: "colour"}}
	recipes, next := s.Recipes(styles, false)
	if len(recipes) != 3 || recipes[2].Seed != 12 || recipes[2].DecoderSeed != 12 || next.Seed != 13 {
		t.Errorf("recipes %+v, next seed %d", recipes, next.Seed)
	}
	for _, j := range recipes {
		if p := j.Prompt; p != "a red boat, ink" && p != "a blue boat, ink" || j.Negative != "rain, colour" {
			t.Errorf("asked for %q without %q", p, j.Negative)
		}
	}
	if next.Prompt != s.Prompt {
		t.Errorf("the prompt was changed to %q", next.Prompt)
	}
	s.SeedMode, s.OwnDecoderSeed, s.DecoderSeed = SeedKeep, true, 5
	recipes, next = s.Recipes(nil, true)
	if recipes[1].Seed != 11 || recipes[1].DecoderSeed != 6 || next.Seed != 10 || !recipes[0].Draft {
		t.Errorf("kept: %+v, next seed %d", recipes, next.Seed)
	}
	s.SeedMode = SeedRandom
	a, _ := s.Recipes(nil, false)
	b, _ := s.Recipes(nil, false)
	if a[0].Seed == b[0].Seed {
		t.Error("the same random seed twice")
	}
}

func TestChoose(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(64) {
		s := choose("a {red|{dark|pale} blue|} boat {x} \\{y|z\\}", seed)
		if s != choose("a {red|{dark|pale} blue|} boat {x} \\{y|z\\}", seed) {
			t.Fatal("the same seed chose differently")
		}
		seen[s] = true
	}
	for _, want := range []string{"a red boat {x} {y|z}", "a dark blue boat {x} {y|z}", "a pale blue boat {x} {y|z}", "a  boat {x} {y|z}"} {
		if !seen[want] {
			t.Errorf("%q never came; came %v", want, seen)
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d results, want 4: %v", len(seen), seen)
	}
	for _, plain := range []string{"", "{", "}", "{a", "a|b", "{{{{", "}{|"} {
		if got := choose(plain, 1); got != plain {
			t.Errorf("Choose(%q) = %q", plain, got)
		}
	}
	choose(strings.Repeat("{a|", 10000)+strings.Repeat("}", 10000), 1) // ends
}
