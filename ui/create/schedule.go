package create

import (
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference/sampler"
	"cascata/ui/format"
	"cascata/ui/look"
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
	numbers []*number
}

var presets = []sampler.Preset{sampler.Official, sampler.Comfy, sampler.Diffusers}

func newSchedulePicker(change func(func(*recipe.Sketch))) *schedulePicker {
	p := &schedulePicker{change: change}
	p.presets = widgets.NewChoice(p.choose, lang.X("preset.official", "Official"), "ComfyUI", "Diffusers")
	p.about = widgets.NewParagraph("", look.SizeSmall, true)
	p.reset = widgets.NewTextButton("", p.untune)
	off := lang.X("off", "off")
	for i, k := range []struct {
		name string
		span widgets.Span
	}{
		{lang.X("shift.prior", "Shift C"), widgets.Span{Min: 0.1, Max: 8, Step: 0.1, Most: sampler.MaxShift}},
		{lang.X("shift.decoder", "Shift B"), widgets.Span{Min: 0.1, Max: 8, Step: 0.1, Most: sampler.MaxShift}},
		{lang.X("rescale", "Rescale"), widgets.Span{Min: 0, Max: 1, Step: 0.05, Off: off}},
		{lang.X("eta", "Fresh noise"), widgets.Span{Min: 0, Max: 1, Step: 0.05, Off: off}},
	} {
		n := newNumber(k.name, k.span)
		n.OnChanged = func(v float64) { p.tune(i, v) }
		p.numbers = append(p.numbers, n)
	}
	p.Content = widgets.Column(8,
		container.NewBorder(nil, nil, widgets.NewHeading(lang.X("schedule", "Schedule")), p.reset),
		p.presets, p.about, p.numbers[0].Content, p.numbers[1].Content, p.numbers[2].Content, p.numbers[3].Content)
	return p
}

// tunings are where a sketch keeps what the numbers say, in their order.
func tunings(s *recipe.Sketch) []**float64 {
	return []**float64{&s.Shift, &s.DecoderShift, &s.Rescale, &s.Eta}
}

// presetTunings are the preset's own, in the same order.
func presetTunings(p sampler.Preset) []float64 {
	r := p.Rules()
	return []float64{r.PriorShift, r.DecoderShift, r.Rescale, r.Eta}
}

func (p *schedulePicker) show(s recipe.Sketch) {
	preset := s.Preset
	if preset == "" {
		preset = sampler.Official
	}
	p.presets.Choose(slices.Index(presets, preset))
	p.about.SetText(map[sampler.Preset]string{
		sampler.Official:  lang.X("preset.official.about", "As the model's makers sample it."),
		sampler.Comfy:     lang.X("preset.comfy.about", "Gives the pictures that ComfyUI gives: no guidance rescale."),
		sampler.Diffusers: lang.X("preset.diffusers.about", "Gives the pictures that diffusers gives: no shift, one seed for both stages, brackets are plain text."),
	}[preset])
	plain, tuned := presetTunings(preset), false
	tips := []string{
		lang.X("shift.prior.tip", "Above 1, more steps go to large shapes; below 1, to the finish (schedule shift)"),
		lang.X("shift.decoder.tip", "The same for the detail (schedule shift of Stage B)"),
		lang.X("rescale.tip", "Takes back the harsh contrast of high guidance (guidance rescale)"),
		lang.X("eta.tip", "How much new noise each step adds: off is DDIM, 1 is DDPM (eta)"),
	}
	for i, from := range tunings(&s) {
		n, v := p.numbers[i], plain[i]
		n.setDefault(v)
		says := lang.X("as.preset", "as the preset")
		if *from != nil {
			v, tuned = **from, true
			says = lang.X("preset.has", "the preset has {{.Value}}; a double click gives it back", map[string]any{"Value": format.Fixed(plain[i], 1)})
		}
		n.show(v)
		n.SetTip(tips[i] + " · " + says)
	}
	for _, n := range p.numbers[:2] {
		widgets.Enable(n, preset != sampler.Diffusers)
	}
	p.reset.SetTitle(lang.X("as.preset", "as the preset"))
	p.reset.SetColor(look.ColorDim)
	if tuned {
		p.reset.SetTitle(lang.X("to.preset", "back to the preset"))
		p.reset.SetColor(theme.ColorNameHyperlink)
	}
	widgets.Enable(p.reset, tuned)
}

func (p *schedulePicker) choose(i int) {
	p.change(func(s *recipe.Sketch) {
		s.Preset = presets[i]
		if s.Preset == sampler.Diffusers {
			s.Shift, s.DecoderShift = nil, nil // it knows none
		}
		s.Width, s.Height = app.FitSize(s.Preset, s.Width, s.Height)
	})
}

func (p *schedulePicker) tune(i int, v float64) {
	p.change(func(s *recipe.Sketch) {
		at := tunings(s)[i]
		if *at = &v; math.Abs(v-presetTunings(s.Preset)[i]) < 1e-6 {
			*at = nil
		}
	})
}

func (p *schedulePicker) untune() {
	p.change(func(s *recipe.Sketch) { s.Tuning = recipe.Sketch{}.Tuning })
}
