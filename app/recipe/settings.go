package recipe

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cascata/inference"
	"cascata/inference/canny"
	"cascata/inference/checkpoint"
	"cascata/inference/sampler"
)

// Settings are all that can be set of a picture, in the order of the controls.
// They serve the flags of the command line, the controls, the difference to a
// picture and what is taken of it, sweeps, settings under a name, what a model
// recommends, the text "parameters" in a picture, and the names of files.
//
// A new setting is
//   - a field of inference.Request or Tuning, which say what it does, or of
//     Sketch where it decides which pictures are made; a test fails until an
//     entry copies it;
//   - an entry here, at its place among the others. A number made by number or
//     tuning, with a Section that shows numbers, has its control, its flag, its
//     line among the differences and its sweep from that alone, as has a Seed;
//     ingredients in a Section have their rows, and Flags that name files. Anything
//     else has all but the control, which package ui/create makes for its kind;
//   - its phrases in assets/translations, English and German.
//
// Pictures made before it was there say nothing of it: its zero value must be
// what they were made with. The names of flags and keys never change.
var Settings = []Setting{
	{Key: "prompt", Label: phrase("prompt", "Prompt"), Long: true, Group: OfWords, With: "style",
		Flag: "prompt", Usage: "what to show; - reads standard input",
		Value: func(s *Sketch) any { return Words{s.Prompt, s.Style} },
		Copy:  func(to, from *Sketch) { to.Prompt = from.Prompt },
		Parse: func(s *Sketch, text string) error { s.Prompt = text; return nil },
		Take: func(s *Sketch, p Picture) bool {
			if p.Prompt == nil || len(*p.Prompt) > MaxText {
				return false
			}
			s.Prompt, s.Style = *p.Prompt, "" // its words have the style in them already
			return true
		}},
	{Key: "negative", Label: phrase("negative", "Leave out"), Long: true, Group: OfWords,
		Flag: "negative", Usage: "what to leave out",
		Value: func(s *Sketch) any { return s.Negative },
		Copy:  func(to, from *Sketch) { to.Negative = from.Negative },
		Parse: func(s *Sketch, text string) error { s.Negative = text; return nil },
		Take: func(s *Sketch, p Picture) bool {
			if p.Negative == nil || len(*p.Negative) > MaxText {
				return false
			}
			s.Negative = *p.Negative
			return true
		}},
	{Key: "mix", Label: phrase("mix", "Mixed with"), Long: true, Group: OfWords, Field: "Mixed with", Section: InMood, ingredients: mixedPrompts,
		Flags: mixFlags, Beside: "prompt",
		Value: func(s *Sketch) any { return mixText(s.Mix) },
		Copy:  func(to, from *Sketch) { to.Mix = from.Mix },
		Take:  takeMix},
	{Key: "references", Label: phrase("mood", "Mood"), Group: OfWords, Section: InMood, ingredients: references, Flags: referenceFlags,
		Value: referenceFiles,
		Copy:  func(to, from *Sketch) { to.References = from.References },
		Take: func(s *Sketch, p Picture) bool {
			return taken(p, func(e inference.Extras) { s.References = e.References })
		}},
	fromPicture(input(Setting{Key: "from_image", Label: phrase("from.image", "Detail of a picture"), Section: InBeginning, Flags: fromFlags},
		func(e *inference.Extras) **inference.Input { return &e.From }, (*Sketch).beginAnew)),
	input(Setting{Key: "init", Label: phrase("init", "From this picture"), Section: InBeginning, Flags: initFlags},
		func(e *inference.Extras) **inference.Input { return &e.Init }, (*Sketch).beginAnew),
	ofInit(tuning(Setting{Key: "strength", Label: phrase("strength", "Strength"), Group: OfSeries, Section: InBeginning,
		Tip:  phrase("strength.tip", "How much of the picture to start from changes"),
		Flag: "strength", Usage: "`number` from 0 to 1: how much of the picture of --init changes (default 0.8), or is new in that of --enlarge (0.25)",
		Number: &Number{Range: Range{Max: 1, Step: 0.05}, Preset: usualStrength}},
		func(r *Recipe) **float64 { return &r.Strength })),
	input(Setting{Key: "mask", Label: phrase("mask", "Mask"), Section: InRepaint, Flags: maskFlags},
		func(e *inference.Extras) **inference.Input { return &e.Mask }, func(s *Sketch) { s.Mask = nil }),
	{Key: "control", Label: phrase("control", "Control"), Group: OfWords, Section: InOutlines, ingredients: controls, Flags: controlFlags,
		Value: controlFile,
		Copy:  func(to, from *Sketch) { to.Control = from.Control },
		Take: func(s *Sketch, p Picture) bool {
			return taken(p, func(e inference.Extras) { s.Control = e.Control })
		}},
	threshold(Setting{Key: "outline_high", Label: phrase("outlines.high", "Strong edges"), Short: phrase("outlines.high.short", "Strong"),
		Tip: phrase("outlines.high.tip", "An edge as strong as this is an outline; lower finds more (high threshold of canny)")},
		canny.High, func(_, high *int) *int { return high }),
	threshold(Setting{Key: "outline_low", Label: phrase("outlines.low", "Faint edges"), Short: phrase("outlines.low.short", "Faint"),
		Tip: phrase("outlines.low.tip", "An edge as strong as this is one where it touches a strong one; lower draws lines on (low threshold of canny)")},
		canny.Low, func(low, _ *int) *int { return low }),
	{Key: "style", Group: OfSeries,
		Value: func(s *Sketch) any { return s.Style },
		Copy:  func(to, from *Sketch) { to.Style = from.Style }},
	{Key: "size", Label: phrase("size", "Size"), Field: "Size", Section: InSize,
		Value: func(s *Sketch) any { return s.Size() },
		Copy:  func(to, from *Sketch) { to.Width, to.Height = from.Width, from.Height },
		Parse: parseSize,
		Take: func(s *Sketch, p Picture) bool {
			if !p.HasSize() {
				return false
			}
			s.SetSize(p.FitFor(s.Recipe))
			return true
		},
		Sweep: &Sweep{Propose: proposeSizes}},
	side("width", phrase("width", "Width"), func(r *Recipe) *int { return &r.Width }, func(n Native) int { return n.Width }),
	side("height", phrase("height", "Height"), func(r *Recipe) *int { return &r.Height }, func(n Native) int { return n.Height }),
	toggle(Setting{Key: "lock_ratio", Section: InSize}, func(s *Sketch) *bool { return &s.LockRatio }),

	number(Setting{Key: "steps", Label: phrase("line.steps", "Composition steps"), Short: phrase("steps", "Steps"),
		Tip:   phrase("steps.tip", "More steps are more careful, and take longer"),
		Stage: Composition, Section: InComposition, Advised: true,
		Flag: "steps", Usage: "Stage C steps, a `number` " + advised("20"), Field: "Steps",
		Number: &Number{Range: Range{Min: 1, Max: 60, Step: 1, Most: inference.MaxSteps}, Lowest: 1, Whole: true, Usual: 20},
		Sweep:  &Sweep{Max: 100, From: 10, To: 30},
		Fact:   &Fact{Phrase: stepsPhrase, Rank: 2, Of: composed(func(r *Recipe) any { return r.Steps })},
		advise: func(r *Recipe, a checkpoint.Recommended) {
			if a.Steps > 0 {
				r.Steps = a.Steps
			}
		}},
		func(r *Recipe) *int { return &r.Steps }, func(p Picture) *int { return p.Steps }),
	number(Setting{Key: "guidance", Label: phrase("guidance", "Guidance"),
		Tip:   phrase("guidance.tip", "How closely the prompt is followed; off halves the time"),
		Stage: Composition, Section: InComposition, Advised: true,
		Flag: "guidance", Usage: "Stage C guidance scale, a `number`; up to 1 is off " + advised("4"), Field: "CFG scale",
		Number: &Number{Range: Range{Min: 1, Max: 12, Step: 0.1, Most: inference.MaxGuidance}, Off: true, Usual: 4},
		Sweep:  &Sweep{First: true, Max: 20, From: 2, To: 8},
		Fact:   &Fact{Phrase: guidancePhrase, Rank: 1, Of: composed(func(r *Recipe) any { return r.Guidance })},
		advise: func(r *Recipe, a checkpoint.Recommended) {
			if a.Steps > 0 {
				r.Guidance = a.Guidance
			}
		}},
		func(r *Recipe) *float64 { return &r.Guidance }, func(p Picture) *float64 { return p.Guidance }),

	number(Setting{Key: "decoder_steps", Label: phrase("line.decoder.steps", "Detail steps"), Short: phrase("steps", "Steps"),
		Tip:   phrase("decoder.steps.tip", "Steps that turn the composition into detail"),
		Stage: Detail, Section: InDetail, Advised: true,
		Flag: "decoder-steps", Usage: "Stage B steps, a `number` " + advised("10"), Field: "Decoder steps",
		Number: &Number{Range: Range{Min: 1, Max: 40, Step: 1, Most: inference.MaxSteps}, Lowest: 1, Whole: true, Usual: 10},
		Sweep:  &Sweep{Max: 60, From: 4, To: 20},
		Fact:   &Fact{Phrase: stepsPhrase, Rank: 2, Of: detailed},
		advise: func(r *Recipe, a checkpoint.Recommended) {
			if a.DecoderSteps > 0 {
				r.DecoderSteps = a.DecoderSteps
			}
		}},
		func(r *Recipe) *int { return &r.DecoderSteps }, func(p Picture) *int { return p.DecoderSteps }),
	number(Setting{Key: "decoder_guidance", Label: phrase("line.decoder.guidance", "Detail guidance"), Short: phrase("guidance", "Guidance"),
		Tip:   phrase("decoder.guidance.tip", "Mostly off: the composition has what the prompt says"),
		Stage: Detail, Section: InDetail, Advised: true,
		Flag: "decoder-guidance", Usage: "Stage B guidance scale, a `number`; up to 1 is off " + advised("0"), Field: "Decoder CFG scale",
		Number: &Number{Range: Range{Min: 1, Max: 12, Step: 0.1, Most: inference.MaxGuidance}, Off: true},
		Sweep:  &Sweep{Max: 20, From: 1, To: 4},
		Fact:   &Fact{Phrase: guidancePhrase, Rank: 1, Of: guidedDetail},
		advise: func(r *Recipe, a checkpoint.Recommended) {
			if a.DecoderSteps > 0 {
				r.DecoderGuidance = a.DecoderGuidance
			}
		}},
		func(r *Recipe) *float64 { return &r.DecoderGuidance }, func(p Picture) *float64 { return p.DecoderGuidance }),

	{Key: "seed", Label: phrase("seed", "Seed"), Group: OfSeries,
		Flag: "seed", Usage: "`number` of 64 bits (default random)", Field: "Seed", InEvent: true,
		Fact: &Fact{Phrase: phrase("stage.facts.seed", "seed {{.N}}"), Rank: 3},
		Seed: &Seed{
			Modes: seedModes,
			Get: func(s *Sketch) (uint64, int) {
				return s.Seed, max(slices.IndexFunc(seedModes, func(o Option) bool { return o.Name == string(s.SeedMode) }), 0)
			},
			Set: func(s *Sketch, seed uint64, mode int) { s.Seed, s.SeedMode = seed, SeedMode(seedModes[mode].Name) },
		},
		Value: func(s *Sketch) any {
			if s.SeedMode == SeedRandom {
				return phrase("line.seed.random", "random")
			}
			return s.Seed
		},
		Copy: func(to, from *Sketch) { to.Seed, to.SeedMode = from.Seed, from.SeedMode },
		Parse: func(s *Sketch, text string) error {
			v, random, err := parseSeed(text)
			switch {
			case err == nil && random:
				s.SeedMode = SeedRandom
			case err == nil:
				s.Seed, s.SeedMode = v, SeedKeep
			}
			return err
		},
		Take: func(s *Sketch, p Picture) bool {
			if p.Seed != nil && (s.SeedMode == SeedRandom || s.Seed != *p.Seed) {
				s.Seed, s.SeedMode = *p.Seed, SeedKeep
			}
			return p.Seed != nil
		},
		Sweep: &Sweep{First: true,
			Propose: func(r Recipe, _ []Size) (seeds []string) {
				for k := range uint64(4) {
					seeds = append(seeds, strconv.FormatUint(r.Seed+k, 10))
				}
				return seeds
			},
			Put: func(r *Recipe, text string) error {
				v, err := strconv.ParseUint(text, 10, 64)
				if err != nil {
					return err
				}
				if r.DecoderSeed == r.Seed {
					r.DecoderSeed = v
				}
				r.Seed = v
				return nil
			}}},
	{Key: "decoder_seed", Label: phrase("decoder.seed", "Detail seed"), Group: OfSeries,
		Flag: "decoder-seed", Usage: "`number` of 64 bits (default the seed)", Field: "Decoder seed", InEvent: true,
		Applies: func(r *Recipe) bool { return !r.OneStream() }, // else one seed is for both stages
		Seed: &Seed{
			Get: func(s *Sketch) (uint64, int) {
				if s.OwnDecoderSeed && !s.OneStream() {
					return s.DecoderSeed, 1
				}
				return s.DecoderSeed, 0
			},
			Set: func(s *Sketch, seed uint64, mode int) { s.DecoderSeed, s.OwnDecoderSeed = seed, mode > 0 },
		},
		Value: func(s *Sketch) any {
			if !s.OwnDecoderSeed {
				return phrase("line.seed.same", "as the seed")
			}
			return s.DecoderSeed
		},
		Copy: func(to, from *Sketch) {
			to.DecoderSeed, to.OwnDecoderSeed = from.DecoderSeed, from.OwnDecoderSeed
		},
		Parse: func(s *Sketch, text string) error {
			v, same, err := parseSeed(text)
			if err == nil {
				s.DecoderSeed, s.OwnDecoderSeed = v, !same
			}
			return err
		},
		Take: func(s *Sketch, p Picture) bool {
			if p.DecoderSeed == nil || p.Seed == nil {
				return false
			}
			if s.OwnDecoderSeed = *p.DecoderSeed != *p.Seed; s.OwnDecoderSeed {
				s.DecoderSeed = *p.DecoderSeed
			}
			return true
		}},
	{Key: "count", Group: OfSeries,
		Flag: "count", Usage: "how `many` pictures (default 1); picture k uses seed + k",
		Value: func(s *Sketch) any { return max(s.Count, 1) },
		Copy:  func(to, from *Sketch) { to.Count = from.Count },
		Parse: func(s *Sketch, text string) error { return parseWhole(&s.Count, text, 1, maxCount) }},

	{Key: "preset", Label: phrase("line.preset", "Schedule"), Advised: true, InEvent: true, Section: InSchedule,
		Flag: "preset", Usage: "official, comfy or diffusers " + advised("official"), Field: "Preset",
		Options: presets,
		Value: func(s *Sketch) any {
			return presets[max(slices.IndexFunc(presets, func(o Option) bool { return o.Name == string(s.Preset) }), 0)]
		},
		Copy:  func(to, from *Sketch) { to.Preset = from.Preset },
		Parse: parsePreset,
		Take: func(s *Sketch, p Picture) bool {
			s.Preset = p.presetOr(s.Preset)
			return p.presetOr("?") != "?"
		},
		Sweep: &Sweep{Label: phrase("sweep.preset", "Preset"), Propose: func(Recipe, []Size) (names []string) {
			for _, o := range presets {
				names = append(names, o.Name)
			}
			return names
		}},
		advise: func(r *Recipe, a checkpoint.Recommended) {
			if p, err := sampler.ParsePreset(a.Preset); err == nil {
				r.Preset = p
			}
		}},
	tuning(Setting{Key: "shift", Label: phrase("shift.prior", "Shift C"),
		Tip:   phrase("shift.prior.tip", "Above 1, more steps go to large shapes; below 1, to the finish (schedule shift)"),
		Stage: Composition, Section: InSchedule,
		Flag: "shift", Usage: "`number` above 0: noise schedule shift of Stage C (default the preset's)",
		Number: shift(func(r sampler.Rules) float64 { return r.PriorShift }),
		Sweep:  &Sweep{From: 1, To: 4}},
		func(r *Recipe) **float64 { return &r.Shift }),
	tuning(Setting{Key: "decoder_shift", Label: phrase("shift.decoder", "Shift B"),
		Tip:   phrase("shift.decoder.tip", "The same for the detail (schedule shift of Stage B)"),
		Stage: Detail, Section: InSchedule,
		Flag: "decoder-shift", Usage: "`number` above 0: noise schedule shift of Stage B (default the preset's)",
		Number: shift(func(r sampler.Rules) float64 { return r.DecoderShift }),
		Sweep:  &Sweep{From: 0.5, To: 2}},
		func(r *Recipe) **float64 { return &r.DecoderShift }),
	tuning(Setting{Key: "rescale", Label: phrase("rescale", "Rescale"),
		Tip:     phrase("rescale.tip", "Takes back the harsh contrast of high guidance (guidance rescale)"),
		Section: InSchedule,
		Flag:    "rescale", Usage: "`number` from 0 to 1: guidance rescale (default the preset's)",
		Number: &Number{Range: Range{Max: 1, Step: 0.05}, Off: true, Preset: ofPreset(func(r sampler.Rules) float64 { return r.Rescale })},
		Sweep:  &Sweep{From: 0, To: 1}},
		func(r *Recipe) **float64 { return &r.Rescale }),
	tuning(Setting{Key: "eta", Label: phrase("eta", "Fresh noise"),
		Tip:     phrase("eta.tip", "How much new noise each step adds: off is DDIM, 1 is DDPM (eta)"),
		Section: InSchedule,
		Flag:    "eta", Usage: "`number` from 0 (deterministic) to 1: fresh noise in every step (default the preset's)",
		Number: &Number{Range: Range{Max: 1, Step: 0.05}, Off: true, Preset: ofPreset(func(r sampler.Rules) float64 { return r.Eta })},
		Sweep:  &Sweep{From: 0, To: 1}},
		func(r *Recipe) **float64 { return &r.Eta }),

	{Key: "loras", Label: phrase("loras", "LoRA"), Group: OfWords, Field: "LoRA", Section: InLoRAs, ingredients: loras, Flags: loraFlags,
		Value: func(s *Sketch) any { return loraText(s.LoRAs) },
		Copy:  func(to, from *Sketch) { to.LoRAs = from.LoRAs },
		Take: func(s *Sketch, p Picture) bool {
			if p.Own == nil {
				return false
			}
			s.LoRAs = p.Own.LoRAs
			return true
		}},

	machine("model", "installed `name`, folder or file, or several joined by commas (default demo)", "Model", func(r *Recipe) *string { return &r.Model }),
	machine("device", "auto, cpu, webgpu, cuda, directml or coreml, with :N (default auto)", "", func(r *Recipe) *string { return &r.Device }),
	machine("precision", "auto, fp32, fp16, bf16 on newer NVIDIA cards, or int8 for a small memory (default auto)", "", func(r *Recipe) *string { return &r.Precision }),
	toggle(Setting{Key: "fast", Group: OfMachine,
		Flag: "fast", Usage: "multiply bytes in Stages C and B, where the processor is quick at it"},
		func(s *Sketch) *bool { return &s.Fast }),
}

