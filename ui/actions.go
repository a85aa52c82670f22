package ui

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"cascata/app"
)

// draftsAtOnce is how many seeds a sheet of drafts tries when only one picture
// is asked for.
const draftsAtOnce = 6

// Generate asks for the pictures that the controls describe: behind the
// waiting ones, or before them.
func (w *Window) Generate(first bool) {
	if w.ask(w.controls.Sketch(), false, first) == nil {
		return
	}
	if w.sheetOpen() {
		w.hideSheet()
	}
	w.stage.Follow()
	w.goTo(placeCreate)
}

// Draft asks for compositions only, and shows them on a sheet.
func (w *Window) Draft() {
	s := w.controls.Sketch()
	s.Count = drafts(s)
	if jobs := w.ask(s, true, false); jobs != nil {
		w.goTo(placeCreate)
		w.openSheet(jobs[0].Group)
	}
}

// drafts is how many seeds Draft tries.
func drafts(s app.Sketch) int {
	if s.Count > 1 {
		return s.Count
	}
	return draftsAtOnce
}

// ask puts what a sketch describes into the queue.
func (w *Window) ask(s app.Sketch, draft, first bool) []app.Job {
	jobs, next := s.Jobs(styles(w.p.Settings.Get()), draft)
	added := w.add(jobs, first)
	if added == nil {
		return nil
	}
	next.Count = w.controls.Sketch().Count
	w.p.Settings.Change(func(st *app.Settings) { st.Sketch = next })
	w.controls.SetSketch(next)
	w.controls.SetLastSeed(jobs[0].Recipe.Seed)
	if err := w.p.Prompts.Remember(s.Prompt, s.Negative, added[0].Group); err != nil {
		w.fail(err)
	}
	w.past = pastPrompts{}
	return added
}

func (w *Window) add(jobs []app.Job, first bool) []app.Job {
	added, err := w.studio.Add(jobs, first)
	if err != nil {
		w.fail(err)
		return nil
	}
	w.p.Trace("added", "jobs", ids(added))
	return added
}

// Develop makes pictures of drafts, with the detail settings of the controls.
func (w *Window) Develop(drafts []app.Job) {
	if len(drafts) == 0 {
		return
	}
	s := w.controls.Sketch()
	jobs := make([]app.Job, 0, len(drafts))
	for _, d := range drafts {
		r := d.Recipe
		r.Draft = false
		r.DecoderSteps, r.DecoderGuidance, r.DecoderShift = s.DecoderSteps, s.DecoderGuidance, s.DecoderShift
		if s.OwnDecoderSeed {
			r.DecoderSeed = s.DecoderSeed
		}
		jobs = append(jobs, app.Job{Recipe: r, Source: d.File})
	}
	if w.add(jobs, false) != nil {
		w.closeSheet()
		w.stage.Follow()
	}
}

// redevelop makes the detail of a picture again: with the controls' settings,
// and with a new decoder seed where nothing else would change.
func (w *Window) redevelop(id int64) {
	if j, ok := w.job(id); ok && j.File != "" {
		w.develop(j.Recipe, j.File)
	}
}

// develop makes the detail of a composition again, of a recipe and a file.
func (w *Window) develop(r app.Recipe, file string) {
	s := w.controls.Sketch()
	same := !r.Draft && r.DecoderSteps == s.DecoderSteps && r.DecoderGuidance == s.DecoderGuidance && equal(r.DecoderShift, s.DecoderShift)
	r.Draft = false
	r.DecoderSteps, r.DecoderGuidance, r.DecoderShift = s.DecoderSteps, s.DecoderGuidance, s.DecoderShift
	switch {
	case s.OwnDecoderSeed && s.DecoderSeed != r.DecoderSeed:
		r.DecoderSeed = s.DecoderSeed
	case same:
		r.DecoderSeed = uint64(rand.Uint32())
	}
	if w.add([]app.Job{{Recipe: r, Source: file}}, false) != nil {
		w.stage.Follow()
	}
}

func equal(a, b *float64) bool { return a == b || a != nil && b != nil && *a == *b }

// KeepDraft ends the running pictures with their compositions.
func (w *Window) KeepDraft() { w.studio.KeepDraft(ids(w.queue.Running)...) }

// Skip ends the running picture and goes on with the next.
func (w *Window) Skip() {
	if len(w.queue.Running) > 0 {
		w.studio.Cancel(w.queue.Running[0].ID)
	}
}

// StopAfter lets the running picture finish and starts no other.
func (w *Window) StopAfter() {
	if len(w.queue.Waiting) > 0 {
		w.studio.Pause(true)
	}
}

