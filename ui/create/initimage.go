package create

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/ui/widgets"
)

// An initImage is the picture that a new one begins from: its composition is
// changed, all of it or a part, or its detail alone is made again.
type initImage struct {
	p       inputsParams
	all     *fyne.Container
	lack    *lack
	add     *fyne.Container
	picture *inputRows
	ways    *widgets.Choice
	larger  bool // ways has to enlarge it
	numbers []*settingNumber
	sketch  recipe.Sketch
	model   app.ModelInfo

	tools    *fyne.Container // what can be done with a part of it
	mask     *inputRows
	painting *repaint // as last opened
}

func newInitImage(p inputsParams, small *smallPictures) *initImage {
	b := &initImage{p: p, lack: newLack(p.Get), picture: newInputRows(p, small, ""), mask: newInputRows(p, small, lang.X("mask.tip", "White changes, black stays"))}
	part := widgets.NewTextButton(lang.X("repaint.menu", "Repaint a part…"), func() { b.paint() })
	extend := widgets.NewTextButton(lang.X("extend", "Extend…"), func() { b.extend() })
	b.tools = widgets.Row(14, part, extend)
	b.add = choosers(p, lang.X("beginning.choose", "A picture to begin from"), b.take)
	b.ways = widgets.NewChoice(b.choose)
	b.offer(false)
	b.all = widgets.Column(6, widgets.Heading(lang.X("beginning", "Begin from a picture"), lang.X("beginning.term", "image to image")),
		b.lack.Container, b.picture.Container, b.ways)
	b.numbers = newSettingNumbers(recipe.InBeginning, p.change)
	for _, n := range b.numbers {
		b.all.Add(n.Content)
	}
	for _, o := range []fyne.CanvasObject{b.mask.Container, b.tools, b.add} {
		b.all.Add(o)
	}
	return b
}

func (b *initImage) take(in ...inference.Input) {
	b.p.change(func(s *recipe.Sketch) { s.BeginFrom(in[0]) })
}

func (b *initImage) content() fyne.CanvasObject  { return b.all }
func (b *initImage) possible(t app.Accepts) bool { return t.Pictures.Possible() }
func (b *initImage) drops(t app.Accepts) bool    { return t.Pictures.Possible() }

func (b *initImage) used(s recipe.Sketch) int { return len(s.Ingredients(recipe.InBeginning)) }

// choose changes what is made of the picture.
func (b *initImage) choose(i int) {
	b.p.change(func(s *recipe.Sketch) { s.BeginAs(recipe.Way(i)) })
}

// offer shows what can be made of the picture.
func (b *initImage) offer(larger bool) {
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

func (b *initImage) show(s recipe.Sketch, t app.Accepts) {
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
	pictures := s.Ingredients(recipe.InBeginning)
	some := len(pictures) > 0
	widgets.SetVisible(b.add, yes && !some)
	widgets.SetVisible(b.ways, yes && some)
	if some {
		b.ways.Choose(int(s.Way()))
	}
	for _, n := range b.numbers {
		n.setDefault(n.setting.Default(&s.Recipe))
		n.show(s)
	}
	widgets.SetVisible(b.tools, yes && some && s.Way() == recipe.Changed)
	b.mask.show(s.Ingredients(recipe.InRepaint))
	b.picture.show(pictures)
}
