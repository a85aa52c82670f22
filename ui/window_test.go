package ui

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app"
	"cascata/app/catalogue"
	"cascata/app/disk"
	"cascata/app/finder"
	"cascata/app/library"
	"cascata/app/meta"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/inference"
	"cascata/inference/lora"
	"cascata/ui/format"
	"cascata/ui/models"
	"cascata/ui/uitest"
)

// A fakeStudio notes what it is asked for.
type fakeStudio struct {
	queue     studio.Queue
	added     []studio.Job
	first     bool
	cancelled []int64
	kept      []int64
	retried   []int64
	restored  []int64
	before    int64
	stopped   bool
	err       error
}

func (f *fakeStudio) Add(jobs []studio.Job, first bool) ([]studio.Job, error) {
	if f.err != nil {
		return nil, f.err
	}
	f.first = first
	var out []studio.Job
	for _, j := range jobs {
		j.ID, j.State = int64(len(f.added)+1), studio.Waiting
		f.added = append(f.added, j)
		out = append(out, j)
	}
	for i := range out {
		out[i].Group = out[0].ID
	}
	f.queue.Waiting = append(f.queue.Waiting, out...)
	return out, nil
}
func (f *fakeStudio) Queue() studio.Queue { return f.queue }
func (f *fakeStudio) Cancel(ids ...int64) { f.cancelled = append(f.cancelled, ids...) }
func (f *fakeStudio) CancelAll()          { f.queue.Waiting = nil }
func (f *fakeStudio) Restore(before int64, ids ...int64) {
	f.before, f.restored = before, append(f.restored, ids...)
}
func (f *fakeStudio) KeepDraft(ids ...int64)   { f.kept = append(f.kept, ids...) }
func (f *fakeStudio) Stop()                    { f.stopped = true }
func (f *fakeStudio) Pause(yes bool)           { f.queue.Paused = yes }
func (f *fakeStudio) Move(id, before int64)    {}
func (f *fakeStudio) Retry(ids ...int64) error { f.retried = append(f.retried, ids...); return nil }
func (f *fakeStudio) Forget(ids ...int64) {
	f.queue.Over = slices.DeleteFunc(slices.Clone(f.queue.Over), func(j studio.Job) bool { return slices.Contains(ids, j.ID) })
}
func (f *fakeStudio) Recall(jobs ...studio.Job) { f.queue.Over = append(f.queue.Over, jobs...) }
func (f *fakeStudio) SaveAgain(id int64) error  { return nil }
func (f *fakeStudio) Thumb(id int64) string     { return "none.jpg" }
func (f *fakeStudio) Estimate(jobs ...studio.Job) (sum time.Duration) {
	for _, j := range jobs {
		sum += time.Duration(j.Recipe.Steps) * time.Second
	}
	return sum
}

type fakeModels map[string]app.ModelInfo

func (f fakeModels) Look(name string) (app.ModelInfo, error) {
	info, ok := f[name]
	if !ok {
		return app.ModelInfo{}, inference.ErrModelMissing
	}
	return info, nil
}

// A fakeShelf has what it was given.
type fakeShelf []catalogue.Item

func (f fakeShelf) List() []catalogue.Item                             { return f }
func (f fakeShelf) Accepted(*catalogue.Licence) bool                   { return false }
func (f fakeShelf) Accept(*catalogue.Licence) error                    { return nil }
func (f fakeShelf) Add(wanted string, paths ...string) (string, error) { return "mine", nil }
func (f fakeShelf) Remove(string) (bool, error)                        { return false, nil }

type noDownloads struct{}

func (noDownloads) Start(string)  {}
func (noDownloads) Pause(string)  {}
func (noDownloads) Cancel(string) {}

type fakeEngine struct{}

func (fakeEngine) Count(_ recipe.Recipe, prompt string) (app.TokenCount, error) {
	return app.TokenCount{Used: len(prompt), Limit: 75}, nil
}
func (fakeEngine) ListLoRAs(bool) []lora.Info { return nil }
func (fakeEngine) LoRA(l inference.LoRA) (inference.LoRA, lora.Info, error) {
	info, err := lora.Describe(l.Path)
	return l, info, err
}
func (fakeEngine) FitLoRAs(recipe.Setup, ...inference.LoRA) error          { return nil }
func (fakeEngine) Forecast(recipe.Recipe) (app.Forecast, bool)             { return app.Forecast{}, false }
func (fakeEngine) Changed()                                                {}
func (fakeEngine) Release() bool                                           { return true }
func (fakeEngine) SetupNotes() []inference.Note                            { return nil }
func (fakeEngine) Devices(context.Context) ([]inference.DeviceInfo, error) { return nil, nil }
func (fakeEngine) Using() (device, precision string)                       { return "", "" }

