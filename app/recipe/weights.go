package recipe

import (
	"slices"

	"cascata/inference/checkpoint"
)

// A Weight is how much one of several things counts in a recipe: a setting that
// is there as often as such things are.
type Weight struct {
	Name  string // what counts
	Label Phrase // instead of Name, where it has none of its own
	Least float64
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
	for k, p := range r.Mix.More {
		all = append(all, Weight{Name: p.Prompt,
			Get: func(r *Recipe) float64 { return r.Mix.More[k].Weight },
			Set: func(r *Recipe, v float64) {
				r.Mix.More = slices.Clone(r.Mix.More)
				r.Mix.More[k].Weight = v
			}})
	}
	for k, ref := range r.References {
		all = append(all, Weight{Name: ref.Called(), Least: -1,
			Get: func(r *Recipe) float64 { return r.References[k].Weight },
			Set: func(r *Recipe, v float64) {
				r.References = slices.Clone(r.References)
				r.References[k].Weight = v
			}})
	}
	if r.Control != nil {
		all = append(all, Weight{Label: phrase("control", "Control"), Least: -1,
			Get: func(r *Recipe) float64 { return r.Control.Weight },
			Set: func(r *Recipe, v float64) {
				c := *r.Control
				c.Weight, r.Control = v, &c
			}})
		if r.Control.Kind == checkpoint.Canny && !r.Control.Mapped() {
			all = append(all, weightOf("outline_high", 100, 400), weightOf("outline_low", 50, 200))
		}
	}
	for k, l := range r.LoRAs {
		all = append(all, Weight{Name: l.Name, Least: -1,
			Get: func(r *Recipe) float64 { return r.LoRAs[k].Weight },
			Set: func(r *Recipe, v float64) {
				r.LoRAs = slices.Clone(r.LoRAs)
				r.LoRAs[k].Weight = v
			}})
	}
	return all
}

// SameWeights says whether two recipes have the same weights, whatever they are,
// and begin from a picture alike.
func SameWeights(a, b Recipe) bool {
	return len(a.Mix.More) == len(b.Mix.More) && len(a.References) == len(b.References) && len(a.LoRAs) == len(b.LoRAs) &&
		(a.Init == nil) == (b.Init == nil) && a.Enlarge == b.Enlarge && (a.Control == nil) == (b.Control == nil)
}
