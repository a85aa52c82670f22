// Package create is the Create tab: the controls, the picture as it forms and what can be done with it, the strip, the
// sheet of drafts, and the queue.
package create

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/ui/format"
	"cascata/ui/menu"
	"cascata/ui/widgets"
)

// controlsParams are what the controls begin with.
type controlsParams struct {
	Sketch recipe.Sketch
	Model  app.ModelInfo
	Styles []recipe.Style
	Named  []recipe.Named
	Open   map[string]bool // sections that are open: "size", "pictures", "more"
	Inputs inputsParams    // but for change and call
}

// Controls is the column where a picture is described. The sketch is what
// counts; everything on the screen follows it.
type Controls struct {
	Content fyne.CanvasObject

	OnChange            func(recipe.Sketch) // any change, also every typed letter
	OnGenerate, OnDraft func()
	onFold              func(section string, open bool)
	onHistory           func()
	onOlder, onNewer    func() // Alt+Up and Alt+Down in the prompt
	onEditStyles        func()
	OnHeight            func(prompt, negative float32) // a prompt was dragged to a height; 0: as there is room
	onSaveNamed         func(name string)
	onDeleteNamed       func(name string)

	sketch recipe.Sketch
	model  app.ModelInfo
	quiet  bool // the fields are changed by us

	Prompt, negative *widgets.Prompt
	size             *sizePicker
	numbers          map[string]*settingNumber // of the table of settings, by their keys
	Seed             *seedPicker
	count            *countPicker
	style            *stylePicker
	schedule         *schedulePicker
	ownSeeds         []ownSeed
	named            *namedPicker
	inputs           *inputs
	draft, generate  *widgets.Button
	tooBig           *tooBig
	Scroll           *container.Scroll
}

// newControls shows p.
func newControls(p controlsParams) *Controls {
	c := &Controls{sketch: p.Sketch, model: p.Model}
	c.makePrompts()
	c.size = newSizePicker(c.change, func(open bool) { c.folded("size", open) }, p.Open["size"])
	c.makeNumbers()
	seeds := recipe.Seeds()
	c.Seed = newSeedPicker(seeds[0], c.change)
	for _, t := range seeds[1:] {
		c.ownSeeds = append(c.ownSeeds, newOwnSeed(t, c.change))
	}
	c.count = newCountPicker(c.change)
	c.style = newStylePicker(c.change)
	c.schedule = newSchedulePicker(c.change)
	c.named = newNamedPicker(c.change, func(name string) { widgets.Call1(c.onSaveNamed, name) }, func(name string) { widgets.Call1(c.onDeleteNamed, name) })
	p.Inputs.change, p.Inputs.call = c.change, c.addWords
	p.Inputs.scroll = func(e *fyne.ScrollEvent) { c.Scroll.Scrolled(e) }
	c.inputs = newInputs(p.Inputs)
	c.draft = widgets.NewButton(lang.X("draft", "Draft"), func() { widgets.Call(c.OnDraft) })
	c.generate = widgets.NewMainButton("", func() { widgets.Call(c.OnGenerate) })
	c.tooBig = newTooBig(c.change)
	c.quiet = true
	prompt, negative := p.Sketch.Prompts()
	c.Prompt.SetText(prompt)
	c.negative.SetText(negative)
	c.setDefaults()
	c.setLists(p.Styles, p.Named)
	c.setTimes(0, 0, memory{})
	c.arrange(p.Open["more"], p.Open["pictures"])
	c.show()
	return c
}

// Sketch is what the controls hold.
func (c *Controls) Sketch() recipe.Sketch { return c.sketch }

// SetSketch shows s without a call of OnChange. The old prompts can be had back by Undo.
func (c *Controls) SetSketch(s recipe.Sketch) {
	c.sketch = s
	c.show()
}

// SetModel shows the sizes that suit a model, without a call of OnChange. What was as
// the model before recommends becomes what this one recommends; prompts and
// what the artist chose stay. Sketch is what came of it.
func (c *Controls) SetModel(m app.ModelInfo) {
	before := c.model
	c.model = m
	c.setDefaults()
	c.sketch.ChangeModel(before.Start, m.Start, nativeSize(before), nativeSize(m))
	c.show()
}

// setDefaults sets what the model says about sizes and double clicks.
func (c *Controls) setDefaults() {
	c.size.setModel(c.model)
	c.inputs.setModel(c.model)
	for _, n := range c.numbers {
		n.setDefault(n.setting.Get(&c.model.Start.Recipe))
	}
}

// setLists shows other styles and named settings. A chosen style that got
// another name stays chosen, one that is gone is not; both are reported as a change.
func (c *Controls) setLists(styles []recipe.Style, named []recipe.Named) {
	c.quiet = true
	changed := c.style.setStyles(styles, &c.sketch)
	c.named.setNamed(named)
	c.named.show(c.sketch)
	c.quiet = false
	if changed {
		widgets.Call1(c.OnChange, c.sketch)
	}
}

// cutShown is how much of what is cut off is shown, in runes.
const cutShown = 120

// SetCounts says how much of the prompts the model reads; a zero Count says nothing.
func (c *Controls) SetCounts(prompt, negative app.TokenCount) {
	for p, n := range map[*widgets.Prompt]app.TokenCount{c.Prompt: prompt, c.negative: negative} {
		text, cut := "", cutText(n)
		if n.Limit > 0 {
			text = lang.X("tokens", "{{.Used}} of {{.Limit}} tokens", map[string]any{"Used": n.Used, "Limit": n.Limit})
		}
		if p == c.negative && p.Text() == "" {
			text = lang.X("negative.term", "negative prompt")
		}
		p.SetCount(text, cut != "", cut)
	}
}

