package create

import (
	"image"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"golang.org/x/image/draw"

	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// A Picture is one that goes in beside the words.
type Picture = image.Image

// An inputRow is one thing that goes in: a small picture, its name, its weight,
// and a button that takes it out.
type inputRow struct {
	Content *fyne.Container
	image   *widgets.Thumb
	name    *widgets.Text
	weight  *number // nil: it has none
}

// newInputRow is the row of an ingredient that is a picture, still to be set.
func newInputRow(i recipe.Ingredient, p inputsParams) *inputRow {
	r := &inputRow{image: widgets.NewThumb(thumbSide), name: widgets.NewText(i.Name).Shrink()}
	r.image.OnOpen = func(img image.Image) { showLarge(r.image, r.name.Text(), img) }
	out := widgets.NewIconButton(look.IconClose, lang.X("input.remove", "Take out"), func() { p.takeOut(i.Name, i.Remove) })
	out.SetColor(look.ColorDim)
	text := widgets.Column(0, r.name)
	if i.Weight != nil {
		r.weight = newWeight("", i.Weight.Range, p.weigh(i))
		text.Add(r.weight.Content)
	}
	r.Content = container.NewBorder(nil, nil, widgets.Centre(r.image), widgets.Centre(out), container.NewBorder(nil, nil, widgets.Gap(2, 0), nil, widgets.Centre(text)))
	return r
}

// inputRows are the rows of ingredients that are pictures, shown whole.
type inputRows struct {
	*fyne.Container
	p     inputsParams
	small *smallPictures
	tip   string // of the pictures
	rows  []*inputRow
	keys  []string // what the rows are of
}

func newInputRows(p inputsParams, small *smallPictures, tip string) *inputRows {
	r := &inputRows{Container: widgets.Column(8), p: p, small: small, tip: tip}
	r.Hide()
	return r
}

// show brings the rows to what there is.
func (r *inputRows) show(all []recipe.Ingredient) {
	keys := keysOf(all)
	if slices.Equal(keys, r.keys) {
		return
	}
	r.keys, r.rows = keys, nil
	r.RemoveAll()
	widgets.SetVisible(r.Container, len(all) > 0)
	for _, i := range all {
		row := newInputRow(i, r.p)
		row.image.SetTip(r.tip)
		r.rows = append(r.rows, row)
		r.Add(row.Content)
		r.small.get(i, func(p smallPicture) { row.setPicture(p, 0) })
	}
}

// showLarge shows a small picture as large as it is.
func showLarge(of fyne.CanvasObject, name string, img image.Image) {
	large := canvas.NewImageFromImage(img)
	large.FillMode = canvas.ImageFillContain
	large.SetMinSize(fyne.NewSquareSize(smallSide))
	widgets.NewDialog(format.Clip(name, largeName), large, widgets.Action{Text: lang.X("close", "Close"), Main: true}).Show(widgets.CanvasOf(of))
}

// largeName is how much is seen of the name of what is shown large, runes.
const largeName = 36

// newWeight is how much something counts, under a name or none.
func newWeight(name string, r recipe.Range, weighed func(float64)) *number {
	n := newNumber(name, widgets.Span{Min: r.Min, Max: r.Max, Step: r.Step, Default: 1, Least: r.Least, Most: r.Most})
	n.OnChanged = weighed
	return n
}

// setPicture shows the middle of a picture whose width is aspect of its height;
// 0: all of it.
func (r *inputRow) setPicture(p smallPicture, aspect float64) {
	if p.err != nil {
		r.name.SetColor(look.ColorBad)
		r.image.SetTip(lang.X("input.unread", "It cannot be read. Take it out, or choose it again."))
		return
	}
	r.image.Set(cropped(p.image, aspect))
}

const thumbSide = 40 // units of the canvas

// cropped is the middle of a picture at a shape, width by height; 0: all of it.
func cropped(img *image.RGBA, aspect float64) image.Image {
	b := img.Rect
	if w := int(float64(b.Dy())*aspect + 0.5); aspect > 0 && w < b.Dx() {
		b.Min.X += (b.Dx() - w) / 2
		b.Max.X = b.Min.X + max(w, 1)
	} else if h := int(float64(b.Dx())/max(aspect, 1e-3) + 0.5); aspect > 0 && h < b.Dy() {
		b.Min.Y += (b.Dy() - h) / 2
		b.Max.Y = b.Min.Y + max(h, 1)
	}
	out := image.NewRGBA(image.Rectangle{Max: b.Size()})
	draw.Draw(out, out.Rect, img, b.Min, draw.Src)
	return out
}

// A smallPicture is an input as it is shown beside its name.
type smallPicture struct {
	image *image.RGBA // at most smallSide each way
	size  image.Point // of the whole, pixels
	err   error       // why it cannot be shown; image is nil then
}

const smallSide = 320 // pixels

// smallPictures read inputs in the background, each once. They belong to the
// window's goroutine.
type smallPictures struct {
	run  async.Runner
	have map[string]smallPicture
}

func newSmallPictures(run async.Runner) *smallPictures {
	return &smallPictures{run: run, have: map[string]smallPicture{}}
}

// maxSmall bounds how many of them are kept.
const maxSmall = 64

// get gives then an ingredient that is a picture, as soon as it is there. One that
// cannot be read is tried again the next time.
func (s *smallPictures) get(i recipe.Ingredient, then func(smallPicture)) {
	if p, ok := s.have[i.Key]; ok {
		then(p)
		return
	}
	async.Go(s.run, func() (smallPicture, error) {
		img, err := i.Read()
		if err != nil {
			return smallPicture{}, err
		}
		return smallPicture{image: smaller(img, smallSide), size: img.Bounds().Size()}, nil
	}, func(p smallPicture, err error) {
		if p.err = err; err == nil {
			if len(s.have) >= maxSmall {
				clear(s.have)
			}
			s.have[i.Key] = p
		}
		then(p)
	})
}

// within is a size in the same shape, of at most side each way.
func within(size image.Point, side int) image.Point {
	k := min(float64(side)/float64(max(size.X, size.Y, 1)), 1)
	return image.Pt(max(int(float64(size.X)*k), 1), max(int(float64(size.Y)*k), 1))
}

// smaller is a picture with sides of at most side pixels.
func smaller(img image.Image, side int) *image.RGBA {
	b := img.Bounds()
	if max(b.Dx(), b.Dy()) <= side {
		return disk.RGBA(img)
	}
	out := image.NewRGBA(image.Rectangle{Max: within(b.Size(), side)})
	draw.ApproxBiLinear.Scale(out, out.Rect, img, b, draw.Src, nil)
	return out
}
