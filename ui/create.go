// Package ui is Cascata's window. It shows what app says and tells app what
// the artist asks for; it never waits for either.
package ui

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cascata/app"
	"cascata/inference"
)

// A Maker makes pictures in the background. *app.Studio is one.
type Maker interface {
	Start(app.Recipe) bool
	Cancel()
}

// Create is the view where pictures are made. Its methods belong to the
// window's goroutine, but for Progress.
type Create struct {
	Content fyne.CanvasObject

	maker    Maker
	model    app.Recipe // model, device and precision; the rest is on the screen
	progress *latest[app.Progress]

	prompt, negative          *prompt
	steps, guidance           *number
	decoderSteps, decoderGuid *number
	seed                      *widget.Entry
	keepSeed                  *widget.Check
	generate, cancel          *widget.Button
	picture                   *picture
	bar                       *bar
	status, notes             *widget.Label
	buttons, below            *fyne.Container // laid out again when what they show changes
}

// NewCreate makes the view. do runs a function on the window's goroutine.
func NewCreate(start app.Recipe, do func(func())) *Create {
	c := &Create{model: start}
	c.progress = &latest[app.Progress]{do: do, show: c.show}
	c.prompt = newPrompt(lang.X("prompt.hint", "What do you want to see?"), 5)
	c.prompt.submit = c.Generate
	c.negative = newPrompt(lang.X("negative.hint", "What should not be there"), 2)
	c.negative.submit = c.Generate
	c.steps = newNumber(lang.X("steps", "Steps"), 1, 60, 1, float64(start.Steps), 0)
	c.guidance = newNumber(lang.X("guidance", "Guidance"), 1, 12, 0.1, start.Guidance, 1)
	c.decoderSteps = newNumber(lang.X("steps", "Steps"), 1, 40, 1, float64(start.DecoderSteps), 0)
	c.decoderGuid = newNumber(lang.X("guidance", "Guidance"), 1, 4, 0.1, max(start.DecoderGuidance, 1), 1)
	c.seed = widget.NewEntry()
	c.seed.SetPlaceHolder(lang.X("seed.random", "random"))
	c.keepSeed = widget.NewCheck(lang.X("seed.keep", "keep"), nil)
	c.generate = widget.NewButton(lang.X("generate", "Generate"), c.Generate)
	c.generate.Importance = widget.HighImportance
	c.cancel = widget.NewButton(lang.X("cancel", "Cancel"), c.Cancel)
	c.cancel.Hide()
	c.picture = newPicture(lang.X("empty", "Type a prompt and press Ctrl+Enter.\nThe picture forms here."))
	c.bar = newBar(5, 4, 1)
	c.bar.Hide()
	c.status = widget.NewLabel("")
	c.status.Importance = widget.LowImportance
	c.status.Truncation = fyne.TextTruncateEllipsis
	c.notes = widget.NewLabel("")
	c.notes.Importance = widget.LowImportance
	c.notes.SizeName = theme.SizeNameCaptionText
	c.notes.Wrapping = fyne.TextWrapWord
	c.notes.Hide()
	c.Content = c.arrange()
	return c
}

// Use sets who makes the pictures. It is called once, before the window shows.
func (c *Create) Use(m Maker) { c.maker = m }

// Progress shows the newest p. It may be called from any goroutine.
func (c *Create) Progress(p app.Progress) { c.progress.set(p) }

func (c *Create) arrange() fyne.CanvasObject {
	controls := container.NewVBox(
		heading(lang.X("prompt", "Prompt"), ""),
		c.prompt,
		heading(lang.X("negative", "Leave out"), lang.X("negative.term", "negative prompt")),
		c.negative,
		heading(lang.X("composition", "Composition"), lang.X("composition.term", "Stage C · prior")),
		c.steps.CanvasObject, c.guidance.CanvasObject,
		heading(lang.X("detail", "Detail"), lang.X("detail.term", "Stage B · decoder")),
		c.decoderSteps.CanvasObject, c.decoderGuid.CanvasObject,
		container.NewBorder(nil, nil, fixedWidth(nameWidth, widget.NewLabel(lang.X("seed", "Seed"))), c.keepSeed, c.seed),
	)
	c.buttons = container.NewStack(c.generate, c.cancel)
	left := container.NewBorder(nil, padded(16, 12, c.buttons), nil, nil,
		container.NewVScroll(padded(16, 12, controls)))
	c.below = container.NewVBox(c.bar, c.status, c.notes)
	right := container.NewBorder(nil, padded(16, 8, c.below), nil, nil, padded(24, 16, c.picture.Container))
	return container.NewBorder(nil, nil, panel(332, left), nil, right)
}

// Generate asks for the picture that the controls describe.
func (c *Create) Generate() {
	r := c.recipe()
	if !c.maker.Start(r) {
		return
	}
	c.seed.SetText(strconv.FormatUint(r.Seed, 10))
	c.picture.wait()
	c.bar.set(0, 0)
	c.cancel.Enable()
	c.status.SetText(lang.X("status.opening", "Opening the model"))
	c.tell(nil)
	c.busy(true)
}