// cutText says what the model does not read; "" where it reads all.
func cutText(n app.TokenCount) string {
	if n.Cut == "" {
		return ""
	}
	r := []rune(n.Cut)
	if len(r) > cutShown {
		r = append(r[:cutShown:cutShown], '…')
	}
	return lang.X("tokens.cut", "Beyond what the model reads: {{.Text}}", map[string]any{"Text": string(r)})
}

// setTimes says on the buttons how long what they ask for takes, 0 is unknown, and
// whether it fits into memory.
func (c *Controls) setTimes(picture, draft time.Duration, m memory) {
	picture, draft = roughly(picture), roughly(draft)
	about, short := format.KeyText(menu.Ctrl, fyne.KeyReturn), format.KeyText(menu.Ctrl, fyne.KeyD)
	if text := memoryText(m, picture); text != "" {
		about = text
	}
	if draft > 0 {
		short = format.TimeText(draft)
	}
	c.generate.SetDetail(about)
	c.generate.SetTip(memoryTip(m))
	c.draft.SetDetail(short)
	if c.tooBig.set(m) {
		c.Content.Refresh()
	}
}

// roughly leaves out the seconds of a long time, which nobody knows so early.
func roughly(d time.Duration) time.Duration {
	if d < 10*time.Minute {
		return d
	}
	return d.Round(time.Minute)
}

// SetShown takes the recipe of the picture on show, whose seeds can be taken.
func (c *Controls) SetShown(r recipe.Recipe) {
	c.quiet = true
	defer func() { c.quiet = false }()
	c.Seed.setShown(r)
}

// setAsked says that pictures were asked for: a seed that was typed is used.
func (c *Controls) setAsked() { c.Seed.typed = false }

// setHeights gives the prompts' fields heights; 0 is as there is room.
func (c *Controls) setHeights(prompt, negative float32) {
	c.Prompt.SetHeight(prompt)
	c.negative.SetHeight(negative)
	c.Scroll.Refresh()
}

// FocusPrompt lets the artist write the prompt.
func (c *Controls) FocusPrompt() { c.focus(c.Prompt) }

// FocusNegative lets the artist write what to leave out.
func (c *Controls) FocusNegative() { c.focus(c.negative) }

func (c *Controls) focus(p *widgets.Prompt) {
	if cv := fyne.CurrentApp().Driver().CanvasForObject(p); cv != nil {
		cv.Focus(p.Field())
	}
}

// change is a change by the artist.
func (c *Controls) change(f func(*recipe.Sketch)) {
	if c.quiet {
		return
	}
	f(&c.sketch)
	c.show()
	widgets.Call1(c.OnChange, c.sketch)
}

// show brings everything on the screen to the sketch.
func (c *Controls) show() {
	c.quiet = true
	defer func() { c.quiet = false }()
	s := c.sketch
	prompt, negative := s.Prompts()
	c.Prompt.Replace(prompt)
	c.negative.Replace(negative)
	c.size.show(s)
	for _, n := range c.numbers {
		n.show(s)
	}
	c.Seed.show(s)
	c.count.show(s)
	c.style.show(s)
	c.schedule.show(s)
	for _, o := range c.ownSeeds {
		o.show(s)
	}
	c.named.show(s)
	c.inputs.show(s)
	c.generate.SetTitle(lang.X("generate", "Generate"))
	if n := s.Pictures(false); n > 1 {
		c.generate.SetTitle(lang.X("generate.n", "Generate {{.N}}", map[string]any{"N": strconv.Itoa(n)}))
	}
	c.draft.SetTitle(lang.X("draft.n", "Draft {{.N}}", map[string]any{"N": strconv.Itoa(s.Pictures(true))}))
	widgets.Enable(c.draft, !s.Enlarge) // which makes no composition
	c.draft.SetTip(lang.X("draft.tip", "Compositions only, for {{.N}} seeds, on a sheet to choose from", map[string]any{"N": s.Pictures(true)}))
}

func (c *Controls) typePrompts() {
	if c.quiet {
		return
	}
	c.sketch.SetPrompts(c.Prompt.Text(), c.negative.Text())
	widgets.Call1(c.OnChange, c.sketch)
}

// addWords puts words behind the prompt.
func (c *Controls) addWords(words string) {
	c.change(func(s *recipe.Sketch) { s.AddWords(words) })
}

// showPictures opens the controls of what goes in beside the words and scrolls
// to them.
func (c *Controls) showPictures() {
	if !c.inputs.Open() {
		c.inputs.SetOpen(true)
		c.inputs.OnChanged(true)
	}
	widgets.RevealIn(c.Scroll, c.inputs.Fold)
}

// Drop takes pictures for what lies under a place of the window, and LoRAs.
func (c *Controls) Drop(at fyne.Position, pictures, loras []string) {
	c.inputs.drop(at, pictures)
	c.inputs.loras.takeFiles(loras...)
	c.showPictures()
}

func (c *Controls) folded(section string, open bool) {
	if c.onFold != nil {
		c.onFold(section, open)
	}
}

// Reveal scrolls to what got the keyboard, where it lies in the column.
func (c *Controls) Reveal(o fyne.CanvasObject) {
	if o != c.draft && o != c.generate { // they stay in view below the column
		widgets.RevealIn(c.Scroll, o)
	}
}