// Stop ends what runs now. What waits goes on waiting.
func (w *Window) Stop() {
	if len(w.queue.Running) == 0 {
		return
	}
	if len(w.queue.Waiting) == 0 {
		w.studio.Cancel(ids(w.queue.Running)...)
		return
	}
	w.studio.Stop()
}

// Resume lets the queue go on.
func (w *Window) Resume() { w.studio.Pause(false) }

// TogglePause pauses the queue after the running picture, or lets it go on.
func (w *Window) TogglePause() { w.studio.Pause(!w.queue.Paused) }

// CancelAll ends what runs and forgets what waits, and offers to take it back.
func (w *Window) CancelAll() {
	waiting := slices.Clone(w.queue.Waiting)
	w.studio.CancelAll()
	if len(waiting) == 0 {
		return
	}
	text := lang.XN("queue.cancelled", "{{.Count}} waiting pictures were cancelled.", len(waiting), map[string]any{"Count": len(waiting)})
	w.toasts.Say(text, lang.X("undo", "Undo"), func() { w.retry(ids(waiting)...) })
}

// Escape closes what is open over the picture, else stops.
func (w *Window) Escape() {
	switch {
	case w.place == placeLibrary:
		w.goTo(placeCreate)
	case w.swept != 0:
		w.hideSweep()
	case w.sheetOpen():
		w.closeSheet()
	default:
		w.Stop()
	}
}

func (w *Window) retry(ids ...int64) {
	if err := w.studio.Retry(ids...); err != nil {
		w.fail(err)
	}
}

// retrySize asks again for a picture, smaller or larger.
func (w *Window) retrySize(id int64, width, height int) {
	if j, ok := w.job(id); ok {
		j.Recipe.Width, j.Recipe.Height = width, height
		w.add([]app.Job{j}, false)
	}
}

// timeToDevelop is how long pictures of drafts take; 0 when it is not known.
func (w *Window) timeToDevelop(drafts []app.Job) (sum time.Duration) {
	s := w.controls.Sketch()
	for _, d := range drafts {
		r := d.Recipe
		r.Draft, r.DecoderSteps, r.DecoderGuidance = false, s.DecoderSteps, s.DecoderGuidance
		sum += w.studio.Estimate(r, true)
	}
	return sum
}

func (w *Window) retryFailed() {
	var failed []int64
	for _, j := range slices.Backward(w.queue.Over) {
		if j.State == app.Failed || j.State == app.Interrupted {
			failed = append(failed, j.ID)
		}
	}
	w.retry(failed...)
	w.studio.Forget(failed...)
}

func (w *Window) clearEnded() {
	var ended []int64
	for _, j := range w.queue.Over {
		if j.State != app.Unsaved {
			ended = append(ended, j.ID)
		}
	}
	w.studio.Forget(ended...)
}

func (w *Window) saveAgain(id int64) {
	var err error
	w.p.Run(func() { err = w.studio.SaveAgain(id) }, func() {
		if err != nil {
			w.toasts.Say(errorText(app.Explain(err)), lang.X("save.again", "Save again"), func() { w.saveAgain(id) })
			return
		}
		w.toasts.Say(lang.X("saved.now", "The picture is saved."), "", nil)
	})
}

// job finds a job by its ID.
func (w *Window) job(id int64) (app.Job, bool) {
	for _, list := range [][]app.Job{w.queue.Running, w.queue.Waiting, w.queue.Over} {
		if i := slices.IndexFunc(list, func(j app.Job) bool { return j.ID == id }); i >= 0 {
			return list[i], true
		}
	}
	return app.Job{}, false
}

// jobsOf are the jobs of a group in the order they were asked for.
func jobsOf(q app.Queue, group int64) []app.Job {
	var jobs []app.Job
	for _, list := range [][]app.Job{q.Running, q.Waiting, q.Over} {
		for _, j := range list {
			if j.Group == group {
				jobs = append(jobs, j)
			}
		}
	}
	slices.SortFunc(jobs, func(a, b app.Job) int { return int(a.ID - b.ID) })
	return jobs
}

// draftsOf are those of them that are drafts.
func draftsOf(q app.Queue, group int64) []app.Job {
	return slices.DeleteFunc(jobsOf(q, group), func(j app.Job) bool { return !j.Recipe.Draft })
}

func (w *Window) sheetOpen() bool { return w.sheet.Content.Visible() }

func (w *Window) openSheet(group int64) {
	jobs := draftsOf(w.studio.Queue(), group) // newer than what is on show
	if len(jobs) == 0 {
		return
	}
	w.group = group
	w.sheet.Show(jobs)
	w.sheet.Content.Show()
	w.stage.Content.Hide()
	w.middle.Refresh()
	w.win.Canvas().Focus(w.sheet.tiles)
	w.saveWindow()
}

