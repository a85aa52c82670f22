package ui

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/inference"
	"cascata/ui/create"
	"cascata/ui/dialogs"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// setModel shows what model is used from now on.
func (w *Window) setModel(info app.ModelInfo) {
	w.model = info
	w.controls.SetModel(info)
	w.showChip()
	w.refreshTimes()
}

// showChip says what pictures are made with.
func (w *Window) showChip() {
	s := w.controls.Sketch()
	device, precision := w.p.Engine.Using()
	if device == "" {
		device, precision = s.Device, s.Precision
	}
	dot := look.ColorGood
	if len(w.model.Parts) == 0 { // it could not be opened
		dot = look.ColorBad
	}
	w.chip.Set(dialogs.ChipText(w.model, device, precision), dot)
	w.chip.SetTip(format.SetupText(w.p.Engine.SetupNotes()))
	w.bar.Layout.Layout(w.bar.Objects, w.bar.Size()) // another width
}

// picker asks for files.
func (w *Window) picker() filePicker {
	return filePicker{Window: w.win, Run: w.p.Run, Choose: w.p.Desktop.Choose}
}

func (w *Window) openModels() { w.tryModel(nil) }

// tryModel opens the dialog for model and device, looking at paths first.
func (w *Window) tryModel(paths []string) {
	s, settings := w.controls.Sketch(), w.p.Settings.Get()
	dialogs.NewModelDialog(dialogs.ModelParams{
		Run: w.p.Run, Look: w.p.Models.Look,
		Devices: func() ([]inference.DeviceInfo, error) { return w.p.Engine.Devices(context.Background()) },
		Folder:  w.picker().Folder, Files: w.picker().Files,
		Model: s.Model, Device: s.Device, Precision: s.Precision, Past: settings.Models, Try: strings.Join(paths, ","), Notes: w.p.Engine.SetupNotes(),
		OnUse: w.useModel,
	}).Show(w.win.Canvas())
}

// useModel makes pictures with another model from now on, with the settings
// that its makers recommend.
func (w *Window) useModel(model, device, precision string) {
	s := w.controls.Sketch()
	changed := s.Model != model
	info := w.model
	var err error
	w.p.Run(func() {
		if changed {
			info, err = w.p.Models.Look(model)
		}
	}, func() {
		if err != nil {
			w.fail(err)
			return
		}
		if changed {
			s = w.controls.Sketch().Recommended(info.Start)
			w.p.Settings.Change(func(st *app.Settings) {
				past := slices.DeleteFunc(slices.Clone(st.Models), func(n string) bool { return n == model })
				st.Models = append([]string{model}, past...)
				if len(st.Models) > modelsKept {
					st.Models = st.Models[:modelsKept]
				}
			})
		}
		s.Model, s.Device, s.Precision = model, device, precision
		w.setModel(info)
		w.setSketch(s)
		w.showChip()
	})
}

const modelsKept = 20 // that were opened before

// useRecommended puts the model's settings into the controls and offers to
// take it back.
func (w *Window) useRecommended() {
	before := w.controls.Sketch()
	w.setSketch(before.Recommended(w.model.Start))
	w.toasts.Say(lang.X("recommended", "The settings that this model's makers recommend are in the controls."), lang.X("undo", "Undo"), func() { w.setSketch(before) })
}

func (w *Window) welcome() {
	w.p.Settings.Change(func(s *app.Settings) { s.Welcomed = true })
	dialogs.ShowWelcome(w.win.Canvas(), dialogs.WelcomeParams{
		OnStart: w.focusPrompt,
		OnFiles: w.openModels,
		OnVisit: func(address string) {
			u, err := url.Parse(address)
			if err == nil {
				err = w.p.App.OpenURL(u)
			}
			if err != nil {
				w.toasts.Say(address, lang.X("copy.address", "Copy address"), func() { w.copyText(address) })
			}
		},
	})
}

func (w *Window) openShortcuts() {
	if !widgets.Modal(w.win.Canvas()) {
		dialogs.ShowShortcuts(w.win.Canvas(), w.menus)
	}
}

func (w *Window) openPreferences() {
	w.prefs = dialogs.ShowPreferences(w.win.Canvas(), dialogs.PreferencesParams{
		Settings: w.p.Settings.Get(), Pictures: w.p.Pictures(), Folder: w.picker().Folder,
		OnChange: w.prefer,
		OnOpen:   func(string) { w.openFolder() },
	})
}

// prefer keeps a preference and does what it asks for.
func (w *Window) prefer(change func(*app.Settings)) {
	before := w.p.Settings.Get()
	w.p.Settings.Change(change)
	s := w.p.Settings.Get()
	if s.Theme != before.Theme {
		w.p.App.Settings().SetTheme(themeOf(s))
	}
	if s.Scale != before.Scale {
		w.rescale(s)
	}
	if s.Language != before.Language {
		w.speak(s.Language)
	}
	look.SetReducedMotion(s.ReducedMotion)
	if s.Pictures != before.Pictures {
		w.countPictures()
	}
}

func (w *Window) openFolder() {
	dir := w.p.Pictures()
	var err error
	w.p.Run(func() {
		err = w.p.Desktop.OpenFolder(dir)
	}, func() {
		if err != nil {
			w.toasts.Say(lang.X("folder.failed", "The folder could not be opened. It is {{.Folder}}.", map[string]any{"Folder": dir}), lang.X("copy.path", "Copy path"), func() { w.copyText(dir) })
		}
	})
}

func (w *Window) openHistory() {
	h := create.NewHistory(w.p.Run, w.studio.Thumb, w.p.Prompts.Prompts)
	d := widgets.NewDialog(lang.X("history.title", "Earlier prompts"), h.Content, widgets.Action{Text: lang.X("close", "Close")})
	h.OnUse = func(p studio.PastPrompt) {
		d.Close()
		w.usePast(p)
	}
	h.Load()
	d.SetWidth(520).SetFirst(h.Field()).Show(w.win.Canvas())
}

func (w *Window) editStyles() {
	e := create.NewStyles(styles(w.p.Settings.Get()))
	e.OnChange = func(list []recipe.Style) {
		w.p.Settings.Change(func(s *app.Settings) { s.Styles = list })
		w.relist()
	}
	widgets.NewDialog(lang.X("styles.title", "Styles"), e.Content, widgets.Action{Text: lang.X("close", "Close"), Main: true}).
		SetFirst(e.Field()).Show(w.win.Canvas())
}

func (w *Window) focusPrompt() {
	w.panes.Reveal(w.panes.Left)
	w.controls.FocusPrompt()
}

func (w *Window) focusNegative() {
	w.panes.Reveal(w.panes.Left)
	w.controls.FocusNegative()
}

func (w *Window) redevelopShown() {
	if j := w.stage.Shown(); j.State == studio.Done {
		w.redevelop(j.ID)
	}
}

// countPictures says how many pictures the folder holds.
func (w *Window) countPictures() {
	dir, n := w.p.Pictures(), 0
	w.p.Run(func() {
		files, _ := os.ReadDir(dir) // what cannot be read is not counted
		for _, f := range files {
			if strings.EqualFold(filepath.Ext(f.Name()), ".png") {
				n++
			}
		}
	}, func() {
		w.pictures = n
		w.status.SetPictures(n)
	})
}

// memoryEvery is how often the status bar says how much memory is in use.
const memoryEvery = 3 * time.Second

func (w *Window) watchMemory() {
	w.status.SetMemory(app.Memory())
	time.AfterFunc(memoryEvery, func() { w.p.Do(w.watchMemory) })
}
