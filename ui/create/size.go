package create

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/ui/look"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// A sizePicker is the shapes that suit the model, and a free size under the
// last of its pills.
type sizePicker struct {
	Content *fyne.Container
	change  func(func(*recipe.Sketch))
	fold    func(open bool) // the free size was opened or closed

	pills         *widgets.Choice
	width, height *settingNumber
	keeps         *recipe.Setting // whether the shape is kept
	lock          *widgets.Button
	pixels        *widgets.Text   // the size in pixels
	rows          *fyne.Container // of the free size

	sizes  []recipe.Size // of the pills
	native recipe.Size
	open   bool // the free size stays open whatever the size
	now    recipe.Size
	of     recipe.Recipe
	ratio  float64 // width / height that is kept while locked
}

func newSizePicker(change func(func(*recipe.Sketch)), fold func(bool), open bool) *sizePicker {
	z := &sizePicker{change: change, fold: fold, open: open}
	z.pills = widgets.NewChoice(z.choose)
	sides := newSettingNumbers(recipe.InSize, change)
	z.width, z.height = sides[0], sides[1]
	for _, t := range recipe.In(recipe.InSize) {
		if t.On != nil {
			z.keeps = t
		}
	}
	z.width.OnChanged = func(v float64) { z.side(int(v), true) }
	z.height.OnChanged = func(v float64) { z.side(int(v), false) }
	z.lock = widgets.NewIconButton(look.IconUnlock, "", z.toggleLock)
	swap := widgets.NewIconButton(look.IconSwap, lang.X("size.swap", "Swap width and height"), z.swap)
	z.rows = container.NewBorder(nil, nil, nil, widgets.Column(8, swap, z.lock), widgets.Column(8, z.width.Content, z.height.Content))
	z.pixels = widgets.NewDim("").Right().Shrink()
	name := container.NewBorder(nil, nil, widgets.NewDim(lang.X("size", "Size")), nil, z.pixels)
	z.Content = widgets.Column(8, widgets.Column(4, name, z.pills), z.rows)
	return z
}

// nativeSize is the size of pictures that a model was made for.
func nativeSize(m app.ModelInfo) recipe.Size { return recipe.Size{Width: m.Width, Height: m.Height} }

// setModel changes what sizes suit.
func (z *sizePicker) setModel(m app.ModelInfo) {
	z.native = nativeSize(m)
	z.sizes = recipe.Sizes(m.Width, m.Height)
	for side, own := range map[*settingNumber]int{z.width: m.Width, z.height: m.Height} {
		side.usual = settings.Span(side.setting, recipe.Native{Width: m.Width, Height: m.Height, Least: m.Least})
		side.usual.Default = float64(recipe.NearestSide(float64(own)))
	}
	var names []string
	for _, s := range z.sizes {
		names = append(names, s.Name)
	}
	z.pills.SetNames(append(names, lang.X("size.free", "free"))...)
}

// show shows a sketch's size.
func (z *sizePicker) show(s recipe.Sketch) {
	z.of, z.now = s.Recipe, s.Size()
	if z.now.Width <= 0 || z.now.Height <= 0 {
		z.now = z.native
	}
	at := z.pill()
	free := at < 0 || z.open
	if free {
		at = len(z.sizes)
	}
	z.pills.Choose(at)
	z.pixels.SetText(z.tip())
	z.width.number.show(float64(z.now.Width))
	z.height.number.show(float64(z.now.Height))
	locked := *z.keeps.On(&s)
	if !locked || z.ratio == 0 {
		z.ratio = float64(z.now.Width) / float64(max(z.now.Height, 1))
	}
	z.lock.SetChosen(locked)
	z.lock.SetIcon(look.IconUnlock)
	z.lock.SetTip(lang.X("size.lock", "Keep the shape when one side changes"))
	if locked {
		z.lock.SetIcon(look.IconLock)
		z.lock.SetTip(lang.X("size.unlock", "Let each side change alone"))
	}
	if z.rows.Visible() != free {
		widgets.SetVisible(z.rows, free)
		z.Content.Refresh()
	}
}

// pill is the number of the pill that stands for the size, or -1.
func (z *sizePicker) pill() int {
	return slices.IndexFunc(z.sizes, func(s recipe.Size) bool {
		return z.of.Fitted(s) == z.now
	})
}

// tip is the size of the picture that will come.
func (z *sizePicker) tip() string {
	size := z.of.Comes(z.now)
	return lang.X("size.pixels", "{{.W}} × {{.H}} pixels", map[string]any{"W": size.Width, "H": size.Height})
}

// choose is a pill of the artist's.
func (z *sizePicker) choose(i int) {
	free := i >= len(z.sizes)
	if z.open != free {
		z.open = free
		z.fold(free)
	}
	if !free {
		z.ratio = 0
		z.set(z.sizes[i].Width, z.sizes[i].Height)
		return
	}
	z.set(z.now.Width, z.now.Height)
}

// set makes sides that the preset can make.
func (z *sizePicker) set(width, height int) {
	z.change(func(s *recipe.Sketch) {
		s.Fit(recipe.Size{Width: width, Height: height})
	})
}

// side is a new width or height, and the other with it while they are locked.
func (z *sizePicker) side(px int, wide bool) {
	w, h := px, z.now.Height
	if !wide {
		w, h = z.now.Width, px
	}
	if z.lock.Chosen() && z.ratio > 0 {
		if wide {
			h = recipe.NearestSide(float64(w) / z.ratio)
		} else {
			w = recipe.NearestSide(float64(h) * z.ratio)
		}
	}
	z.keepOpen()
	z.set(w, h)
}

func (z *sizePicker) swap() {
	if z.ratio > 0 {
		z.ratio = 1 / z.ratio
	}
	z.keepOpen()
	z.set(z.now.Height, z.now.Width)
}

func (z *sizePicker) toggleLock() {
	z.ratio = 0
	z.change(func(s *recipe.Sketch) { on := z.keeps.On(s); *on = !*on })
}

// keepOpen keeps the sliders in place when they come across a shape that has
// a pill.
func (z *sizePicker) keepOpen() {
	if !z.open {
		z.open = true
		z.fold(true)
	}
}
