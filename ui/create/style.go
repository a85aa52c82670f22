package create

import (
	"fyne.io/fyne/v2/lang"

	"cascata/app/recipe"
	"cascata/ui/widgets"
)

// A stylePicker is the style that is added to the prompts.
type stylePicker struct {
	*widgets.Select
	change func(func(*recipe.Sketch))
	styles []recipe.Style
}

func newStylePicker(change func(func(*recipe.Sketch))) *stylePicker {
	p := &stylePicker{change: change}
	p.Select = widgets.NewSelect(nil, func(string) { p.pick() })
	return p
}

// show shows a sketch's style.
func (p *stylePicker) show(s recipe.Sketch) { p.SetSelectedIndex(s.StyleOf(p.styles) + 1) }

// setStyles offers other styles, of which a sketch's may have another name. It
// returns whether s was changed.
func (p *stylePicker) setStyles(styles []recipe.Style, s *recipe.Sketch) bool {
	changed := s.Restyle(p.styles, styles)
	p.styles = styles
	names := []string{lang.X("style.none", "none")}
	for _, t := range styles {
		names = append(names, t.Name)
	}
	p.SetOptions(names)
	p.show(*s)
	return changed
}

func (p *stylePicker) pick() {
	i := p.SelectedIndex() - 1
	p.change(func(s *recipe.Sketch) {
		if s.SetStyle(recipe.Style{}); i >= 0 && i < len(p.styles) {
			s.SetStyle(p.styles[i])
		}
	})
}