// firstPrompt is the prompt that others are mixed with.
var firstPrompt = phrase("mood.first", "The prompt")

var seedModes = []Option{
	{Name: string(SeedRandom), Label: phrase("seed.new", "new")},
	{Name: string(SeedKeep), Label: phrase("seed.keep", "keep")},
	{Name: string(SeedStep), Label: phrase("seed.step", "count up")},
}

var presets = []Option{
	{string(sampler.Official), phrase("preset.official", "Official"), phrase("preset.official.about", "As the model's makers sample it.")},
	{string(sampler.Comfy), Phrase{English: "ComfyUI"}, phrase("preset.comfy.about", "Gives the pictures that ComfyUI gives: no guidance rescale.")},
	{string(sampler.Diffusers), Phrase{English: "Diffusers"},
		phrase("preset.diffusers.about", "Gives the pictures that diffusers gives: no shift, one seed for both stages, brackets are plain text.")},
}

// advised is how a flag's help says that the model's makers know better.
func advised(otherwise string) string {
	return "(default what the model recommends, else " + otherwise + ")"
}

// shift is a schedule's shift, which not every preset has.
func shift(preset func(sampler.Rules) float64) *Number {
	return &Number{
		Range: Range{Min: 0.1, Max: 8, Step: 0.1, Most: sampler.MaxShift}, Lowest: 1e-3, Positive: true,
		Preset: ofPreset(preset), Fixed: func(r *Recipe) bool { return r.Preset.Rules().TimeAsIs },
	}
}

// ofPreset is a number of the preset that a recipe has.
func ofPreset(number func(sampler.Rules) float64) func(*Recipe) float64 {
	return func(r *Recipe) float64 { return number(r.Preset.Rules()) }
}

// usualStrength is how much changes of the picture to begin from, where a recipe
// does not say it.
func usualStrength(r *Recipe) float64 {
	if r.Enlarge {
		return inference.EnlargeStrength
	}
	return inference.UsualStrength
}

// loraText names LoRA files, each with its weight.
func loraText(loras []inference.LoRA) string {
	var list []string
	for _, l := range loras {
		list = append(list, fmt.Sprintf("%s %g", plainValue(l.Name), l.Weight))
	}
	return strings.Join(list, " + ")
}

// machine is something that a picture is made with; its value cannot be empty.
func machine(key, usage, field string, at func(*Recipe) *string) Setting {
	return Setting{Key: key, Group: OfMachine, Flag: key, Usage: usage, Field: field,
		Value: func(s *Sketch) any { return *at(&s.Recipe) },
		Copy:  func(to, from *Sketch) { *at(&to.Recipe) = *at(&from.Recipe) },
		Parse: func(s *Sketch, text string) error { return parseFilled(at(&s.Recipe), text) }}
}
