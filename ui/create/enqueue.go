package create

import (
	"time"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/widgets"
)

// Ask asks for the pictures that the controls describe, or for drafts of them:
// behind the waiting ones, or before them. It returns the jobs, nil where that
// failed.
func (f *Form) Ask(draft, first bool) []studio.Job {
	widgets.TakeTyped(f.p.Canvas)
	s := f.Sketch()
	recipes, next := s.Recipes(f.Styles(), draft)
	jobs := make([]studio.Job, len(recipes))
	for i := range jobs {
		jobs[i].Recipe = f.inputs.loras.fitted(recipes[i])
	}
	added := f.p.Jobs.Add(jobs, first)
	if added == nil {
		return nil
	}
	f.p.Settings.Change(func(st *app.Settings) { st.Sketch = next })
	f.SetSketch(next)
	f.setAsked()
	prompt, negative := s.Prompts()
	if err := f.p.Prompts.Remember(prompt, negative, added[0].Group); err != nil {
		f.p.Fail(err)
	}
	f.earlier = promptHistory{}
	return added
}

// askMood asks for one draft of what the controls hold, before those that wait,
// and returns its job. Its seed is that of the picture on show, or of the last
// one: what changes from one to the next is what the artist changed.
func (f *Form) askMood() (id int64, asked bool) {
	added := f.p.Jobs.Add([]studio.Job{{Recipe: f.inputs.loras.fitted(f.Sketch().OneDraft(f.Styles(), f.Seed.shown))}}, true)
	if added == nil {
		return 0, false
	}
	return added[0].ID, true
}

// Ended says what became of a job.
func (f *Form) Ended(o studio.Outcome) { f.inputs.mood.preview.ended(o) }

// Develop asks for pictures of drafts, with the detail settings of the controls.
func (f *Form) Develop(drafts []studio.Job) []studio.Job {
	s := f.Sketch()
	jobs := make([]studio.Job, len(drafts))
	for i, d := range drafts {
		jobs[i] = studio.Job{Recipe: s.Developed(d.Recipe), Source: d.File}
	}
	if len(jobs) == 0 {
		return nil
	}
	return f.p.Jobs.Add(jobs, false)
}

// DevelopAgain asks for the detail of a composition again, of a recipe and a
// file: with the controls' settings, and with a new decoder seed where nothing
// else would change.
func (f *Form) DevelopAgain(r recipe.Recipe, file string) []studio.Job {
	r = f.Sketch().DevelopedAnew(r)
	if r.Enlarge { // it has no composition of its own: it is enlarged again
		r.Extras, file = recipe.Recall(file, r.Extras), ""
	}
	return f.p.Jobs.Add([]studio.Job{{Recipe: r, Source: file}}, false)
}

// TimeToDevelop is how long pictures of drafts take; 0 when it is not known.
func (f *Form) TimeToDevelop(drafts []studio.Job) time.Duration {
	s := f.Sketch()
	jobs := make([]studio.Job, len(drafts))
	for i, d := range drafts {
		jobs[i] = studio.Job{Recipe: s.Developed(d.Recipe), Source: d.File}
	}
	return f.p.Jobs.Studio.Estimate(jobs...)
}