// newTestWindow opens a window with settings in dir.
func newTestWindow(t *testing.T, dir string) (*Window, *fakeStudio) {
	t.Helper()
	return newTestWindowOn(t, dir, func(f func()) { f() })
}

// newTestWindowOn opens one whose goroutine is do's.
func newTestWindowOn(t *testing.T, dir string, do func(func())) (*Window, *fakeStudio) {
	t.Helper()
	k, aside := app.OpenSettings(filepath.Join(dir, "settings.json"), app.Settings{Welcomed: true}, func(err error) { t.Error(err) })
	if aside.File != "" {
		t.Fatal(aside)
	}
	store, _, err := studio.OpenStore(filepath.Join(dir, "studio.db"))
	if err != nil {
		t.Fatal(err)
	}
	pictures := func() string { return cmp.Or(k.Get().Pictures, filepath.Join(dir, "pictures")) }
	library, _, err := library.Open(library.Params{State: dir, Cache: dir, Pictures: pictures, Read: meta.Read})
	if err != nil {
		t.Fatal(err)
	}
	demo := app.ModelInfo{Name: recipe.Demo, Title: "Demo", Width: 256, Height: 256, Parts: []string{"stage c"}, Start: recipe.Usual(recipe.Demo)}
	demo.Start.Width, demo.Start.Height = 256, 256
	big := app.ModelInfo{Name: "/big", Title: "Big", Width: 1024, Height: 1024, Parts: []string{"stage c"}, Start: recipe.Usual("/big")}
	big.Start.Steps = 33
	w := New(Params{
		App: test.NewTempApp(t), Title: "Cascata", Settings: k, Models: fakeModels{recipe.Demo: demo, "/big": big}, Engine: fakeEngine{}, Prompts: store,
		Library: library, Pictures: pictures, Inputs: filepath.Join(dir, "inputs"), Shelf: fakeShelf{}, Memory: 16e9,
		Downloads: func(func(catalogue.Event)) models.Downloads { return noDownloads{} },
		Find:      func(context.Context) (finder.Result, error) { return finder.Result{}, nil },
		Do:        do, Run: uitest.InPlace, Later: uitest.AtOnce,
	})
	s := &fakeStudio{}
	w.Use(s)
	t.Cleanup(func() { w.toasts.Say("", "", nil)(); w.win.Close(); k.Close(); store.Close(); library.Close() })
	return w, s
}

// sync shows the studio's queue, as the studio would have told it.
func (w *Window) sync(s *fakeStudio) { w.Queue(s.queue) }

func (w *Window) write(prompt string) {
	s := w.form.Sketch()
	s.Prompt = prompt
	w.form.Set(s)
}

func TestGenerateAsksAndRemembers(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	sketch := w.form.Sketch()
	sketch.Prompt, sketch.Count, sketch.Seed, sketch.SeedMode = "a red boat", 3, 10, recipe.SeedStep
	w.form.Set(sketch)
	w.generate(true)
	if len(s.added) != 3 || !s.first || s.added[2].Recipe.Seed != 12 || s.added[0].Recipe.Model != recipe.Demo || s.added[0].Recipe.Draft {
		t.Errorf("asked for %+v, first %v", s.added, s.first)
	}
	if got := w.form.Sketch(); got.Seed != 13 || got.Prompt != "a red boat" || got.Count != 3 {
		t.Errorf("the controls hold %+v", got)
	}
	past, err := w.p.Prompts.Prompts("", 10)
	if err != nil || len(past) != 1 || past[0].Prompt != "a red boat" {
		t.Errorf("history %+v, %v", past, err)
	}
}

