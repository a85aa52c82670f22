package settings

import (
	"slices"
	"testing"

	"cascata/app/recipe"
	"cascata/inference"
	"cascata/ui/uitest"
)

// One line says what made a picture: of both stages, or of the one that had a part
// in it, and less where there is little room.
func TestFacts(t *testing.T) {
	uitest.App(t)
	r := recipe.Usual(recipe.Demo).Recipe
	r.Steps, r.Guidance, r.DecoderSteps, r.DecoderGuidance, r.Seed = 20, 4.5, 10, 0, 1<<64-1
	draft, larger := r, r
	draft.Draft = true
	larger.From, larger.Enlarge, larger.DecoderGuidance = &inference.Input{}, true, 2
	for name, tt := range map[string]struct {
		of   recipe.Recipe
		want []string
	}{
		"picture":  {r, []string{"1024 × 512 · 20 + 10 steps · guidance 4.5 · seed 18446744073709551615", "1024 × 512 · 20 + 10 steps · seed 18446744073709551615", "1024 × 512 · seed 18446744073709551615", "1024 × 512"}},
		"draft":    {draft, []string{"1024 × 512 · 20 steps · guidance 4.5 · seed 18446744073709551615", "1024 × 512 · 20 steps · seed 18446744073709551615", "1024 × 512 · seed 18446744073709551615", "1024 × 512"}},
		"enlarged": {larger, []string{"1024 × 512 · 2 steps · guidance 2 · seed 18446744073709551615", "1024 × 512 · 2 steps · seed 18446744073709551615", "1024 × 512 · seed 18446744073709551615", "1024 × 512"}},
	} {
		if got := Facts(tt.of, recipe.Size{Width: 1024, Height: 512}); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	r.Guidance = 1
	if got := Facts(r, recipe.Size{Width: 8, Height: 8})[0]; got != "8 × 8 · 20 + 10 steps · guidance off · seed 18446744073709551615" {
		t.Errorf("without guidance: %q", got)
	}
	if got := Made(r); got != "Seed 18446744073709551615 · demo" {
		t.Errorf("made with %q", got)
	}
}
