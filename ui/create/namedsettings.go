package create

import (
	"reflect"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/recipe"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// A namedPicker keeps settings under names. The list shows the name of the
// settings that the controls hold, if they have one.
type namedPicker struct {
	Content *fyne.Container
	change  func(func(*recipe.Sketch))
	save    func(name string)
	remove  func(name string)

	named []recipe.Named
	list  *widgets.Select
	drop  *widgets.Button
}

func newNamedPicker(change func(func(*recipe.Sketch)), save, remove func(name string)) *namedPicker {
	p := &namedPicker{change: change, save: save, remove: remove}
	p.list = widgets.NewSelect(nil, p.recall)
	p.drop = widgets.NewIconButton(look.IconDelete, lang.X("named.delete", "Delete these settings"), func() { p.remove(p.list.Selected) })
	keep := widgets.NewTextButton(lang.X("named.save", "Save…"), p.ask)
	p.Content = widgets.Column(8,
		container.NewBorder(nil, nil, widgets.NewHeading(lang.X("named", "My settings")), keep),
		container.NewBorder(nil, nil, nil, p.drop, p.list))
	return p
}

func (p *namedPicker) setNamed(named []recipe.Named) {
	p.named = named
	names := make([]string, len(named))
	for i, n := range named {
		names[i] = n.Name
	}
	p.list.PlaceHolder = lang.X("named.choose", "Choose…")
	if len(named) == 0 {
		p.list.PlaceHolder = lang.X("named.none", "None saved yet")
	}
	p.list.SetOptions(names)
	widgets.Enable(p.list, len(named) > 0)
}

// show shows the name of a sketch's settings. change must do nothing meanwhile.
func (p *namedPicker) show(s recipe.Sketch) {
	at := slices.IndexFunc(p.named, func(n recipe.Named) bool { return sameSettings(n.Sketch, s) })
	if at < 0 {
		p.list.ClearSelected()
	} else {
		p.list.SetSelected(p.named[at].Name)
	}
	widgets.Enable(p.drop, at >= 0)
}

// recall puts settings into the controls. Prompts, model and device stay.
func (p *namedPicker) recall(name string) {
	i := slices.IndexFunc(p.named, func(n recipe.Named) bool { return n.Name == name })
	if i < 0 {
		return
	}
	p.change(func(s *recipe.Sketch) { *s = s.Recalled(p.named[i].Sketch) })
}

// sameSettings reports whether recalling a would change nothing in b.
func sameSettings(a, b recipe.Sketch) bool { return reflect.DeepEqual(b.Recalled(a), b) }

// ask asks for a name and saves under it.
func (p *namedPicker) ask() {
	c := fyne.CurrentApp().Driver().CanvasForObject(p.list)
	if c == nil {
		return
	}
	name := widgets.NewEntry(lang.X("named.hint", "Portraits, quick"))
	name.SetText(p.list.Selected)
	text := widgets.NewParagraph(lang.X("named.help", "All settings but the two prompts, the model and the device. A name that is there already gets the new settings."), look.SizeSmall, true)
	widgets.NewDialog(lang.X("named.title", "Save the settings under a name"), widgets.Column(10, name, text),
		widgets.Action{Text: lang.X("cancel", "Cancel")},
		widgets.Action{Text: lang.X("save", "Save"), Main: true, Do: func() {
			if n := strings.TrimSpace(name.Text); n != "" {
				p.save(n)
			}
		}}).SetFirst(name).Show(c)
}
