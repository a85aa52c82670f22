package picture

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"cascata/app/meta"
	"cascata/app/recipe"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// fillRecipe shows the recipe beside what the controls hold, unless it is on
// show like that already.
func (d *Details) fillRecipe() {
	if d.info == nil {
		d.recipe.Objects = nil
		d.recipe.Refresh()
		return
	}
	if d.fault != nil {
		d.recipe.Objects = []fyne.CanvasObject{
			widgets.NewParagraph(format.Explain(d.fault), look.SizeText, false),
			widgets.NewParagraph(d.fault.Error(), look.SizeSmall, true).Selectable()}
		d.recipe.Refresh()
		return
	}
	d.lines = settings.Diff(d.sketch, *d.info)
	if d.drawn != nil && slices.EqualFunc(d.lines, d.drawn, looksSame) {
		return
	}
	d.drawn = d.lines
	different := settings.Differing(d.lines)
	objects := []fyne.CanvasObject{widgets.Pad(0, 2, widgets.Heading(lang.X("details.recipe", "Recipe"), d.state(len(different))))}
	for _, l := range d.lines {
		switch {
		case l.Its == "" && l.Same: // nothing to leave out, neither here nor there
		case l.Long:
			objects = append(objects, d.longRow(l))
		case !l.Same || !quiet(l):
			objects = append(objects, d.row(l), widgets.Line())
		}
	}
	if buttons := d.recipeButtons(len(different)); len(buttons.Objects) > 0 {
		objects = append(objects, widgets.Pad(0, 8, buttons))
	}
	for _, text := range settings.Unusable(d.sketch, *d.info) {
		objects = append(objects, widgets.Pad(0, 2, widgets.NewParagraph(text, look.SizeSmall, true).Selectable()))
	}
	d.recipe.Objects = objects
	d.recipe.Refresh()
	d.column.Refresh()
	d.scroll.Refresh()
}

// looksSame reports whether two lines are drawn alike. The present prompt is not
// drawn but for the words that the picture has more.
func looksSame(a, b settings.Line) bool {
	return a.Name == b.Name && a.Its == b.Its && a.Same == b.Same && (a.Long && settings.NewWords(a) == settings.NewWords(b) || !a.Long && a.Now == b.Now)
}

// quiet reports whether a line that is the same is not worth a row: what the
// schedule has by itself.
func quiet(l settings.Line) bool { return l.Its == lang.X("line.preset.own", "as the schedule has it") }

// state says in a word what the recipe is.
func (d *Details) state(different int) string {
	switch {
	case len(d.lines) == 0 || d.info.Program == meta.Unknown || d.info.Program == "":
		return lang.X("details.norecipe", "the file has none")
	case different == 0:
		return lang.X("details.same", "as your settings")
	}
	return lang.X("details.difference", "difference to your settings")
}

func (d *Details) recipeButtons(different int) *fyne.Container {
	row := widgets.NewFlow()
	if different > 0 {
		row.Add(widgets.NewMainButton(lang.XN("details.use", "Use all {{.N}}", different, map[string]any{"N": different}), d.useAll))
	}
	if d.p.Undo.Has(d) {
		b := widgets.NewButton(lang.X("undo", "Undo"), func() { d.p.Undo.UndoOf(d) })
		b.SetTip(lang.X("details.undo.tip", "Gives back what was taken last"))
		row.Add(b)
	}
	if name := recipe.PictureOf(*d.info).OtherModel(d.sketch.Recipe); d.info.Program == meta.Cascata && name != "" && d.OnModel != nil {
		row.Add(widgets.NewButton(lang.X("details.model", "Use its model"), func() { d.OnModel(name) }))
	}
	if len(d.shown) == 1 {
		file := d.shown[0].File
		row.Add(widgets.NewButton(lang.X("reveal", "Show in folder"), func() { d.p.Actions.Reveal(file) }))
	}
	return row
}

// row is a line: name, present value dim, the picture's bold, and "use".
func (d *Details) row(l settings.Line) fyne.CanvasObject {
	name := widgets.NewSmall(l.Name).Shrink()
	now, its := widgets.NewDim(l.Now).Right().Shrink(), widgets.NewSmall(l.Its).Bold().Right().Shrink()
	var use fyne.CanvasObject = widgets.Gap(0, 0)
	if l.Same {
		its = widgets.NewSmall(lang.X("line.same", "same")).Right().Shrink()
	} else {
		use = d.useButton(l)
	}
	return container.New(lineLayout{}, name, now, its, use)
}

// longRow is a line of many words.
func (d *Details) longRow(l settings.Line) fyne.CanvasObject {
	text := widgets.NewParagraph(format.Clip(l.Its, settings.ShownText), look.SizeSmall, false).Selectable()
	var right fyne.CanvasObject = widgets.NewDim(lang.X("line.same", "same"))
	if !l.Same {
		right = d.useButton(l)
	}
	column := widgets.Column(2, container.NewBorder(nil, nil, widgets.NewDim(l.Name), right))
	if l.Its != "" {
		column.Add(text)
	}
	if words := settings.NewWords(l); words != "" {
		column.Add(widgets.NewDim(lang.X("line.new.words", "Not in yours: {{.Words}}", map[string]any{"Words": words})).Shrink())
	}
	return widgets.Pad(0, 3, column)
}

func (d *Details) useButton(l settings.Line) *widgets.Button {
	b := widgets.NewTextButton(lang.X("line.use", "use"), func() { d.use(l) })
	b.SetColor(look.ColorAccent)
	b.SetTip(lang.X("line.use.tip", "Puts this one into the controls"))
	return b
}

// lineLayout is name, present value, picture's value, button. The name gives
// way first.
type lineLayout struct{}

const (
	valueGap   = 8
	valueRow   = 30
	valueLeast = 80 // of each value at least, where there is not room for all
)

func (lineLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(160, valueRow) }

func (lineLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	use := fyne.MeasureText(lang.X("line.use", "use"), theme.Size(look.SizeSmall), fyne.TextStyle{}).Width + 12
	room := size.Width - use - valueGap/2
	texts := make([]float32, 3)
	for i := range texts {
		t := o[i].(*widgets.Text)
		texts[i] = fyne.MeasureText(t.Text(), theme.Size(look.SizeSmall), fyne.TextStyle{Bold: i == 2}).Width
	}
	name, now, its := texts[0], texts[1], texts[2]
	its = min(its, max(room-2*valueGap-valueLeast-min(now, valueLeast), valueLeast))
	now = min(now, max(room-2*valueGap-its-min(name, valueLeast), 0))
	name = max(room-2*valueGap-its-now, 0)
	x := float32(0)
	for i, w := range []float32{name, now, its} {
		h := o[i].MinSize().Height
		o[i].Move(fyne.NewPos(x, (size.Height-h)/2))
		o[i].Resize(fyne.NewSize(w, h))
		x += w + valueGap
	}
	h := min(o[3].MinSize().Height, size.Height)
	o[3].Move(fyne.NewPos(room+valueGap/2, (size.Height-h)/2))
	o[3].Resize(fyne.NewSize(use, h))
}
