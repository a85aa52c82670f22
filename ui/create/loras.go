package create

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/lora"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// loras are the LoRA files that change what the model draws.
type loras struct {
	p     inputsParams
	all   *fyne.Container
	note  *widgets.Paragraph // where the model takes none
	list  *fyne.Container
	add   *widgets.Button
	rows  []*loraRow
	keys  []string // what the rows are of
	known map[string]lora.Info
	unfit map[string]bool // by the setup and the LoRA: pictures are made without it
}

func newLoRAs(p inputsParams) *loras {
	l := &loras{p: p, list: widgets.Column(8), known: map[string]lora.Info{}, unfit: map[string]bool{}}
	l.note = widgets.NewParagraph(lang.X("loras.cannot", "This model is a ready-made graph, which a LoRA cannot change."), look.SizeSmall, true)
	l.add = widgets.NewTextButton(lang.X("loras.add", "Add a LoRA…"), l.choose)
	l.list.Hide()
	l.all = widgets.Column(6, widgets.Heading(lang.X("loras", "LoRA"), lang.X("loras.term", "small files that change the model")), l.note, l.list, widgets.Row(0, l.add))
	return l
}

func (l *loras) content() fyne.CanvasObject  { return l.all }
func (l *loras) used(s recipe.Sketch) int    { return len(s.Ingredients(recipe.InLoRAs)) }
func (l *loras) possible(t app.Accepts) bool { return t.LoRAs }
func (l *loras) drops(app.Accepts) bool      { return false }

// fitted is a recipe without the LoRAs of which it is known that they do not fit its
// model, which is said.
func (l *loras) fitted(r recipe.Recipe) recipe.Recipe {
	s := recipe.Sketch{Recipe: r}
	var left []string
	for _, one := range slices.Backward(s.Ingredients(recipe.InLoRAs)) {
		if l.unfit[r.Setup().String()+one.Key] {
			one.Remove(&s)
			left = append(left, one.Name)
		}
	}
	if slices.Reverse(left); len(left) > 0 {
		names := map[string]any{"Names": format.Clip(strings.Join(left, ", "), largeName)}
		l.p.toasts.Say(lang.X("loras.left", "Made without what does not fit this model: {{.Names}}", names), "", nil)
	}
	return s.Recipe
}

func (l *loras) show(s recipe.Sketch, t app.Accepts) {
	widgets.SetVisible(l.note, !t.LoRAs)
	widgets.SetVisible(l.add, t.LoRAs)
	all := s.Ingredients(recipe.InLoRAs)
	if keys := append(keysOf(all), s.Setup().String()); !slices.Equal(keys, l.keys) {
		l.keys = keys
		l.rebuild(s.Setup(), all)
	}
	for k, row := range l.rows {
		row.weight.show(all[k].Weight.Get(&s.Recipe))
	}
}

// rebuild makes a row for each LoRA.
func (l *loras) rebuild(of recipe.Setup, all []recipe.Ingredient) {
	l.rows = nil
	l.list.RemoveAll()
	widgets.SetVisible(l.list, len(all) > 0)
	for _, one := range all {
		row := newLoRARow(one, l.p)
		l.rows = append(l.rows, row)
		l.list.Add(row.Content)
		l.describe(of, one, row)
	}
}

// describe says in a row what is known of its file, and whether it fits the model.
func (l *loras) describe(of recipe.Setup, one recipe.Ingredient, row *loraRow) {
	known, ok := l.known[one.Key]
	if ok {
		row.set(known, nil)
	}
	type told struct {
		info  lora.Info
		unfit error
	}
	async.Go(l.p.run, func() (t told, err error) {
		if t.info = known; !ok {
			_, t.info, err = l.p.LoRA(*one.LoRA)
		}
		if err == nil {
			t.unfit = l.p.Fits(of, *one.LoRA)
		}
		return t, err
	}, func(t told, err error) {
		if row.set(t.info, err); err != nil {
			return
		}
		unfit := errors.Is(t.unfit, lora.ErrBad)
		if l.known[one.Key], l.unfit[of.String()+one.Key] = t.info, unfit; unfit {
			row.setUnfit(errors.Is(t.unfit, lora.ErrWidths))
		}
	})
}

// take does nothing: a picture is no LoRA.
func (l *loras) take(...inference.Input) {}

// takeFiles adds LoRA files, or says why one cannot be used.
func (l *loras) takeFiles(paths ...string) {
	for _, path := range paths {
		async.Go(l.p.run, func() (inference.LoRA, error) {
			one, _, err := l.p.LoRA(inference.LoRA{Name: filepath.Base(path), Path: path, Weight: 1})
			return one, err
		}, func(one inference.LoRA, err error) {
			if err != nil {
				l.p.Fail(err)
				return
			}
			l.p.change(func(s *recipe.Sketch) { s.AddLoRA(one) })
		})
	}
}

