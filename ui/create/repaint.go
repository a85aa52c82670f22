package create

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/menu"
	"cascata/ui/widgets"
)

// A repaint asks which part of a picture is to change: a mask is painted over it.
type repaint struct {
	p       inputsParams
	over    widgets.Overlay
	painter *widgets.Painter
	size    *widgets.Number // of the brush, percent of the picture's longer side
	soft    *widgets.Number // its edge, percent
	ways    *widgets.Choice
	done    *widgets.Button
}

// newRepaint paints over a picture; mask is nil or what was painted before. use
// is given what was painted.
func newRepaint(params inputsParams, picture *image.RGBA, mask *image.Gray, use func(mask *image.Gray)) *repaint {
	r := &repaint{p: params, painter: widgets.NewPainter(picture, mask)}
	p := r.painter
	long := float64(max(picture.Rect.Dx(), picture.Rect.Dy()))
	r.size = widgets.NewNumber(lang.X("repaint.size", "Brush"), widgets.Span{Min: 0.5, Max: 60, Step: 0.5, Default: 100 * p.Brush.Size / long})
	r.soft = widgets.NewNumber(lang.X("repaint.soft", "Soft edge"), widgets.Span{Min: 0, Max: 100, Step: 5, Default: 100 * p.Brush.Soft})
	brush := func(float64) {
		p.SetBrush(widgets.Brush{Size: r.size.Value() / 100 * long, Soft: r.soft.Value() / 100, Erase: p.Brush.Erase})
	}
	r.size.OnChanged, r.soft.OnChanged = brush, brush
	p.OnSize = func(size float64) { r.size.SetValue(100 * size / long); brush(0) }
	r.ways = widgets.NewChoice(func(i int) { p.Brush.Erase = i == 1 }, lang.X("repaint.paint", "Paint"), lang.X("repaint.erase", "Erase"))
	r.ways.Choose(0)
	r.ways.SetTip(lang.X("repaint.erase.tip", "The other button of the pointer erases too"))
	r.done = widgets.NewMainButton(lang.X("repaint.use", "Change this part"), func() {
		r.over.Close()
		use(p.Mask.Image)
	})
	p.OnChanged = r.say
	r.arrange()
	r.say()
	return r
}

func (r *repaint) show() { r.over.Show(r.p.canvas, r.painter) }

// cancel closes the painting, and offers to go on with it where something was
// painted: a press of Escape must not cost the work of minutes.
func (r *repaint) cancel() {
	r.over.Close()
	if r.painter.Mask.CanUndo() {
		r.p.toasts.Say(lang.X("repaint.cancelled", "What was painted is not used."), lang.X("undo", "Undo"), r.show)
	}
}

// say lets an empty mask not be used.
func (r *repaint) say() { widgets.Enable(r.done, !r.painter.Mask.Empty()) }

func (r *repaint) arrange() {
	p := r.painter
	text := func(title string, do func()) fyne.CanvasObject { return widgets.NewTextButton(title, do) }
	cancel := widgets.NewButton(lang.X("cancel", "Cancel"), r.cancel)
	about := widgets.NewDim(lang.X("repaint.about", "Paint over what is to change. The rest stays as it is, pixel by pixel.")).Shrink()
	top := widgets.Panel(widgets.Bottom, widgets.Pad(12, 6, widgets.Row(12, widgets.NewTitle(lang.X("repaint", "Repaint")), about, layout.NewSpacer(), cancel, r.done)))
	undo := widgets.NewTextButton(lang.X("undo", "Undo"), p.Undo)
	undo.SetTip(format.KeyText(menu.Ctrl, fyne.KeyZ))
	tools := widgets.NewFlow(widgets.Width(150, r.ways), widgets.Gap(10, 1), widgets.Width(240, r.size), widgets.Gap(10, 1), widgets.Width(240, r.soft),
		widgets.Height(look.RowHeight, widgets.Row(8, undo, text(lang.X("repaint.invert", "Invert"), p.Invert), text(lang.X("repaint.clear", "Clear"), p.Clear),
			widgets.NewIconButton(look.IconFit, lang.X("repaint.fit", "Whole picture (0); the wheel zooms, Shift moves"), p.Fit))))
	bottom := widgets.Panel(widgets.Top, widgets.Pad(12, 6, tools))
	r.over.Content = widgets.Frame(top, bottom, nil, nil, container.NewStack(p))
	r.over.Key = func(e *fyne.KeyEvent) {
		switch e.Name {
		case fyne.KeyEscape:
			r.cancel()
		case fyne.KeyBackspace:
			p.Undo()
		case fyne.KeyReturn, fyne.KeyEnter:
			r.done.Tapped(nil)
		}
	}
	r.over.Rune = func(sign rune) bool { p.TypedRune(sign); return true }
}

