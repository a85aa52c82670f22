package recipe

import (
	"math/rand/v2"
	"slices"
)

// A Sketch is what the controls hold: a recipe before its seed is drawn.
type Sketch struct {
	Recipe
	SeedMode SeedMode `json:"seed_mode,omitempty"`
	// OwnDecoderSeed: Recipe.DecoderSeed counts; else Stage B has the seed of Stage C.
	OwnDecoderSeed bool   `json:"own_decoder_seed,omitempty"`
	Count          int    `json:"count,omitempty"` // pictures; 0 is 1
	Style          string `json:"style,omitempty"` // name of the style that is added
	LockRatio      bool   `json:"lock_ratio,omitempty"`
}

// SeedMode says where the next seed comes from.
type SeedMode string

// The modes.
const (
	SeedRandom SeedMode = ""     // a new one for every Generate
	SeedKeep   SeedMode = "keep" // Sketch.Seed
	SeedStep   SeedMode = "step" // Sketch.Seed, and the one after it next time
)

// Named settings are a sketch with a name; its prompts are not used.
type Named struct {
	Name   string `json:"name"`
	Sketch Sketch `json:"sketch"`
}

// MaxAtOnce bounds how many pictures one Generate asks for.
const MaxAtOnce = 1000

// Recipes are what Generate asks for: one a picture, with style and choices put
// in and seeds drawn. It also returns the sketch with the seed for the next time.
func (s Sketch) Recipes(styles []Style, draft bool) ([]Recipe, Sketch) {
	count := min(s.Pictures(draft), MaxAtOnce)
	first := s.Seed
	if s.SeedMode == SeedRandom {
		first = uint64(rand.Uint32()) // short enough to read out
	}
	next := s
	next.Seed = first
	if s.SeedMode == SeedStep {
		next.Seed = first + uint64(count)
	}
	recipes := make([]Recipe, count)
	for k := range recipes {
		r := s.Recipe
		r.Draft, r.Seed = draft, first+uint64(k)
		r.Prompt, r.Negative = s.texts(styles, r.Seed)
		r.Mix = s.mixed(styles, r.Seed)
		r.DecoderSeed = r.Seed
		if s.OwnDecoderSeed {
			r.DecoderSeed = s.DecoderSeed + uint64(k)
		}
		recipes[k] = r
	}
	return recipes, next
}

// Series are what a command asks for: one recipe a picture, each with the next
// seed. of is the recipe of the composition that they are developed from, or nil.
// A composition keeps the seed that it was made with: the sketch's is that of the
// detail then. A draft gets the detail it would have had; any other picture new
// detail. With one stream of noise for both stages there is one seed, the sketch's.
func (s Sketch) Series(of *Recipe) []Recipe {
	if s.SeedMode == SeedRandom {
		s.Seed = rand.Uint64() >> 1
	}
	own := s.DecoderSeed
	s.DecoderSeed = s.Seed
	if of != nil && !s.OneStream() {
		if s.SeedMode == SeedRandom && of.Draft {
			s.DecoderSeed = of.DecoderSeed
		}
		s.Seed = of.Seed
	}
	if s.OwnDecoderSeed {
		s.DecoderSeed = own
	}
	recipes := make([]Recipe, max(s.Count, 1))
	for k := range recipes {
		recipes[k] = s.Recipe
		if s.Latent == nil || of == nil {
			recipes[k].Seed += uint64(k)
		}
		recipes[k].DecoderSeed += uint64(k)
	}
	return recipes
}

// draftsAtOnce is how many seeds a sheet of drafts tries when only one picture
// is asked for.
const draftsAtOnce = 6

// Pictures are how many Generate asks for, or Draft.
func (s Sketch) Pictures(draft bool) int {
	if draft && s.Count <= 1 {
		return draftsAtOnce
	}
	return max(s.Count, 1)
}

// AskFor is how many pictures Generate asks for from now on, from 1 to MaxAtOnce.
func (s *Sketch) AskFor(pictures int) { s.Count = min(max(pictures, 1), MaxAtOnce) }

// Texts are the prompts as a picture with the sketch's seed is asked for: with the
// style, and of each choice in braces the one that the seed stands for.
func (s Sketch) Texts(styles []Style) (prompt, negative string) { return s.texts(styles, s.Seed) }

func (s Sketch) texts(styles []Style, seed uint64) (prompt, negative string) {
	return s.styled(styles, seed, s.Prompt, s.Negative)
}

// styled gives prompts the sketch's style and makes their choices.
func (s Sketch) styled(styles []Style, seed uint64, prompt, negative string) (string, string) {
	if i := s.StyleOf(styles); i >= 0 {
		prompt, negative = styles[i].Apply(prompt, negative)
	}
	return choose(prompt, seed), choose(negative, seed)
}

// StyleOf is which of some styles is added, -1 for none of them.
func (s Sketch) StyleOf(styles []Style) int {
	return slices.IndexFunc(styles, func(t Style) bool { return t.Name == s.Style })
}

// SetStyle adds a style to the prompts; the zero one adds nothing.
func (s *Sketch) SetStyle(t Style) { s.Style = t.Name }

// Restyle is for other styles than there were: one that only got another name
// keeps its place, one that is gone is added no more. It says whether that changed
// the sketch.
func (s *Sketch) Restyle(before, now []Style) bool {
	was := s.StyleOf(before)
	if was < 0 || s.StyleOf(now) >= 0 {
		return false
	}
	if s.Style = ""; len(now) == len(before) {
		s.Style = now[was].Name
	}
	return true
}

// DefaultStyles are there until the artist changes the list.
func DefaultStyles() []Style {
	return []Style{
		{Name: "Photograph", Prompt: "{prompt}, photograph, natural light, sharp focus", Negative: "drawing, painting"},
		{Name: "Gouache", Prompt: "{prompt}, gouache painting, soft edges, matte colours"},
		{Name: "Ink", Prompt: "{prompt}, ink drawing, fine lines, white paper", Negative: "colour"},
		{Name: "Oil", Prompt: "{prompt}, oil painting, visible brush strokes"},
		{Name: "Night", Prompt: "{prompt}, at night, moonlight"},
	}
}
