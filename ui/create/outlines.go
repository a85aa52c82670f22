package create

import (
	"fmt"
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/canny"
	"cascata/inference/checkpoint"
	"cascata/inference/raster"
	"cascata/ui/async"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// outlines are the edges of a picture, to which the composition is held: their
// map, how strong an edge must be, and how much they count.
type outlines struct {
	p     inputsParams
	all   *fyne.Container
	lack  *lack
	add   *fyne.Container
	shown *fyne.Container // all of what follows; hidden where there is no picture

	name   *widgets.Text
	image  *widgets.Thumb
	weight *number
	edges  []*settingNumber // thresholds
	found  *widgets.Paragraph

	now     recipe.Ingredient // what is shown
	key     string            // what it is, and for which size
	drawn   string            // how its map was drawn
	picture *raster.Raster    // where edges are looked for, canny.Side each way; nil: not read yet, or they are not looked for
	size    image.Point       // of the map as it is shown
	reading async.Newest
	drawing async.Newest
}

func newOutlines(p inputsParams) *outlines {
	o := &outlines{p: p, lack: newLack(p.Get), name: widgets.NewText("").Shrink(), image: widgets.NewThumb(mapSide)}
	o.add = choosers(p, lang.X("outlines.choose", "A picture whose outlines are to be kept"), o.take)
	o.image.OnOpen = func(img image.Image) { showLarge(o.image, o.name.Text(), img) }
	o.weight = newWeight(lang.X("weight", "Weight"), recipe.PictureRange, func(v float64) {
		p.change(func(s *recipe.Sketch) { o.now.Weight.Set(&s.Recipe, v) })
	})
	o.found = widgets.NewParagraph(lang.X("outlines.found", "These outlines were found for another picture. Choose the picture itself to look for others."), look.SizeSmall, true)
	out := widgets.NewIconButton(look.IconClose, lang.X("input.remove", "Take out"), func() { p.takeOut(o.name.Text(), o.now.Remove) })
	out.SetColor(look.ColorDim)
	o.shown = widgets.Column(4, container.NewBorder(nil, nil, nil, out, o.name), o.image, o.weight.Content)
	o.edges = newSettingNumbers(recipe.InOutlines, p.change)
	for _, n := range o.edges {
		o.shown.Add(n.Content)
	}
	o.shown.Add(o.found)
	o.all = widgets.Column(6, widgets.Heading(lang.X("control", "Control"), lang.X("outlines.term", "outlines, ControlNet canny")), o.lack.Container, o.shown, o.add)
	return o
}

// mapSide is how high the map is, units of the canvas.
const mapSide = 132

func (o *outlines) take(in ...inference.Input) {
	o.p.change(func(s *recipe.Sketch) { s.HoldTo(in[0]) })
}

func (o *outlines) content() fyne.CanvasObject  { return o.all }
func (o *outlines) possible(t app.Accepts) bool { return t.Outlines.Possible() }
func (o *outlines) drops(t app.Accepts) bool    { return t.Outlines.Possible() }

func (o *outlines) used(s recipe.Sketch) int { return len(s.Ingredients(recipe.InOutlines)) }

func (o *outlines) show(s recipe.Sketch, t app.Accepts) {
	all := s.Ingredients(recipe.InOutlines)
	some := len(all) > 0
	if some && all[0].Control.Model != "" { // it brings a network of its own
		t.Outlines = app.Support{Yes: true}
	}
	yes := o.lack.say(t.Outlines,
		lang.X("outlines.lack", "To hold the composition to the outlines of a picture, this model needs the control network for outlines."),
		lang.X("outlines.cannot", "This model cannot be held to outlines."))
	widgets.SetVisible(o.add, yes && !some)
	widgets.SetVisible(o.shown, some)
	if !some {
		o.key, o.picture = "", nil
		o.reading.Drop()
		o.drawing.Drop()
		return
	}
	o.now = all[0]
	c := o.now.Control
	widgets.SetVisible(o.found, c.Mapped())
	o.weight.show(o.now.Weight.Get(&s.Recipe))
	for _, n := range o.edges {
		n.setDefault(n.setting.Default(&s.Recipe))
		n.show(s)
	}
	if key := o.now.Key + recipe.Plain(s.Size()); key != o.key {
		o.key = key
		o.read(s.Size())
	}
	o.draw(c)
}

// read reads the picture, for one of a size. Of one whose edges are looked for it
// keeps what is needed for that.
func (o *outlines) read(whole recipe.Size) {
	now := o.now
	c := now.Control
	looks := c.Kind == checkpoint.Canny && !c.Mapped()
	o.name.SetText(now.Name)
	o.name.SetColor(look.ColorText)
	o.image.SetTip("")
	if c.Kind == checkpoint.Canny {
		o.image.SetTip(lang.X("outlines.tip", "The outlines that are found in it"))
	}
	o.picture, o.drawn, o.size = nil, "", within(image.Pt(max(whole.Width, 1), max(whole.Height, 1)), smallSide)
	size := o.size
	o.drawing.Drop()
	type read struct {
		img     image.Image
		picture *raster.Raster
	}
	async.Go(o.reading.On(o.p.run), func() (r read, err error) {
		img, err := now.Read()
		switch {
		case err != nil:
		case looks:
			r.picture = seen(img, whole.Width, whole.Height)
		case c.Kind == checkpoint.Canny:
			r.img = mapOf(grayOf(img), size)
		default:
			r.img = smaller(img, smallSide)
		}
		return r, err
	}, func(r read, err error) {
		switch {
		case err != nil:
			o.name.SetColor(look.ColorBad)
			o.image.SetTip(lang.X("input.unread", "It cannot be read. Take it out, or choose it again."))
		case r.picture != nil:
			o.picture = r.picture
			o.draw(c)
		default:
			o.image.Set(r.img)
		}
	})
}

// draw shows the edges that a control finds in the picture.
func (o *outlines) draw(c *inference.Control) {
	low, high := c.Thresholds()
	how := fmt.Sprint(low, high)
	picture, size := o.picture, o.size
	if picture == nil || how == o.drawn {
		return
	}
	o.drawn = how
	async.Go(o.drawing.On(o.p.run), func() (image.Image, error) {
		return mapOf(canny.Map(picture, low, high), size), nil
	}, func(img image.Image, _ error) { o.image.Set(img) })
}

// mapOf is a map in the shape of the picture that is held to it.
func mapOf(edges *image.Gray, size image.Point) image.Image {
	return raster.Bilinear(raster.Gray(edges), size.X, size.Y).Gray()
}

// seen is the middle of a picture as edges are looked for in it, for a picture
// of width by height pixels.
func seen(img image.Image, width, height int) *raster.Raster {
	w, h := max(width*3/4, 8), max(height*3/4, 8) // Stage C has a cell for some 43 pixels, and each sees 32
	return raster.Bilinear(raster.Bicubic(raster.RGB(img).Aspect(w, h), w, h).Clamp(), canny.Side, canny.Side)
}
