// Package dialogs has the dialogs of the whole program: model and device, preferences, welcome, keys. All of it
// belongs to the window's goroutine.
package dialogs

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"cascata/app"
	"cascata/app/cuda"
	"cascata/app/meta"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// ModelParams are what the dialog "Model and device" needs.
type ModelParams struct {
	Run     async.Runner
	Look    func(name string) (app.ModelInfo, error)      // called off the window's goroutine
	Devices func() ([]inference.DeviceInfo, error)        // likewise; takes seconds, more while a picture is made
	Folder  func(title string, then func(path string))    // asks for a folder
	Files   func(title string, then func(paths []string)) // asks for files

	Model, Device, Precision string           // in use now
	Past                     []string         // models opened before, newest first
	Try                      string           // what to look at first; "" is Model
	Notes                    []inference.Note // of the device and precision in use

	CUDA  CUDA                 // nil: what NVIDIA cards need is not offered
	Visit func(address string) // opens a page in the browser
	Fail  func(err error)

	OnUse func(model, device, precision string)
}

// A ModelDialog chooses what pictures are made with. A model is looked at as
// soon as it is named, and can only be used when it holds all it needs.
type ModelDialog struct {
	p      ModelParams
	dialog *widgets.Dialog

	names      []string // of the rows
	models     *widgets.PickList
	path       *widgets.Entry
	found      *fyne.Container
	codes      []string // of the devices
	devices    *widgets.PickList
	wait       *widgets.Text
	infos      []inference.DeviceInfo // of the devices, once they were tried
	precisions *widgets.Choice
	offered    []string // codes of precisions
	use        *widgets.Button
	cuda       *cudaRow // nil before Show

	looked            async.Newest // of the models that were looked at
	model             string       // that can be used; "" none
	device, precision string       // chosen, as a recipe has them
}

// NewModelDialog shows nothing yet.
func NewModelDialog(p ModelParams) *ModelDialog {
	d := &ModelDialog{p: p, models: widgets.NewPickList(), found: widgets.Column(3), devices: widgets.NewPickList(), device: known(p.Device), precision: known(p.Precision)}
	d.models.OnPicked = func(i int) { d.look(d.names[i]) }
	d.models.OnEntered, d.devices.OnEntered = d.done, d.done
	d.devices.OnPicked = func(i int) { d.device = d.codes[i]; d.offer() }
	d.path = widgets.NewEntry(lang.X("models.path", "or type where it is"))
	d.path.OnSubmitted = func(s string) { d.look(strings.TrimSpace(s)) }
	d.wait = widgets.NewDim(lang.X("models.devices.wait", "Trying what works here. A picture being made is finished first."))
	d.precisions = widgets.NewChoice(func(i int) { d.precision = d.offered[i] })
	d.use = widgets.NewMainButton(lang.X("models.use", "Use"), d.done)
	d.use.Disable()
	return d
}

func known(code string) string {
	if code == "" {
		return "auto"
	}
	return code
}

// Show opens the dialog over a window and begins to look.
func (d *ModelDialog) Show(c fyne.Canvas) {
	open := widgets.Row(8,
		widgets.NewButton(lang.X("models.folder", "Open folder…"), func() {
			d.p.Folder(lang.X("models.folder.title", "A folder with a model"), func(path string) { d.try(path) })
		}),
		widgets.NewButton(lang.X("models.files", "Open files…"), func() {
			d.p.Files(lang.X("models.files.title", "The files of a model"), func(paths []string) { d.try(strings.Join(paths, ",")) })
		}))
	d.cuda = newCUDARow(&d.p, c)
	content := widgets.Column(10,
		widgets.Gap(0, 0),
		widgets.Heading(lang.X("models.model", "Model"), ""),
		d.models.Content,
		container.NewBorder(nil, nil, open, nil, d.path),
		d.found,
		widgets.Gap(0, 2),
		widgets.Heading(lang.X("models.device", "Device"), lang.X("models.device.term", "execution provider")),
		d.devices.Content, d.wait, d.cuda.content,
		widgets.Gap(0, 2),
		widgets.Heading(lang.X("models.precision", "Precision"), lang.X("models.precision.term", "number format")),
		d.precisions,
		d.setupNotes(),
		widgets.Gap(0, 2),
	)
	scroll := container.NewVScroll(container.NewBorder(nil, nil, nil, widgets.Gap(10, 0), content))
	scroll.SetMinSize(fyne.NewSize(0, min(max(c.Size().Height-210, 240), 620)))
	buttons := widgets.Pad(0, 8, widgets.Row(8, layout.NewSpacer(),
		widgets.NewButton(lang.X("cancel", "Cancel"), func() { d.dialog.Close() }), d.use))
	d.dialog = widgets.NewDialog(lang.X("models.title", "Model and device"), container.NewBorder(nil, buttons, nil, nil, scroll))
	d.dialog.OnClosed = d.looked.Drop
	d.list()
	d.listDevices(nil)
	first := cmp.Or(d.p.Try, d.p.Model, recipe.Demo)
	if at := slices.Index(d.names, first); at >= 0 {
		d.dialog.SetFirst(d.models.Rows[at])
	} else {
		d.dialog.SetFirst(d.path)
	}
	d.dialog.SetWidth(620).Show(c)
	d.tryDevices()
	d.try(first)
}

// CUDAChanged shows how an installation of the parts for CUDA stands.
func (d *ModelDialog) CUDAChanged(s cuda.Status) {
	if d.Open() {
		d.cuda.update(s)
	}
}

