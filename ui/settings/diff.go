// Package settings is what a picture was made with, setting by setting: how each is said, what differs from the
// controls, what one of them swept over values asks for, and which pictures are such a sweep.
package settings

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/meta"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/sampler"
	"cascata/ui/format"
)

// A setting is one thing that a recipe says, as the controls hold it.
type setting struct {
	Name string
	text func(s *recipe.Sketch) string           // as the artist reads it
	copy func(to, from *recipe.Sketch)           // this setting alone
	has  func(i *pictureRecipe) bool             // whether a picture says it
	long bool                                    // text of many words
	from func(s *recipe.Sketch, i pictureRecipe) // what a picture says
}

// pictureRecipe is what a picture says of itself. made is more of it where the
// picture is ours.
type pictureRecipe struct {
	meta.Info
	made recipe.Recipe
	ours bool
}

// maxText bounds a prompt that is put into the controls, bytes.
const maxText = 100_000

// A Line is one setting of a picture beside that of the controls.
type Line struct {
	Name     string
	Now, Its string // as the artist reads them
	Same     bool
	Long     bool // text of many words

	Sketch recipe.Sketch // holds the picture's value
	Copy   func(to, from *recipe.Sketch)
}

// Use puts the picture's value into a sketch.
func (l Line) Use(s *recipe.Sketch) { l.Copy(s, &l.Sketch) }

// Back puts the value that a sketch had before into it again.
func (l Line) Back(s *recipe.Sketch, before recipe.Sketch) { l.Copy(s, &before) }

// Diff is what a picture says beside what the controls hold: the settings that
// both know, in the order of the controls.
func Diff(sketch recipe.Sketch, info meta.Info) []Line {
	i := pictureRecipe{Info: info}
	if len(info.Recipe) > 0 && json.Unmarshal(info.Recipe, &i.made) == nil {
		i.ours = true
	}
	its := sketch
	all := All()
	all = slices.DeleteFunc(all, func(s setting) bool { return !s.has(&i) })
	for _, s := range all {
		s.from(&its, i)
	}
	lines := make([]Line, len(all))
	for k, s := range all {
		l := Line{Name: s.Name, Now: s.text(&sketch), Its: s.text(&its), Long: s.long, Sketch: its, Copy: s.copy}
		l.Same = l.Now == l.Its
		lines[k] = l
	}
	return lines
}

// Differing are the lines that are not the same.
func Differing(lines []Line) []Line {
	return slices.DeleteFunc(slices.Clone(lines), func(l Line) bool { return l.Same })
}

