package ui

import (
	"slices"
	"time"

	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/create"
)

// useRecipe puts a recipe into the controls and offers to take it back.
func (w *Window) useRecipe(r recipe.Recipe) {
	before := w.controls.Sketch()
	s := before
	s.Recipe = r
	s.Draft, s.Style = false, ""
	s.Model, s.Device, s.Precision = before.Model, before.Device, before.Precision
	s.SeedMode, s.OwnDecoderSeed = recipe.SeedKeep, r.DecoderSeed != r.Seed
	w.setSketch(s)
	w.toasts.Say(lang.X("used", "The settings of that picture are in the controls."), lang.X("undo", "Undo"), func() { w.setSketch(before) })
}

func (w *Window) useSeed(seed uint64) {
	s := w.controls.Sketch()
	s.Seed, s.SeedMode = seed, recipe.SeedKeep
	w.setSketch(s)
}

// setSketch changes the controls as if the artist had.
func (w *Window) setSketch(s recipe.Sketch) {
	w.controls.SetSketch(s)
	w.sketched(s)
}

// sketched keeps what the artist changed and says what follows from it.
func (w *Window) sketched(s recipe.Sketch) {
	w.p.Settings.Change(func(st *app.Settings) { st.Sketch = s })
	w.details.SetSketch(s)
	w.p.Trace("sketch", "prompt", s.Prompt, "steps", s.Steps)
	w.refreshTimes()
	w.tokens.CountSoon(s)
}

// refreshTimes says on the buttons how long they take.
func (w *Window) refreshTimes() {
	if w.studio == nil {
		return
	}
	s := w.controls.Sketch()
	draft := s.Recipe
	draft.Draft = true
	w.controls.SetTimes(w.studio.Estimate(s.Recipe, false)*time.Duration(max(s.Count, 1)), w.studio.Estimate(draft, false)*time.Duration(create.Drafts(s)))
}

func (w *Window) folded(section string, open bool) {
	w.p.Settings.Change(func(s *app.Settings) {
		all := map[string]bool{section: open}
		for k, v := range s.Window.Open {
			if k != section {
				all[k] = v
			}
		}
		s.Window.Open = all
	})
}

func (w *Window) saveNamed(name string) {
	sketch := w.controls.Sketch()
	sketch.Prompt, sketch.Negative = "", ""
	w.changeNamed(func(named []recipe.Named) []recipe.Named {
		return append(without(named, name), recipe.Named{Name: name, Sketch: sketch})
	})
}

func (w *Window) deleteNamed(name string) {
	before := w.p.Settings.Get().Named
	w.changeNamed(func(named []recipe.Named) []recipe.Named { return without(named, name) })
	w.toasts.Say(lang.X("named.deleted", "The settings {{.Name}} were deleted.", map[string]any{"Name": name}), lang.X("undo", "Undo"), func() {
		w.changeNamed(func([]recipe.Named) []recipe.Named { return before })
	})
}

func without(named []recipe.Named, name string) []recipe.Named {
	return slices.DeleteFunc(slices.Clone(named), func(n recipe.Named) bool { return n.Name == name })
}

func (w *Window) changeNamed(f func([]recipe.Named) []recipe.Named) {
	w.p.Settings.Change(func(s *app.Settings) { s.Named = f(s.Named) })
	w.relist()
}

func (w *Window) relist() {
	s := w.p.Settings.Get()
	w.controls.SetLists(styles(s), s.Named)
}

// pastPrompts are where Alt+Up and Alt+Down stand in the history.
type pastPrompts struct {
	at     int // 0: the prompt being written
	now    studio.PastPrompt
	prompt []studio.PastPrompt
}

// step goes by prompts into the past, or back.
func (w *Window) step(by int) {
	s := w.controls.Sketch()
	h := &w.past
	if h.at == 0 {
		h.now = studio.PastPrompt{Prompt: s.Prompt, Negative: s.Negative}
		past, err := w.p.Prompts.Prompts("", 200)
		if err != nil {
			w.fail(err)
			return
		}
		h.prompt = slices.DeleteFunc(past, func(p studio.PastPrompt) bool { return p.Prompt == s.Prompt && p.Negative == s.Negative })
	}
	h.at = min(max(h.at+by, 0), len(h.prompt))
	p := h.now
	if h.at > 0 {
		p = h.prompt[h.at-1]
	}
	s.Prompt, s.Negative = p.Prompt, p.Negative
	w.setSketch(s)
}

func (w *Window) usePast(p studio.PastPrompt) {
	s := w.controls.Sketch()
	s.Prompt, s.Negative = p.Prompt, p.Negative
	w.setSketch(s)
	w.controls.FocusPrompt()
}
