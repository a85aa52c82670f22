package create

import (
	"slices"

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
func (p *stylePicker) show(s recipe.Sketch) { p.SetSelectedIndex(p.at(s) + 1) }

// at is the number of a sketch's style, or -1.
func (p *stylePicker) at(s recipe.Sketch) int {
	return slices.IndexFunc(p.styles, func(t recipe.Style) bool { return t.Name == s.Style })
}

// setStyles offers other styles. That of a sketch keeps its place where it only
// got another name; one that is gone is taken off. It returns whether s was changed.
func (p *stylePicker) setStyles(styles []recipe.Style, s *recipe.Sketch) bool {
	was, many, style := p.at(*s), len(p.styles), s.Style
	p.styles = styles
	if was >= 0 && p.at(*s) < 0 {
		if s.Style = ""; len(styles) == many {
			s.Style = styles[was].Name
		}
	}
	names := []string{lang.X("style.none", "none")}
	for _, t := range styles {
		names = append(names, t.Name)
	}
	p.SetOptions(names)
	p.show(*s)
	return s.Style != style
}

func (p *stylePicker) pick() {
	i := p.SelectedIndex() - 1
	p.change(func(s *recipe.Sketch) {
		if s.Style = ""; i >= 0 && i < len(p.styles) {
			s.Style = p.styles[i].Name
		}
	})
}
