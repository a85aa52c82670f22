package ui

import (
	"math"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/ui/widgets"
)

// A seedPicker is the seed and where the next one comes from. While every
// picture has a new one, the seed of the last stands in its place, dim.
type seedPicker struct {
	Content *fyne.Container
	change  func(func(*app.Sketch))

	field *whole
	modes *widgets.Choice
	last  *widgets.Button
	used  uint64 // the last one
	known bool
}

var seedModes = []app.SeedMode{app.SeedRandom, app.SeedKeep, app.SeedStep}

func newSeedPicker(change func(func(*app.Sketch))) *seedPicker {
	p := &seedPicker{change: change}
	p.field = newWhole("", 0, math.MaxUint64)
	p.field.changed = p.typed
	p.last = widgets.NewTextButton(lang.X("seed.last", "last"), p.useLast)
	p.last.SetColor(widgets.ColorDim)
	p.last.SetTip(lang.X("seed.last.tip", "Take the seed of the last picture"))
	p.last.Disable()
	p.modes = widgets.NewChoice(p.choose, lang.X("seed.new", "new"), lang.X("seed.keep", "keep"), lang.X("seed.step", "count up"))
	p.modes.SetTip(lang.X("seed.tip", "A new seed for every picture, always the same one, or the next one each time"))
	p.Content = widgets.Column(8,
		widgets.Named(lang.X("seed", "Seed"), container.NewBorder(nil, nil, nil, p.last, p.field.Content)),
		widgets.Named("", p.modes))
	return p
}

func (p *seedPicker) show(s app.Sketch) {
	p.modes.Choose(slices.Index(seedModes, s.SeedMode))
	switch {
	case s.SeedMode != app.SeedRandom:
		p.field.set(s.Seed)
	case s.Seed != 0:
		p.field.clear(strconv.FormatUint(s.Seed, 10), s.Seed)
	default:
		p.field.clear(lang.X("seed.random", "random"), 0)
	}
}

func (p *seedPicker) setLast(seed uint64) {
	p.used, p.known = seed, true
	p.last.Enable()
}

// typed keeps a seed that was typed: it would not be used otherwise.
func (p *seedPicker) typed(v uint64, ok bool) {
	p.change(func(s *app.Sketch) {
		s.Seed = v
		switch {
		case !ok:
			s.SeedMode = app.SeedRandom
		case s.SeedMode == app.SeedRandom:
			s.SeedMode = app.SeedKeep
		}
	})
}

func (p *seedPicker) choose(i int) {
	p.change(func(s *app.Sketch) { s.SeedMode = seedModes[i] })
}

func (p *seedPicker) useLast() {
	if p.known {
		p.change(func(s *app.Sketch) { s.Seed, s.SeedMode = p.used, app.SeedKeep })
	}
}
