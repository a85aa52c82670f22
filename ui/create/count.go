package create

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/recipe"
	"cascata/ui/widgets"
)

// A countPicker is how many pictures one Generate asks for.
type countPicker struct {
	Content *fyne.Container
	change  func(func(*recipe.Sketch))

	pills *widgets.Choice
	field *widgets.UintField
	row   *fyne.Container
	open  bool // the field stays whatever the number
}

var usualCounts = []int{1, 4, 8}

func newCountPicker(change func(func(*recipe.Sketch))) *countPicker {
	p := &countPicker{change: change}
	var names []string
	for _, n := range usualCounts {
		names = append(names, strconv.Itoa(n))
	}
	p.pills = widgets.NewChoice(p.choose, append(names, "…")...)
	p.pills.SetTip(lang.X("pictures.tip", "How many pictures one Generate makes, each with its own seed"))
	p.field = widgets.NewUintField("", 1, recipe.MaxAtOnce)
	p.field.Changed = func(v uint64, ok bool) {
		if ok {
			p.change(func(s *recipe.Sketch) { s.AskFor(int(v)) })
		}
	}
	p.row = container.NewBorder(nil, nil, nil, widgets.Width(58, p.field.Content), p.pills)
	p.Content = widgets.Named(lang.X("pictures", "Pictures"), p.row)
	return p
}

func (p *countPicker) show(s recipe.Sketch) {
	n := s.Pictures(false)
	at := slices.Index(usualCounts, n)
	free := at < 0 || p.open
	if free {
		at = len(usualCounts)
	}
	p.pills.Choose(at)
	p.field.Set(uint64(n))
	if box := p.row.Objects[1]; box.Visible() != free {
		widgets.SetVisible(box, free)
		p.row.Refresh()
	}
}

func (p *countPicker) choose(i int) {
	p.open = i >= len(usualCounts)
	p.change(func(s *recipe.Sketch) {
		if !p.open {
			s.AskFor(usualCounts[i])
		}
	})
	if c := fyne.CurrentApp().Driver().CanvasForObject(p.pills); p.open && c != nil {
		c.Focus(p.field.Entry)
	}
}
