package picture

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// SweepParams are what a sweep needs.
type SweepParams struct {
	Recipe recipe.Recipe // of the picture that it starts from
	Source string        // its file where that holds the composition; "" where not
	Styles []recipe.Style
	Sizes  []recipe.Size // that suit the model

	Estimate func(jobs ...studio.Job) time.Duration // nil: times are not known
	OnMake   func(jobs []studio.Job)                // to be added together, so that they are one group
}

// A SweepDialog asks which one or two settings of a picture are to take which
// values.
type SweepDialog struct {
	p            SweepParams
	settings     []settings.Sweepable
	across, down *axisPicker
	total        *widgets.Text
	make         *widgets.Button
	dialog       *widgets.Dialog
}

// ShowSweep opens the dialog over a window.
func ShowSweep(c fyne.Canvas, p SweepParams) *SweepDialog {
	d := &SweepDialog{p: p, settings: slices.Concat(settings.Sweepables(), settings.WeightsOf(p.Recipe), settings.Choices(p.Styles, p.Sizes)), total: widgets.NewDim("").Shrink()}
	var names []string
	for _, s := range d.settings {
		names = append(names, s.Name)
	}
	none := lang.X("sweep.none", "None")
	d.across = newAxisPicker(lang.X("sweep.across", "From left to right"), d.settings, names, p.Recipe, d.say)
	d.down = newAxisPicker(lang.X("sweep.down", "From top to bottom"), d.settings, append([]string{none}, names...), p.Recipe, d.say)
	d.across.list.SetSelectedIndex(0)
	d.down.list.SetSelectedIndex(0)
	d.make = widgets.NewMainButton("", d.start)
	cancel := widgets.NewButton(lang.X("cancel", "Cancel"), func() { d.dialog.Close() })
	about := widgets.NewParagraph(lang.X("sweep.about", "The same picture with other values, side by side. Where only the detail differs, the composition is kept and not made again."), look.SizeSmall, true)
	content := widgets.Column(10, about,
		container.NewGridWithColumns(2, d.across.content, container.NewBorder(nil, nil, widgets.Gap(16, 0), nil, d.down.content)),
		widgets.Pad(0, 6, widgets.Frame(nil, nil, nil, widgets.Row(8, cancel, d.make), widgets.Centre(d.total))))
	d.dialog = widgets.NewDialog(lang.X("sweep.title", "Compare values"), content)
	d.say()
	d.dialog.SetWidth(640).SetFirst(d.make).Show(c)
	return d
}

// jobs are what would be made now.
func (d *SweepDialog) jobs() []studio.Job {
	across, down := d.across.axis(), d.down.axis()
	if across.Name == down.Name {
		down = settings.Axis{}
	}
	return settings.SweepJobs(d.p.Recipe, d.p.Source, across, down)
}

// say says how many pictures it is and how long they take.
func (d *SweepDialog) say() {
	if d.make == nil || d.down == nil {
		return
	}
	jobs := d.jobs()
	n := len(jobs)
	d.make.SetTitle(lang.XN("sweep.make", "Make {{.N}} pictures", n, map[string]any{"N": n}))
	widgets.Enable(d.make, n > 1 && n <= settings.MaxSweep)
	var time time.Duration
	if d.p.Estimate != nil {
		time = d.p.Estimate(jobs...)
	}
	switch {
	case n > settings.MaxSweep:
		d.total.SetText(lang.X("sweep.many", "At most {{.N}} at once", map[string]any{"N": settings.MaxSweep}))
	case time > 0:
		d.total.SetText(lang.X("about.time", "about {{.Time}}", map[string]any{"Time": format.TimeText(time)}))
	default:
		d.total.SetText("")
	}
	d.make.Refresh()
}

func (d *SweepDialog) start() {
	jobs := d.jobs()
	if len(jobs) < 2 || len(jobs) > settings.MaxSweep {
		return
	}
	d.dialog.Close()
	widgets.Call1(d.p.OnMake, jobs)
}

// An axisPicker is a setting, two ends and how many values lie between them.
type axisPicker struct {
	content  *fyne.Container
	changed  func()
	settings []settings.Sweepable // of the list's last options; one more option is none
	recipe   recipe.Recipe        // of the picture
	proposed [2]float64           // the ends, until the artist changes them

	list            *widgets.Select
	from, to, count *widgets.Number
	numbers         *fyne.Container // these three
	listed          *widgets.Entry  // values of a setting that is no number
	values          *widgets.Text
}

func newAxisPicker(name string, s []settings.Sweepable, names []string, r recipe.Recipe, changed func()) *axisPicker {
	p := &axisPicker{changed: changed, settings: s, recipe: r, values: widgets.NewDim("").Shrink()}
	p.list = widgets.NewSelect(names, func(string) { p.choose() })
	p.from = widgets.NewNumber(lang.X("sweep.from", "From"), widgets.Span{Max: 1, Step: 1})
	p.to = widgets.NewNumber(lang.X("sweep.to", "To"), widgets.Span{Max: 1, Step: 1})
	p.count = widgets.NewNumber(lang.X("sweep.count", "Values"), widgets.Span{Min: 2, Max: settings.MaxSwept, Step: 1, Default: 4})
	for _, n := range []*widgets.Number{p.from, p.to, p.count} {
		n.OnChanged = func(float64) { p.say() }
	}
	p.listed = widgets.NewEntry(lang.X("sweep.list", "Values, with commas between"))
	p.listed.OnChanged = func(string) { p.say() }
	p.listed.Hide()
	p.numbers = widgets.Column(8, p.from, p.to, p.count)
	p.content = widgets.Column(8, widgets.NewHeading(name), p.list, p.numbers, p.listed, p.values)
	return p
}

// setting is what is chosen, or nil for none.
func (p *axisPicker) setting() *settings.Sweepable {
	i := p.list.SelectedIndex() - (len(p.list.Options) - len(p.settings))
	if i < 0 {
		return nil
	}
	return &p.settings[i]
}

// choose proposes values of the setting that was chosen.
func (p *axisPicker) choose() {
	s := p.setting()
	for _, n := range []*widgets.Number{p.from, p.to, p.count} {
		widgets.Enable(n, s != nil)
	}
	chosen := s != nil && s.Choice != nil
	widgets.SetVisible(p.numbers, !chosen)
	widgets.SetVisible(p.listed, chosen)
	switch {
	case chosen:
		p.listed.SetText(strings.Join(s.Propose(p.recipe), ", "))
	case s != nil:
		from, to := s.Proposed(p.recipe, int(p.count.Value()))
		p.from.SetSpan(s.Span)
		p.to.SetSpan(s.Span)
		p.from.SetValue(from)
		p.to.SetValue(to)
		p.from.SetDefault(from)
		p.to.SetDefault(to)
		p.proposed = [2]float64{p.from.Value(), p.to.Value()}
	}
	p.content.Refresh()
	p.say()
}

// axis is what is asked for; without values where nothing is.
func (p *axisPicker) axis() settings.Axis {
	s := p.setting()
	if s == nil {
		return settings.Axis{}
	}
	if s.Choice != nil {
		return s.Listed(p.listed.Text)
	}
	a := s.Spread(p.from.Value(), p.to.Value(), int(p.count.Value()))
	if p.proposed == [2]float64{p.from.Value(), p.to.Value()} {
		return a.Near(s.Value(p.recipe))
	}
	return a
}

func (p *axisPicker) say() {
	var texts []string
	a := p.axis()
	for _, v := range a.Values {
		texts = append(texts, a.ValueText(v))
	}
	p.values.SetText(strings.Join(texts, " · "))
	p.changed()
}
