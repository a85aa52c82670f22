package create

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/canny"
	"cascata/inference/checkpoint"
	"cascata/inference/raster"
	"cascata/ui/async"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// outlines are the edges of a picture, to which the composition is held.
type outlines struct {
	p    inputsParams
	all  *fyne.Container
	lack *lack
	add  *fyne.Container
	list *fyne.Container // the row of the picture
	row  *inputRow
	key  string // what the row is of
	maps async.Newest
}

func newOutlines(p inputsParams) *outlines {
	o := &outlines{p: p, lack: newLack(p.Get), list: widgets.Column(0)}
	o.add = choosers(p, lang.X("outlines.choose", "A picture whose outlines are to be kept"), o.take)
	o.all = widgets.Column(6, widgets.Heading(settings.Name(recipe.Find("control")), lang.X("outlines.term", "outlines, ControlNet canny")), o.lack.Container, o.list, o.add)
	return o
}

// controlSpan is the weight of the outlines.
var controlSpan = widgets.Span{Min: 0, Max: 2, Step: 0.05, Default: 1, Least: -100, Most: 100}

func (o *outlines) take(in ...inference.Input) {
	o.p.change(func(s *recipe.Sketch) { holdTo(s, in[0]) })
}

// holdTo holds a composition to the outlines of a picture.
func holdTo(s *recipe.Sketch, in inference.Input) {
	s.Control = &inference.Control{Input: in, Kind: checkpoint.Canny, Weight: 1}
}

func (o *outlines) content() fyne.CanvasObject { return o.all }
func (o *outlines) possible(t app.Takes) bool  { return t.Outlines.Possible() }
func (o *outlines) drops(t app.Takes) bool     { return t.Outlines.Possible() }

func (o *outlines) used(s recipe.Sketch) int {
	if s.Control != nil {
		return 1
	}
	return 0
}

func (o *outlines) show(s recipe.Sketch, t app.Takes) {
	c := s.Control
	named := c != nil && c.Model != "" // it brings a network of its own
	if named {
		t.Outlines = app.Taking{Yes: true}
	}
	yes := o.lack.say(t.Outlines,
		lang.X("outlines.lack", "To hold the composition to the outlines of a picture, this model needs the control network for outlines."),
		lang.X("outlines.cannot", "This model cannot be held to outlines."))
	widgets.ShowIf(o.add, yes && c == nil)
	key := ""
	if c != nil {
		key = keyOf(c.Input) + string(c.Kind) + recipe.Plain(recipe.Size{Width: s.Width, Height: s.Height})
	}
	if key != o.key {
		o.key = key
		o.rebuild(s)
	}
	if o.row != nil {
		o.row.weight.show(c.Weight)
	}
}

// rebuild makes the row of the picture, with the edges that are found in it.
func (o *outlines) rebuild(s recipe.Sketch) {
	o.list.RemoveAll()
	o.maps.Drop()
	if o.row = nil; s.Control == nil {
		return
	}
	o.row = newInputRow(s.Control.Called(), &controlSpan, func() {
		o.p.takeOut(o.row.name.Text(), func(s *recipe.Sketch) { s.Control = nil })
	}, func(v float64) {
		o.p.change(func(s *recipe.Sketch) {
			c := *s.Control
			c.Weight, s.Control = v, &c
		})
	})
	o.list.Add(o.row.Content)
	row, in, kind := o.row, s.Control.Input, s.Control.Kind
	if kind == checkpoint.Canny {
		row.image.SetTip(lang.X("outlines.tip", "The outlines that are found in it"))
	}
	async.Go(o.maps.On(o.p.run), func() (*image.RGBA, error) {
		img, err := recipe.InputPicture(in, "control", s.Mask != nil)
		switch {
		case err != nil:
			return nil, err
		case kind != checkpoint.Canny:
			return smaller(img, smallSide), nil
		}
		return smaller(edgesOf(img, s.Width, s.Height), smallSide), nil
	}, func(img *image.RGBA, err error) { row.setPicture(smallPicture{image: img, err: err}, 0) })
}

// edgesOf are the edges of a picture's middle, as a picture of width by height
// pixels is held to them. A map that was found before is shown as it is.
func edgesOf(img image.Image, width, height int) image.Image {
	if _, found := img.(*image.Gray); found {
		return img
	}
	w, h := max(width*3/4, 8), max(height*3/4, 8) // Stage C has a cell for some 43 pixels, and each sees 32
	edges := canny.Map(raster.Bicubic(raster.RGB(img).Aspect(w, h), w, h).Clamp())
	return raster.Bilinear(raster.Gray(edges), w, h).Gray()
}