// choose shows the LoRAs of the folder, and asks for others. Where there are
// none it asks at once.
func (l *loras) choose() {
	async.Go(l.p.run, func() ([]lora.Info, error) { return l.p.LoRAs(), nil }, func(found []lora.Info, _ error) {
		if len(found) == 0 {
			l.ask()
			return
		}
		l.offer(found)
	})
}

func (l *loras) ask() {
	l.p.Files(lang.X("loras.choose", "LoRA files"), func(paths []string) { l.takeFiles(paths...) })
}

// offer lists LoRAs to choose from.
func (l *loras) offer(found []lora.Info) {
	list := widgets.Column(10)
	var d *widgets.Dialog
	for _, info := range found {
		add := widgets.NewButton(lang.X("loras.take", "Add"), func() {
			d.Close()
			l.takeFiles(info.Path)
		})
		text := widgets.Column(2, widgets.NewText(info.Name).Shrink(), widgets.NewParagraph(aboutLoRA(info), look.SizeSmall, true))
		if len(info.Triggers) > 0 {
			text.Add(widgets.NewSmall(strings.Join(info.Triggers, ", ")).Shrink())
		}
		list.Add(container.NewBorder(nil, nil, nil, widgets.Centre(add), widgets.Pad(0, 2, text)))
	}
	d = widgets.NewDialog(lang.X("loras.title", "LoRA"), list,
		widgets.Action{Text: lang.X("loras.other", "Another file…"), Do: l.ask}, widgets.Action{Text: lang.X("close", "Close"), Main: true})
	d.SetWidth(520).Show(l.p.canvas)
}

// A loraRow is one LoRA: its name, what it is, words that call for it, its weight.
type loraRow struct {
	Content *fyne.Container
	name    *widgets.Text
	about   *widgets.Paragraph
	words   *widgets.Button
	weight  *number
	trigger string
}

func newLoRARow(one recipe.Ingredient, p inputsParams) *loraRow {
	r := &loraRow{name: widgets.NewText(one.Name).Shrink(), about: widgets.NewParagraph("", look.SizeSmall, true)}
	r.weight = newWeight(lang.X("weight", "Weight"), one.Weight.Range, p.weigh(one))
	out := widgets.NewIconButton(look.IconClose, lang.X("input.remove", "Take out"), func() { p.takeOut(one.Name, one.Remove) })
	out.SetColor(look.ColorDim)
	r.words = widgets.NewTextButton("", func() { p.call(r.trigger) })
	r.words.SetTip(lang.X("loras.words.tip", "Words that call for it; a click adds them to the prompt"))
	r.words.Hide()
	r.about.Hide()
	r.Content = widgets.Column(0, container.NewBorder(nil, nil, nil, out, r.name), r.about, widgets.Row(0, r.words), r.weight.Content)
	return r
}

// set says what the file tells, or why it cannot be used.
func (r *loraRow) set(info lora.Info, err error) {
	if err != nil {
		r.name.SetColor(look.ColorBad)
		r.about.SetText(lang.X("loras.gone", "Its file is not where it was. Put it into the folder for LoRAs, or take it out."))
	} else {
		r.name.SetText(info.Name)
		r.about.SetText(aboutLoRA(info))
		r.trigger = strings.Join(info.Triggers, ", ")
		r.words.SetTitle(format.Clip(r.trigger, triggersShown))
	}
	r.about.Show()
	widgets.SetVisible(r.words, r.trigger != "")
	r.Content.Refresh()
}

// setUnfit says that pictures are made without it, since it does not fit the model.
func (r *loraRow) setUnfit(widths bool) {
	r.name.SetColor(look.ColorBad)
	if widths {
		r.about.SetText(lang.X("loras.widths", "It was made for a model of other widths. With this one, pictures are made without it."))
	} else {
		r.about.SetText(lang.X("loras.unfit", "It does not fit this model. Pictures are made without it."))
	}
	r.Content.Refresh()
}

// aboutLoRA says the rank of a LoRA and what it touches.
func aboutLoRA(info lora.Info) string {
	var said []string
	if info.Rank > 0 {
		rank := numbers.Short(float64(info.Rank))
		if info.MostRank > info.Rank {
			rank += "–" + numbers.Short(float64(info.MostRank))
		}
		said = append(said, lang.X("loras.rank", "rank {{.N}}", map[string]any{"N": rank}))
	}
	names := map[checkpoint.Kind]string{
		checkpoint.KindPrior: lang.X("composition", "Composition"), checkpoint.KindDecoder: lang.X("detail", "Detail"), checkpoint.KindText: lang.X("loras.text", "Words"),
	}
	for _, kind := range slices.Sorted(maps.Keys(info.Layers)) {
		n := info.Layers[kind]
		said = append(said, lang.XN("loras.layers", "{{.What}}: {{.N}} layers", n, map[string]any{"What": names[kind], "N": n}))
	}
	if len(said) == 0 {
		return lang.X("loras.words", "new words for the prompt")
	}
	return strings.Join(said, " · ")
}

// triggersShown is how much of the words that call for a LoRA is shown, runes.
const triggersShown = 36
