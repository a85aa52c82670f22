package settings

import (
	"slices"

	"cascata/app/recipe"
	"cascata/ui/format"
)

// A fact is what is said of the settings with one phrase.
type fact struct {
	*recipe.Fact
	values string
}

// Facts are what a picture of a size is and what made it, in one line: the most
// first, then shorter ones.
func Facts(r recipe.Recipe, size recipe.Size) (lines []string) {
	var all []fact
	for i := range recipe.Settings {
		s := &recipe.Settings[i]
		if s.Fact == nil {
			continue
		}
		v := s.Of(r)
		if s.Fact.Of != nil {
			v = s.Fact.Of(&r)
		}
		at := slices.IndexFunc(all, func(f fact) bool { return f.Phrase == s.Fact.Phrase })
		switch {
		case v == nil:
		case at < 0:
			all = append(all, fact{s.Fact, valueText(s, v)})
		default:
			all[at].values += " + " + valueText(s, v)
		}
	}
	for {
		said := []string{format.SizeText(size.Width, size.Height)}
		least := 0
		for i, f := range all {
			said = append(said, filled(f.Phrase, f.values))
			if f.Rank < all[least].Rank {
				least = i
			}
		}
		lines = append(lines, format.Joined(said...))
		if len(all) == 0 {
			return lines
		}
		all = slices.Delete(all, least, least+1)
	}
}

// Seed is the seed of a picture.
func Seed(r recipe.Recipe) string { return recipe.Plain(recipe.Seeds()[0].Of(r)) }

// Made is with which seed and model pictures were made: "Seed 7 · demo".
func Made(r recipe.Recipe) string {
	model, _, _ := r.MadeWith()
	return format.Joined(Name(recipe.Seeds()[0])+" "+Seed(r), model)
}
