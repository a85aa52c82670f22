package create

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/inference"
	"cascata/ui/async"
	"cascata/ui/widgets"
)

// FormParams are what a Form works with. All are required.
type FormParams struct {
	Settings *app.SettingsFile
	Sketch   recipe.Sketch // to begin with
	Model    app.ModelInfo
	Prompts  Prompts
	Jobs     *Jobs
	Count    func(r recipe.Recipe, prompt string) (app.TokenCount, error) // tokens, as app.Engine does; not called on the window's goroutine
	Forecast func(r recipe.Recipe) (app.Forecast, bool)                   // of memory; likewise
	Run      async.Runner
	Later    async.Later
	Canvas   fyne.Canvas
	Toasts   *widgets.Toasts
	Fail     func(err error)
	Inputs   InputsParams
	OnChange func(recipe.Sketch) // the controls hold this now, and the settings too
}

// A Form is the controls with what is kept of them in the settings, and what is
// asked of the studio with them. It belongs to the window's goroutine.
type Form struct {
	*Controls

	p       FormParams
	tokens  *tokens
	memory  *forecaster
	earlier promptHistory
}

// NewForm shows what the settings hold.
func NewForm(p FormParams) *Form {
	s := p.Settings.Get()
	f := &Form{p: p}
	f.Controls = newControls(controlsParams{Sketch: p.Sketch, Model: p.Model, Styles: stylesOf(s), Named: s.Named, Open: s.Window.Open,
		Inputs: inputsParams{InputsParams: p.Inputs, run: p.Run, canvas: p.Canvas, toasts: p.Toasts, draft: func() (int64, bool) { return f.askMood() }}})
	f.tokens = newTokens(tokensParams{Run: p.Run, Later: p.Later, Styles: f.Styles, Count: p.Count, Show: f.setCounts})
	f.memory = newForecaster(p, f.showTimes)
	f.OnChange, f.onFold, f.onHistory, f.onEditStyles = f.keep, f.fold, f.OpenHistory, f.EditStyles
	f.setHeights(s.Window.PromptHeight, s.Window.NegativeHeight)
	f.OnHeight = func(prompt, negative float32) {
		p.Settings.Change(func(s *app.Settings) { s.Window.PromptHeight, s.Window.NegativeHeight = prompt, negative })
	}
	f.onOlder, f.onNewer = func() { f.step(1) }, func() { f.step(-1) }
	f.onSaveNamed, f.onDeleteNamed = f.saveNamed, f.deleteNamed
	return f
}

// Set changes the controls as if the artist had.
func (f *Form) Set(s recipe.Sketch) {
	f.SetSketch(s)
	f.keep(s)
}

// SetUndoable changes the controls, says so and offers to take it back.
func (f *Form) SetUndoable(s recipe.Sketch, text string) {
	before := f.Sketch()
	f.Set(s)
	f.p.Toasts.Say(text, lang.X("undo", "Undo"), func() { f.Set(before) })
}

// keep keeps what the artist changed and says what follows from it.
func (f *Form) keep(s recipe.Sketch) {
	f.p.Settings.Change(func(st *app.Settings) { st.Sketch = s })
	f.p.OnChange(s)
	f.RefreshTimes()
	f.tokens.countSoon(s)
}

// Use puts a recipe into the controls and offers to take it back.
func (f *Form) Use(r recipe.Recipe) {
	s := f.Sketch()
	s.Use(r)
	f.SetUndoable(s, lang.X("used", "The settings of that picture are in the controls."))
}

// UseSeed puts a seed into the controls.
func (f *Form) UseSeed(seed uint64) {
	s := f.Sketch()
	s.KeepSeed(seed)
	f.Set(s)
}

// Vary puts a picture into the controls as the only thing to resemble, with a
// prompt where there is one, and offers to take it back.
func (f *Form) Vary(in inference.Input, prompt string) {
	s := f.Sketch()
	s.Vary(in, prompt)
	f.SetUndoable(s, lang.X("varied", "The controls are set for pictures like that one."))
	f.showPictures()
}

// Refer puts a picture into the controls as one more to resemble.
func (f *Form) Refer(in ...inference.Input) {
	s := f.Sketch()
	s.Refer(in...)
	f.SetUndoable(s, lang.X("referred", "The picture is a reference for the next ones."))
	f.showPictures()
}

// BeginFrom lets the next pictures begin from one of width by height pixels,
// and gives them its shape; 0: that is not known.
func (f *Form) BeginFrom(in inference.Input, width, height int) {
	s := f.Sketch()
	s.BeginFrom(in)
	s.FitPicture(nativeSize(f.Controls.model), recipe.Size{Width: width, Height: height})
	f.SetUndoable(s, lang.X("begun", "The next pictures begin from that one."))
	f.showPictures()
}

// Enlarged is the recipe of a picture of width by height pixels at twice its
// size, with the model and the detail settings of the controls.
func (f *Form) Enlarged(in inference.Input, prompt string, width, height int) recipe.Recipe {
	return f.Sketch().Enlarged(in, prompt, recipe.Size{Width: width, Height: height})
}

// EnlargeFrom lets the next picture be one at twice its size.
func (f *Form) EnlargeFrom(in inference.Input) {
	s := f.Sketch()
	s.Begin(nil, &in, nil, true)
	f.SetUndoable(s, lang.X("enlarge.next", "The next picture is that one, twice as large."))
	f.showPictures()
}