// All are all that a picture can say and the controls can hold.
func All() []setting {
	whole := func(v int) string { return strconv.Itoa(v) }
	steps := func(v *int) bool { return v != nil && *v >= 1 && *v <= inference.MaxSteps }
	guided := func(v *float64) bool {
		return v != nil && *v >= 0 && *v <= inference.MaxGuidance // not NaN either
	}
	return []setting{
		{Name: lang.X("prompt", "Prompt"), long: true,
			text: func(s *recipe.Sketch) string { return format.Joined(s.Prompt, styleText(s.Style)) },
			copy: func(to, from *recipe.Sketch) { to.Prompt, to.Style = from.Prompt, from.Style },
			has:  func(i *pictureRecipe) bool { return i.Prompt != nil && len(*i.Prompt) <= maxText },
			// Its words have the style in them already.
			from: func(s *recipe.Sketch, i pictureRecipe) { s.Prompt, s.Style = *i.Prompt, "" }},
		{Name: lang.X("negative", "Leave out"), long: true,
			text: func(s *recipe.Sketch) string { return s.Negative },
			copy: func(to, from *recipe.Sketch) { to.Negative = from.Negative },
			has:  func(i *pictureRecipe) bool { return i.Negative != nil && len(*i.Negative) <= maxText },
			from: func(s *recipe.Sketch, i pictureRecipe) { s.Negative = *i.Negative }},
		{Name: lang.X("size", "Size"),
			text: func(s *recipe.Sketch) string { return format.SizeText(s.Width, s.Height) },
			copy: CopySize,
			has:  func(i *pictureRecipe) bool { return validSide(i.Width) && validSide(i.Height) },
			from: func(s *recipe.Sketch, i pictureRecipe) {
				s.Width, s.Height = app.FitSize(presetOf(i, s.Preset), *i.Width, *i.Height)
			}},
		{Name: lang.X("line.steps", "Composition steps"),
			text: func(s *recipe.Sketch) string { return whole(s.Steps) },
			copy: func(to, from *recipe.Sketch) { to.Steps = from.Steps },
			has:  func(i *pictureRecipe) bool { return steps(i.Steps) },
			from: func(s *recipe.Sketch, i pictureRecipe) { s.Steps = *i.Steps }},
		{Name: lang.X("guidance", "Guidance"),
			text: func(s *recipe.Sketch) string { return format.GuidanceText(s.Guidance) },
			copy: func(to, from *recipe.Sketch) { to.Guidance = from.Guidance },
			has:  func(i *pictureRecipe) bool { return guided(i.Guidance) },
			from: func(s *recipe.Sketch, i pictureRecipe) { s.Guidance = *i.Guidance }},
		{Name: lang.X("line.decoder.steps", "Detail steps"),
			text: func(s *recipe.Sketch) string { return whole(s.DecoderSteps) },
			copy: func(to, from *recipe.Sketch) { to.DecoderSteps = from.DecoderSteps },
			has:  func(i *pictureRecipe) bool { return steps(i.DecoderSteps) },
			from: func(s *recipe.Sketch, i pictureRecipe) { s.DecoderSteps = *i.DecoderSteps }},
		{Name: lang.X("line.decoder.guidance", "Detail guidance"),
			text: func(s *recipe.Sketch) string { return format.GuidanceText(s.DecoderGuidance) },
			copy: func(to, from *recipe.Sketch) { to.DecoderGuidance = from.DecoderGuidance },
			has:  func(i *pictureRecipe) bool { return guided(i.DecoderGuidance) },
			from: func(s *recipe.Sketch, i pictureRecipe) { s.DecoderGuidance = *i.DecoderGuidance }},
		{Name: lang.X("seed", "Seed"),
			text: seedText,
			copy: func(to, from *recipe.Sketch) { to.Seed, to.SeedMode = from.Seed, from.SeedMode },
			has:  func(i *pictureRecipe) bool { return i.Seed != nil },
			from: func(s *recipe.Sketch, i pictureRecipe) {
				if s.SeedMode == recipe.SeedRandom || s.Seed != *i.Seed {
					s.Seed, s.SeedMode = *i.Seed, recipe.SeedKeep
				}
			}},
		{Name: lang.X("decoder.seed", "Detail seed"),
			text: decoderSeedText,
			copy: func(to, from *recipe.Sketch) {
				to.DecoderSeed, to.OwnDecoderSeed = from.DecoderSeed, from.OwnDecoderSeed
			},
			has: func(i *pictureRecipe) bool { return i.DecoderSeed != nil && i.Seed != nil },
			from: func(s *recipe.Sketch, i pictureRecipe) {
				if s.OwnDecoderSeed = *i.DecoderSeed != *i.Seed; s.OwnDecoderSeed {
					s.DecoderSeed = *i.DecoderSeed
				}
			}},
		{Name: lang.X("line.preset", "Schedule"),
			text: func(s *recipe.Sketch) string { return presetText(s.Preset) },
			copy: func(to, from *recipe.Sketch) { to.Preset = from.Preset },
			has:  func(i *pictureRecipe) bool { return presetOf(*i, "?") != "?" },
			from: func(s *recipe.Sketch, i pictureRecipe) { s.Preset = presetOf(i, s.Preset) }},
		tuning(lang.X("shift.prior", "Shift C"), 1e-3, 100, func(t *inference.Tuning) **float64 { return &t.Shift }),
		tuning(lang.X("shift.decoder", "Shift B"), 1e-3, 100, func(t *inference.Tuning) **float64 { return &t.DecoderShift }),
		tuning(lang.X("rescale", "Rescale"), 0, 1, func(t *inference.Tuning) **float64 { return &t.Rescale }),
		tuning(lang.X("eta", "Fresh noise"), 0, 1, func(t *inference.Tuning) **float64 { return &t.Eta }),
	}
}

// tuning is a number that a preset has and a recipe of ours may change, within
// bounds.
func tuning(name string, least, most float64, at func(*inference.Tuning) **float64) setting {
	return setting{Name: name,
		text: func(s *recipe.Sketch) string {
			if v := *at(&s.Tuning); v != nil {
				return format.ShortNumber(*v)
			}
			return lang.X("line.preset.own", "as the schedule has it")
		},
		copy: func(to, from *recipe.Sketch) { *at(&to.Tuning) = *at(&from.Tuning) },
		has: func(i *pictureRecipe) bool {
			v := *at(&i.made.Tuning)
			return i.ours && (v == nil || *v >= least && *v <= most)
		},
		from: func(s *recipe.Sketch, i pictureRecipe) { *at(&s.Tuning) = *at(&i.made.Tuning) },
	}
}

// presetOf is the preset that a picture names, or else another one.
func presetOf(i pictureRecipe, instead sampler.Preset) sampler.Preset {
	if i.Preset == nil || *i.Preset == "" {
		return instead
	}
	p, err := sampler.ParsePreset(*i.Preset)
	if err != nil {
		return instead
	}
	return p
}

// CopySize puts the size of a sketch into another.
func CopySize(to, from *recipe.Sketch) { to.Width, to.Height = from.Width, from.Height }

func validSide(v *int) bool { return v != nil && *v >= 1 && *v <= sampler.MaxSide }

func styleText(style string) string {
	if style == "" {
		return ""
	}
	return lang.X("line.style", "style {{.Name}}", map[string]any{"Name": style})
}