// hideSheet shows the picture again; the sheet can be opened again.
func (w *Window) hideSheet() {
	w.sheet.Content.Hide()
	w.stage.Content.Show()
	w.middle.Refresh()
}

func (w *Window) closeSheet() {
	w.group = 0
	w.hideSheet()
	w.saveWindow()
}

// reopenSheet shows the newest drafts.
func (w *Window) reopenSheet() {
	if w.sheetOpen() {
		w.hideSheet()
		return
	}
	for _, list := range [][]app.Job{w.queue.Running, w.queue.Waiting, w.queue.Over} {
		for _, j := range list {
			if j.Recipe.Draft {
				w.openSheet(j.Group)
				return
			}
		}
	}
	w.toasts.Say(lang.X("sheet.none", "There are no drafts yet. Draft shows compositions in seconds."), "", nil)
}

// jobKey is what a key does to the job that has the keyboard in the strip.
func (w *Window) jobKey(j app.Job, e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDelete, fyne.KeyBackspace:
		if j.State.Over() {
			w.studio.Forget(j.ID)
		} else {
			w.studio.Cancel(j.ID)
		}
		return true
	}
	return false
}

// jobMenu shows what can be done with a job.
func (w *Window) jobMenu(j app.Job, at fyne.Position) {
	var items []*fyne.MenuItem
	add := func(text string, do func()) { items = append(items, fyne.NewMenuItem(text, do)) }
	switch j.State {
	case app.Running:
		add(lang.X("stop.keep", "Keep draft"), func() { w.studio.KeepDraft(j.ID) })
		add(lang.X("stop.skip", "Skip"), func() { w.studio.Cancel(j.ID) })
	case app.Waiting:
		add(lang.X("queue.first", "Make it next"), func() { w.moveFirst(j.ID) })
		add(lang.X("queue.cancel", "Cancel"), func() { w.studio.Cancel(j.ID) })
	default:
		if j.File != "" && j.Recipe.Draft {
			add(lang.X("develop", "Develop"), func() { w.Develop([]app.Job{j}) })
			add(lang.X("sheet.open", "Show its sheet"), func() { w.openSheet(j.Group) })
		} else if j.File != "" {
			add(lang.X("redevelop", "Develop again"), func() { w.redevelop(j.ID) })
		}
		add(lang.X("again", "Make again"), func() { w.retry(j.ID) })
		add(lang.X("use.settings", "Use its settings"), func() { w.useRecipe(j.Recipe) })
		add(lang.X("use.seed", "Use its seed"), func() { w.useSeed(j.Recipe.Seed) })
		if j.File != "" {
			add(lang.X("reveal", "Show in folder"), func() { w.reveal(j.File) })
			add(lang.X("copy.path", "Copy path"), func() { w.copyText(j.File) })
		}
		add(lang.X("forget", "Take out of the list"), func() { w.studio.Forget(j.ID) })
	}
	if j.File != "" {
		add(lang.X("copy.picture", "Copy picture"), func() { w.copyPicture(j.File) })
	}
	add(lang.X("copy.prompt", "Copy prompt"), func() { w.copyText(j.Recipe.Prompt) })
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), w.win.Canvas(), at)
}

func (w *Window) moveFirst(id int64) {
	if len(w.queue.Waiting) > 0 {
		w.studio.Move(id, w.queue.Waiting[0].ID)
	}
}

// useRecipe puts a recipe into the controls and offers to take it back.
func (w *Window) useRecipe(r app.Recipe) {
	before := w.controls.Sketch()
	s := before
	s.Recipe = r
	s.Draft, s.Style = false, ""
	s.Model, s.Device, s.Precision = before.Model, before.Device, before.Precision
	s.SeedMode, s.OwnDecoderSeed = app.SeedKeep, r.DecoderSeed != r.Seed
	w.setSketch(s)
	w.toasts.Say(lang.X("used", "The settings of that picture are in the controls."), lang.X("undo", "Undo"), func() { w.setSketch(before) })
}

func (w *Window) useSeed(seed uint64) {
	s := w.controls.Sketch()
	s.Seed, s.SeedMode = seed, app.SeedKeep
	w.setSketch(s)
}

// setSketch changes the controls as if the artist had.
func (w *Window) setSketch(s app.Sketch) {
	w.controls.SetSketch(s)
	w.sketched(s)
}

// sketched keeps what the artist changed and says what follows from it.
func (w *Window) sketched(s app.Sketch) {
	w.p.Settings.Change(func(st *app.Settings) { st.Sketch = s })
	w.details.SetSketch(s)
	w.p.Trace("sketch", "prompt", s.Prompt, "steps", s.Steps)
	w.refreshTimes()
	w.counted++
	mine := w.counted
	w.p.Run(func() { time.Sleep(countAfter) }, func() {
		if mine == w.counted {
			w.recount()
		}
	})
}