// busy shows what belongs to a picture being made, or to none.
func (c *Create) busy(yes bool) {
	for o, show := range map[fyne.CanvasObject]bool{c.bar: yes, c.cancel: yes, c.generate: !yes} {
		if show {
			o.Show()
		} else {
			o.Hide()
		}
	}
	c.buttons.Refresh()
	c.below.Refresh()
}

// tell shows what the artist should know about a picture.
func (c *Create) tell(notes []string) {
	c.notes.SetText(strings.Join(notes, "\n"))
	if len(notes) == 0 {
		c.notes.Hide()
	} else {
		c.notes.Show()
	}
}

// Cancel stops the running picture. The screen says so at once.
func (c *Create) Cancel() {
	if !c.cancel.Visible() {
		return
	}
	c.cancel.Disable()
	c.status.SetText(lang.X("status.stopping", "Stopping"))
	c.maker.Cancel()
}

func (c *Create) recipe() app.Recipe {
	r := c.model
	r.Prompt, r.Negative = c.prompt.Text, c.negative.Text
	r.Steps, r.Guidance = int(c.steps.value), c.guidance.value
	r.DecoderSteps, r.DecoderGuidance = int(c.decoderSteps.value), c.decoderGuid.value
	seed, err := strconv.ParseUint(c.seed.Text, 10, 64)
	if err != nil || !c.keepSeed.Checked {
		seed = uint64(rand.Uint32())
	}
	r.Seed, r.DecoderSeed = seed, seed
	return r
}

func (c *Create) show(p app.Progress) {
	switch p.State {
	case app.Running:
		if p.Preview != nil {
			c.picture.preview(p.Preview)
		}
		c.running(p)
		return
	case app.Done:
		c.picture.finished(p.Image)
		c.status.SetText(saved(p))
		c.tell(p.Notes)
	case app.Cancelled:
		c.picture.revert()
		c.status.SetText(lang.X("status.cancelled", "Cancelled. Nothing was lost."))
	case app.Failed:
		m := app.Explain(p.Err)
		c.picture.failed(lang.X("error."+m.Title, m.Title), lang.X("error."+m.Help, m.Help), p.Err.Error())
		c.status.SetText("")
	}
	c.busy(false)
}

func (c *Create) running(p app.Progress) {
	parts := map[inference.Stage]int{inference.StageText: 0, inference.StageC: 0, inference.StageB: 1, inference.StageA: 2}
	share := float32(0)
	if p.Total > 0 && p.Stage != inference.StageText {
		share = float32(p.N) / float32(p.Total)
	}
	c.bar.set(parts[p.Stage], share)
	if !c.cancel.Disabled() {
		c.status.SetText(doing(p))
	}
}

// doing is the sentence under the bar while a picture forms.
func doing(p app.Progress) string {
	if p.Stage == "" {
		return lang.X("status.opening", "Opening the model")
	}
	names := map[inference.Stage]string{
		inference.StageText: lang.X("stage.text", "Reading the prompt"),
		inference.StageC:    lang.X("stage.prior", "Composition"),
		inference.StageB:    lang.X("stage.decoder", "Detail"),
		inference.StageA:    lang.X("stage.picture", "Picture"),
	}
	s := names[p.Stage]
	if p.Total > 1 {
		s += ", " + lang.X("status.step", "step {{.N}} of {{.Total}}", map[string]any{"N": p.N, "Total": p.Total})
	}
	if p.Left >= time.Second {
		s += " · " + lang.X("status.left", "{{.Time}} left", map[string]any{"Time": p.Left.Round(time.Second).String()})
	}
	return s
}

func saved(p app.Progress) string {
	if p.Err != nil {
		m := app.Explain(p.Err)
		return fmt.Sprintf("%s %s", lang.X("error."+m.Title, m.Title), p.Err)
	}
	return lang.X("status.saved", "Saved as {{.File}} in {{.Folder}} · {{.Time}}", map[string]any{
		"File": filepath.Base(p.File), "Folder": filepath.Dir(p.File), "Time": p.Took.Round(100 * time.Millisecond).String(),
	})
}

// Menu holds every action with its shortcut: on menu items, since a shortcut
// of the canvas is swallowed while a text field has the focus.
func (c *Create) Menu() *fyne.MainMenu {
	generate := fyne.NewMenuItem(lang.X("generate", "Generate"), c.Generate)
	generate.Shortcut = &desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierShortcutDefault}
	cancel := fyne.NewMenuItem(lang.X("cancel", "Cancel"), c.Cancel)
	cancel.Shortcut = &desktop.CustomShortcut{KeyName: fyne.KeyPeriod, Modifier: fyne.KeyModifierShortcutDefault}
	return fyne.NewMainMenu(fyne.NewMenu(lang.X("menu.picture", "Picture"), generate, cancel))
}
