package create

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/lora"
	"cascata/ui/async"
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
	LoRAs func() []lora.Info                                        // those in the folder for them; likewise
}

// inputs are the controls of what goes in beside the words: pictures and LoRAs.
// What the model cannot take, and nothing that can be had would let it take, is
// not shown.
type inputs struct {
	*widgets.Fold
	all   *fyne.Container
	parts []inputPart
	takes app.Takes

	beginning *beginning
	loras     *loras
}

// An inputPart is what goes in for one purpose.
type inputPart interface {
	content() fyne.CanvasObject
	show(s recipe.Sketch, t app.Takes)
	used(s recipe.Sketch) int // how many of them
	possible(t app.Takes) bool
	take(in ...inference.Input) // by the artist; at least one
}

// inputsParams are what the section works with.
type inputsParams struct {
	InputsParams
	run    async.Runner
	canvas fyne.Canvas
	change func(func(*recipe.Sketch))
	call   func(words string) // puts words into the prompt
}

func newInputs(p inputsParams) *inputs {
	small := newSmallPictures(p.run)
	i := &inputs{beginning: newBeginning(p, small), loras: newLoRAs(p)}
	i.parts = []inputPart{newReferences(p, small), i.beginning, newOutlines(p), i.loras}
	i.all = widgets.Column(14)
	for _, part := range i.parts {
		i.all.Add(part.content())
	}
	i.Fold = widgets.NewFold("", widgets.Pad(0, 4, i.all))
	return i
}

// setModel shows what a model takes.
func (i *inputs) setModel(m app.ModelInfo) { i.takes, i.beginning.model = m.Takes, m }

// show brings the section to a sketch.
func (i *inputs) show(s recipe.Sketch) {
	used, seen := 0, false
	for _, part := range i.parts {
		n := part.used(s)
		yes := n > 0 || part.possible(i.takes)
		widgets.ShowIf(part.content(), yes)
		used, seen = used+n, seen || yes
		part.show(s, i.takes)
	}
	title := lang.X("inputs", "Pictures, LoRA")
	if used > 0 {
		title += " · " + strconv.Itoa(used)
	}
	i.SetTitle(title)
	widgets.ShowIf(i.Fold, seen)
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
		switch yes := part != inputPart(i.loras) && part.possible(i.takes); {
		case !yes:
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
func (l *lack) say(t app.Taking, could, cannot string) bool {
	l.name = t.Get
	text := could
	if t.Get == "" {
		text = cannot
	}
	if l.text.Text() != text {
		l.text.SetText(text)
	}
	widgets.ShowIf(l.get, t.Get != "")
	widgets.ShowIf(l.Container, !t.Yes)
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

// references are the pictures that the composition is to resemble.
type references struct {
	p     inputsParams
	small *smallPictures
	all   *fyne.Container
	lack  *lack
	list  *fyne.Container
	add   *fyne.Container
	rows  []*inputRow
	keys  []string // what the rows are of
}

func newReferences(p inputsParams, small *smallPictures) *references {
	r := &references{p: p, small: small, lack: newLack(p.Get), list: widgets.Column(8)}
	r.add = choosers(p, lang.X("references.choose", "Pictures to resemble"), r.take)
	r.all = widgets.Column(6, widgets.Heading(lang.X("references", "In the mood of"), lang.X("references.term", "reference pictures")), r.lack.Container, r.list, r.add)
	return r
}

// referenceSpan is the weight of a reference picture.
var referenceSpan = widgets.Span{Min: 0, Max: 2, Step: 0.05, Default: 1, Least: -100, Most: 100}

func addReferences(s *recipe.Sketch, in ...inference.Input) {
	s.References = slices.Clone(s.References)
	for _, one := range in {
		if len(s.References) < inference.MaxReferences {
			s.References = append(s.References, inference.Reference{Input: one, Weight: 1})
		}
	}
}

func (r *references) take(in ...inference.Input) {
	r.p.change(func(s *recipe.Sketch) { addReferences(s, in...) })
}

func (r *references) content() fyne.CanvasObject { return r.all }
func (r *references) used(s recipe.Sketch) int   { return len(s.References) }
func (r *references) possible(t app.Takes) bool  { return t.References.Possible() }

func (r *references) show(s recipe.Sketch, t app.Takes) {
	yes := r.lack.say(t.References,
		lang.X("references.lack", "For pictures that the new one is to resemble, this model needs the image encoder (CLIP)."),
		lang.X("references.cannot", "This model takes no reference pictures."))
	widgets.ShowIf(r.add, yes && len(s.References) < inference.MaxReferences)
	var keys []string
	for _, ref := range s.References {
		keys = append(keys, keyOf(ref.Input))
	}
	if !slices.Equal(keys, r.keys) {
		r.keys = keys
		r.rebuild(s)
	}
	for k, row := range r.rows {
		row.weight.show(s.References[k].Weight)
	}
}

// rebuild makes a row for each reference.
func (r *references) rebuild(s recipe.Sketch) {
	r.rows = nil
	r.list.RemoveAll()
	for k, ref := range s.References {
		row := newInputRow(ref.Called(), &referenceSpan, func() {
			r.p.change(func(s *recipe.Sketch) { s.References = slices.Delete(slices.Clone(s.References), k, k+1) })
		}, func(v float64) {
			r.p.change(func(s *recipe.Sketch) {
				s.References = slices.Clone(s.References)
				s.References[k].Weight = v
			})
		})
		r.small.get(ref.Input, "", false, func(p smallPicture) { row.setPicture(p, 1) })
		row.image.SetTip(lang.X("references.crop", "The part that is seen: its middle"))
		r.rows = append(r.rows, row)
		r.list.Add(row.Content)
	}
}

// keyOf tells inputs apart.
func keyOf(in inference.Input) string { return in.File + "\x00" + in.Part + "\x00" + in.SHA256 }
