// Package settings is what a picture was made with, setting by setting: how each is said, what differs from the
// controls, what one of them swept over values asks for, and which pictures are such a sweep.
package settings

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2/lang"

	"cascata/app/meta"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/ui/format"
)

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
	p, its := recipe.PictureOf(info), sketch
	var found []*recipe.Setting
	for _, s := range Comparable() {
		if s.Take(&its, p) {
			found = append(found, s)
		}
	}
	lines := make([]Line, len(found))
	for k, s := range found {
		l := Line{Name: Name(s), Now: text(s, sketch), Its: text(s, its), Long: s.Long, Sketch: its, Copy: s.CopyTaken}
		l.Same = l.Now == l.Its
		lines[k] = l
	}
	return lines
}

// Differing are the lines that are not the same.
func Differing(lines []Line) []Line {
	return slices.DeleteFunc(slices.Clone(lines), func(l Line) bool { return l.Same })
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
	p := recipe.PictureOf(info)
	foreign := info.Program != "" && info.Program != meta.Cascata && info.Program != meta.Unknown
	if foreign && (info.Steps != nil || info.Guidance != nil) {
		say(lang.X("unused.foreign", "Another kind of model made it: its steps and guidance may not suit this one."))
	}
	if model := p.OtherModel(sketch.Recipe); model != "" {
		say(lang.X("unused.model", "Made with the model {{.Name}}; yours stays.", map[string]any{"Name": format.Clip(model, maxUnusedText)}))
	}
	if info.Width != nil && info.Height != nil {
		its := recipe.Size{Width: *info.Width, Height: *info.Height}
		switch {
		case !p.HasSize():
			say(lang.X("unused.size", "Its size, {{.Size}}, cannot be made.", map[string]any{"Size": fmt.Sprintf("%d × %d", its.Width, its.Height)}))
		case p.FitFor(sketch.Recipe) != its:
			say(lang.X("unused.round", "Its size, {{.Size}}, becomes the nearest that can be made.", map[string]any{"Size": format.SizeText(its.Width, its.Height)}))
		}
	}
	if info.Steps != nil && (*info.Steps < 1 || *info.Steps > inference.MaxSteps) {
		say(lang.X("unused.steps", "Its {{.N}} steps cannot be made.", map[string]any{"N": strconv.Itoa(*info.Steps)}))
	}
	if info.Prompt != nil && strings.Contains(*info.Prompt, "<lora:") {
		say(lang.X("unused.lora", "“<lora:…>” in its prompt means nothing to this model."))
	}
	if info.Prompt != nil && len(*info.Prompt) > recipe.MaxText {
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
