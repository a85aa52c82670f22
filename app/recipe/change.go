package recipe

import (
	"math/rand/v2"
	"slices"
	"strings"

	"cascata/inference"
	"cascata/inference/checkpoint"
)

// Write gives a sketch a prompt that has its style in it already.
func (s *Sketch) Write(prompt string) { s.Prompt, s.Style = prompt, "" }

// AddWords puts words behind the prompt.
func (s *Sketch) AddWords(words string) {
	if s.Prompt = strings.TrimRight(s.Prompt, " ,"); s.Prompt != "" {
		s.Prompt += ", "
	}
	s.Prompt += words
}

// KeepSeed lets every picture have this seed.
func (s *Sketch) KeepSeed(seed uint64) { s.Seed, s.SeedMode = seed, SeedKeep }

// KeepSeeds lets every picture have the seeds of a recipe.
func (s *Sketch) KeepSeeds(r Recipe) {
	s.KeepSeed(r.Seed)
	if s.OwnDecoderSeed = r.DecoderSeed != r.Seed; s.OwnDecoderSeed {
		s.DecoderSeed = r.DecoderSeed
	}
}

// Use takes a whole recipe, but for what it is made with. Its prompts have their
// style in them already.
func (s *Sketch) Use(r Recipe) {
	now := *s
	s.Recipe, s.Draft, s.Style = r, false, ""
	*s = s.madeWith(now)
	s.KeepSeeds(r)
}

// Begin sets what pictures begin from: a composition from init, changed where
// mask says; or detail from another, or that one enlarged. How much of it
// changes is another matter for each, and starts again.
func (s *Sketch) Begin(init, from, mask *inference.Input, enlarge bool) {
	if enlarge != s.Enlarge {
		s.Strength = nil
	}
	if enlarge && s.Strength == nil {
		usual := inference.EnlargeStrength
		s.Strength = &usual
	}
	s.Init, s.From, s.Mask, s.Enlarge = init, from, mask, enlarge
}

// beginAnew lets pictures begin from no other.
func (s *Sketch) beginAnew() { s.Begin(nil, nil, nil, false) }

// A Way is what is made of the picture to begin from.
type Way int

// The ways.
const (
	Changed  Way = iota // a composition that begins from it
	Detailed            // its composition as it is, with new detail
	Enlarged            // the picture itself, twice as wide and high
)

// Way is what is made of the picture to begin from.
func (s Sketch) Way() Way {
	switch {
	case s.Init != nil:
		return Changed
	case s.Enlarge:
		return Enlarged
	}
	return Detailed
}

// BeginAs makes something else of the picture to begin from, all of it.
func (s *Sketch) BeginAs(w Way) {
	in := s.Init
	if in == nil {
		in = s.From
	}
	switch {
	case w == s.Way():
	case w == Changed:
		s.Begin(in, nil, nil, false)
	default:
		s.Begin(nil, in, nil, w == Enlarged)
	}
}

// Repaint lets a part of a picture change, as it is seen: where mask is white. Of
// a recalled picture that was changed as a whole, the one that was made is seen.
func (s *Sketch) Repaint(in, mask inference.Input) {
	if in.Part != "" && s.Mask == nil {
		in = inference.Input{File: in.File}
	}
	s.Begin(&in, nil, &mask, false)
}

// BeginFrom lets compositions begin from a picture.
func (s *Sketch) BeginFrom(in inference.Input) { s.Begin(&in, nil, nil, false) }

// Refer adds pictures to resemble, as many as there can be.
func (s *Sketch) Refer(in ...inference.Input) {
	s.References = slices.Clone(s.References)
	for _, one := range in {
		if len(s.References) < inference.MaxReferences {
			s.References = append(s.References, inference.Reference{Input: one, Weight: 1})
		}
	}
}

// MixIn adds a prompt to be mixed with the first.
func (s *Sketch) MixIn(prompt string) {
	s.Mix.More = append(slices.Clone(s.Mix.More), inference.Mixed{Prompt: prompt, Weight: 1})
}

// WeighPrompt is how much the prompt counts beside those that it is mixed with.
// The usual weight is not told, as of a prompt alone.
func (s *Sketch) WeighPrompt(w float64) {
	if s.Mix.Main = &w; w == 1 {
		s.Mix.Main = nil
	}
}

// Vary lets new seeds make pictures that resemble one alone, with a prompt where
// there is one.
func (s *Sketch) Vary(in inference.Input, prompt string) {
	s.Mix, s.Extras = inference.Mix{}, inference.Extras{}
	s.Refer(in)
	if prompt != "" {
		s.Write(prompt)
	}
	s.SeedMode = SeedRandom
}

// HoldTo holds compositions to the outlines of a picture.
func (s *Sketch) HoldTo(in inference.Input) {
	s.Control = &inference.Control{Input: in, Kind: checkpoint.Canny, Weight: 1}
}

// AddLoRA adds one that is not there yet.
func (s *Sketch) AddLoRA(one inference.LoRA) {
	same := func(l inference.LoRA) bool { return l.SHA256 == one.SHA256 && (one.SHA256 != "" || l.Path == one.Path) }
	if !slices.ContainsFunc(s.LoRAs, same) {
		s.LoRAs = append(slices.Clone(s.LoRAs), one)
	}
}

// SetInputs takes what goes in beside the prompt from another sketch: pictures,
// prompts that are mixed, and LoRAs.
func (s *Sketch) SetInputs(from Sketch) { s.Extras, s.Mix, s.LoRAs = from.Extras, from.Mix, from.LoRAs }

// OneDraft is the recipe of one draft, with the seed of the sketch, or of the
// picture on show where that is drawn again; shown is nil where there is none.
func (s Sketch) OneDraft(styles []Style, shown *Recipe) Recipe {
	if s.SeedMode == SeedRandom && shown != nil {
		s.Seed = shown.Seed
	}
	s.SeedMode, s.Count = SeedKeep, 1
	recipes, _ := s.Recipes(styles, true)
	return recipes[0]
}

// Enlarged is the recipe of a picture of a size at twice that, with the model and
// the detail settings of the sketch.
func (s Sketch) Enlarged(in inference.Input, prompt string, of Size) Recipe {
	s.Extras, s.LoRAs = inference.Extras{}, nil
	s.Begin(nil, &in, nil, true)
	s.Write(prompt)
	s.Negative = ""
	s.SetSize(Size{Width: 2 * of.Width, Height: 2 * of.Height}) // says how long it takes
	s.Count = 1
	recipes, _ := s.Recipes(nil, false)
	return recipes[0]
}

// Developed is the recipe of a picture from the composition of another, with the
// detail settings of the sketch.
func (s Sketch) Developed(r Recipe) Recipe {
	r.Draft = false
	CopyStage(Detail, &r, s.Recipe)
	if s.OwnDecoderSeed {
		r.DecoderSeed = s.DecoderSeed
	}
	return r
}

// DevelopedAnew is Developed, with a new seed for the detail where nothing else
// would change.
func (s Sketch) DevelopedAnew(r Recipe) Recipe {
	d := s.Developed(r)
	if !r.Draft && sameStage(Detail, r, s.Recipe) && d.DecoderSeed == r.DecoderSeed {
		d.DecoderSeed = uint64(rand.Uint32())
	}
	return d
}

// Seeded is the recipe with the seed of its detail, which is that of its
// composition unless it has its own.
func (s Sketch) Seeded() Recipe {
	r := s.Recipe
	if !s.OwnDecoderSeed {
		r.DecoderSeed = r.Seed
	}
	return r
}
