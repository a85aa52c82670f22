package create

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// forecastDelay is the debounce of the controls before memory is planned for them.
const forecastDelay = 150 * time.Millisecond

// A forecaster finds out how memory would be spent on what the controls hold. Its
// methods belong to the window's goroutine.
type forecaster struct {
	run  async.Runner
	ask  func(r recipe.Recipe) (app.Forecast, bool) // not called on the window's goroutine; nil: nothing is known
	show func()                                     // another answer is known

	rest   async.Debounce
	newest async.Newest
	of     planned // what known is of
	known  memory
}

// planned is what of a recipe memory depends on.
type planned struct {
	with recipe.Setup
	size recipe.Size
}

// memory is a forecast, where there is one.
type memory struct {
	app.Forecast
	ok bool
}

func newForecaster(p FormParams, show func()) *forecaster {
	return &forecaster{run: p.Run, ask: p.Forecast, show: show, rest: async.Debounce{Later: p.Later, Wait: forecastDelay}}
}

// soon asks about r once nothing else changes. What is known of another recipe is
// forgotten.
func (f *forecaster) soon(r recipe.Recipe) {
	if of := (planned{r.Setup(), r.Size()}); of != f.of {
		f.newest.Drop()
		f.of, f.known = of, memory{}
	}
	if f.ask != nil {
		f.rest.Call(func() { f.now(r) })
	}
}

func (f *forecaster) now(r recipe.Recipe) {
	async.Go(f.newest.On(f.run), func() (m memory, _ error) {
		m.Forecast, m.ok = f.ask(r)
		return m, nil
	}, func(m memory, _ error) {
		if m != f.known {
			f.known = m
			f.show()
		}
	})
}

// memoryText says in a few words whether pictures fit into memory and how long
// they take, 0 where that is not known; "" where nothing is.
func memoryText(m memory, takes time.Duration) string {
	about := map[string]any{"Time": format.TimeText(takes)}
	switch {
	case m.ok && !m.Fits:
		return lang.X("memory.toobig", "too big here")
	case m.ok && !m.Plan.Keep && takes > 0:
		return lang.X("memory.swap", "will swap, about {{.Time}}", about)
	case m.ok && !m.Plan.Keep:
		return lang.X("memory.swap.untimed", "will swap")
	case m.ok && m.Free > 0 && takes > 0:
		return lang.X("memory.fits", "fits, about {{.Time}}", about)
	case m.ok && m.Free > 0:
		return lang.X("memory.fits.untimed", "fits in memory")
	case takes > 0:
		return lang.X("about.time", "about {{.Time}}", about)
	}
	return ""
}

// memoryTip says in whole what memoryText does.
func memoryTip(m memory) string {
	if !m.ok || m.Free == 0 {
		return ""
	}
	about := map[string]any{"Needs": format.Amount(m.Needs), "Free": format.Amount(m.Free)}
	switch {
	case !m.Fits:
		return lang.X("memory.toobig.tip", "A picture of this size takes {{.Needs}} of memory; {{.Free}} are free.", about)
	case !m.Plan.Keep:
		return lang.X("memory.swap.tip", "The parts of the model are loaded one after the other, and take {{.Needs}} of the {{.Free}} of memory that are free.", about)
	}
	return lang.X("memory.fits.tip", "The whole model stays loaded, and takes {{.Needs}} of the {{.Free}} of memory that are free.", about)
}

// tooBigText says what can be made in place of what does not fit.
func tooBigText(m memory) string {
	if m.Width == 0 {
		return lang.X("memory.none", "Too big here: close other programs, or choose a smaller model.")
	}
	return lang.X("memory.largest", "Too big here: the largest that fits is {{.Size}}.", map[string]any{"Size": strings.ReplaceAll(format.SizeText(m.Width, m.Height), " ", "\u00a0")}) // in one line
}

// tooBig says under the buttons that what they ask for does not fit into memory,
// and takes the largest size that does.
type tooBig struct {
	content *fyne.Container
	text    *widgets.Paragraph
	use     *widgets.Button
	memory  memory // what is said
}

func newTooBig(change func(func(*recipe.Sketch))) *tooBig {
	t := &tooBig{text: widgets.NewParagraph("", look.SizeSmall, false)}
	t.use = widgets.NewTextButton("", func() {
		change(func(s *recipe.Sketch) { s.SetSize(recipe.Size{Width: t.memory.Width, Height: t.memory.Height}) })
	})
	t.use.SetColor(look.ColorAccent)
	t.content = widgets.Column(0, t.text, widgets.Row(0, t.use))
	t.content.Hide()
	return t
}

// set says what m does, and returns whether that takes more or less room.
func (t *tooBig) set(m memory) (changed bool) {
	was := t.content.Visible()
	t.memory = m
	if no := m.ok && !m.Fits; no != was {
		widgets.SetVisible(t.content, no)
		changed = true
	}
	if !m.ok || m.Fits {
		return changed
	}
	t.text.SetText(tooBigText(m))
	if can := m.Width > 0; can != t.use.Visible() {
		widgets.SetVisible(t.use, can)
		changed = true
	}
	t.use.SetTitle(lang.X("memory.use", "Use {{.Size}}", map[string]any{"Size": format.SizeText(m.Width, m.Height)}))
	return changed
}
