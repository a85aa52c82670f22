package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/ui/widgets"
)

// SweepParams are what a sweep needs.
type SweepParams struct {
	Recipe app.Recipe // of the picture that it starts from
	Source string     // its file where that holds the composition; "" where not

	Estimate func(r app.Recipe, composed bool) time.Duration // nil: times are not known
	OnMake   func(jobs []app.Job)                            // to be added together, so that they are one group
}

// A SweepDialog asks which one or two settings of a picture are to take which
// values.
type SweepDialog struct {
	p            SweepParams
	settings     []sweepable
	across, down *axisPicker
	total        *widgets.Text
	make         *widgets.Button
	dialog       *widgets.Dialog
}

// maxSweep bounds the pictures of one sweep.
const maxSweep = 64

// ShowSweep opens the dialog over a window.
func ShowSweep(c fyne.Canvas, p SweepParams) *SweepDialog {
	d := &SweepDialog{p: p, settings: sweepables(), total: widgets.NewDim("").Shrink()}
	var names []string
	for _, s := range d.settings {
		names = append(names, s.name)
	}
	none := lang.X("sweep.none", "None")
	d.across = newAxisPicker(lang.X("sweep.across", "From left to right"), d.settings, names, d.say)
	d.down = newAxisPicker(lang.X("sweep.down", "From top to bottom"), d.settings, append([]string{none}, names...), d.say)
	d.across.list.SetSelectedIndex(0)
	d.down.list.SetSelectedIndex(0)
	d.make = widgets.NewMainButton("", d.start)
	cancel := widgets.NewButton(lang.X("cancel", "Cancel"), func() { d.dialog.Close() })
	about := widgets.NewParagraph(lang.X("sweep.about", "The same picture with other values, side by side. Where only the detail differs, the composition is kept and not made again."), widgets.SizeSmall, true)
	content := widgets.Column(10, about,
		container.NewGridWithColumns(2, d.across.content, container.NewBorder(nil, nil, widgets.Gap(16, 0), nil, d.down.content)),
		widgets.Pad(0, 6, widgets.Frame(nil, nil, nil, widgets.Row(8, cancel, d.make), widgets.Centre(d.total))))
	d.dialog = widgets.NewDialog(lang.X("sweep.title", "Compare values"), content)
	d.say()
	d.dialog.SetWidth(640).SetFirst(d.make).Show(c)
	return d
}

// jobs are what would be made now.
func (d *SweepDialog) jobs() []app.Job {
	across, down := d.across.axis(), d.down.axis()
	if across.name == down.name {
		down = axis{}
	}
	return sweepJobs(d.p.Recipe, d.p.Source, across, down)
}

// say says how many pictures it is and how long they take.
func (d *SweepDialog) say() {
	if d.make == nil || d.down == nil {
		return
	}
	jobs := d.jobs()
	n := len(jobs)
	d.make.SetTitle(lang.XN("sweep.make", "Make {{.N}} pictures", n, map[string]any{"N": n}))
	enable(d.make, n > 1 && n <= maxSweep)
	var time time.Duration
	if d.p.Estimate != nil {
		for _, j := range jobs {
			time += d.p.Estimate(j.Recipe, j.Source != "")
		}
	}
	switch {
	case n > maxSweep:
		d.total.SetText(lang.X("sweep.many", "At most {{.N}} at once", map[string]any{"N": maxSweep}))
	case time > 0:
		d.total.SetText(lang.X("about.time", "about {{.Time}}", map[string]any{"Time": timeText(time)}))
	default:
		d.total.SetText("")
	}
	d.make.Refresh()
}

func (d *SweepDialog) start() {
	jobs := d.jobs()
	if len(jobs) < 2 || len(jobs) > maxSweep {
		return
	}
	d.dialog.Close()
	call1(d.p.OnMake, jobs)
}

// An axisPicker is a setting, two ends and how many values lie between them.
type axisPicker struct {
	content  *fyne.Container
	changed  func()
	settings []sweepable // of the list's last options; one more option is none

	list            *widgets.Select
	from, to, count *widgets.Number
	values          *widgets.Text
}

func newAxisPicker(name string, settings []sweepable, names []string, changed func()) *axisPicker {
	p := &axisPicker{changed: changed, settings: settings, values: widgets.NewDim("").Shrink()}
	p.list = widgets.NewSelect(names, func(string) { p.choose() })
	p.from = widgets.NewNumber(lang.X("sweep.from", "From"), widgets.Span{Max: 1, Step: 1})
	p.to = widgets.NewNumber(lang.X("sweep.to", "To"), widgets.Span{Max: 1, Step: 1})
	p.count = widgets.NewNumber(lang.X("sweep.count", "Values"), widgets.Span{Min: 2, Max: maxSwept, Step: 1, Default: 4})
	for _, n := range []*widgets.Number{p.from, p.to, p.count} {
		n.OnChanged = func(float64) { p.say() }
	}
	p.content = widgets.Column(8, widgets.NewHeading(name), p.list, p.from, p.to, p.count, p.values)
	return p
}

// setting is what is chosen, or nil for none.
func (p *axisPicker) setting() *sweepable {
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
		enable(n, s != nil)
	}
	if s != nil {
		p.from.SetSpan(s.span)
		p.to.SetSpan(s.span)
		p.from.SetValue(s.from)
		p.to.SetValue(s.to)
		p.from.SetDefault(s.from)
		p.to.SetDefault(s.to)
	}
	p.say()
}

// axis is what is asked for; without values where nothing is.
func (p *axisPicker) axis() axis {
	s := p.setting()
	if s == nil {
		return axis{}
	}
	return s.spread(p.from.Value(), p.to.Value(), int(p.count.Value()))
}

func (p *axisPicker) say() {
	var texts []string
	a := p.axis()
	for _, v := range a.values {
		texts = append(texts, a.valueText(v))
	}
	p.values.SetText(strings.Join(texts, " · "))
	p.changed()
}