func TestDraftTriesSeveralSeedsAndDevelops(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	w.write("a boat")
	w.draft()
	if len(s.added) != 6 || !s.added[0].Recipe.Draft || w.form.Sketch().Count > 1 {
		t.Fatalf("asked for %d drafts: %+v", len(s.added), s.added)
	}
	if !w.middle.sheetOpen() {
		t.Error("the sheet is not open")
	}
	draft := s.added[1]
	draft.State, draft.File = studio.Done, "draft.png"
	sketch := w.form.Sketch()
	sketch.DecoderSteps, sketch.Steps = 7, 3
	w.form.Set(sketch)
	w.develop([]studio.Job{draft})
	made := s.added[len(s.added)-1]
	if made.Source != "draft.png" || made.Recipe.Draft || made.Recipe.DecoderSteps != 7 || made.Recipe.Steps != draft.Recipe.Steps || made.Recipe.Seed != draft.Recipe.Seed {
		t.Errorf("developed as %+v", made)
	}
	if w.middle.sheetOpen() {
		t.Error("the sheet stays over the picture that forms")
	}
}

func TestDevelopAgainChangesSomething(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	w.write("a boat")
	w.generate(false)
	j := s.added[0]
	j.State, j.File = studio.Done, "a.png"
	s.queue = studio.Queue{Over: []studio.Job{j}}
	w.sync(s)
	w.redevelop(j.ID)
	again := s.added[1]
	if again.Source != "a.png" || again.Recipe.DecoderSeed == j.Recipe.DecoderSeed || again.Recipe.Seed != j.Recipe.Seed {
		t.Errorf("with the same settings: %+v, want a new decoder seed", again)
	}
	sketch := w.form.Sketch()
	sketch.DecoderSteps++
	w.form.Set(sketch)
	w.redevelop(j.ID)
	if again := s.added[2]; again.Recipe.DecoderSeed != j.Recipe.DecoderSeed || again.Recipe.DecoderSteps != sketch.DecoderSteps {
		t.Errorf("with other steps: %+v, want the same decoder seed", again)
	}
}

func TestThreeStops(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	w.jobs.Stop() // nothing runs
	s.queue.Running = []studio.Job{{ID: 5, State: studio.Running}}
	w.sync(s)
	w.jobs.KeepDraft()
	w.jobs.Stop()
	if !slices.Equal(s.kept, []int64{5}) || !slices.Equal(s.cancelled, []int64{5}) || s.stopped {
		t.Errorf("kept %v, cancelled %v, stopped %v", s.kept, s.cancelled, s.stopped)
	}
	s.queue.Waiting = []studio.Job{{ID: 6, State: studio.Waiting}}
	w.sync(s)
	w.escape()
	w.jobs.StopAfter()
	if !s.stopped || !s.queue.Paused {
		t.Errorf("stopped %v, paused %v", s.stopped, s.queue.Paused)
	}
	w.jobs.CancelAll()
	if texts := w.toasts.Texts(); len(texts) == 0 {
		t.Error("nothing offers to take it back")
	}
}

func TestSettingsOfAPictureCanBeUndone(t *testing.T) {
	w, _ := newTestWindow(t, t.TempDir())
	w.write("mine")
	r := recipe.Usual("/big").Recipe
	r.Prompt, r.Steps, r.Seed, r.DecoderSeed = "theirs", 44, 9, 8
	w.form.Use(r)
	got := w.form.Sketch()
	if got.Prompt != "theirs" || got.Steps != 44 || got.Seed != 9 || got.SeedMode != recipe.SeedKeep || !got.OwnDecoderSeed || got.Model != recipe.Demo {
		t.Errorf("the controls hold %+v", got)
	}
}

func TestModelKeepsTheWords(t *testing.T) {
	w, _ := newTestWindow(t, t.TempDir())
	w.write("a boat")
	w.model.use("/big", "cpu", "fp32")
	got := w.form.Sketch()
	if got.Model != "/big" || got.Device != "cpu" || got.Steps != 33 || got.Width != 1024 || got.Prompt != "a boat" {
		t.Errorf("the controls hold %+v", got)
	}
	if models := w.p.Settings.Get().Models; !slices.Equal(models, []string{"/big"}) {
		t.Errorf("opened before: %q", models)
	}
	w.model.use("/gone", "auto", "auto")
	if got := w.form.Sketch(); got.Model != "/big" || len(w.toasts.Texts()) == 0 {
		t.Errorf("after a model that is not there: %q, got %q", got.Model, w.toasts.Texts())
	}
}

