package dialogs

import (
	"math"
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/ui/format"
	"cascata/ui/widgets"
)

// PreferencesParams are what the preferences need.
type PreferencesParams struct {
	Settings app.Settings
	Pictures string                                     // the folder in use
	Folder   func(title string, then func(path string)) // asks for a folder

	OnChange func(func(*app.Settings)) // at every change; nothing waits for the dialog to close
	OnOpen   func(folder string)
}

// Preferences are how the program looks and behaves, not what it makes.
type Preferences struct {
	p      PreferencesParams
	Dialog *widgets.Dialog

	theme, Language, scale, idle           *widgets.Choice
	motion, previews, spare, sound, notice *widgets.Check
	folder, example                        *widgets.Text
	names                                  *widgets.Entry
}

// What a choice is called in the settings, in the order of its pills.
var themeCodes = []string{"", "dark", "light"}

func languageCodes() []string {
	codes := []string{""}
	for _, l := range format.Languages {
		codes = append(codes, l.Code)
	}
	return codes
}

// ShowPreferences opens the dialog over a window.
func ShowPreferences(c fyne.Canvas, p PreferencesParams) *Preferences {
	f := &Preferences{p: p}
	f.makeLook()
	f.makeTelling()
	f.makeIdle()
	where := container.NewBorder(nil, nil, nil, widgets.Row(8,
		widgets.NewButton(lang.X("prefs.choose", "Choose…"), f.chooseFolder),
		widgets.NewButton(lang.X("prefs.open", "Open"), func() {
			if p.OnOpen != nil {
				p.OnOpen(f.p.Pictures)
			}
		})), f.folder)
	content := widgets.Column(6,
		widgets.Gap(0, 2),
		widgets.Heading(lang.X("prefs.look", "Look"), ""),
		widgets.Named(lang.X("prefs.theme", "Colours"), f.theme),
		widgets.Named(lang.X("prefs.language", "Language"), f.Language),
		widgets.Named(lang.X("prefs.scale", "Size, %"), f.scale),
		widgets.Gap(0, 6),
		widgets.Heading(lang.X("prefs.work", "While pictures are made"), ""),
		widgets.Column(0, f.previews, f.motion, f.spare),
		widgets.NewSmall(lang.X("prefs.idle", "Free the model's memory when nothing was made for")), f.idle,
		widgets.Gap(0, 6),
		widgets.Heading(lang.X("prefs.done", "When they are done and the window is not in front"), ""),
		widgets.Column(0, f.sound, f.notice),
		widgets.Gap(0, 6),
		widgets.Heading(lang.X("prefs.folder", "Pictures are saved in"), ""),
		where,
		widgets.Named(lang.X("prefs.names", "File names"), f.names), f.example, widgets.Gap(0, 4),
	)
	f.Dialog = widgets.NewDialog(lang.X("prefs.title", "Preferences"), content, widgets.Action{Text: lang.X("close", "Close"), Main: true})
	f.Dialog.SetWidth(560).Show(c)
	return f
}

func (f *Preferences) change(do func(*app.Settings)) {
	if f.p.OnChange != nil {
		f.p.OnChange(do)
	}
}

func (f *Preferences) makeLook() {
	s := f.p.Settings
	f.theme = widgets.NewChoice(func(i int) { f.change(func(s *app.Settings) { s.Theme = themeCodes[i] }) },
		lang.X("prefs.system", "As the system"), lang.X("prefs.dark", "Dark"), lang.X("prefs.light", "Light"))
	f.theme.Choose(slices.Index(themeCodes, s.Theme))
	names := []string{lang.X("prefs.system", "As the system")}
	for _, l := range format.Languages {
		names = append(names, l.Name)
	}
	f.Language = widgets.NewChoice(func(i int) { f.change(func(s *app.Settings) { s.Language = languageCodes()[i] }) }, names...)
	f.Language.Choose(slices.Index(languageCodes(), s.Language))
	var percents []string
	for _, p := range scalePercents {
		percents = append(percents, strconv.Itoa(p))
	}
	f.scale = widgets.NewChoice(func(i int) { f.change(func(s *app.Settings) { s.Scale = float64(scalePercents[i]) / 100 }) }, percents...)
	at := 100
	if s.Scale > 0 {
		at = int(math.Round(s.Scale * 100))
	}
	f.scale.Choose(slices.Index(scalePercents, at))
}

// scalePercents are the sizes offered. The toolkit knows tenths.
var scalePercents = []int{80, 90, 100, 110, 120, 130, 150, 170, 200, 250}

func (f *Preferences) makeTelling() {
	s := f.p.Settings
	check := func(text string, on bool, set func(s *app.Settings, on bool)) *widgets.Check {
		c := widgets.NewCheck(text, nil)
		c.SetTicked(on)
		c.OnChanged = func(on bool) { f.change(func(s *app.Settings) { set(s, on) }) }
		return c
	}
	f.previews = check(lang.X("prefs.previews", "Show them as they form"), !s.NoPreviews, func(s *app.Settings, on bool) { s.NoPreviews = !on })
	f.spare = check(lang.X("prefs.spare", "Leave one processor core to other programs (from the next start)"), s.SpareCore, func(s *app.Settings, on bool) { s.SpareCore = on })
	f.motion = check(lang.X("prefs.motion", "Less motion"), s.ReducedMotion, func(s *app.Settings, on bool) { s.ReducedMotion = on })
	f.sound = check(lang.X("prefs.sound", "Play a short sound"), !s.NoSound, func(s *app.Settings, on bool) { s.NoSound = !on })
	f.notice = check(lang.X("prefs.notice", "Show a notification"), !s.NoNotice, func(s *app.Settings, on bool) { s.NoNotice = !on })
	f.folder = widgets.NewText(f.p.Pictures).Shrink()
	f.names, f.example = widgets.NewEntry(recipe.DefaultNames), widgets.NewDim("").Shrink()
	f.names.SetText(s.Names)
	f.names.OnChanged = func(template string) {
		f.change(func(s *app.Settings) { s.Names = template })
		f.showName(template)
	}
	f.showName(s.Names)
}

// idleMinutes are the choices in the settings, in the order of their pills.
var idleMinutes = []int{-1, 5, 15, 60}

func (f *Preferences) makeIdle() {
	f.idle = widgets.NewChoice(func(i int) { f.change(func(s *app.Settings) { s.IdleMinutes = idleMinutes[i] }) },
		lang.X("prefs.never", "Never"), "5 min", "15 min", "60 min")
	at := -1
	if d := f.p.Settings.Idle(); d > 0 {
		at = int(d / time.Minute)
	}
	f.idle.Choose(slices.Index(idleMinutes, at))
}

// showName says what a template makes of a picture.
func (f *Preferences) showName(template string) {
	r := f.p.Settings.Sketch.Recipe
	widgets.Tip(f.names, lang.X("prefs.names.tip", "{date} {time} {seed} {prompt} {model} {steps} {size} are filled in."))
	f.example.SetText(lang.X("prefs.names.example", "for example {{.Name}}", map[string]any{"Name": recipe.FileName(template, r, time.Now()) + ".png"}))
}

func (f *Preferences) chooseFolder() {
	f.p.Folder(lang.X("prefs.folder.title", "A folder for pictures"), func(path string) {
		f.p.Pictures = path
		f.folder.SetText(path)
		f.change(func(s *app.Settings) { s.Pictures = path })
	})
}
