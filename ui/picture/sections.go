package picture

import (
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/app/meta"
	"cascata/app/recipe"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// stars is a row of five stars, the mark of a favourite, and more.
func (d *Details) stars(stars int, favourite bool, more fyne.CanvasObject) fyne.CanvasObject {
	row := widgets.Row(0)
	for n := 1; n <= 5; n++ {
		icon, color := look.IconNoStar, look.ColorDim
		if n <= stars {
			icon, color = look.IconStar, look.ColorAccent
		}
		b := widgets.NewIconButton(icon, lang.XN("details.stars", "{{.N}} stars; the same again takes them away", n, map[string]any{"N": n}), func() {
			if n == stars {
				n = 0
			}
			d.p.Actions.SetStars(n, d.Shown()...)
		})
		b.SetColor(color)
		row.Add(widgets.Width(26, b))
	}
	text := lang.X("details.favourite", "Favourite")
	fav := widgets.NewTextButton(text, func() { d.p.Actions.SetFavourite(!favourite, d.Shown()...) })
	fav.SetColor(look.ColorDim)
	if favourite {
		fav.SetColor(look.ColorAccent)
	}
	return container.NewBorder(nil, nil, row, widgets.Row(2, fav, more))
}

// actions are what can be done with one picture.
func (d *Details) actions(p library.Picture) *fyne.Container {
	row := widgets.NewFlow()
	add := func(text string, do func()) { row.Add(widgets.NewButton(text, do)) }
	switch {
	case p.ID == 0:
		add(lang.X("details.add", "Add to the library"), func() { d.p.Actions.Add(p.File) })
	case p.Draft:
		add(lang.X("develop", "Develop"), func() { d.p.Actions.Develop(p) })
	case p.Program == meta.Cascata:
		add(lang.X("redevelop", "Develop again"), func() { d.p.Actions.Develop(p) })
	}
	if p.ID != 0 {
		add(lang.X("details.compare", "Compare"), func() { d.all(d.p.Actions.Compare) })
	}
	if d.info != nil && d.info.Prompt != nil {
		add(lang.X("details.sweep", "Try values…"), func() { d.Sweep(p) })
	}
	add(lang.X("details.export", "Export…"), func() { d.all(d.p.Actions.Export) })
	return row
}

// more opens the menu of all that can be done.
func (d *Details) more(p library.Picture) fyne.CanvasObject {
	var more *widgets.Button
	more = widgets.NewIconButton(look.IconMore, lang.X("details.more", "More"), func() {
		d.p.Actions.ShowMenu(d.said(p), fyne.CurrentApp().Driver().AbsolutePositionForObject(more).AddXY(0, more.Size().Height))
	})
	return more
}

// said is a picture with what its file says, where the library has no row of it.
func (d *Details) said(p library.Picture) library.Picture {
	if p.ID == 0 && d.info != nil {
		p.Program, p.Prompt = d.info.Program, d.prompt(p)
		p.Width, p.Height = d.info.FileWidth, d.info.FileHeight
	}
	return p
}

func (d *Details) prompt(p library.Picture) string {
	if d.info != nil && d.info.Prompt != nil {
		return *d.info.Prompt
	}
	return p.Prompt
}

// sweep is where a sweep of the picture starts: its own recipe, with the
// model and the device of the controls. Its composition is kept where the
// model is the same.
func (d *Details) sweep(p library.Picture, i meta.Info) SweepParams {
	s := d.sketch
	for _, l := range settings.Diff(s, i) {
		l.Use(&s)
	}
	w := SweepParams{Recipe: s.Seeded()}
	if i.Program == meta.Cascata && i.Model != nil && recipe.PictureOf(i).OtherModel(s.Recipe) == "" {
		w.Source = p.File
	}
	return w
}

// tags are those of the pictures, each with a tap to take it away, and a field
// for another.
func (d *Details) tags(tags []string) fyne.CanvasObject {
	row := widgets.NewFlow()
	for _, t := range tags {
		b := widgets.NewTextButton(format.Clip(t, 30)+"  ×", func() { d.tag(t, false) })
		b.SetTip(lang.X("details.untag", "Take this tag away"))
		row.Add(b)
	}
	return widgets.Column(4, widgets.NewHeading(lang.X("details.tags", "Tags")), row, d.field)
}

func (d *Details) tag(tag string, on bool) { d.p.Actions.Tag(tag, on, d.Shown()...) }

// addTags takes tags with commas between them.
func (d *Details) addTags(text string) {
	d.field.SetText("")
	for t := range strings.SplitSeq(text, ",") {
		if t = strings.TrimSpace(t); t != "" {
			d.tag(t, true)
		}
	}
}

// about is when it was made, how large it is, and where it lies.
func (d *Details) about(p library.Picture) fyne.CanvasObject {
	when := ""
	if !p.Made.IsZero() {
		when = lang.X("details.made", "Made {{.When}}", map[string]any{"When": format.DayText(p.Made, time.Now())})
	}
	size, bytes := "", ""
	if p.Width > 0 {
		size = format.SizeText(p.Width, p.Height)
	}
	if p.Bytes > 0 {
		bytes = format.FileSize(p.Bytes)
	}
	by := ""
	program := p.Program
	if d.info != nil {
		program = d.info.Program
		if d.info.Device != nil && d.info.Precision != nil {
			by = format.Joined(*d.info.Device, *d.info.Precision)
		}
	}
	column := widgets.Column(2)
	for _, t := range []string{format.Joined(when, size, bytes), format.Joined(settings.ProgramText(program), format.Clip(by, 60))} {
		if t != "" {
			column.Add(widgets.NewDim(t).Shrink())
		}
	}
	column.Add(widgets.NewParagraph(filepath.Base(p.File), look.SizeSmall, true).Selectable())
	if len(d.copies) > 0 {
		column.Add(widgets.NewDim(lang.X("details.copies", "{{.Files}} of the same content; the others:", map[string]any{"Files": format.FilesText(len(d.copies) + 1)})))
	}
	for _, c := range d.copies[:min(len(d.copies), format.CopiesNamed)] {
		column.Add(widgets.NewParagraph(c.File, look.SizeSmall, true).Selectable())
	}
	if p.ID == 0 {
		column.Add(widgets.NewDim(lang.X("details.outside", "Not in the library")))
	}
	return column
}