// Repaint lets the artist paint over a picture of width by height pixels what is
// to change of it.
func (f *Form) Repaint(in inference.Input, width, height int) {
	f.BeginFrom(in, width, height)
	f.inputs.initImage.paint()
}

// Extend asks at which sides a picture of width by height pixels is to go on.
func (f *Form) Extend(in inference.Input, width, height int) {
	f.BeginFrom(in, width, height)
	f.inputs.initImage.extend()
}

// Outline holds the next pictures to the outlines of one.
func (f *Form) Outline(in inference.Input) {
	s := f.Sketch()
	s.HoldTo(in)
	f.SetUndoable(s, lang.X("outlined", "The next pictures are held to the outlines of that one."))
	f.showPictures()
}

// usePrompt puts an earlier prompt into the controls.
func (f *Form) usePrompt(p studio.PastPrompt) {
	s := f.Sketch()
	s.SetPrompts(p.Prompt, p.Negative)
	f.Set(s)
}

// step goes by prompts into the past, or back.
func (f *Form) step(by int) {
	prompt, negative := f.Sketch().Prompts()
	p, err := f.earlier.step(by, studio.PastPrompt{Prompt: prompt, Negative: negative}, f.p.Prompts)
	if err != nil {
		f.p.Fail(err)
		return
	}
	f.usePrompt(p)
}

// CountTokens counts the tokens of all prompts now.
func (f *Form) CountTokens() { f.tokens.Count(f.Sketch()) }

// setCounts says how much of each prompt the model reads.
func (f *Form) setCounts(prompt, negative app.TokenCount, mixed []app.TokenCount) {
	f.SetCounts(prompt, negative)
	f.inputs.mood.setCounts(mixed)
}

// RefreshTimes says on the buttons how long they take and whether that fits into
// memory, which is planned again. Before there is a studio it says nothing.
func (f *Form) RefreshTimes() {
	if f.p.Jobs.Studio != nil {
		f.memory.soon(f.Sketch().Recipe)
		f.showTimes()
	}
}

// showTimes says what is known of times and memory.
func (f *Form) showTimes() {
	s := f.Sketch()
	draft := s.Recipe
	draft.Draft = true
	take := func(r recipe.Recipe) time.Duration {
		return f.p.Jobs.Studio.Estimate(slices.Repeat([]studio.Job{{Recipe: r}}, s.Pictures(r.Draft))...)
	}
	f.setTimes(take(s.Recipe), take(draft), f.memory.known)
}

// fold keeps which sections are open.
func (f *Form) fold(section string, open bool) {
	f.p.Settings.Change(func(s *app.Settings) {
		all := map[string]bool{section: open}
		for k, v := range s.Window.Open {
			if k != section {
				all[k] = v
			}
		}
		s.Window.Open = all
	})
}

// styles are those of the settings.
func (f *Form) Styles() []recipe.Style { return stylesOf(f.p.Settings.Get()) }

func stylesOf(s app.Settings) []recipe.Style {
	if s.Styles == nil {
		return recipe.DefaultStyles()
	}
	return s.Styles
}

func (f *Form) saveNamed(name string) {
	sketch := f.Sketch()
	sketch.SetPrompts("", "")
	f.changeNamed(func(named []recipe.Named) []recipe.Named {
		return append(without(named, name), recipe.Named{Name: name, Sketch: sketch})
	})
}

func (f *Form) deleteNamed(name string) {
	before := f.p.Settings.Get().Named
	f.changeNamed(func(named []recipe.Named) []recipe.Named { return without(named, name) })
	f.p.Toasts.Say(lang.X("named.deleted", "The settings {{.Name}} were deleted.", map[string]any{"Name": name}), lang.X("undo", "Undo"), func() {
		f.changeNamed(func([]recipe.Named) []recipe.Named { return before })
	})
}

func without(named []recipe.Named, name string) []recipe.Named {
	return slices.DeleteFunc(slices.Clone(named), func(n recipe.Named) bool { return n.Name == name })
}

func (f *Form) changeNamed(change func([]recipe.Named) []recipe.Named) {
	f.p.Settings.Change(func(s *app.Settings) { s.Named = change(s.Named) })
	f.relist()
}

func (f *Form) relist() { f.setLists(f.Styles(), f.p.Settings.Get().Named) }

// OpenHistory opens the dialog of earlier prompts.
func (f *Form) OpenHistory() {
	h := newHistoryView(f.p.Run, f.p.Jobs.Studio.Thumb, f.p.Prompts.Prompts)
	d := widgets.NewDialog(lang.X("history.title", "Earlier prompts"), h.Content, widgets.Action{Text: lang.X("close", "Close")})
	h.OnUse = func(p studio.PastPrompt) {
		d.Close()
		f.usePrompt(p)
		f.FocusPrompt()
	}
	h.Load()
	d.SetWidth(520).SetFirst(h.Field()).Show(f.p.Canvas)
}

// EditStyles opens the dialog of styles.
func (f *Form) EditStyles() {
	e := newStyles(f.Styles())
	e.OnChange = func(list []recipe.Style) {
		f.p.Settings.Change(func(s *app.Settings) { s.Styles = list })
		f.relist()
	}
	widgets.NewDialog(lang.X("styles.title", "Styles"), e.Content, widgets.Action{Text: lang.X("close", "Close"), Main: true}).
		SetFirst(e.Field()).Show(f.p.Canvas)
}
