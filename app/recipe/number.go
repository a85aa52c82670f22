package recipe

import "math"

// A Number is what a setting has that is one.
type Number struct {
	Range
	ByModel func(Native) Range // instead of Range, where that depends on the model; nil: it does not

	Lowest   float64 // that can be made at all, by a flag or as a picture says; the highest is Most
	Positive bool    // a flag takes any number above 0, even below Lowest
	Whole    bool
	Off      bool    // Min, and what lies below it, means that nothing is done
	Usual    float64 // for a model that recommends nothing

	Get func(*Recipe) float64 // also where it is the preset's
	Set func(*Recipe, float64)

	// Own is where a recipe keeps a number that a preset has too: nil there is
	// as the preset has it. Own itself is nil for any other number.
	Own    func(*Recipe) **float64
	Preset func(*Recipe) float64
	Fixed  func(*Recipe) bool // the preset allows no number but its own; nil: every one does
}

// A Range is what a number can be. Its units are those of the setting.
type Range struct {
	Min, Max, Step float64 // of the slider, and of a sweep
	Least, Most    float64 // what may be typed; 0: Min and Max
}

// Native is what ranges know of a model, pixels.
type Native struct {
	Width, Height int
	Least         int // the smallest side it can make
}

// For is the number's range with a model.
func (n *Number) For(m Native) Range {
	if n.ByModel != nil {
		return n.ByModel(m)
	}
	return n.Range
}

// Default is the number of a recipe that does not say it.
func (n *Number) Default(r *Recipe) float64 {
	if n.Preset != nil {
		return n.Preset(r)
	}
	return n.Usual
}

// Tune is Set, but for a number that is as it would be by itself: the recipe does
// not say that, so that it follows when another preset is chosen.
func (n *Number) Tune(r *Recipe, v float64) {
	if n.Set(r, v); n.Own != nil && math.Abs(v-n.Default(r)) < 1e-6 {
		*n.Own(r) = nil
	}
}

// Untune lets a number be as it is by itself.
func (n *Number) Untune(r *Recipe) {
	if n.Own != nil {
		*n.Own(r) = nil
	}
}

// Tuned reports whether a recipe has a number of its own.
func (n *Number) Tuned(r *Recipe) bool { return n.Own != nil && *n.Own(r) != nil }
