package models

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/catalogue"
	"cascata/app/hub"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// A row is one item of the list: what it is, how it stands, and what can be
// done with it. Its widgets stay while a download progresses, so
// that nothing jumps and the keyboard stays where it is.
type row struct {
	v    *View
	item catalogue.Item
	last catalogue.Event // of its download

	content *fyne.Container
	name    *widgets.Text
	facts   *widgets.Text
	state   *widgets.Paragraph
	bar     *widgets.Bar
	main    *widgets.Button // the next thing to do
	second  *widgets.Button
}

func newRow(v *View, i catalogue.Item) *row {
	r := &row{v: v, item: i, bar: widgets.NewBar(1)}
	r.name = widgets.NewText("").Bold().Shrink()
	r.facts = widgets.NewDim("").Shrink()
	r.state = widgets.NewParagraph("", look.SizeSmall, true)
	r.main = widgets.NewButton("", func() { r.do(r.actions()[0]) })
	r.second = widgets.NewTextButton("", func() { r.do(r.actions()[1]) })
	buttons := widgets.Row(8, r.second, r.main)
	words := widgets.Column(3, r.name, widgets.NewParagraph(about(i), look.SizeSmall, true), r.facts, r.bar, r.state)
	r.content = container.NewBorder(nil, nil, nil, widgets.Centre(buttons), container.NewBorder(nil, nil, nil, widgets.Gap(16, 0), words))
	r.show()
	return r
}

// set says how the item stands now.
func (r *row) set(i catalogue.Item) {
	r.item = i
	r.show()
}

// update shows how far a download is.
func (r *row) update(e catalogue.Event) {
	r.last = e
	r.show()
}

func (r *row) show() {
	r.name.SetText(title(r.item))
	r.facts.SetText(r.factsText())
	r.state.SetText(r.stateText())
	widgets.SetVisible(r.state, r.state.Text() != "")
	running := r.busy() || r.item.State == catalogue.Unfinished
	widgets.SetVisible(r.bar, running)
	r.bar.Set(0, r.share())
	list := r.actions()
	for k, b := range []*widgets.Button{r.main, r.second} {
		widgets.SetVisible(b, k < len(list))
		if k < len(list) {
			b.SetTitle(list[k].title())
			widgets.Enable(b, list[k] != inUse)
		}
	}
	r.content.Refresh()
}

// factsText is size, memory, and whether it fits.
func (r *row) factsText() string {
	i := r.item
	texts := []string{format.Amount(max(i.Total, i.Bytes))}
	if needs := i.Needs(); needs != nil {
		for _, p := range []string{"fp32", "int8", "fp16"} {
			if n := needs[p]; n > 0 {
				texts = append(texts, memoryText(p, n))
			}
		}
		texts = append(texts, fitText(i, r.v.p.Memory))
	}
	return format.Joined(texts...)
}

// fitText says whether a model fits into the computer's memory, "" where that is
// not known.
func fitText(i catalogue.Item, memory int64) string {
	switch {
	case memory == 0:
		return ""
	case !i.Fits(memory):
		return lang.X("models.toobig", "too big for this computer's memory")
	case i.Needs()["fp32"] > memory:
		return lang.X("models.fits.small", "fits here with weights of 8 bits (int8)")
	}
	return lang.X("models.fits", "fits here")
}

func memoryText(precision string, n int64) string {
	data := map[string]any{"Size": format.Amount(n), "Precision": precision}
	if precision == "fp16" {
		return lang.X("models.needs.card", "{{.Size}} on a graphics card ({{.Precision}})", data)
	}
	return lang.X("models.needs", "{{.Size}} of memory ({{.Precision}})", data)
}

