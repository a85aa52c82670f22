package create

import (
	"math/rand/v2"
	"time"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
)

// Ask asks for the pictures that the controls describe, or for drafts of them:
// behind the waiting ones, or before them. It returns the jobs, nil where that
// failed.
func (f *Form) Ask(draft, first bool) []studio.Job {
	s := f.Sketch()
	if draft {
		s.Count = drafts(s)
	}
	recipes, next := s.Recipes(f.Styles(), draft)
	jobs := make([]studio.Job, len(recipes))
	for i := range jobs {
		jobs[i].Recipe = recipes[i]
	}
	added := f.p.Jobs.Add(jobs, first)
	if added == nil {
		return nil
	}
	next.Count = f.Sketch().Count
	f.p.Settings.Change(func(st *app.Settings) { st.Sketch = next })
	f.SetSketch(next)
	f.setAsked()
	if err := f.p.Prompts.Remember(s.Prompt, s.Negative, added[0].Group); err != nil {
		f.p.Fail(err)
	}
	f.past = past{}
	return added
}

// askMood asks for one draft of what the controls hold, before those that wait,
// and returns its job. Its seed is that of the picture on show, or of the last
// one: what changes from one to the next is what the artist changed.
func (f *Form) askMood() (id int64, asked bool) {
	s := f.Sketch()
	if s.SeedMode == recipe.SeedRandom && f.Seed.shown != nil {
		s.Seed = f.Seed.shown.Seed
	}
	s.SeedMode, s.Count = recipe.SeedKeep, 1
	recipes, _ := s.Recipes(f.Styles(), true)
	added := f.p.Jobs.Add([]studio.Job{{Recipe: recipes[0]}}, true)
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
		jobs[i] = studio.Job{Recipe: developed(d.Recipe, s), Source: d.File}
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
	s := f.Sketch()
	same := !r.Draft && recipe.SameStage(recipe.Detail, r, s.Recipe)
	seed := r.DecoderSeed
	r = developed(r, s)
	if same && r.DecoderSeed == seed {
		r.DecoderSeed = uint64(rand.Uint32())
	}
	if r.Enlarge { // it has no composition of its own: it is enlarged again
		r.Extras, file = recipe.Recall(file, r.Extras), ""
	}
	return f.p.Jobs.Add([]studio.Job{{Recipe: r, Source: file}}, false)
}

// developed is the recipe of a picture from a composition, with the detail
// settings of a sketch.
func developed(r recipe.Recipe, s recipe.Sketch) recipe.Recipe {
	r.Draft = false
	recipe.CopyStage(recipe.Detail, &r, s.Recipe)
	if s.OwnDecoderSeed {
		r.DecoderSeed = s.DecoderSeed
	}
	return r
}

// TimeToDevelop is how long pictures of drafts take; 0 when it is not known.
func (f *Form) TimeToDevelop(drafts []studio.Job) (sum time.Duration) {
	s := f.Sketch()
	for _, d := range drafts {
		sum += f.p.Jobs.Studio.Estimate(developed(d.Recipe, s), true)
	}
	return sum
}

// draftsAtOnce is how many seeds a sheet of drafts tries when only one picture
// is asked for.
const draftsAtOnce = 6

// drafts is how many drafts of a sketch are made at once.
func drafts(s recipe.Sketch) int {
	if s.Count > 1 {
		return s.Count
	}
	return draftsAtOnce
}
