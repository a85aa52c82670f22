package create

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

// A testStudio takes every job.
type testStudio struct {
	Studio
	added int64
}

func (s *testStudio) Add(jobs []studio.Job, first bool) ([]studio.Job, error) {
	for i := range jobs {
		s.added++
		jobs[i].ID = s.added
	}
	return jobs, nil
}
func (s *testStudio) Estimate(...studio.Job) time.Duration { return 0 }

// newTestForm is a form whose settings and prompts are in files of their own.
func newTestForm(t *testing.T) (*Form, *app.SettingsFile) {
	t.Helper()
	uitest.App(t)
	dir := t.TempDir()
	kept, _ := app.OpenSettings(filepath.Join(dir, "settings.json"), app.Settings{}, func(err error) { t.Error(err) })
	t.Cleanup(kept.Close)
	store, _, err := studio.OpenStore(filepath.Join(dir, "studio.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	canvas := test.NewTempWindow(t, widgets.Gap(1, 1)).Canvas()
	toasts := widgets.NewToasts(func(func()) {}) // what leaves by itself leaves too late for a test
	fail := func(err error) { t.Error(err) }
	jobs := NewJobs(JobsParams{Run: uitest.InPlace, Canvas: canvas, Toasts: toasts, Fail: fail, OnAdded: func([]studio.Job) {}, OnAgain: func() {}})
	jobs.Studio = &testStudio{}
	return NewForm(FormParams{
		Settings: kept, Sketch: recipe.Usual(recipe.Demo), Model: uitest.Model(recipe.Demo, 256), Prompts: store, Jobs: jobs,
		Count: func(_ recipe.Recipe, prompt string) (app.TokenCount, error) {
			return app.TokenCount{Used: len(prompt)}, nil
		},
		Run: uitest.InPlace, Later: uitest.AtOnce, Canvas: canvas, Toasts: toasts, Fail: fail, OnChange: func(recipe.Sketch) {},
	}), kept
}

// write changes the prompt as the artist would.
func (f *Form) write(prompt string) {
	s := f.Sketch()
	s.Prompt = prompt
	f.Set(s)
}

// What is asked for by a key is made with what a field says, though it was not left.
func TestAskTakesWhatIsTyped(t *testing.T) {
	f, _ := newTestForm(t)
	f.p.Canvas.SetContent(f.Content)
	f.write("a boat")
	f.count.choose(len(usualCounts)) // the field
	f.p.Canvas.Unfocus()
	steps, count := field(f.numbers["steps"].Number), f.count.field.Entry
	for _, tt := range []struct {
		field         fyne.Focusable
		typed         string
		steps, number int
	}{{steps, "150", 150, 1}, {steps, "12x", 150, 1}, {count, "2,5", 150, 3}, {count, "1,000", 150, 1000}} {
		f.p.Canvas.Focus(tt.field)
		for _, r := range tt.typed {
			tt.field.TypedRune(r)
		}
		if got := f.Ask(false, false); len(got) != tt.number || got[0].Recipe.Steps != tt.steps {
			t.Errorf("typed %q: %d pictures of %d steps", tt.typed, len(got), got[0].Recipe.Steps)
		}
		f.p.Canvas.Unfocus()
	}
}

func TestEarlierPrompts(t *testing.T) {
	f, _ := newTestForm(t)
	for _, p := range []string{"one", "two"} {
		f.write(p)
		f.Ask(false, false)
	}
	f.write("three")
	var seen []string
	for _, by := range []int{1, 1, 1, -1, -1, -1} {
		f.step(by)
		seen = append(seen, f.Sketch().Prompt)
	}
	if want := []string{"two", "one", "one", "two", "three", "three"}; !slices.Equal(seen, want) {
		t.Errorf("went by %q, want %q", seen, want)
	}
}

func TestFormIsKept(t *testing.T) {
	f, kept := newTestForm(t)
	f.write("a boat")
	f.onFold("more", true)
	f.onSaveNamed("mine")
	s := kept.Get()
	if s.Sketch.Prompt != "a boat" || !s.Window.Open["more"] || len(s.Named) != 1 || s.Named[0].Name != "mine" || s.Named[0].Sketch.Prompt != "" {
		t.Errorf("kept %+v", s)
	}
	f.onDeleteNamed("mine")
	if named := kept.Get().Named; len(named) != 0 {
		t.Errorf("kept %+v after it was deleted", named)
	}
}

func TestFilesThatAreGone(t *testing.T) {
	file := uitest.WritePicture(t, "a.png", 8, 8)
	var m missing
	q := studio.Queue{Over: []studio.Job{{ID: 1, File: file}, {ID: 2, File: file + ".gone"}, {ID: 3}}}
	changes := 0
	look := func() {
		m.look(uitest.InPlace, q.Over, func(gone map[int64]bool, anew func(int64) bool) {
			changes++
			if len(gone) != 1 || !anew(2) || anew(1) || anew(3) {
				t.Errorf("gone are %v", gone)
			}
		})
	}
	look()
	look() // nothing new
	if got := studio.IDs(m.without(q).Over); changes != 1 || !slices.Equal(got, []int64{1, 3}) {
		t.Errorf("got %d times, left are %v", changes, got)
	}
}
