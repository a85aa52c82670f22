package create

import (
	"fmt"
	"image"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/inference"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// mood is what the picture is to be like: prompts that are mixed with the first,
// and pictures that it is to resemble, each with its weight.
type mood struct {
	p       inputsParams
	small   *smallPictures
	all     *fyne.Container
	lack    *lack
	list    *fyne.Container
	first   *number    // how much the prompt itself counts beside the others; shown where there are others
	mixed   []mixedRow // the other prompts
	rows    []*inputRow
	keys    []string // what the rows are of
	choose  *fyne.Container
	add     *widgets.Button
	preview *preview
}

func newMood(p inputsParams, small *smallPictures) *mood {
	m := &mood{p: p, small: small, lack: newLack(p.Get), list: widgets.Column(8), preview: newPreview(p)}
	m.list.Hide()
	m.choose = choosers(p, lang.X("references.choose", "Pictures to resemble"), m.take)
	m.add = widgets.NewTextButton(lang.X("mood.prompt", "Prompt…"), m.mixIn)
	m.add.SetTip(lang.X("mood.prompt.tip", "Mixes in another prompt: the picture is made of the mean of all, each by its weight"))
	m.all = widgets.Column(6, widgets.Heading(lang.X("mood", "Mood"), lang.X("mood.term", "pictures and prompts, mixed")),
		m.lack.Container, m.list, widgets.Row(14, m.choose, m.add), m.preview.all)
	return m
}

func (m *mood) take(in ...inference.Input) {
	m.p.change(func(s *recipe.Sketch) { s.Refer(in...) })
}

// mixIn adds a prompt that is still to be written.
func (m *mood) mixIn() {
	m.p.change(func(s *recipe.Sketch) { s.MixIn("") })
	m.p.canvas.Focus(m.mixed[len(m.mixed)-1].field)
}

func (m *mood) content() fyne.CanvasObject { return m.all }
func (m *mood) used(s recipe.Sketch) int   { return len(s.Ingredients(recipe.InMood)) }
func (m *mood) possible(app.Accepts) bool  { return true } // prompts are mixed by any model
func (m *mood) drops(t app.Accepts) bool   { return t.References.Possible() }

func (m *mood) show(s recipe.Sketch, t app.Accepts) {
	yes := m.lack.say(t.References,
		lang.X("references.lack", "For pictures that the new one is to resemble, this model needs the image encoder (CLIP)."),
		lang.X("references.cannot", "This model takes no reference pictures."))
	var prompts, pictures []recipe.Ingredient
	for _, i := range s.Ingredients(recipe.InMood) {
		if i.Write != nil {
			prompts = append(prompts, i)
		} else {
			pictures = append(pictures, i)
		}
	}
	if !t.References.Possible() && len(pictures) == 0 {
		m.lack.Hide() // prompts alone are mixed then
	}
	widgets.SetVisible(m.choose, yes && len(pictures) < inference.MaxReferences)
	widgets.SetVisible(m.add, len(prompts) < inference.MaxMixed)
	if keys := keysOf(slices.Concat(prompts, pictures)); !slices.Equal(keys, m.keys) {
		m.keys = keys
		m.rebuild(prompts, pictures)
	}
	for k, row := range m.mixed {
		m.first.show(s.PromptWeight())
		if row.field.Text != prompts[k].Name {
			row.field.SetText(prompts[k].Name)
		}
		row.weight.show(prompts[k].Weight.Get(&s.Recipe))
	}
	for k, row := range m.rows {
		row.weight.show(pictures[k].Weight.Get(&s.Recipe))
	}
	m.preview.show(s)
}

// rebuild makes a row for each prompt, where there are several, and each picture.
func (m *mood) rebuild(prompts, pictures []recipe.Ingredient) {
	m.mixed, m.rows = nil, nil
	m.list.RemoveAll()
	widgets.SetVisible(m.list, len(prompts)+len(pictures) > 0)
	for k, i := range prompts {
		if k == 0 {
			m.first = newWeight("", i.Weight.Range, func(v float64) { m.p.change(func(s *recipe.Sketch) { s.WeighPrompt(v) }) })
			name := widgets.NewText(lang.X("mood.first", "The prompt")).Shrink()
			m.list.Add(besideWords(widgets.Column(0, name, m.first.Content), widgets.Gap(look.RowHeight, 1)))
		}
		row := m.newMixedRow(i)
		m.mixed = append(m.mixed, row)
		m.list.Add(row.content)
	}
	for _, i := range pictures {
		row := newInputRow(i, m.p)
		m.small.get(i, func(p smallPicture) { row.setPicture(p, 1) })
		row.image.SetTip(lang.X("references.crop", "The part that is seen: its middle"))
		m.rows = append(m.rows, row)
		m.list.Add(row.Content)
	}
}

// A mixedRow is one prompt that is mixed with the first.
type mixedRow struct {
	content fyne.CanvasObject
	field   *widgets.Entry
	cut     *widgets.Paragraph // what the model does not read; hidden where there is nothing
	weight  *number
}

func (m *mood) newMixedRow(i recipe.Ingredient) (r mixedRow) {
	r.field = widgets.NewEntry(lang.X("mood.hint", "at night, stars"))
	r.field.OnChanged = func(text string) {
		if len(text) <= recipe.MaxText {
			m.p.change(func(s *recipe.Sketch) { i.Write(s, text) })
		}
	}
	r.cut = widgets.NewParagraph("", look.SizeSmall, true)
	r.cut.Hide()
	r.weight = newWeight("", i.Weight.Range, m.p.weigh(i))
	out := widgets.NewIconButton(look.IconClose, lang.X("input.remove", "Take out"), func() {
		name := r.field.Text
		if strings.TrimSpace(name) == "" {
			name = lang.X("mood.empty", "The empty prompt")
		}
		m.p.takeOut(name, i.Remove)
	})
	out.SetColor(look.ColorDim)
	r.content = besideWords(widgets.Column(4, widgets.WithWheel(r.field, m.p.scroll), r.cut, r.weight.Content), widgets.Centre(out))
	return r
}

// setCounts says what the model does not read of the mixed prompts, in their order.
func (m *mood) setCounts(counts []app.TokenCount) {
	for k, row := range m.mixed {
		text := ""
		if k < len(counts) {
			text = cutText(counts[k])
		}
		if row.cut.Text() != text {
			row.cut.SetText(text)
			widgets.SetVisible(row.cut, text != "")
			m.all.Refresh()
		}
	}
}

// besideWords puts o where words stand among pictures, and end behind it.
func besideWords(o, end fyne.CanvasObject) fyne.CanvasObject {
	sign := widgets.NewStyledText("Aa", look.ColorDim, look.SizeText, false).Centre()
	square := container.NewStack(widgets.NewFill(look.ColorRaised), widgets.Gap(thumbSide, thumbSide), widgets.Centre(sign))
	return container.NewBorder(nil, nil, widgets.Centre(square), end, container.NewBorder(nil, nil, widgets.Gap(2, 0), nil, widgets.Centre(o)))
}

// A preview shows a mood after a draft.
type preview struct {
	p     inputsParams
	all   *fyne.Container
	image *widgets.Thumb
	said  *widgets.Paragraph
	job   int64  // the draft that is awaited; 0: none
	asked string // the mood that it is of
	shown string // the mood that is seen; "": none yet
	now   string // what the controls hold
}

func newPreview(p inputsParams) *preview {
	v := &preview{p: p, image: widgets.NewThumb(previewSide), said: widgets.NewParagraph("", look.SizeSmall, true)}
	v.image.OnOpen = func(img image.Image) { showLarge(v.image, lang.X("mood", "Mood"), img) }
	v.image.Hide() // until one was asked for
	see := widgets.NewTextButton(lang.X("mood.preview", "See the mix"), v.ask)
	see.SetTip(lang.X("mood.preview.tip", "One draft, of the same seed each time: what changes in it is the mix"))
	v.all = container.NewBorder(nil, nil, v.image, nil, widgets.Centre(widgets.Column(2, widgets.Row(0, see), widgets.Pad(6, 0, v.said))))
	return v
}

const previewSide = 88 // units of the canvas

func (v *preview) show(s recipe.Sketch) {
	mood := s.Ingredients(recipe.InMood)
	widgets.SetVisible(v.all, len(mood) > 0 && s.Composes())
	prompt, _ := s.Prompts()
	v.now = fmt.Sprintf("%q %g", prompt, s.PromptWeight())
	for _, i := range mood {
		v.now += fmt.Sprintf(" %q %q %g", i.Name, i.Key, i.Weight.Get(&s.Recipe))
	}
	v.say()
}

func (v *preview) ask() {
	if id, asked := v.p.draft(); asked {
		v.job, v.asked = id, v.now
		v.say()
	}
}

// say says what the small picture is of.
func (v *preview) say() {
	text := ""
	switch {
	case v.job != 0:
		text = lang.X("mood.preview.soon", "is being made…")
	case v.shown != "" && v.shown != v.now:
		text = lang.X("mood.preview.old", "The mix was changed since.")
	case v.shown != "":
		text = lang.X("mood.preview.now", "This is the mix.")
	}
	widgets.SetVisible(v.image, text != "")
	widgets.SetVisible(v.said, text != "")
	if v.said.Text() != text {
		v.said.SetText(text)
		v.all.Refresh()
	}
}

// ended takes what became of a job.
func (v *preview) ended(o studio.Outcome) {
	if o.Job.ID != v.job || v.job == 0 {
		return
	}
	v.job = 0
	if o.Image != nil {
		v.image.Set(o.Image)
		v.shown = v.asked
	}
	v.say()
}
