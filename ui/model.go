package ui

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/cuda"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/ui/async"
	"cascata/ui/create"
	"cascata/ui/dialogs"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// Models says what a model is. app.Models is one.
type Models interface {
	Look(name string) (app.ModelInfo, error)
}

// CUDA brings the parts for NVIDIA cards. *cuda.Background is one.
type CUDA interface {
	dialogs.CUDA
	Watch(onChange func(cuda.Status)) // onChange is called from any goroutine
}

// A modelChoice is what pictures are made with: the chip says it, and its
// dialog changes it.
type modelChoice struct {
	info app.ModelInfo // of the model in use
	chip *widgets.Chip
	bar  *fyne.Container // which the chip is in

	models   Models
	engine   Engine
	settings *app.SettingsFile
	run      async.Runner
	canvas   fyne.Canvas
	host     *host
	form     *create.Form
	cuda     CUDA
	dialog   *dialogs.ModelDialog // as last opened
}

// modelOf is what is known of the model of a sketch. A sketch of none is for the
// built-in one, as its makers recommend.
func modelOf(models Models, s recipe.Sketch) (recipe.Sketch, app.ModelInfo) {
	model, _, _ := s.MadeWith()
	info, _ := models.Look(model) // what is wrong is said when it is used
	return s.OrStart(info.Start), info
}

// name is the model in use, as Models.Open takes it.
func (m *modelChoice) name() string {
	model, _, _ := m.form.Sketch().MadeWith()
	return model
}

// useModel is use with the device and the precision in use.
func (m *modelChoice) useModel(name string) {
	_, device, precision := m.form.Sketch().MadeWith()
	m.use(name, device, precision)
}

// set makes pictures with a model from now on.
func (m *modelChoice) set(info app.ModelInfo) {
	m.info = info
	m.form.SetModel(info)
	m.refresh()
	m.form.RefreshTimes()
}

// refresh says on the chip what pictures are made with.
func (m *modelChoice) refresh() {
	device, precision := m.engine.Using()
	if device == "" {
		_, device, precision = m.form.Sketch().MadeWith()
	}
	dot := look.ColorGood
	if len(m.info.Parts) == 0 { // it could not be opened
		dot = look.ColorBad
	}
	m.chip.Set(dialogs.ChipText(m.info, device, precision), dot)
	m.chip.SetTip(format.SetupText(m.engine.SetupNotes()))
	m.bar.Layout.Layout(m.bar.Objects, m.bar.Size()) // another width
}

// ask opens the dialog for model and device, looking at paths first.
func (m *modelChoice) ask(paths ...string) {
	settings := m.settings.Get()
	model, device, precision := m.form.Sketch().MadeWith()
	m.dialog = dialogs.NewModelDialog(dialogs.ModelParams{
		Run: m.run, Look: m.models.Look,
		Devices: func() ([]inference.DeviceInfo, error) { return m.engine.Devices(context.Background()) },
		Folder:  m.host.picker().Folder, Files: m.host.picker().Files,
		Model: model, Device: device, Precision: precision, Past: settings.Models, Try: strings.Join(paths, ","), Notes: m.engine.SetupNotes(),
		Visit: m.host.visit, Fail: m.host.fail,
		OnUse: m.use,
		CUDA:  m.cuda,
	})
	m.dialog.Show(m.canvas)
}

// bringing takes how an installation of the parts for CUDA stands. How it ended is
// said also where the dialog is closed by then.
func (m *modelChoice) bringing(s cuda.Status) {
	shown := m.dialog != nil && m.dialog.Open()
	if m.dialog != nil {
		m.dialog.CUDAChanged(s)
	}
	switch {
	case s.State == cuda.Complete:
		m.host.toasts.Say(lang.X("cuda.finished", "The parts for CUDA are here. Cascata uses them from its next start."), "", nil)
	case s.State == cuda.Failed && !shown:
		m.host.fail(s.Err)
	}
}

// use makes pictures with another model from now on, with the settings that its
// makers recommend.
func (m *modelChoice) use(model, device, precision string) {
	changed := m.name() != model
	async.Go(m.run, func() (app.ModelInfo, error) {
		if !changed {
			return app.ModelInfo{}, nil
		}
		return m.models.Look(model)
	}, func(info app.ModelInfo, err error) {
		if err != nil {
			m.host.fail(err)
			return
		}
		s := m.form.Sketch()
		if changed {
			s = s.Recommended(info.Start)
			m.remember(model)
		} else {
			info = m.info
		}
		s.MakeWith(model, device, precision)
		m.set(info)
		m.form.Set(s)
		m.refresh()
	})
}

// downloaded takes up an extra that was fetched, where the model in use lacks it:
// it lies beside a model of the catalogue, else it is named beside the model.
func (m *modelChoice) downloaded(extra string) {
	was := m.info
	if !was.Accepts.Lacks(extra) {
		return
	}
	async.Go(m.run, func() (app.ModelInfo, error) {
		info, err := m.models.Look(was.Name)
		if err == nil && info.Accepts.Lacks(extra) {
			info, err = m.models.Look(was.Name + "," + extra)
		}
		return info, err
	}, func(info app.ModelInfo, err error) {
		if err != nil {
			m.host.fail(err)
			return
		}
		s := m.form.Sketch()
		if model, device, precision := s.MadeWith(); model == was.Name {
			m.engine.Changed()
			m.set(info)
			s.MakeWith(info.Name, device, precision)
			m.form.Set(s)
		}
	})
}

const modelsKept = 20 // that were opened before

// remember puts a model in front of those that were opened.
func (m *modelChoice) remember(model string) {
	m.settings.Change(func(st *app.Settings) {
		past := slices.DeleteFunc(slices.Clone(st.Models), func(n string) bool { return n == model })
		st.Models = append([]string{model}, past...)
		if len(st.Models) > modelsKept {
			st.Models = st.Models[:modelsKept]
		}
	})
}

// useRecommended puts the model's settings into the controls and offers to
// take it back.
func (m *modelChoice) useRecommended() {
	m.form.SetUndoable(m.form.Sketch().Recommended(m.info.Start), lang.X("recommended", "The settings that this model's makers recommend are in the controls."))
}

// free has the model's memory freed as soon as no picture is being made.
func (m *modelChoice) free() {
	async.Go(m.run, func() (bool, error) { return m.engine.Release(), nil }, func(was bool, _ error) {
		text := lang.X("freed", "The model's memory is free. The next picture loads the model again.")
		if !was {
			text = lang.X("freed.nothing", "No model is loaded.")
		}
		m.host.toasts.Say(text, "", nil)
	})
}
