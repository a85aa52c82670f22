package create

import (
	"math"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/recipe"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// A seedPicker is the seed and where the next one comes from. While every
// picture has a new one, the seed of the picture on show stands in its place,
// dim.
type seedPicker struct {
	Content *fyne.Container
	change  func(func(*recipe.Sketch))

	Field *widgets.UintField
	modes *widgets.Choice
	last  *widgets.Button
	shown *recipe.Recipe // of the picture on show; nil: none
	now   recipe.Sketch
	typed bool // the seed was written since the last picture was asked for
}

var seedModes = []recipe.SeedMode{recipe.SeedRandom, recipe.SeedKeep, recipe.SeedStep}

func newSeedPicker(change func(func(*recipe.Sketch))) *seedPicker {
	p := &seedPicker{change: change}
	p.Field = widgets.NewUintField("", 0, math.MaxUint64)
	p.Field.Changed = p.write
	p.last = widgets.NewTextButton(lang.X("seed.last", "last"), p.UseLast)
	p.last.SetColor(look.ColorDim)
	p.last.SetTip(lang.X("seed.last.tip", "Take the seed of the picture on show"))
	p.last.Disable()
	p.modes = widgets.NewChoice(p.Choose, lang.X("seed.new", "new"), lang.X("seed.keep", "keep"), lang.X("seed.step", "count up"))
	p.modes.SetTip(lang.X("seed.tip", "A new seed for every picture, always the same one, or the next one each time"))
	p.Content = widgets.Column(8,
		widgets.Named(lang.X("seed", "Seed"), container.NewBorder(nil, nil, nil, p.last, p.Field.Content)),
		widgets.Named("", p.modes))
	return p
}

func (p *seedPicker) show(s recipe.Sketch) {
	p.now = s
	p.modes.Choose(slices.Index(seedModes, s.SeedMode))
	switch {
	case s.SeedMode != recipe.SeedRandom:
		p.Field.Set(s.Seed)
	case p.shown != nil:
		p.Field.Clear(strconv.FormatUint(p.shown.Seed, 10), p.shown.Seed)
	case s.Seed != 0:
		p.Field.Clear(strconv.FormatUint(s.Seed, 10), s.Seed)
	default:
		p.Field.Clear(lang.X("seed.random", "random"), 0)
	}
}

// setShown tells the recipe of the picture on show.
func (p *seedPicker) setShown(r recipe.Recipe) {
	p.shown = &r
	p.last.Enable()
	p.show(p.now)
}

// write keeps a seed that was typed: it would not be used otherwise.
func (p *seedPicker) write(v uint64, ok bool) {
	p.typed = ok
	p.change(func(s *recipe.Sketch) {
		s.Seed = v
		switch {
		case !ok:
			s.SeedMode = recipe.SeedRandom
		case s.SeedMode == recipe.SeedRandom:
			s.SeedMode = recipe.SeedKeep
		}
	})
}

// Choose keeps the seed of the picture on show, unless one was typed.
func (p *seedPicker) Choose(i int) {
	if seedModes[i] == recipe.SeedKeep && p.shown != nil && !p.typed {
		p.UseLast()
		return
	}
	p.change(func(s *recipe.Sketch) { s.SeedMode = seedModes[i] })
}

// UseLast takes the seeds with which the picture on show is made again.
func (p *seedPicker) UseLast() {
	if p.shown == nil {
		return
	}
	p.typed = false
	p.change(func(s *recipe.Sketch) {
		s.KeepSeeds(*p.shown)
	})
}

// A detailSeedPicker is the seed of the detail, which is that of the composition
// unless one is typed.
type detailSeedPicker struct{ *widgets.UintField }

func newDetailSeedPicker(change func(func(*recipe.Sketch))) detailSeedPicker {
	p := detailSeedPicker{widgets.NewUintField("", 0, math.MaxUint64)}
	p.Changed = func(v uint64, ok bool) {
		change(func(s *recipe.Sketch) { s.DecoderSeed, s.OwnDecoderSeed = v, ok })
	}
	return p
}

func (p detailSeedPicker) show(s recipe.Sketch) {
	alone := !s.OneStream() // else one seed is for both stages
	if s.OwnDecoderSeed && alone {
		p.Set(s.DecoderSeed)
	} else {
		p.Clear(lang.X("decoder.seed.same", "as the seed"), s.DecoderSeed)
	}
	widgets.Enable(p.Entry, alone)
}
