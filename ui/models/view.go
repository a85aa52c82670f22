// Package models is the Models tab: what can be downloaded, what is here, and what is found on this computer. All of it
// belongs to the window's goroutine; the shelf and the finder are asked off it.
package models

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/catalogue"
	"cascata/app/finder"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// A Shelf has the models. *catalogue.Shelf is one; it is asked off the window's
// goroutine.
type Shelf interface {
	List() []catalogue.Item
	Accepted(l *catalogue.Licence) bool
	Accept(l *catalogue.Licence) error
	Add(wanted string, paths ...string) (name string, err error)
	Remove(name string) (kept bool, err error)
}

// Downloads fetch models. *catalogue.Downloads are.
type Downloads interface {
	Start(name string)
	Pause(name string)
	Cancel(name string)
}

// Params are what the view works with; all are required.
type Params struct {
	Shelf     Shelf
	Downloads Downloads
	Find      func(ctx context.Context) (finder.Result, error) // looks through the usual folders
	Memory    int64                                            // of the computer, bytes; 0: unknown
	InUse     func() string                                    // name of the model that pictures are made with

	Run    async.Runner
	Canvas fyne.Canvas
	Folder func(title string, then func(path string))
	Files  func(title string, then func(paths []string))
	Visit  func(address string) // opens a page in the browser
	Say    func(text, action string, do func()) (close func())
	Fail   func(err error)

	OnUse func(name string) // makes pictures with a model from now on
}

// A View is the Models tab.
type View struct {
	Content fyne.CanvasObject

	p      Params
	rows   map[string]*row
	models *fyne.Container // of the catalogue, and others' files
	extras *fyne.Container
	found  *fyne.Container
	search *widgets.Button
	stop   context.CancelFunc // of the search; nil: none runs
	listed async.Newest
	scroll *container.Scroll
}

// New lists nothing yet; Refresh does.
func New(p Params) *View {
	v := &View{p: p, rows: map[string]*row{}, models: widgets.Column(0), extras: widgets.Column(0), found: widgets.Column(8)}
	v.search = widgets.NewButton(lang.X("models.find", "Look on this computer"), v.find)
	mine := widgets.Wrap(8, v.search,
		widgets.NewButton(lang.X("models.folder", "Open folder…"), func() {
			v.p.Folder(lang.X("models.folder.title", "A folder with a model"), func(path string) { v.add(path) })
		}),
		widgets.NewButton(lang.X("models.files", "Open files…"), func() {
			v.p.Files(lang.X("models.files.title", "The files of a model"), func(paths []string) { v.add(paths...) })
		}))
	column := widgets.Column(10,
		widgets.Heading(lang.X("models.mine", "Files you have"), ""),
		widgets.NewParagraph(lang.X("models.mine.help",
			"Files of ComfyUI, Forge, StabilityMatrix, SwarmUI or Hugging Face are used where they lie. Nothing is moved or copied."), look.SizeSmall, true),
		mine, v.found, widgets.Gap(0, 10),
		widgets.Heading(lang.X("models.whole", "Models"), lang.X("models.whole.term", "make pictures by themselves")),
		v.models, widgets.Gap(0, 10),
		widgets.Heading(lang.X("models.extras", "Beside a model"), lang.X("models.extras.term", "for pictures as a beginning, as references, as control")),
		v.extras)
	v.scroll = container.NewVScroll(container.New(columnLayout{}, widgets.Pad(16, 20, column)))
	v.Content = v.scroll
	widgets.SetVisible(v.found, false)
	return v
}

// Refresh asks the shelf again.
func (v *View) Refresh() {
	async.Go(v.listed.On(v.p.Run), func() ([]catalogue.Item, error) { return v.p.Shelf.List(), nil },
		func(list []catalogue.Item, _ error) { v.show(list) })
}

// show puts the list into the view. Rows that are there already stay.
func (v *View) show(list []catalogue.Item) {
	var whole, extra []fyne.CanvasObject
	rows := map[string]*row{}
	for _, i := range list {
		r := v.rows[i.Name]
		if r == nil {
			r = newRow(v, i)
		} else {
			r.set(i)
		}
		rows[i.Name] = r
		to := &whole
		if i.Kind == catalogue.Extra {
			to = &extra
		}
		*to = append(*to, widgets.Line(), widgets.Pad(0, 10, r.content))
	}
	v.rows, v.models.Objects, v.extras.Objects = rows, whole, extra
	v.models.Refresh()
	v.extras.Refresh()
}

