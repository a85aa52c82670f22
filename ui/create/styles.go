package create

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/recipe"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// styleEditor edits the styles that can be added to a prompt.
type styleEditor struct {
	Content  fyne.CanvasObject
	OnChange func([]recipe.Style) // by the artist; a list of its own each time

	styles []recipe.Style
	at     int // the style in the fields, or -1
	quiet  bool

	list             *widgets.PickList
	name             *widgets.Entry
	prompt, negative *widgets.Prompt
	note             *widgets.Paragraph // an example, or what is wrong with the name
	fields           *fyne.Container
	remove           *widgets.Button
	scroll           *container.Scroll
}

// newStyles shows a list of styles, the first of them in the fields.
func newStyles(styles []recipe.Style) *styleEditor {
	e := &styleEditor{styles: slices.Clone(styles), at: -1}
	e.list = widgets.NewPickList()
	e.list.OnPicked = e.edit
	e.name = widgets.NewEntry(lang.X("style.name.hint", "Watercolour"))
	e.name.OnChanged = func(string) { e.typed() }
	e.prompt = widgets.NewPrompt(lang.X("style.prompt", "Added to the prompt"), lang.X("style.prompt.hint", "{prompt}, watercolour, paper texture"), 4)
	e.negative = widgets.NewPrompt(lang.X("style.negative", "Added to what is left out"), lang.X("style.negative.hint", "photograph"), 2)
	for _, p := range []*widgets.Prompt{e.prompt, e.negative} {
		p.OnChanged = func(string) { e.typed() }
	}
	e.note = widgets.NewParagraph("", look.SizeSmall, true)
	e.fields = widgets.Column(10,
		widgets.Column(6, widgets.NewDim(lang.X("style.name", "Name")), e.name),
		e.prompt, e.negative, e.note)
	e.remove = widgets.NewButton(lang.X("style.delete", "Delete"), e.drop)
	add := widgets.NewButton(lang.X("style.add", "Add"), e.add)
	reset := widgets.NewTextButton(lang.X("style.reset", "Back to the built-in styles"), e.askReset)
	reset.SetColor(look.ColorDim)
	e.scroll = container.NewVScroll(e.list.Content)
	e.scroll.SetMinSize(fyne.NewSize(180, 340))
	left := container.NewBorder(nil, widgets.Pad(0, 8, container.NewGridWithColumns(2, add, e.remove)), nil, nil, e.scroll)
	right := container.NewBorder(nil, widgets.Pad(0, 8, widgets.Height(30, container.NewHBox(reset))), nil, nil, e.fields)
	e.Content = container.NewBorder(nil, nil, container.NewHBox(widgets.Width(210, left), widgets.Gap(12, 0)), nil, widgets.Width(350, right))
	e.relist()
	e.edit(0)
	return e
}

// Field is what takes the keyboard first.
func (e *styleEditor) Field() fyne.Focusable { return e.name }

// relist shows the names.
func (e *styleEditor) relist() {
	picks := make([]widgets.Pick, len(e.styles))
	for i, s := range e.styles {
		picks[i] = widgets.Pick{Title: s.Name}
	}
	e.list.Set(picks)
	e.list.Choose(e.at)
	e.scroll.Refresh()
}

// edit puts style i into the fields; there may be none.
func (e *styleEditor) edit(i int) {
	e.at = min(i, len(e.styles)-1)
	s := recipe.Style{}
	if e.at >= 0 {
		s = e.styles[e.at]
	}
	e.quiet = true
	e.name.SetText(s.Name)
	e.prompt.SetText(s.Prompt)
	e.negative.SetText(s.Negative)
	e.quiet = false
	widgets.SetVisible(e.fields, e.at >= 0)
	widgets.Enable(e.remove, e.at >= 0)
	e.list.Choose(e.at)
	e.tell("")
}

// typed takes the fields. A name that is empty or taken stays as it was.
func (e *styleEditor) typed() {
	if e.quiet || e.at < 0 {
		return
	}
	s := recipe.Style{Name: strings.TrimSpace(e.name.Text), Prompt: e.prompt.Text(), Negative: e.negative.Text()}
	wrong := e.wrong(s.Name)
	if wrong != "" {
		s.Name = e.styles[e.at].Name
	}
	renamed := s.Name != e.styles[e.at].Name
	e.change(func(all []recipe.Style) []recipe.Style { all[e.at] = s; return all })
	if renamed {
		e.relist()
	}
	e.tell(wrong)
}

// wrong says what is wrong with a name for the style in the fields, or "".
func (e *styleEditor) wrong(name string) string {
	switch i := slices.IndexFunc(e.styles, func(s recipe.Style) bool { return s.Name == name }); {
	case name == "":
		return lang.X("style.unnamed", "A style needs a name; it keeps the one it had.")
	case i >= 0 && i != e.at:
		return lang.X("style.taken", "Another style has this name; it keeps the one it had.")
	}
	return ""
}

// tell shows what is wrong, or else what the style does.
func (e *styleEditor) tell(wrong string) {
	text := wrong
	if text == "" && e.at >= 0 {
		example, _ := e.styles[e.at].Apply(lang.X("style.example.prompt", "a red boat"), "")
		text = lang.X("style.example", "“{prompt}” stands for what you wrote. The model reads: {{.Text}}", map[string]any{"Text": example})
	}
	e.note.SetText(text)
	e.fields.Refresh()
}

// change makes another list and tells of it.
func (e *styleEditor) change(f func([]recipe.Style) []recipe.Style) {
	e.styles = f(slices.Clone(e.styles))
	widgets.Call1(e.OnChange, slices.Clone(e.styles))
}

func (e *styleEditor) add() {
	name := lang.X("style.new", "New style")
	for n := 2; slices.ContainsFunc(e.styles, func(s recipe.Style) bool { return s.Name == name }); n++ {
		name = lang.X("style.new.n", "New style {{.N}}", map[string]any{"N": n})
	}
	e.change(func(all []recipe.Style) []recipe.Style {
		return append(all, recipe.Style{Name: name, Prompt: "{prompt}, "})
	})
	e.at = len(e.styles) - 1
	e.relist()
	e.edit(e.at)
	e.scroll.ScrollToBottom()
	if c := fyne.CurrentApp().Driver().CanvasForObject(e.name); c != nil {
		c.Focus(e.name)
		e.name.TypedShortcut(&fyne.ShortcutSelectAll{})
	}
}

func (e *styleEditor) drop() {
	if e.at < 0 {
		return
	}
	at := e.at
	e.change(func(all []recipe.Style) []recipe.Style { return slices.Delete(all, at, at+1) })
	e.at = min(at, len(e.styles)-1)
	e.relist()
	e.edit(e.at)
}

func (e *styleEditor) askReset() {
	c := fyne.CurrentApp().Driver().CanvasForObject(e.fields)
	if c == nil {
		c = fyne.CurrentApp().Driver().CanvasForObject(e.list.Content)
	}
	widgets.Confirm(c, lang.X("style.reset.title", "Go back to the built-in styles?"),
		lang.X("style.reset.text", "Your own styles and changes are deleted."),
		lang.X("style.reset.yes", "Go back"), lang.X("cancel", "Cancel"), e.reset)
}

func (e *styleEditor) reset() {
	e.change(func([]recipe.Style) []recipe.Style { return recipe.DefaultStyles() })
	e.at = 0
	e.relist()
	e.edit(0)
}
