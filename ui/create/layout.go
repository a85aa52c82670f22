package create

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/ui/look"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

func (c *Controls) makePrompts() {
	c.Prompt = widgets.NewPrompt(lang.X("prompt", "Prompt"), lang.X("prompt.hint", "What do you want to see?"), 4)
	c.negative = widgets.NewPrompt(lang.X("negative", "Leave out"), lang.X("negative.hint", "people, text"), 2)
	for _, p := range []*widgets.Prompt{c.Prompt, c.negative} {
		p.OnChanged = func(string) { c.typePrompts() }
		p.OnSubmit = func() { widgets.Call(c.OnGenerate) }
		p.OnPrevious = func() { widgets.Call(c.onOlder) }
		p.OnNext = func() { widgets.Call(c.onNewer) }
		p.OnHeight = func(float32) {
			c.Scroll.Refresh()
			if c.OnHeight != nil {
				c.OnHeight(c.Prompt.Height(), c.negative.Height())
			}
		}
	}
	c.SetCounts(app.TokenCount{}, app.TokenCount{})
}

// makeNumbers makes the controls of the numbers of both stages.
func (c *Controls) makeNumbers() {
	c.numbers = map[string]*settingNumber{}
	for _, in := range []recipe.Section{recipe.InComposition, recipe.InDetail} {
		for _, n := range newSettingNumbers(in, c.change) {
			c.numbers[n.setting.Key] = n
		}
	}
}

// rowsOf are the controls of a section, in the order of the table.
func (c *Controls) rowsOf(in recipe.Section) (rows []fyne.CanvasObject) {
	for _, t := range recipe.Numbers(in) {
		rows = append(rows, c.numbers[t.Key].Content)
	}
	return rows
}

func (c *Controls) arrange(more, pictures bool) {
	c.inputs.SetOpen(pictures)
	c.inputs.OnChanged = func(open bool) {
		c.Scroll.Refresh()
		c.folded("pictures", open)
	}
	c.arrangeColumn(more)
}

func (c *Controls) arrangeColumn(open bool) {
	history := widgets.NewTextButton(lang.X("history", "History"), func() { widgets.Call(c.onHistory) })
	history.SetColor(look.ColorDim)
	history.SetTip(lang.X("history.tip", "Earlier prompts; Alt+Up and Alt+Down step through them"))
	more := widgets.NewFold(lang.X("more", "Style, schedule, decoder seed"), widgets.Pad(0, 4, c.more()))
	more.SetOpen(open)
	prompt := container.New(besideName{lang.X("prompt", "Prompt")}, c.Prompt, history)
	all := []fyne.CanvasObject{prompt, c.negative, c.size.Content,
		widgets.Heading(lang.X("composition", "Composition"), lang.X("composition.term", "Stage C · prior"))}
	all = append(all, c.rowsOf(recipe.InComposition)...)
	all = append(all, widgets.Heading(lang.X("detail", "Detail"), lang.X("detail.term", "Stage B · decoder")))
	all = append(all, c.rowsOf(recipe.InDetail)...)
	all = append(all, c.Seed.Content, c.count.Content, c.inputs.Fold, more)
	column := container.New(rows{6, 10, map[fyne.CanvasObject]*widgets.Prompt{prompt: c.Prompt, c.negative: c.negative}}, all...)
	c.Scroll = container.NewVScroll(widgets.Pad(16, 14, column))
	fields := []*widgets.UintField{c.Seed.Field, c.count.field}
	for _, o := range c.ownSeeds {
		fields = append(fields, o.UintField)
	}
	for _, f := range fields {
		f.Scroll = c.Scroll.Scrolled
	}
	more.OnChanged = func(open bool) {
		c.Scroll.Refresh()
		c.folded("more", open)
	}
	buttons := widgets.Height(56, container.NewBorder(nil, nil, container.NewHBox(widgets.Width(92, c.draft), widgets.Gap(4, 0)), nil, c.generate))
	c.Content = container.NewBorder(nil, widgets.Pad(16, 14, widgets.Column(4, buttons, c.tooBig.content)), nil, nil, c.Scroll)
}

// more is what usually stays folded.
func (c *Controls) more() fyne.CanvasObject {
	edit := widgets.NewIconButton(look.IconEdit, lang.X("styles.edit", "Edit styles…"), func() { widgets.Call(c.onEditStyles) })
	all := []fyne.CanvasObject{widgets.Named(lang.X("style", "Style"), container.NewBorder(nil, nil, nil, edit, c.style.Select)), c.schedule.Content}
	for _, o := range c.ownSeeds {
		all = append(all, widgets.Named(settings.Name(o.setting), o.Content))
	}
	return widgets.Column(10, append(all, c.named.Content)...)
}

// rows puts objects under each other at the full width, between least and most
// apart as the height allows. What is left then goes to the prompts.
type rows struct {
	least, most float32
	prompts     map[fyne.CanvasObject]*widgets.Prompt
}

func (r rows) MinSize(objects []fyne.CanvasObject) fyne.Size {
	objects = shown(objects)
	size := fyne.NewSize(0, r.least*float32(len(objects)-1))
	for _, o := range objects {
		m := o.MinSize()
		size = fyne.NewSize(max(size.Width, m.Width), size.Height+m.Height)
	}
	return size
}

// shown are those that are not hidden.
func shown(objects []fyne.CanvasObject) []fyne.CanvasObject {
	return slices.DeleteFunc(slices.Clone(objects), func(o fyne.CanvasObject) bool { return !o.Visible() })
}

func (r rows) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects = shown(objects)
	spare, between := size.Height-r.MinSize(objects).Height, float32(max(len(objects)-1, 1))
	gap := min(max(r.least+spare/between, r.least), r.most)
	room := float32(0)
	for _, p := range r.prompts {
		room += p.Room()
	}
	share := float32(0) // of their room that there is
	if room > 0 {
		share = min(max(spare-(gap-r.least)*between, 0)/room, 1)
	}
	y := float32(0)
	for _, o := range objects {
		h := o.MinSize().Height
		if p := r.prompts[o]; p != nil {
			h += p.Room() * share
		}
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
		y += h + gap
	}
}

// besideName puts its second object behind the name of a prompt, its first.
type besideName struct{ name string }

func (b besideName) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

func (b besideName) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Move(fyne.Position{})
	o[0].Resize(size)
	name := fyne.MeasureText(b.name, theme.Size(look.SizeHeading), fyne.TextStyle{})
	m := o[1].MinSize()
	o[1].Move(fyne.NewPos(name.Width+6, (name.Height-m.Height)/2))
	o[1].Resize(m)
}