func TestWindowComesBackAsItWas(t *testing.T) {
	dir := t.TempDir()
	w, _ := newTestWindow(t, dir)
	w.write("a boat")
	w.panes.Set(w.panes.Left, 400, true)
	w.toggle(w.panes.Below)
	w.toggle(w.panes.Right)
	w.win.Resize(fyne.NewSize(1300, 820))
	w.saveWindow()
	w.p.Settings.Close()
	again, aside := app.OpenSettings(filepath.Join(dir, "settings.json"), app.Settings{}, func(error) {})
	if aside.File != "" {
		t.Fatal(aside)
	}
	defer again.Close()
	w.p.Settings = again
	v := New(w.p)
	if v.form.Sketch().Prompt != "a boat" || v.panes.Left.Length != 400 || v.panes.Below.Shown || !v.panes.Right.Shown {
		t.Errorf("came back with %+v, %+v", v.form.Sketch(), again.Get().Window)
	}
}

func TestFailuresAreToldInTheWindow(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	s.err = errors.Join(disk.ErrWrite, errors.New("disk full"))
	w.generate(false)
	want := format.Explain(s.err)
	if texts := w.toasts.Texts(); !slices.Contains(texts, want) {
		t.Errorf("got %q, want %q", texts, want)
	}
}

func TestWindowSaysWhatWasPutAside(t *testing.T) {
	w, _ := newTestWindow(t, t.TempDir())
	w.host.sayAside([]disk.Aside{{}, {File: "/state/studio.db.newer-1", Newer: true}, {File: "/state/library.db.newer-1", Newer: true}})
	said := strings.Join(w.toasts.Texts(), " ")
	if !strings.Contains(said, "newer version") || !strings.Contains(said, "/state/studio.db.newer-1, /state/library.db.newer-1") || strings.Contains(said, "damaged") {
		t.Errorf("says %q", said)
	}
	w.host.sayAside([]disk.Aside{{File: "/state/studio.db.damaged-1"}})
	if said := strings.Join(w.toasts.Texts(), " "); !strings.Contains(said, "damaged. It was put aside as /state/studio.db.damaged-1") {
		t.Errorf("says %q", said)
	}
}

// A noClose tells of being closed and stays: the toolkit's window for tests
// cannot be closed twice, and the end of each test closes it.
type noClose struct {
	fyne.Window
	closed func()
}

func (n noClose) Close() { n.closed() }

// Closing asks once about pictures that are saved nowhere.
func TestClosingAsksAboutUnsavedPictures(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	c, closed := w.win.Canvas(), 0
	w.win = noClose{w.win, func() { closed++ }}
	s.queue.Over = []studio.Job{uitest.Job(1, 1, studio.Done), uitest.Job(2, 2, studio.Unsaved), uitest.Job(3, 3, studio.Unsaved)}
	w.sync(s)
	w.close()
	if said := uitest.Overlay(t, c); !strings.Contains(said, "2 pictures are not saved") || closed != 0 {
		t.Fatalf("closed %d times, asked %q", closed, said)
	}
	w.close()
	if n := len(c.Overlays().List()); n != 1 || closed != 0 {
		t.Errorf("closed again: %d questions, closed %d times", n, closed)
	}
	c.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if c.Overlays().Top() != nil || closed != 0 {
		t.Fatalf("Enter does not stay: closed %d times", closed)
	}
	w.close()
	test.Tap(uitest.DialogButton(t, c, "Stay"))
	if closed != 0 {
		t.Fatal("it does not stay")
	}
	w.close()
	test.Tap(uitest.DialogButton(t, c, "Quit"))
	if closed != 1 {
		t.Errorf("closed %d times by the answer", closed)
	}
}

// A signal to end asks nothing, and nor does closing where all is saved.
func TestClosingUnasked(t *testing.T) {
	for state, end := range map[studio.JobState]func(*Window){studio.Unsaved: (*Window).Quit, studio.Done: (*Window).close} {
		w, s := newTestWindow(t, t.TempDir())
		closed := false
		w.win = noClose{w.win, func() { closed = true }}
		s.queue.Over = []studio.Job{uitest.Job(1, 1, state)}
		w.sync(s)
		if end(w); !closed {
			t.Errorf("with a picture that is %s it stays open", state)
		}
	}
}