// DownloadChanged shows how far a download is.
func (v *View) DownloadChanged(e catalogue.Event) {
	r := v.rows[e.Name]
	if r == nil {
		return
	}
	r.update(e)
	switch e.Stage {
	case catalogue.Finished:
		v.p.Say(lang.X("models.finished", "{{.Model}} is here.", map[string]any{"Model": title(r.item)}), v.useText(r.item), v.useOf(r.item))
		v.Refresh()
	case catalogue.Paused, catalogue.Cancelled, catalogue.Failed:
		v.Refresh()
	}
}

func (v *View) useText(i catalogue.Item) string {
	if i.Kind == catalogue.Extra {
		return ""
	}
	return lang.X("models.use", "Use")
}

func (v *View) useOf(i catalogue.Item) func() {
	if i.Kind == catalogue.Extra {
		return nil
	}
	return func() { v.p.OnUse(i.Name) }
}

// start begins a download, once its licence is accepted.
func (v *View) start(i catalogue.Item) {
	async.Go(v.p.Run, func() (bool, error) { return v.p.Shelf.Accepted(i.Licence), nil }, func(accepted bool, _ error) {
		if accepted {
			v.p.Downloads.Start(i.Name)
			return
		}
		v.askLicence(i)
	})
}

// askLicence shows the licence and begins the download when it is accepted.
func (v *View) askLicence(i catalogue.Item) {
	lines := widgets.Column(6)
	for _, t := range terms(i.Licence) {
		lines.Add(widgets.NewParagraph("• "+t, look.SizeText, false))
	}
	lines.Add(widgets.NewTextButton(lang.X("licence.read", "Read the licence in the browser"), func() { v.p.Visit(i.Licence.Address) }))
	lines.Add(widgets.NewParagraph(lang.X("licence.size", "{{.Size}} are downloaded from Hugging Face.",
		map[string]any{"Size": format.Amount(max(i.Total, i.Bytes))}), look.SizeSmall, true))
	d := widgets.NewDialog(i.Licence.Name, lines,
		widgets.Action{Text: lang.X("cancel", "Cancel")},
		widgets.Action{Text: lang.X("licence.accept", "Accept and download"), Main: true, Do: func() { v.accept(i) }})
	d.SetWidth(620).Show(v.p.Canvas)
}

func (v *View) accept(i catalogue.Item) {
	async.Try(v.p.Run, func() error { return v.p.Shelf.Accept(i.Licence) }, func(err error) {
		if err != nil {
			v.p.Fail(err)
			return
		}
		v.p.Downloads.Start(i.Name)
	})
}

// cancel asks before it throws away what has come.
func (v *View) cancel(i catalogue.Item) {
	widgets.Confirm(v.p.Canvas, lang.X("models.cancel.title", "Cancel the download?"),
		lang.X("models.cancel.text", "What has come of {{.Model}} is deleted. Pause keeps it.", map[string]any{"Model": title(i)}),
		lang.X("models.cancel.do", "Delete what has come"), lang.X("models.cancel.not", "Keep it"),
		func() { v.p.Downloads.Cancel(i.Name) })
}

// remove takes a model off the shelf; what we downloaded is deleted, after a
// question.
func (v *View) remove(i catalogue.Item, deletes bool) {
	do := func() {
		async.Go(v.p.Run, func() (bool, error) { return v.p.Shelf.Remove(i.Name) }, func(kept bool, err error) {
			if err != nil {
				v.p.Fail(err)
			} else if kept {
				v.p.Say(lang.X("models.forgotten", "{{.Model}} is off the list. Its files are where they were.", map[string]any{"Model": title(i)}), "", nil)
			}
			v.Refresh()
		})
	}
	if !deletes {
		do()
		return
	}
	widgets.Confirm(v.p.Canvas, lang.X("models.remove.title", "Delete this model?"),
		lang.X("models.remove.text", "{{.Size}} are deleted. They can be downloaded again.", map[string]any{"Size": format.Amount(i.Total)}),
		lang.X("models.remove.do", "Delete"), lang.X("cancel", "Cancel"), do)
}