func seedText(s *recipe.Sketch) string {
	if s.SeedMode == recipe.SeedRandom {
		return lang.X("line.seed.random", "random")
	}
	return strconv.FormatUint(s.Seed, 10)
}

func decoderSeedText(s *recipe.Sketch) string {
	if !s.OwnDecoderSeed {
		return lang.X("line.seed.same", "as the seed")
	}
	return strconv.FormatUint(s.DecoderSeed, 10)
}

func presetText(p sampler.Preset) string {
	switch p {
	case sampler.Comfy:
		return "ComfyUI"
	case sampler.Diffusers:
		return "Diffusers"
	}
	return lang.X("preset.official", "Official")
}

// programs are those whose pictures can be read, by their own names.
var programs = map[string]string{
	meta.Cascata: "Cascata", meta.A1111: "A1111 / Forge", meta.ComfyUI: "ComfyUI", meta.InvokeAI: "InvokeAI", meta.Fooocus: "Fooocus",
	meta.DrawThings: "Draw Things", meta.StabilityMatrix: "StabilityMatrix", meta.SwarmUI: "SwarmUI", meta.NovelAI: "NovelAI", meta.EasyDiffusion: "Easy Diffusion",
}

// ProgramText is what made a picture; "" where that is not known.
func ProgramText(program string) string {
	if program == "" || program == meta.Unknown {
		return ""
	}
	if name, ok := programs[program]; ok {
		return name
	}
	return program
}

const (
	maxUnused     = 24   // entries that are named
	maxUnusedText = 60   // of a value among many, in characters
	maxUnusedAll  = 1500 // of all values, where they are few
)

// Unusable says what of a picture's recipe the controls cannot take, a
// sentence each.
func Unusable(sketch recipe.Sketch, info meta.Info) []string {
	var said []string
	say := func(text string) { said = append(said, text) }
	i := pictureRecipe{Info: info}
	foreign := info.Program != "" && info.Program != meta.Cascata && info.Program != meta.Unknown
	if foreign && (info.Steps != nil || info.Guidance != nil) {
		say(lang.X("unused.foreign", "Another kind of model made it: its steps and guidance may not suit this one."))
	}
	if info.Model != nil && *info.Model != "" && *info.Model != sketch.Model {
		say(lang.X("unused.model", "Made with the model {{.Name}}; yours stays.", map[string]any{"Name": format.Clip(*info.Model, maxUnusedText)}))
	}
	if info.Width != nil && info.Height != nil {
		switch w, h := app.FitSize(presetOf(i, sketch.Preset), *info.Width, *info.Height); {
		case !validSide(info.Width) || !validSide(info.Height):
			say(lang.X("unused.size", "Its size, {{.Size}}, cannot be made.", map[string]any{"Size": fmt.Sprintf("%d × %d", *info.Width, *info.Height)}))
		case w != *info.Width || h != *info.Height:
			say(lang.X("unused.round", "Its size, {{.Size}}, becomes the nearest that can be made.", map[string]any{"Size": format.SizeText(*info.Width, *info.Height)}))
		}
	}
	if info.Steps != nil && (*info.Steps < 1 || *info.Steps > inference.MaxSteps) {
		say(lang.X("unused.steps", "Its {{.N}} steps cannot be made.", map[string]any{"N": strconv.Itoa(*info.Steps)}))
	}
	if info.Prompt != nil && strings.Contains(*info.Prompt, "<lora:") {
		say(lang.X("unused.lora", "“<lora:…>” in its prompt means nothing to this model."))
	}
	if info.Prompt != nil && len(*info.Prompt) > maxText {
		say(lang.X("unused.long", "Its prompt is too long to be used."))
	}
	if text := unusedText(info.Unused); text != "" && info.Program != meta.Cascata { // of ours it is what the lines say, and hashes
		say(lang.X("unused.rest", "Read, but not used: {{.Text}}", map[string]any{"Text": text}))
	}
	return said
}

// unusedText lists what was read and has no place here: "Sampler: Euler a".
func unusedText(unused map[string]string) string {
	keys := slices.Sorted(maps.Keys(unused))
	more := len(keys) - maxUnused
	long := max(maxUnusedText, maxUnusedAll/max(1, len(keys)))
	var texts []string
	for _, k := range keys[:min(len(keys), maxUnused)] {
		text := format.Clip(strings.TrimSpace(k), maxUnusedText)
		if v := strings.Join(strings.Fields(format.Clip(unused[k], 4*long)), " "); v != "" {
			text += ": " + format.Clip(v, long)
		}
		texts = append(texts, text)
	}
	if more > 0 {
		texts = append(texts, lang.XN("unused.more", "and {{.N}} more", more, map[string]any{"N": more}))
	}
	return strings.Join(texts, " · ")
}

// SketchOf is the controls as they would be with all that a picture says.
func SketchOf(info meta.Info) recipe.Sketch {
	var s recipe.Sketch
	for _, l := range Diff(s, info) {
		l.Use(&s)
	}
	return s
}

// ShownText is how much of a prompt is shown, in characters.
const ShownText = 900