// changed is the picture whose composition is changed, if there is one.
func (b *initImage) changed() (in recipe.Ingredient, ok bool) {
	all := b.sketch.Ingredients(recipe.InBeginning)
	if len(all) == 0 || b.sketch.Way() != recipe.Changed {
		return in, false
	}
	return all[0], true
}

// paint lets the artist paint a mask over the picture to begin from.
func (b *initImage) paint() {
	in, ok := b.changed()
	if !ok {
		return
	}
	was := b.sketch.Ingredients(recipe.InRepaint)
	type pair struct {
		picture *image.RGBA
		mask    *image.Gray
	}
	async.Go(b.p.run, func() (p pair, err error) {
		img, err := in.Read()
		if err != nil {
			return p, err
		}
		p.picture = disk.RGBA(img)
		for _, w := range was {
			if mask, err := w.Read(); err == nil && mask.Bounds().Size() == p.picture.Rect.Size() {
				p.mask = grayOf(mask)
			}
		}
		return p, nil
	}, func(p pair, err error) {
		if err != nil {
			b.p.Fail(err)
			return
		}
		b.painting = newRepaint(b.p, p.picture, p.mask, func(mask *image.Gray) { b.useMask(*in.Input, mask) })
		b.painting.show()
	})
}

// useMask keeps a mask, and changes that part of the picture alone.
func (b *initImage) useMask(in inference.Input, mask *image.Gray) {
	async.Go(b.p.run, func() (inference.Input, error) { return b.p.Keep(lang.X("mask.name", "painted mask"), mask) }, func(kept inference.Input, err error) {
		if err != nil {
			b.p.Fail(err)
			return
		}
		b.p.change(func(s *recipe.Sketch) { s.Repaint(in, kept) })
	})
}

func grayOf(img image.Image) *image.Gray {
	if g, ok := img.(*image.Gray); ok {
		return g
	}
	b := img.Bounds()
	g := image.NewGray(image.Rectangle{Max: b.Size()})
	for y := range b.Dy() {
		for x := range b.Dx() {
			g.Set(x, y, img.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return g
}

// extend asks at which sides the picture is to go on.
func (b *initImage) extend() {
	in, ok := b.changed()
	if !ok {
		return
	}
	var by recipe.Sides
	side := func(name string, at *float64) *widgets.Number {
		n := widgets.NewNumber(name, widgets.Span{Min: 0, Max: 100, Step: 5, Off: lang.X("off", "off")})
		n.OnChanged = func(v float64) { *at = v / 100 }
		return n
	}
	content := widgets.Column(8,
		widgets.NewParagraph(lang.X("extend.about", "The picture goes on at these sides, by so many percent of its width or height. The picture itself stays."), look.SizeSmall, true),
		side(lang.X("extend.left", "Left"), &by.Left), side(lang.X("extend.right", "Right"), &by.Right),
		side(lang.X("extend.top", "Above"), &by.Top), side(lang.X("extend.bottom", "Below"), &by.Bottom))
	widgets.NewDialog(lang.X("extend.title", "Extend the picture"), content, widgets.Action{Text: lang.X("cancel", "Cancel")},
		widgets.Action{Text: lang.X("extend.do", "Extend"), Main: true, Do: func() {
			if by != (recipe.Sides{}) {
				b.extendBy(in, by)
			}
		}}).Show(b.p.canvas)
}

// extendBy gives a picture room at its sides, to be painted.
func (b *initImage) extendBy(in recipe.Ingredient, by recipe.Sides) {
	type made struct {
		picture, mask inference.Input
		size          image.Point
	}
	async.Go(b.p.run, func() (m made, err error) {
		img, err := in.Read()
		if err != nil {
			return m, err
		}
		wide, mask, err := recipe.Extend(img, by)
		if err != nil {
			return m, err
		}
		m.size = wide.Rect.Size()
		if m.picture, err = b.p.Keep(in.Name, wide); err == nil {
			m.mask, err = b.p.Keep(lang.X("mask.sides", "mask of the sides"), mask)
		}
		return m, err
	}, func(m made, err error) {
		if err != nil {
			b.p.Fail(err)
			return
		}
		b.p.change(func(s *recipe.Sketch) {
			s.Begin(&m.picture, nil, &m.mask, false)
			s.FitPicture(nativeSize(b.model), recipe.Size{Width: m.size.X, Height: m.size.Y})
		})
	})
}
