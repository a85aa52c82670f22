package dialogs

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/cuda"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// CUDA brings what NVIDIA cards need. *cuda.Background is one.
type CUDA interface {
	Status() cuda.Status // called off the window's goroutine
	Start()
	Stop()
	Remove() error // called off the window's goroutine
}

// A cudaRow says how far the parts for CUDA are, and brings and removes them. It is not
// there where the system has none.
type cudaRow struct {
	p      *ModelParams
	canvas fyne.Canvas
	now    cuda.Status

	content *fyne.Container
	state   *widgets.Paragraph
	bar     *widgets.Bar
	main    *widgets.Button
	second  *widgets.Button
}

func newCUDARow(p *ModelParams, c fyne.Canvas) *cudaRow {
	r := &cudaRow{p: p, canvas: c, state: widgets.NewParagraph("", look.SizeSmall, true), bar: widgets.NewBar(1)}
	r.main = widgets.NewButton("", r.act)
	r.second = widgets.NewTextButton(lang.X("models.remove", "Delete…"), r.remove)
	words := widgets.Column(3, widgets.NewText(lang.X("cuda.title", "CUDA for NVIDIA cards")).Bold().Shrink(), r.state, r.bar)
	r.content = container.NewBorder(nil, nil, nil, widgets.Centre(widgets.Row(8, r.second, r.main)), container.NewBorder(nil, nil, nil, widgets.Gap(16, 0), words))
	r.content.Hide()
	r.look()
	return r
}

// look asks for what is there.
func (r *cudaRow) look() {
	if r.p.CUDA != nil {
		async.Go(r.p.Run, func() (cuda.Status, error) { return r.p.CUDA.Status(), nil }, func(s cuda.Status, _ error) { r.show(s) })
	}
}

// update shows how an installation stands; what is left is asked for once it has ended.
func (r *cudaRow) update(s cuda.Status) {
	r.show(s)
	if s.State != cuda.Running {
		r.look()
	}
}

func (r *cudaRow) show(s cuda.Status) {
	r.now = s
	running := s.State == cuda.Running
	widgets.SetVisible(r.content, s.State != cuda.Impossible)
	widgets.SetVisible(r.bar, running)
	if total := s.Plan.Bytes(); total > 0 {
		r.bar.Set(0, float32(s.Done)/float32(total))
	} else {
		r.bar.Set(0, 0)
	}
	r.state.SetText(cudaText(s))
	widgets.SetVisible(r.main, s.State != cuda.Complete)
	widgets.SetVisible(r.second, s.State == cuda.Complete || s.Begun && !running)
	switch {
	case running:
		r.main.SetTitle(lang.X("cuda.stop", "Stop"))
	case s.Begun:
		r.main.SetTitle(lang.X("models.resume", "Go on"))
	default:
		r.main.SetTitle(lang.X("models.download", "Download…"))
	}
	r.content.Refresh()
}

// cudaText says how it stands, and what there is to know before it begins.
func cudaText(s cuda.Status) string {
	left := map[string]any{"Size": format.Amount(s.Plan.Bytes()), "Disk": format.Amount(s.Plan.Set.Disk)}
	switch s.State {
	case cuda.Running:
		if s.Part == "" {
			return lang.X("models.checking", "Checking what is here already…")
		}
		return format.Joined(lang.X("models.done", "{{.Done}} of {{.Total}}",
			map[string]any{"Done": format.Amount(s.Done), "Total": format.Amount(s.Plan.Bytes())}), s.Part)
	case cuda.Complete:
		if s.Fresh {
			return lang.X("cuda.fresh", "It is here. Cascata uses it from its next start.")
		}
		return lang.X("cuda.here", "It is here.")
	case cuda.Failed:
		return format.ErrorText(format.Explained(s.Err)) + " " + s.Err.Error()
	}
	if s.Begun {
		return lang.X("cuda.left", "Some of it is here. {{.Size}} are still to be fetched; it goes on where it ended.", left)
	}
	return lang.X("cuda.absent", "ONNX Runtime's part for CUDA 13 and NVIDIA's libraries, for cards from RTX 20 on: {{.Size}} to download, {{.Disk}} on the disk.", left)
}

// act does the next thing.
func (r *cudaRow) act() {
	switch {
	case r.now.State == cuda.Running:
		r.p.CUDA.Stop()
	case r.now.Begun: // its licences were accepted when it began
		r.p.CUDA.Start()
	default:
		r.ask()
	}
}

// ask shows what would be fetched and under which licences, and begins when they are accepted.
func (r *cudaRow) ask() {
	lines, plan := widgets.Column(6), r.now.Plan
	for _, part := range plan.Fetch {
		lines.Add(widgets.NewParagraph(format.Joined(part.Name+" "+part.Version, format.Amount(part.Bytes)), look.SizeText, false))
	}
	if n := len(plan.Found); n > 0 {
		lines.Add(widgets.NewParagraph(lang.XN("cuda.found", "{{.Count}} libraries that are on this computer are used where they lie.", n, map[string]any{"Count": n}), look.SizeText, false))
	}
	lines.Add(widgets.NewParagraph(lang.X("cuda.size", "In all {{.Size}}, which Python's package installer pip fetches; up to {{.Disk}} on the disk.",
		map[string]any{"Size": format.Amount(plan.Bytes()), "Disk": format.Amount(plan.Set.Disk)}), look.SizeSmall, true))
	lines.Add(widgets.NewParagraph(lang.X("cuda.licences", "They are under these licences:"), look.SizeText, false))
	for _, l := range cuda.Licences {
		link := widgets.NewTextButton(licenceName(l.Name), func() { r.p.Visit(l.Address) })
		link.SetColor(look.ColorAccent)
		link.SetTip(l.Address)
		lines.Add(widgets.Row(0, link))
	}
	widgets.NewDialog(lang.X("cuda.title", "CUDA for NVIDIA cards"), lines, widgets.Action{Text: lang.X("cancel", "Cancel")},
		widgets.Action{Text: lang.X("licence.accept", "Accept and download"), Main: true, Do: r.p.CUDA.Start}).SetWidth(560).Show(r.canvas)
}

// licenceName is one of cuda.Licences in the artist's language.
func licenceName(name string) string {
	switch name {
	case cuda.Licences[0].Name:
		return lang.X("cuda.licence.runtime", "ONNX Runtime: MIT")
	case cuda.Licences[1].Name:
		return lang.X("cuda.licence.cuda", "CUDA: NVIDIA's end user licence agreement")
	case cuda.Licences[2].Name:
		return lang.X("cuda.licence.cudnn", "cuDNN: NVIDIA's licence for cuDNN")
	}
	return name
}

// remove deletes it, after a question.
func (r *cudaRow) remove() {
	widgets.Confirm(r.canvas, lang.X("cuda.remove.title", "Delete the parts for CUDA?"),
		lang.X("cuda.remove.text", "They can be downloaded again. NVIDIA cards are then used by WebGPU."),
		lang.X("models.remove.do", "Delete"), lang.X("cancel", "Cancel"), func() {
			async.Try(r.p.Run, r.p.CUDA.Remove, func(err error) {
				if err != nil {
					r.p.Fail(err)
				}
				r.look()
			})
		})
}
