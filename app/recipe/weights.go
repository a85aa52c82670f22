package recipe

// A Weight is how much one of several things counts in a recipe: a setting that
// is there as often as such things are.
type Weight struct {
	Name  string  // what counts
	Label Phrase  // instead of Name, where it has none of its own
	Range Range   // of its control
	Least float64 // of a sweep
	Get   func(*Recipe) float64
	Set   func(*Recipe, float64) // changes no other recipe

	// Of is set where there is one at the most, which is in the table; From and To
	// are what is proposed then.
	Of       *Setting
	From, To float64
}

// weightOf is a number of the table as a Weight.
func weightOf(key string, from, to float64) Weight {
	s := Find(key)
	return Weight{Of: s, From: from, To: to, Get: s.Get, Set: s.Set}
}

// Weights are how much the picture that a recipe begins from changes, and what
// counts how much: prompts that are mixed, pictures that go in beside the words,
// and LoRAs.
func Weights(r Recipe) (all []Weight) {
	switch {
	case r.Enlarge:
		all = append(all, weightOf("strength", 0.2, 0.6))
	case r.Init != nil:
		all = append(all, weightOf("strength", 0.2, 1))
	}
	if len(r.Mix.More) > 0 {
		all = append(all, Weight{Label: firstPrompt,
			Get: func(r *Recipe) float64 { return r.Mix.PromptWeight() },
			Set: func(r *Recipe, v float64) { r.Mix.Main = &v }})
	}
	for _, in := range []Section{InMood, InOutlines} {
		all = append(all, weightsIn(r, in)...)
	}
	if Find("outline_high").Applies(&r) {
		all = append(all, weightOf("outline_high", 100, 400), weightOf("outline_low", 50, 200))
	}
	return append(all, weightsIn(r, InLoRAs)...)
}

// weightsIn are those of a recipe's ingredients in a section.
func weightsIn(r Recipe, in Section) (all []Weight) {
	for _, i := range r.Ingredients(in) {
		w := *i.Weight
		if w.Label == (Phrase{}) {
			w.Name = i.Name
		}
		all = append(all, w)
	}
	return all
}

// Under is the recipe with the preset of another, and what that has of numbers
// that the recipe does not say.
func (r Recipe) Under(other Recipe) Recipe {
	r.Preset = other.Preset
	return r
}

// SameBesides reports whether two recipes are alike in what no sweep changes and makes
// another picture.
func SameBesides(a, b Recipe) bool {
	return a.Model == b.Model && a.DecoderSeed == b.DecoderSeed && a.Draft == b.Draft
}

// SameWeights reports whether two recipes have the same weights, whatever they are,
// and begin from a picture alike.
func SameWeights(a, b Recipe) bool {
	return len(a.Mix.More) == len(b.Mix.More) && len(a.References) == len(b.References) && len(a.LoRAs) == len(b.LoRAs) &&
		(a.Init == nil) == (b.Init == nil) && a.Enlarge == b.Enlarge && (a.Control == nil) == (b.Control == nil)
}