// Open reports whether the dialog is open.
func (d *ModelDialog) Open() bool { return d.dialog != nil && d.dialog.Open() }

// setupNotes say in whole what is used other than it was asked for. Why a device
// is not used stands at its row.
func (d *ModelDialog) setupNotes() fyne.CanvasObject {
	box := widgets.Column(3)
	for _, n := range d.p.Notes {
		if n.Kind == inference.NotePrecision {
			box.Add(widgets.NewParagraph(format.NoteText(n), look.SizeSmall, true))
		}
	}
	return box
}

// modelRows is how many models are listed at most.
const modelRows = 8

// list fills the rows: the built-in model, the one in use, those opened before.
func (d *ModelDialog) list() {
	d.names = []string{recipe.Demo}
	for _, n := range append([]string{d.p.Model}, d.p.Past...) {
		if n != "" && !slices.Contains(d.names, n) && len(d.names) < modelRows {
			d.names = append(d.names, n)
		}
	}
	var rows []widgets.Pick
	for _, n := range d.names {
		rows = append(rows, modelRow(n))
	}
	d.models.Set(rows)
}

// modelRow shows a model by its name, before its files are looked at.
func modelRow(name string) widgets.Pick {
	if name == recipe.Demo {
		return widgets.Pick{Title: lang.X("models.demo", "Built-in model"), Note: lang.X("models.demo.note", "small pictures, at once")}
	}
	paths := meta.PathsIn(name)
	first := paths[0]
	title := filepath.Base(first)
	if len(paths) > 1 {
		title = lang.XN("models.more", "{{.Name}} and {{.Count}} more", len(paths)-1, map[string]any{"Name": title, "Count": len(paths) - 1})
	}
	return widgets.Pick{Title: title, Note: format.Tail(filepath.Dir(first), 40)}
}

// try looks at a model that may not be in the list.
func (d *ModelDialog) try(name string) {
	if name == "" {
		return
	}
	at := slices.Index(d.names, name)
	d.models.Choose(at)
	if at < 0 {
		d.path.SetText(name)
	}
	d.look(name)
}

// look checks a model off the window's goroutine and shows what it is.
func (d *ModelDialog) look(name string) {
	if name == "" {
		return
	}
	if at := slices.Index(d.names, name); at != d.models.At {
		d.models.Choose(at)
	}
	d.model = ""
	d.use.Disable()
	d.say(widgets.NewDim(lang.X("models.looking", "Looking at the files…")))
	async.Go(d.looked.On(d.p.Run), func() (app.ModelInfo, error) { return d.p.Look(name) },
		func(info app.ModelInfo, err error) { d.show(name, info, err) })
}

func (d *ModelDialog) say(lines ...fyne.CanvasObject) {
	d.found.Objects = lines
	d.found.Refresh()
}

func (d *ModelDialog) show(name string, info app.ModelInfo, err error) {
	if err != nil {
		m := format.Explained(err)
		title := widgets.NewParagraph(m.Title+" "+m.Help, look.SizeText, false)
		d.say(title, widgets.NewParagraph(err.Error(), look.SizeSmall, true).Selectable())
		return
	}
	lines := []fyne.CanvasObject{
		widgets.NewText(format.ModelTitle(info)).Bold(),
		widgets.NewDim(lang.X("models.facts", "Pictures of {{.W}} × {{.H}} · {{.Size}}",
			map[string]any{"W": info.Width, "H": info.Height, "Size": format.Amount(info.Bytes)})),
		widgets.NewParagraph(lang.X("models.found", "Found: {{.Parts}}", map[string]any{"Parts": format.PartNames(info.Parts)}), look.SizeSmall, true),
	}
	if info.Licence != "" {
		lines = append(lines, widgets.NewParagraph(lang.X("models.licence", "Licence: {{.Name}}", map[string]any{"Name": info.Licence}), look.SizeSmall, true))
	}
	if missing := missingParts(info.Parts); len(missing) > 0 {
		lines = append(lines, widgets.NewParagraph(lang.X("models.missing", "Missing: {{.Parts}}. Choose the files that hold them as well.",
			map[string]any{"Parts": format.PartNames(missing)}), look.SizeText, false))
		lines = append(lines, refusedLines(info.Refused)...)
	} else {
		d.model = name
		d.use.Enable()
	}
	d.say(lines...)
}

// shownRefusals is how many files that are not used the dialog names.
const shownRefusals = 4

// refusedLines name the files that were looked at and not used.
func refusedLines(list []checkpoint.Refusal) []fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for _, r := range list[:min(len(list), shownRefusals)] {
		why := format.Sentence(r.Cause) + " " + format.Sentence(r.Next)
		text := lang.X("models.refused", "Not used: {{.File}}. {{.Why}}", map[string]any{"File": filepath.Base(r.Path), "Why": why})
		lines = append(lines, widgets.NewParagraph(text, look.SizeSmall, true).Selectable())
	}
	if more := len(list) - len(lines); more > 0 {
		lines = append(lines, widgets.NewDim(lang.XN("models.refused.more", "{{.Count}} more files were not used.", more, map[string]any{"Count": more})))
	}
	return lines
}

func (d *ModelDialog) done() {
	if d.model == "" {
		return
	}
	d.dialog.Close()
	if d.p.OnUse != nil {
		d.p.OnUse(d.model, d.device, d.precision)
	}
}
