package create

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/lora"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// InputsParams are what the controls for pictures and LoRAs ask of others. All
// are required.
type InputsParams struct {
	Keep  func(name string, img Picture) (inference.Input, error) // gives a picture a file; not on the window's goroutine
	Files func(title string, then func(paths []string))           // asks for files
	Paste func(then func(in inference.Input))                     // gives the picture on the clipboard
	Fail  func(err error)
	Get   func(name string) // opens where a part of the model can be had, by its name in the catalogue

	LoRA  func(l inference.LoRA) (inference.LoRA, lora.Info, error) // not on the window's goroutine; see app.Engine
	Fits  func(s recipe.Setup, l inference.LoRA) error              // why a LoRA cannot change the model, nil if it can; likewise
	LoRAs func() []lora.Info                                        // those that the model can be given; likewise
}

// inputs are the controls of what goes in beside the words: pictures and LoRAs.
// What the model cannot take, and nothing that can be had would let it take, is
// not shown.
type inputs struct {
	*widgets.Fold
	all   *fyne.Container
	parts []inputPart
	takes app.Accepts

	mood      *mood
	initImage *initImage
	loras     *loras
}

// An inputPart is what goes in for one purpose.
type inputPart interface {
	content() fyne.CanvasObject
	show(s recipe.Sketch, t app.Accepts)
	used(s recipe.Sketch) int    // how many of them
	possible(t app.Accepts) bool // something can be put in, or could be
	drops(t app.Accepts) bool    // likewise pictures that are dropped
	take(in ...inference.Input)  // by the artist; at least one
}

// inputsParams are what the section works with.
type inputsParams struct {
	InputsParams
	run    async.Runner
	canvas fyne.Canvas
	toasts *widgets.Toasts
	change func(func(*recipe.Sketch))
	scroll func(*fyne.ScrollEvent)       // the column that all of it lies in
	call   func(words string)            // puts words into the prompt
	draft  func() (id int64, asked bool) // asks for one draft of what the controls hold, of the same seed each time
}

// takeOut takes something out, says so, and offers to put it back.
func (p inputsParams) takeOut(name string, out func(*recipe.Sketch)) {
	var before recipe.Sketch
	p.change(func(s *recipe.Sketch) {
		before = *s
		out(s)
	})
	p.toasts.Say(lang.X("input.removed", "{{.Name}} was taken out.", map[string]any{"Name": format.Clip(name, largeName)}), lang.X("undo", "Undo"), func() {
		p.change(func(s *recipe.Sketch) { s.SetInputs(before) })
	})
}

// weigh changes the weight of an ingredient.
func (p inputsParams) weigh(i recipe.Ingredient) func(float64) {
	return func(v float64) { p.change(func(s *recipe.Sketch) { i.Weight.Set(&s.Recipe, v) }) }
}

func newInputs(p inputsParams) *inputs {
	small := newSmallPictures(p.run)
	i := &inputs{mood: newMood(p, small), initImage: newInitImage(p, small), loras: newLoRAs(p)}
	i.parts = []inputPart{i.mood, i.initImage, newOutlines(p), i.loras}
	i.all = widgets.Column(14)
	for _, part := range i.parts {
		i.all.Add(part.content())
	}
	i.Fold = widgets.NewFold("", widgets.Pad(0, 4, i.all))
	return i
}

// setModel shows what a model takes.
func (i *inputs) setModel(m app.ModelInfo) { i.takes, i.initImage.model = m.Accepts, m }

// show brings the section to a sketch.
func (i *inputs) show(s recipe.Sketch) {
	used, seen := 0, false
	for _, part := range i.parts {
		n := part.used(s)
		yes := n > 0 || part.possible(i.takes)
		widgets.SetVisible(part.content(), yes)
		used, seen = used+n, seen || yes
		part.show(s, i.takes)
	}
	title := lang.X("inputs", "Mood, pictures, LoRA")
	if used > 0 {
		title += " · " + strconv.Itoa(used)
	}
	i.SetTitle(title)
	widgets.SetVisible(i.Fold, seen)
	i.all.Refresh()
	i.Refresh()
}

// drop takes pictures for the part that lies under a place of the window, else
// for the first that takes any.
func (i *inputs) drop(at fyne.Position, files []string) {
	var all []inference.Input
	for _, file := range files {
		all = append(all, inference.Input{File: file})
	}
	var to inputPart
	for _, part := range i.parts {
		switch {
		case !part.drops(i.takes):
		case to == nil, i.Open() && widgets.Holds(part.content(), at):
			to = part
		}
	}
	if to != nil && len(all) > 0 {
		to.take(all...)
	}
}

// A lack says that the model cannot do something, and how to get what it needs.
type lack struct {
	*fyne.Container
	text *widgets.Paragraph
	get  *widgets.Button
	name string // in the catalogue
}

func newLack(get func(name string)) *lack {
	l := &lack{text: widgets.NewParagraph("", look.SizeSmall, true)}
	l.get = widgets.NewTextButton(lang.X("lack.get", "Get it…"), func() { get(l.name) })
	l.Container = widgets.Column(0, l.text, widgets.Row(0, l.get))
	return l
}

// say shows what is lacking for t; could is said where it can be had, else
// cannot. It says whether there is nothing lacking.
func (l *lack) say(t app.Support, could, cannot string) bool {
	l.name = t.Get
	text := could
	if t.Get == "" {
		text = cannot
	}
	if l.text.Text() != text {
		l.text.SetText(text)
	}
	widgets.SetVisible(l.get, t.Get != "")
	widgets.SetVisible(l.Container, !t.Yes)
	return t.Yes
}

// choosers are the two ways to put in a picture: from a file, and pasted.
func choosers(p inputsParams, title string, then func(in ...inference.Input)) *fyne.Container {
	choose := widgets.NewTextButton(lang.X("input.choose", "Choose a picture…"), func() {
		p.Files(title, func(paths []string) {
			var all []inference.Input
			for _, path := range paths {
				all = append(all, inference.Input{File: path})
			}
			then(all...)
		})
	})
	paste := widgets.NewTextButton(lang.X("input.paste", "Paste"), func() { p.Paste(func(in inference.Input) { then(in) }) })
	return widgets.Row(14, choose, paste)
}

// keysOf identify ingredients.
func keysOf(all []recipe.Ingredient) (keys []string) {
	for _, i := range all {
		keys = append(keys, i.Key)
	}
	return keys
}
