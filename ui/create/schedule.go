package create

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"cascata/app/recipe"
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

	preset  *recipe.Setting // one of few
	presets *widgets.Choice
	about   *widgets.Paragraph
	reset   *widgets.Button
	numbers []*settingNumber // that a preset has too
}

func newSchedulePicker(change func(func(*recipe.Sketch))) *schedulePicker {
	p := &schedulePicker{change: change}
	var names []string
	for _, t := range recipe.In(recipe.InSchedule) {
		for _, o := range t.Options {
			p.preset, names = t, append(names, settings.Phrase(o.Label))
		}
	}
	p.presets = widgets.NewChoice(p.choose, names...)
	p.about = widgets.NewParagraph("", look.SizeSmall, true)
	p.reset = widgets.NewTextButton("", p.untune)
	rows := []fyne.CanvasObject{container.NewBorder(nil, nil, widgets.NewHeading(lang.X("schedule", "Schedule")), p.reset), p.presets, p.about}
	p.numbers = newSettingNumbers(recipe.InSchedule, change)
	for _, n := range p.numbers {
		n.OnChanged = func(v float64) { change(func(s *recipe.Sketch) { n.setting.Tune(&s.Recipe, v) }) }
		rows = append(rows, n.Content)
	}
	p.Content = widgets.Column(8, rows...)
	return p
}

func (p *schedulePicker) show(s recipe.Sketch) {
	option := p.preset.Of(s.Recipe).(recipe.Option)
	p.presets.Choose(slices.Index(p.preset.Options, option))
	p.about.SetText(settings.Phrase(option.About))
	tuned := false
	for _, n := range p.numbers {
		t, plain := n.setting, n.setting.Default(&s.Recipe)
		n.setDefault(plain)
		says := lang.X("as.preset", "as the preset")
		if t.Tuned(&s.Recipe) {
			tuned = true
			says = lang.X("preset.has", "the preset has {{.Value}}; a double click gives it back", map[string]any{"Value": numbers.Fixed(plain, 1)})
		}
		n.show(s)
		n.SetTip(settings.Phrase(t.Tip) + " · " + says)
		widgets.Enable(n.number, t.Fixed == nil || !t.Fixed(&s.Recipe))
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
	p.change(func(s *recipe.Sketch) { p.preset.Choose(s, p.preset.Options[i]) })
}

func (p *schedulePicker) untune() {
	p.change(func(s *recipe.Sketch) {
		for _, n := range p.numbers {
			n.setting.Untune(&s.Recipe)
		}
	})
}
