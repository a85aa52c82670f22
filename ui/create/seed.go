package create

import (
	"math"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/recipe"
	"cascata/ui/look"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// A seedPicker is the seed and where the next one comes from. While every
// picture has a new one, the seed of the picture on show stands in its place,
// dim.
type seedPicker struct {
	Content *fyne.Container
	setting *recipe.Setting
	change  func(func(*recipe.Sketch))

	Field *widgets.UintField
	modes *widgets.Choice
	last  *widgets.Button
	shown *recipe.Recipe // of the picture on show; nil: none
	now   recipe.Sketch
	typed bool // the seed was written since the last picture was asked for
}

func newSeedPicker(t *recipe.Setting, change func(func(*recipe.Sketch))) *seedPicker {
	p := &seedPicker{setting: t, change: change}
	p.Field = widgets.NewUintField("", 0, math.MaxUint64)
	p.Field.Changed = p.write
	p.last = widgets.NewTextButton(lang.X("seed.last", "last"), p.UseLast)
	p.last.SetColor(look.ColorDim)
	p.last.SetTip(lang.X("seed.last.tip", "Take the seed of the picture on show"))
	p.last.Disable()
	var modes []string
	for _, o := range t.Seed.Modes {
		modes = append(modes, settings.Phrase(o.Label))
	}
	p.modes = widgets.NewChoice(p.Choose, modes...)
	p.modes.SetTip(lang.X("seed.tip", "A new seed for every picture, always the same one, or the next one each time"))
	p.Content = widgets.Column(8,
		widgets.Named(settings.Name(t), container.NewBorder(nil, nil, nil, p.last, p.Field.Content)),
		widgets.Named("", p.modes))
	return p
}

func (p *seedPicker) show(s recipe.Sketch) {
	p.now = s
	seed, mode := p.setting.Seed.Get(&s)
	p.modes.Choose(mode)
	if mode == 0 && p.shown != nil {
		its := p.shown.Sketch()
		seed, _ = p.setting.Seed.Get(&its)
	}
	switch text := strconv.FormatUint(seed, 10); {
	case mode > 0:
		p.Field.Set(seed)
	case p.shown != nil || seed != 0:
		p.Field.Clear(text, seed)
	default:
		p.Field.Clear(lang.X("seed.random", "random"), 0)
	}
}

// setShown takes the recipe of the picture on show.
func (p *seedPicker) setShown(r recipe.Recipe) {
	p.shown = &r
	p.last.Enable()
	p.show(p.now)
}

// write keeps a seed that was typed: it would not be used otherwise.
func (p *seedPicker) write(v uint64, ok bool) {
	p.typed = ok
	p.change(func(s *recipe.Sketch) { p.setting.Seed.Write(s, v, ok) })
}

// Choose keeps the seed of the picture on show, unless one was typed.
func (p *seedPicker) Choose(mode int) {
	if mode == 1 && p.shown != nil && !p.typed {
		p.UseLast()
		return
	}
	p.change(func(s *recipe.Sketch) {
		seed, _ := p.setting.Seed.Get(s)
		p.setting.Seed.Set(s, seed, mode)
	})
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

// An ownSeed is a seed that is as another one unless one is typed.
type ownSeed struct {
	*widgets.UintField
	setting *recipe.Setting
}

func newOwnSeed(t *recipe.Setting, change func(func(*recipe.Sketch))) ownSeed {
	p := ownSeed{widgets.NewUintField("", 0, math.MaxUint64), t}
	p.Changed = func(v uint64, ok bool) { change(func(s *recipe.Sketch) { t.Seed.Write(s, v, ok) }) }
	return p
}

func (p ownSeed) show(s recipe.Sketch) {
	if seed, mode := p.setting.Seed.Get(&s); mode > 0 {
		p.Set(seed)
	} else {
		p.Clear(lang.X("decoder.seed.same", "as the seed"), seed)
	}
	widgets.Enable(p.Entry, p.setting.UsedBy(&s.Recipe))
}
