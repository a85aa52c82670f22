package create

import (
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"cascata/app/recipe"
	"cascata/inference/sampler"
	"cascata/ui/look"
	"cascata/ui/numbers"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// A schedulePicker is the preset and what may be tuned of it. A number that is
// as the preset has it follows when another preset is chosen.
type schedulePicker struct {
	Content *fyne.Container
	change  func(func(*recipe.Sketch))

	presets *widgets.Choice
	about   *widgets.Paragraph
	reset   *widgets.Button
	tunings []*recipe.Setting
	numbers []*number // theirs
}

func newSchedulePicker(change func(func(*recipe.Sketch))) *schedulePicker {
	p := &schedulePicker{change: change}
	var names []string
	for _, o := range recipe.Find("preset").Options {
		names = append(names, settings.Phrase(o.Label))
	}
	p.presets = widgets.NewChoice(p.choose, names...)
	p.about = widgets.NewParagraph("", look.SizeSmall, true)
	p.reset = widgets.NewTextButton("", p.untune)
	rows := []fyne.CanvasObject{container.NewBorder(nil, nil, widgets.NewHeading(lang.X("schedule", "Schedule")), p.reset), p.presets, p.about}
	p.tunings = recipe.Numbers(recipe.InSchedule)
	for _, t := range p.tunings {
		n := newNumber(settings.ShortName(t), settings.Span(t, recipe.Native{}))
		n.OnChanged = func(v float64) { p.tune(t, v) }
		p.numbers = append(p.numbers, n)
		rows = append(rows, n.Content)
	}
	p.Content = widgets.Column(8, rows...)
	return p
}

func (p *schedulePicker) show(s recipe.Sketch) {
	option := recipe.Find("preset").Of(s.Recipe).(recipe.Option)
	p.presets.Choose(slices.Index(recipe.Find("preset").Options, option))
	preset := sampler.Preset(option.Name)
	p.about.SetText(map[sampler.Preset]string{
		sampler.Official:  lang.X("preset.official.about", "As the model's makers sample it."),
		sampler.Comfy:     lang.X("preset.comfy.about", "Gives the pictures that ComfyUI gives: no guidance rescale."),
		sampler.Diffusers: lang.X("preset.diffusers.about", "Gives the pictures that diffusers gives: no shift, one seed for both stages, brackets are plain text."),
	}[preset])
	rules, tuned := preset.Rules(), false
	for i, t := range p.tunings {
		n, plain := p.numbers[i], t.Preset(rules)
		n.setDefault(plain)
		says := lang.X("as.preset", "as the preset")
		if *t.Own(&s.Recipe) != nil {
			tuned = true
			says = lang.X("preset.has", "the preset has {{.Value}}; a double click gives it back", map[string]any{"Value": numbers.Fixed(plain, 1)})
		}
		n.show(t.Get(&s.Recipe))
		n.SetTip(settings.Phrase(t.Tip) + " · " + says)
		widgets.Enable(n, t.Fixed == nil || !t.Fixed(rules))
	}
	p.reset.SetTitle(lang.X("as.preset", "as the preset"))
	p.reset.SetColor(look.ColorDim)
	if tuned {
		p.reset.SetTitle(lang.X("to.preset", "back to the preset"))
		p.reset.SetColor(theme.ColorNameHyperlink)
	}
	widgets.Enable(p.reset, tuned)
}

// choose takes a preset, without the numbers of which it allows only its own.
func (p *schedulePicker) choose(i int) {
	p.change(func(s *recipe.Sketch) {
		s.Preset = sampler.Preset(recipe.Find("preset").Options[i].Name)
		for _, t := range p.tunings {
			if t.Fixed != nil && t.Fixed(s.Preset.Rules()) {
				*t.Own(&s.Recipe) = nil
			}
		}
		s.Fit(s.Size())
	})
}

func (p *schedulePicker) tune(t *recipe.Setting, v float64) {
	p.change(func(s *recipe.Sketch) {
		if t.Set(&s.Recipe, v); math.Abs(v-t.Preset(s.Preset.Rules())) < 1e-6 {
			*t.Own(&s.Recipe) = nil
		}
	})
}

func (p *schedulePicker) untune() {
	p.change(func(s *recipe.Sketch) {
		for _, t := range p.tunings {
			*t.Own(&s.Recipe) = nil
		}
	})
}