// add gives files of the artist's own a place in the list.
func (v *View) add(paths ...string) {
	async.Go(v.p.Run, func() (string, error) { return v.p.Shelf.Add("", paths...) }, func(name string, err error) {
		if err != nil {
			v.p.Fail(err)
			return
		}
		v.p.Say(lang.X("models.is.added", "{{.Model}} is in the list.", map[string]any{"Model": name}), lang.X("models.use", "Use"), func() { v.p.OnUse(name) })
		v.Refresh()
	})
}

// find looks through the usual folders, or stops doing so.
func (v *View) find() {
	if v.stop != nil {
		v.stop()
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	v.stop = stop
	v.search.SetTitle(lang.X("models.find.stop", "Stop looking"))
	v.say(widgets.NewDim(lang.X("models.finding", "Looking through the folders of other programs…")))
	async.Go(v.p.Run, func() (finder.Result, error) { return v.p.Find(ctx) }, func(r finder.Result, err error) {
		stop()
		v.stop = nil
		v.search.SetTitle(lang.X("models.find", "Look on this computer"))
		if err != nil {
			v.say()
			return
		}
		v.say(v.results(r)...)
	})
}

func (v *View) say(lines ...fyne.CanvasObject) {
	v.found.Objects = lines
	widgets.SetVisible(v.found, len(lines) > 0)
	v.found.Refresh()
	v.scroll.Content.Refresh()
}

// results are lines for what was found.
func (v *View) results(r finder.Result) []fyne.CanvasObject {
	if len(r.Models) == 0 {
		text := lang.X("models.found.none", "No Stable Cascade model was found in the usual folders. Open the folder it is in, or download one below.")
		if len(r.Parts) > 0 {
			text = lang.X("models.found.parts", "Parts of Stable Cascade were found, but not all that a picture needs: {{.Parts}}.", map[string]any{"Parts": partNames(r.Parts)})
		}
		return []fyne.CanvasObject{widgets.NewParagraph(text, look.SizeText, false)}
	}
	var lines []fyne.CanvasObject
	for _, m := range r.Models {
		words := widgets.Column(2, widgets.NewText(m.Title).Bold().Shrink(),
			widgets.NewDim(format.Joined(format.Amount(m.Bytes), format.Tail(first(m.Paths), 60))).Shrink(),
			widgets.NewParagraph(format.PartNames(m.Parts), look.SizeSmall, true))
		lines = append(lines, container.NewBorder(nil, nil, nil,
			widgets.Centre(widgets.NewButton(lang.X("models.found.add", "Add to the list"), func() { v.add(m.Paths...) })), words))
	}
	for _, p := range spare(r) {
		lines = append(lines, widgets.Column(2, widgets.NewText(format.PartNames([]string{p.Name})).Shrink(),
			widgets.NewDim(format.Joined(format.Amount(p.Bytes), format.Tail(p.Path, 60))).Shrink()))
	}
	return lines
}

// spare are the parts that none of the models found has.
func spare(r finder.Result) []finder.Part {
	return slices.DeleteFunc(slices.Clone(r.Parts), func(p finder.Part) bool {
		return slices.ContainsFunc(r.Models, func(m finder.Model) bool { return m.Has(p) })
	})
}

func partNames(parts []finder.Part) string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = p.Name
	}
	return format.PartNames(names)
}

// Focus gives the keyboard to the first thing that can be done.
func (v *View) Focus() { v.p.Canvas.Focus(v.search) }

// Reveal brings what got the keyboard into view.
func (v *View) Reveal(o fyne.CanvasObject) { widgets.RevealIn(v.scroll, o) }

// columnLayout keeps lines as wide as is good to read, in the middle.
type columnLayout struct{}

const columnWidth = 900

func (columnLayout) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

func (columnLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w := min(size.Width, columnWidth)
	objects[0].Move(fyne.NewPos((size.Width-w)/2, 0))
	objects[0].Resize(fyne.NewSize(w, size.Height))
}
