package settings

import (
	"strconv"

	"fyne.io/fyne/v2/lang"

	"cascata/app/recipe"
	"cascata/ui/format"
)

// Facts are what a picture of a size is and what made it, in one line: the most
// first, then shorter ones.
func Facts(r recipe.Recipe, size recipe.Size) []string {
	pixels := format.SizeText(size.Width, size.Height)
	count, scale := strconv.Itoa(r.Steps), r.Guidance
	switch {
	case r.Enlarge: // Stage C has no part in it
		count, scale = strconv.Itoa(r.DetailSteps()), r.DecoderGuidance
	case !r.Draft:
		count += " + " + strconv.Itoa(r.DecoderSteps)
	}
	steps := lang.X("stage.facts.steps", "{{.N}} steps", map[string]any{"N": count})
	guidance := lang.X("stage.facts.guidance", "guidance {{.N}}", map[string]any{"N": format.GuidanceText(scale)})
	seed := lang.X("stage.facts.seed", "seed {{.N}}", map[string]any{"N": Seed(r)})
	return []string{format.Joined(pixels, steps, guidance, seed), format.Joined(pixels, steps, seed), format.Joined(pixels, seed), pixels}
}

// Seed is the seed of a picture.
func Seed(r recipe.Recipe) string { return strconv.FormatUint(r.Seed, 10) }

// Made is with which seed and model pictures were made: "Seed 7 · demo".
func Made(r recipe.Recipe) string {
	return format.Joined(lang.X("seed", "Seed")+" "+Seed(r), r.Model)
}
