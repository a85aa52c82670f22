package create

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// A beginning is the picture that a new one begins from: its composition is
// changed, all of it or a part, or its detail alone is made again.
type beginning struct {
	p        inputsParams
	small    *smallPictures
	all      *fyne.Container
	lack     *lack
	add      *fyne.Container
	list     *fyne.Container // the row of the picture
	row      *inputRow
	ways     *widgets.Choice
	larger   bool // ways has to enlarge it
	strength *number
	key      string // what the row is of
	sketch   recipe.Sketch
	model    app.ModelInfo

	tools    *fyne.Container // what can be done with a part of it
	mask     *fyne.Container // the row of the mask
	maskKey  string
	painting *repaint // as last opened
}

func newBeginning(p inputsParams, small *smallPictures) *beginning {
	b := &beginning{p: p, small: small, lack: newLack(p.Get), list: widgets.Column(0), mask: widgets.Column(0)}
	part := widgets.NewTextButton(lang.X("repaint.menu", "Repaint a part…"), func() { b.paint() })
	extend := widgets.NewTextButton(lang.X("extend", "Extend…"), func() { b.extend() })
	b.tools = widgets.Row(14, part, extend)
	b.add = choosers(p, lang.X("beginning.choose", "A picture to begin from"), b.take)
	b.ways = widgets.NewChoice(b.choose)
	b.offer(false)
	t := recipe.Find("strength")
	b.strength = newNumber(settings.ShortName(t), settings.Span(t, recipe.Native{}))
	b.strength.OnChanged = func(v float64) { p.change(func(s *recipe.Sketch) { t.Set(&s.Recipe, v) }) }
	b.strength.SetTip(settings.Phrase(t.Tip))
	b.strength.setDefault(inference.UsualStrength)
	b.list.Hide()
	b.mask.Hide()
	b.all = widgets.Column(6, widgets.Heading(lang.X("beginning", "Begin from a picture"), lang.X("beginning.term", "image to image")),
		b.lack.Container, b.list, b.ways, b.strength.Content, b.mask, b.tools, b.add)
	return b
}

// wayOf is what is made of the picture, as the choice has it.
func wayOf(s recipe.Sketch) int {
	switch {
	case s.Init != nil:
		return 0
	case s.Enlarge:
		return 2
	}
	return 1
}

func (b *beginning) take(in ...inference.Input) {
	b.p.change(func(s *recipe.Sketch) { s.BeginFrom(in[0]) })
}

func (b *beginning) content() fyne.CanvasObject  { return b.all }
func (b *beginning) possible(t app.Accepts) bool { return t.Pictures.Possible() }
func (b *beginning) drops(t app.Accepts) bool    { return t.Pictures.Possible() }

func (b *beginning) used(s recipe.Sketch) int {
	if s.Init != nil || s.From != nil {
		return 1
	}
	return 0
}

// choose changes what is made of the picture.
func (b *beginning) choose(i int) {
	b.p.change(func(s *recipe.Sketch) {
		in := s.Init
		if in == nil {
			in = s.From
		}
		switch {
		case i == wayOf(*s):
		case i == 0:
			s.Begin(in, nil, nil, false)
		default:
			s.Begin(nil, in, nil, i == 2)
		}
	})
}

// offer shows what can be made of the picture.
func (b *beginning) offer(larger bool) {
	b.larger = larger
	names := []string{lang.X("beginning.init", "Change it"), lang.X("beginning.from", "New detail only")}
	tip := lang.X("beginning.tip", "A new composition that begins from this picture; or its composition as it is, with new detail (Stage C is skipped)")
	if larger {
		names = append(names, lang.X("enlarge", "Enlarge"))
		tip = lang.X("beginning.tip.larger", "A new composition that begins from this picture; or its composition as it is, with new detail (Stage C is skipped); or the picture itself, twice as wide and high")
	}
	b.ways.SetNames(names...)
	b.ways.SetTip(tip)
}

func (b *beginning) show(s recipe.Sketch, t app.Accepts) {
	b.sketch = s
	if larger := t.Enlarges.Yes || s.Enlarge; larger != b.larger {
		b.offer(larger)
	}
	yes := b.lack.say(t.Pictures,
		lang.X("beginning.lack", "To begin from a picture, or to change a part of one, this model needs the picture encoder (EfficientNet)."),
		lang.X("beginning.cannot", "This model cannot begin from a picture."))
	if yes && s.Enlarge { // as with another model
		b.lack.say(t.Enlarges, "", lang.X("enlarge.cannot", "This model cannot enlarge a picture: its Stage A comes without the encoder."))
	}
	in, name := s.Init, "init"
	if in == nil {
		in, name = s.From, "from"
	}
	widgets.ShowIf(b.add, yes && in == nil)
	widgets.ShowIf(b.ways, yes && in != nil)
	widgets.ShowIf(b.strength.Content, s.Init != nil || s.Enlarge)
	if in != nil {
		b.ways.Choose(wayOf(s))
		b.strength.setDefault(map[bool]float64{false: inference.UsualStrength, true: inference.EnlargeStrength}[s.Enlarge])
		b.strength.show(recipe.Find("strength").Get(&s.Recipe))
	}
	widgets.ShowIf(b.tools, yes && s.Init != nil)
	b.showMask(s)
	key := ""
	if in != nil {
		key = keyOf(*in)
	}
	if key != b.key {
		b.key = key
		b.rebuild(in, name)
	}
}

// rebuild makes the row of the picture; nil: there is none.
func (b *beginning) rebuild(in *inference.Input, name string) {
	b.list.RemoveAll()
	widgets.ShowIf(b.list, in != nil)
	if b.row = nil; in == nil {
		return
	}
	b.row = newInputRow(in.Called(), nil, func() {
		b.p.takeOut(in.Called(), func(s *recipe.Sketch) { s.Begin(nil, nil, nil, false) })
	}, nil)
	b.list.Add(b.row.Content)
	row := b.row
	b.small.get(*in, name, b.sketch.Mask != nil, func(p smallPicture) { row.setPicture(p, 0) })
}

// showMask shows which part of the picture changes.
func (b *beginning) showMask(s recipe.Sketch) {
	key := ""
	if s.Mask != nil {
		key = keyOf(*s.Mask)
	}
	if key == b.maskKey {
		return
	}
	b.maskKey = key
	b.mask.RemoveAll()
	widgets.ShowIf(b.mask, s.Mask != nil)
	if s.Mask == nil {
		return
	}
	mask := s.Mask.Called()
	row := newInputRow(mask, nil, func() {
		b.p.takeOut(mask, func(s *recipe.Sketch) { s.Mask = nil })
	}, nil)
	row.image.SetTip(lang.X("mask.tip", "White changes, black stays"))
	b.mask.Add(row.Content)
	b.small.get(*s.Mask, "mask", true, func(p smallPicture) { row.setPicture(p, 0) })
}
