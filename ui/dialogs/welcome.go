package dialogs

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/ui/look"
	"cascata/ui/widgets"
)

// WelcomeParams are what the first thing an artist sees leads to.
type WelcomeParams struct {
	OnStart func()               // with the built-in model
	OnFiles func()               // download a model, or use one that is on the computer
	OnVisit func(address string) // open a page in the browser
}

// A Welcome says what the program is, offers the built-in model at once and
// tells where the real one is found.
type Welcome struct {
	p      WelcomeParams
	dialog *widgets.Dialog
	start  *widgets.Button
	files  *widgets.Button
}

// Where Stability AI publishes the model.
const (
	modelPage   = "https://huggingface.co/stabilityai/stable-cascade"
	licencePage = modelPage + "/blob/main/LICENSE"
)

// ShowWelcome opens the welcome over a window.
func ShowWelcome(c fyne.Canvas, p WelcomeParams) *Welcome {
	w := &Welcome{p: p}
	w.start = widgets.NewMainButton(lang.X("welcome.start", "Start with the built-in model"), func() { w.leave(p.OnStart) })
	w.files = widgets.NewButton(lang.X("welcome.files", "Download it, or use files I have…"), func() { w.leave(p.OnFiles) })
	intro := widgets.NewParagraph(lang.X("welcome.intro",
		"Cascata makes pictures from words with Stable Cascade, on this computer and without the internet. "+
			"The composition comes first and in seconds, then the detail; both can be watched as they form, stopped, kept and changed."), look.SizeText, false)
	ways := container.NewGridWithColumns(2,
		container.NewBorder(nil, nil, nil, widgets.Gap(18, 0), w.demo()),
		container.NewBorder(nil, nil, container.NewBorder(nil, nil, nil, widgets.Gap(18, 0), widgets.Line()), nil, w.model()))
	d := widgets.NewDialog(lang.X("welcome.title", "Welcome to Cascata"), widgets.Column(22, intro, ways))
	w.dialog = d
	d.SetWidth(800).SetFirst(w.start).Show(c)
	return w
}

func (w *Welcome) leave(do func()) {
	w.dialog.Close()
	if do != nil {
		do()
	}
}

func (w *Welcome) demo() fyne.CanvasObject {
	return way(lang.X("welcome.demo", "Begin at once"), w.start,
		widgets.NewParagraph(lang.X("welcome.demo.what", "A small model is built in. It draws simple scenes of 256 × 256 pixels in seconds, on any computer."), look.SizeText, false),
		widgets.NewParagraph(lang.X("welcome.demo.why", "It works like the large one, so all you learn with it stays true."), look.SizeText, false))
}

func (w *Welcome) model() fyne.CanvasObject {
	visit := func(title, address string) fyne.CanvasObject {
		b := widgets.NewTextButton(title, func() {
			if w.p.OnVisit != nil {
				w.p.OnVisit(address)
			}
		})
		b.SetColor(look.ColorAccent)
		b.SetTip(address)
		return b
	}
	return way(lang.X("welcome.model", "The real model: Stable Cascade"), w.files,
		widgets.NewParagraph(lang.X("welcome.model.what", "By Stability AI, for pictures of 1024 × 1024 and more. Its research licence allows non-commercial use only."), look.SizeText, false),
		widgets.NewParagraph(lang.X("welcome.model.how", "It is fetched from Hugging Face once you have accepted its licence: big 11.7 GB, lite 4.9 GB. "+
			"Files of ComfyUI and other programs are used where they lie."), look.SizeSmall, true),
		container.NewBorder(nil, nil, widgets.Row(4, visit(lang.X("welcome.get", "Its page at Hugging Face"), modelPage), visit(lang.X("welcome.licence", "Licence"), licencePage)), nil))
}

// way is one way to begin: what it is, and the button for it at its foot.
func way(title string, button fyne.CanvasObject, text ...fyne.CanvasObject) fyne.CanvasObject {
	return container.NewBorder(nil, widgets.Pad(0, 8, button), nil, nil,
		widgets.Column(8, append([]fyne.CanvasObject{widgets.NewTitle(title)}, text...)...))
}