// stateText is what the artist must know of it now, "" where the buttons say
// it all.
func (r *row) stateText() string {
	switch r.last.Stage {
	case catalogue.Waiting:
		return lang.X("models.waiting", "Waits for the other download.")
	case catalogue.Running:
		return progressText(r.last.Progress)
	case catalogue.Failed:
		m := format.Explained(r.last.Err)
		return format.ErrorText(m) + " " + r.last.Err.Error()
	}
	switch r.item.State {
	case catalogue.Unfinished:
		return lang.X("models.unfinished", "{{.Done}} of {{.Total}} are here. It goes on where it ended.",
			map[string]any{"Done": format.Amount(r.item.Done), "Total": format.Amount(r.item.Total)})
	case catalogue.Damaged:
		return lang.X("models.damaged", "A file is missing or was changed: {{.File}}. Download it again.", map[string]any{"File": r.item.Missing})
	case catalogue.Added:
		return lang.X("models.added", "Your own files, where they lie: {{.Path}}", map[string]any{"Path": format.Tail(first(r.item.Paths), 60)})
	}
	return ""
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func progressText(p hub.Progress) string {
	switch p.Phase {
	case hub.Listing:
		return lang.X("models.listing", "Asking the server what it has…")
	case hub.Checking:
		return lang.X("models.checking", "Checking what is here already…")
	}
	texts := []string{lang.X("models.done", "{{.Done}} of {{.Total}}", map[string]any{"Done": format.Amount(p.Done), "Total": format.Amount(p.Total)})}
	if p.Speed > 0 {
		texts = append(texts, lang.X("models.speed", "{{.Speed}} a second", map[string]any{"Speed": format.Amount(int64(p.Speed))}))
	}
	if p.Left > 0 {
		texts = append(texts, lang.X("models.left", "{{.Time}} left", map[string]any{"Time": format.TimeText(p.Left)}))
	}
	if p.Trouble != "" {
		texts = append(texts, lang.X("models.trouble", "tries again: {{.Why}}", map[string]any{"Why": p.Trouble}))
	}
	return format.Joined(texts...)
}

// share is how much of it is here, 0 to 1.
func (r *row) share() float32 {
	done, total := r.item.Done, r.item.Total
	if p := r.last.Progress; p.Total > 0 && r.busy() {
		done, total = p.Done, p.Total
	}
	if total <= 0 {
		return 0
	}
	return float32(done) / float32(total)
}

func (r *row) busy() bool {
	return r.last.Stage == catalogue.Waiting || r.last.Stage == catalogue.Running
}

// An action is what one of a row's buttons does.
type action int

const (
	download action = iota
	resume
	pause
	cancel
	use
	inUse
	remove
	forget
)

func (a action) title() string {
	switch a {
	case download:
		return lang.X("models.download", "Download…")
	case resume:
		return lang.X("models.resume", "Go on")
	case pause:
		return lang.X("models.pause", "Pause")
	case cancel:
		return lang.X("models.cancel", "Cancel")
	case use:
		return lang.X("models.use", "Use")
	case inUse:
		return lang.X("models.inuse", "In use")
	case forget:
		return lang.X("models.forget", "Take off the list")
	}
	return lang.X("models.remove", "Delete…")
}

// actions are what can be done now, the next thing first.
func (r *row) actions() []action {
	if r.busy() {
		return []action{pause, cancel}
	}
	switch r.item.State {
	case catalogue.Absent:
		return []action{download}
	case catalogue.Unfinished:
		return []action{resume, cancel}
	case catalogue.Damaged:
		return []action{download, remove}
	}
	gone := remove
	if r.item.State == catalogue.Added {
		gone = forget
	}
	if r.item.Kind == catalogue.Extra {
		return []action{gone}
	}
	if slices.Contains([]string{r.item.Name}, r.v.p.InUse()) {
		return []action{inUse}
	}
	return []action{use, gone}
}

func (r *row) do(a action) {
	switch a {
	case download, resume:
		r.v.start(r.item)
	case pause:
		r.v.p.Downloads.Pause(r.item.Name)
	case cancel:
		r.v.cancel(r.item)
	case use:
		r.v.p.OnUse(r.item.Name)
	case remove, forget:
		r.v.remove(r.item, a == remove)
	}
}
