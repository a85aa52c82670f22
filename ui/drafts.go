package ui

import (
	"math/rand/v2"
	"slices"
	"time"

	"fyne.io/fyne/v2/lang"

	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/create"
)

// Draft asks for compositions only, and shows them on a sheet.
func (w *Window) Draft() {
	s := w.controls.Sketch()
	s.Count = create.Drafts(s)
	if jobs := w.ask(s, true, false); jobs != nil {
		w.goTo(placeCreate)
		w.openSheet(jobs[0].Group)
	}
}

// Develop makes pictures of drafts, with the detail settings of the controls.
func (w *Window) Develop(drafts []studio.Job) {
	if len(drafts) == 0 {
		return
	}
	s := w.controls.Sketch()
	jobs := make([]studio.Job, 0, len(drafts))
	for _, d := range drafts {
		r := d.Recipe
		r.Draft = false
		recipe.CopyStage(recipe.Detail, &r, s.Recipe)
		if s.OwnDecoderSeed {
			r.DecoderSeed = s.DecoderSeed
		}
		jobs = append(jobs, studio.Job{Recipe: r, Source: d.File})
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
func (w *Window) develop(r recipe.Recipe, file string) {
	s := w.controls.Sketch()
	same := !r.Draft && recipe.SameStage(recipe.Detail, r, s.Recipe)
	r.Draft = false
	recipe.CopyStage(recipe.Detail, &r, s.Recipe)
	switch {
	case s.OwnDecoderSeed && s.DecoderSeed != r.DecoderSeed:
		r.DecoderSeed = s.DecoderSeed
	case same:
		r.DecoderSeed = uint64(rand.Uint32())
	}
	if w.add([]studio.Job{{Recipe: r, Source: file}}, false) != nil {
		w.stage.Follow()
	}
}

// timeToDevelop is how long pictures of drafts take; 0 when it is not known.
func (w *Window) timeToDevelop(drafts []studio.Job) (sum time.Duration) {
	s := w.controls.Sketch()
	for _, d := range drafts {
		r := d.Recipe
		r.Draft = false
		recipe.CopyStage(recipe.Detail, &r, s.Recipe)
		sum += w.studio.Estimate(r, true)
	}
	return sum
}

// draftsOf are those of them that are drafts.
func draftsOf(q studio.Queue, group int64) []studio.Job {
	return slices.DeleteFunc(studio.JobsOf(q, group), func(j studio.Job) bool { return !j.Recipe.Draft })
}

func (w *Window) sheetOpen() bool { return w.sheet.Content.Visible() }

func (w *Window) openSheet(group int64) {
	jobs := draftsOf(w.withFiles(w.studio.Queue()), group) // newer than what is on show
	if len(jobs) == 0 {
		return
	}
	w.leaveSheet()
	w.group, w.swept = group, 0
	w.sheet.Show(jobs)
	w.front(w.sheet.Content, w.sheet.Tiles)
	w.win.Canvas().Focus(w.sheet.Tiles)
	w.saveWindow()
}

// enlargeDraft shows one draft of the sheet large.
func (w *Window) enlargeDraft(j studio.Job) {
	group := w.group
	w.enlarge(j, sheetView{
		jobs: func() []studio.Job { return draftsOf(w.queue, group) },
		back: func(shown int64) {
			w.openSheet(group)
			w.sheet.Tiles.ScrollTo(create.KeyOf(shown))
		},
	})
}

// hideSheet shows the picture again; the sheet can be opened again.
func (w *Window) hideSheet() {
	w.leaveSheet()
	w.toStage()
}

func (w *Window) closeSheet() {
	w.group = 0
	w.hideSheet()
	w.saveWindow()
}

// reopenSheet shows the newest drafts.
func (w *Window) reopenSheet() {
	if w.toSheet() {
		return
	}
	if w.sheetOpen() {
		w.hideSheet()
		return
	}
	for _, list := range [][]studio.Job{w.queue.Running, w.queue.Waiting, w.queue.Over} {
		for _, j := range list {
			if j.Recipe.Draft {
				w.openSheet(j.Group)
				return
			}
		}
	}
	w.toasts.Say(lang.X("sheet.none", "There are no drafts yet. Draft shows compositions in seconds."), "", nil)
}
