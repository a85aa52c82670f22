package create

import (
	"image"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/inference"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

// Prompts are mixed with any model: written, weighed, taken out and put back.
// They go with the jobs, and come back with a recipe.
func TestPromptsAreMixed(t *testing.T) {
	f := newInputsForm(t, app.Accepts{})
	m := f.inputs.mood
	f.write("a boat")
	test.Tap(m.add)
	test.Type(m.mixed[0].field, "night")
	test.Tap(m.add)
	test.Type(m.mixed[1].field, "snow")
	m.mixed[0].weight.OnChanged(0.5)
	m.first.OnChanged(2)
	two := 2.0
	want := inference.Mix{More: []inference.Mixed{{Prompt: "night", Weight: 0.5}, {Prompt: "snow", Weight: 1}}, Main: &two}
	if got := f.Sketch().Mix; !reflect.DeepEqual(got, want) {
		t.Fatalf("mixed %+v, want %+v", got, want)
	}
	f.setCounts(app.TokenCount{}, app.TokenCount{}, []app.TokenCount{{Cut: "stars"}, {}})
	if a, b := m.mixed[0].cut, m.mixed[1].cut; !a.Visible() || !strings.Contains(a.Text(), "stars") || b.Visible() {
		t.Errorf("cut off are %q and %q", a.Text(), b.Text())
	}
	f.setCounts(app.TokenCount{}, app.TokenCount{}, nil)
	if m.mixed[0].cut.Visible() {
		t.Error("nothing is cut off, and said to be")
	}
	made := f.Ask(false, false)[0].Recipe
	test.Tap(button(t, m.mixed[0].content.(*fyne.Container)))
	if got := f.Sketch().Mix.More; len(got) != 1 || got[0].Prompt != "snow" || len(m.mixed) != 1 || m.mixed[0].field.Text != "snow" {
		t.Errorf("then %+v is mixed", got)
	}
	undo(t, f.p.Toasts)
	if got := f.Sketch().Mix; !reflect.DeepEqual(got, want) || m.mixed[0].field.Text != "night" {
		t.Errorf("put back is %+v", got)
	}
	m.first.OnChanged(1)
	if f.Sketch().Mix.Main != nil {
		t.Error("the usual weight is shown")
	}
	f.Use(made)
	if got := f.Sketch().Mix; !reflect.DeepEqual(got, want) || m.first.Value() != 2 || m.mixed[0].weight.Value() != 0.5 {
		t.Errorf("recalled as %+v", got)
	}
	for range 2 {
		test.Tap(button(t, m.mixed[0].content.(*fyne.Container)))
	}
	if got := f.Sketch().Mix; !reflect.DeepEqual(got, inference.Mix{}) {
		t.Errorf("of nothing is left %+v", got)
	}
	for range inference.MaxMixed {
		test.Tap(m.add)
	}
	if m.add.Visible() {
		t.Error("more prompts can be mixed than a picture takes")
	}
}

// One draft shows a mood, of the same seed each time, and says when it is no
// longer what the controls hold.
func TestMoodIsPreviewed(t *testing.T) {
	f := newInputsForm(t, everything)
	v := f.inputs.mood.preview
	if v.all.Visible() || f.inputs.mood.list.Visible() {
		t.Error("a mood of nothing can be seen")
	}
	f.Refer(inference.Input{File: uitest.WritePicture(t, "a.png", 300, 200)})
	if !v.all.Visible() || v.image.Visible() {
		t.Fatal("the mood cannot be seen")
	}
	var asked []studio.Job
	made := f.p.Jobs.Studio
	f.p.Jobs.Studio = recordingStudio{made, &asked}
	shows := func(want string) {
		t.Helper()
		if !slices.Contains(uitest.Texts(v.all), want) {
			t.Errorf("the mood says %q, want %q", uitest.Texts(v.all), want)
		}
	}
	v.ask()
	shows("is being made…")
	f.Ended(studio.Outcome{Job: studio.Job{ID: 99}, Image: image.NewRGBA(image.Rect(0, 0, 1, 1))})
	shows("is being made…")
	f.Ended(studio.Outcome{Job: asked[0], Image: image.NewRGBA(image.Rect(0, 0, 8, 8))})
	shows("This is the mix.")
	f.inputs.mood.rows[0].weight.OnChanged(0.5)
	shows("The mix was changed since.")
	v.ask()
	f.Ended(studio.Outcome{Job: asked[1]}) // it failed
	shows("The mix was changed since.")
	if len(asked) != 2 || !asked[0].Recipe.Draft || asked[0].Recipe.Seed != asked[1].Recipe.Seed || asked[1].Recipe.References[0].Weight != 0.5 {
		t.Errorf("asked for %+v", asked)
	}
	if s := f.Sketch(); s.SeedMode != recipe.SeedRandom || s.Draft {
		t.Errorf("the controls hold %+v", s)
	}
}

// A recordingStudio notes the jobs that it takes.
type recordingStudio struct {
	Studio
	jobs *[]studio.Job
}

func (r recordingStudio) Add(jobs []studio.Job, first bool) ([]studio.Job, error) {
	added, err := r.Studio.Add(jobs, first)
	*r.jobs = append(*r.jobs, added...)
	return added, err
}

// undo presses the button of the note that is shown.
func undo(t *testing.T, toasts *widgets.Toasts) {
	t.Helper()
	for _, o := range test.LaidOutObjects(toasts) {
		if b, ok := o.(*widgets.Button); ok && b.Title() == "Undo" {
			test.Tap(b)
			return
		}
	}
	t.Fatalf("nothing can be undone: %q", toasts.Texts())
}