// countAfter is how long the hand must rest before tokens are counted.
var countAfter = 150 * time.Millisecond

// recount counts the tokens of both prompts.
func (w *Window) recount() {
	s := w.controls.Sketch()
	if st := styles(w.p.Settings.Get()); s.Style != "" {
		if i := slices.IndexFunc(st, func(t app.Style) bool { return t.Name == s.Style }); i >= 0 {
			s.Prompt, s.Negative = st[i].Apply(s.Prompt, s.Negative)
		}
	}
	var prompt, negative app.Count
	w.p.Run(func() {
		prompt, _ = w.p.Engine.Count(s.Model, app.Choose(s.Prompt, s.Seed), s.Preset)
		negative, _ = w.p.Engine.Count(s.Model, app.Choose(s.Negative, s.Seed), s.Preset)
	}, func() { w.controls.SetCounts(prompt, negative) })
}

// refreshTimes says on the buttons how long they take.
func (w *Window) refreshTimes() {
	if w.studio == nil {
		return
	}
	s := w.controls.Sketch()
	draft := s.Recipe
	draft.Draft = true
	w.controls.SetTimes(w.studio.Estimate(s.Recipe, false)*time.Duration(max(s.Count, 1)), w.studio.Estimate(draft, false)*time.Duration(drafts(s)))
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
	w.changeNamed(func(named []app.Named) []app.Named {
		return append(without(named, name), app.Named{Name: name, Sketch: sketch})
	})
}

func (w *Window) deleteNamed(name string) {
	before := w.p.Settings.Get().Named
	w.changeNamed(func(named []app.Named) []app.Named { return without(named, name) })
	w.toasts.Say(lang.X("named.deleted", "The settings {{.Name}} were deleted.", map[string]any{"Name": name}), lang.X("undo", "Undo"), func() {
		w.changeNamed(func([]app.Named) []app.Named { return before })
	})
}

func without(named []app.Named, name string) []app.Named {
	return slices.DeleteFunc(slices.Clone(named), func(n app.Named) bool { return n.Name == name })
}

func (w *Window) changeNamed(f func([]app.Named) []app.Named) {
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
	now    app.PastPrompt
	prompt []app.PastPrompt
}

// step goes by prompts into the past, or back.
func (w *Window) step(by int) {
	s := w.controls.Sketch()
	h := &w.past
	if h.at == 0 {
		h.now = app.PastPrompt{Prompt: s.Prompt, Negative: s.Negative}
		past, err := w.p.Prompts.Prompts("", 200)
		if err != nil {
			w.fail(err)
			return
		}
		h.prompt = slices.DeleteFunc(past, func(p app.PastPrompt) bool { return p.Prompt == s.Prompt && p.Negative == s.Negative })
	}
	h.at = min(max(h.at+by, 0), len(h.prompt))
	p := h.now
	if h.at > 0 {
		p = h.prompt[h.at-1]
	}
	s.Prompt, s.Negative = p.Prompt, p.Negative
	w.setSketch(s)
}

func (w *Window) usePast(p app.PastPrompt) {
	s := w.controls.Sketch()
	s.Prompt, s.Negative = p.Prompt, p.Negative
	w.setSketch(s)
	w.controls.FocusPrompt()
}

func (w *Window) fail(err error) {
	w.toasts.Say(errorText(app.Explain(err)), lang.X("copy.details", "Copy details"), func() { w.copyText(err.Error()) })
}

func (w *Window) copyText(text string) { w.p.App.Clipboard().SetContent(text) }

func (w *Window) copyPicture(file string) {
	var err error
	w.p.Run(func() { err = CopyPicture(file) }, func() {
		if err != nil {
			w.fail(err)
			return
		}
		w.toasts.Say(lang.X("copied.picture", "The picture is on the clipboard."), "", nil)
	})
}

func (w *Window) reveal(file string) {
	var err error
	w.p.Run(func() { err = Reveal(file) }, func() {
		if err != nil {
			w.toasts.Say(lang.X("reveal.failed", "The folder could not be shown. The file is {{.File}}.", map[string]any{"File": file}), lang.X("copy.path", "Copy path"), func() { w.copyText(file) })
		}
	})
}

// openPaths takes files and folders that were dropped: of a picture the recipe
// is shown, anything else may be a model.
func (w *Window) openPaths(paths []string) {
	if len(paths) == 1 && isPicture(paths[0]) {
		w.showFile(paths[0])
		return
	}
	if len(paths) > 0 {
		w.tryModel(paths)
	}
}

func isPicture(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png", ".jpg", ".jpeg", ".webp":
		return true
	}
	return false
}
