package ui

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"cascata/app"
	"cascata/app/disk"
	"cascata/app/library"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/inference"
	"cascata/ui/format"
	"cascata/ui/gallery"
	"cascata/ui/picture"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

// menuBar is how high the toolkit's menu is, which the tests' window has not.
const menuBar = 26

// sizes are windows that everything must fit into: 900 x 600 at 100 %, 1440 x
// 900 at 200 %, and 2560 x 1440 at 100 %.
var sizes = []fyne.Size{{Width: 900, Height: 600}, {Width: 720, Height: 450}, {Width: 2560, Height: 1440}}

const longPrompt = "a red boat at sea, (small:1.2), on the left, under a wide and cloudy sky, with a lighthouse in the distance, seen from a cliff at dusk, " +
	"gulls over the water, a thin line of rain on the horizon, soft light, painted in oil on a rough canvas"

// Nothing is cut, covered or hard to read in any view, at any of the sizes, in
// both languages and both themes.
func TestEveryViewFits(t *testing.T) {
	for _, language := range []string{"en", "de"} {
		for _, v := range lookedAt {
			t.Run(language+"/"+v.name, func(t *testing.T) {
				if err := format.Translate(language); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { format.Translate("en") })
				var later uitest.Pending
				w, s := newTestWindowOn(t, t.TempDir(), later.Add)
				w.win.Resize(sizes[0])
				v.show(t, w, s)
				themes := []string{"light", "dark"}
				for _, size := range sizes {
					room := size.SubtractWidthHeight(0, menuBar)
					w.win.Resize(room)
					for _, theme := range themes {
						w.prefer(func(s *app.Settings) { s.Theme = theme })
						later.Do()
						for _, f := range looked(w.win.Canvas(), room, w.panes.Over != nil || w.pictures.view.Panes.Over != nil) {
							t.Errorf("%.0f x %.0f, %s: %s", size.Width, size.Height, theme, f)
						}
					}
					themes = []string{"dark"} // where things are depends on no colour
					if m := w.win.Content().MinSize(); m.Width > room.Width || m.Height > room.Height {
						t.Errorf("the window is at least %.0f x %.0f, want %.0f x %.0f", m.Width, m.Height, room.Width, room.Height)
					}
				}
			})
		}
	}
}

// lookedAt are the views and states of the window.
var lookedAt = []struct {
	name string
	show func(*testing.T, *Window, *fakeStudio)
}{
	{"empty", func(*testing.T, *Window, *fakeStudio) {}},
	{"more", func(_ *testing.T, w *Window, _ *fakeStudio) {
		w.write(longPrompt)
		w.form.SetCounts(app.TokenCount{Used: 90, Limit: 75, Cut: "soft light, painted in oil"}, app.TokenCount{})
	}},
	{"pictures", func(t *testing.T, w *Window, _ *fakeStudio) { withInputs(t, w) }},
	{"repaint", func(t *testing.T, w *Window, _ *fakeStudio) {
		withInputs(t, w)
		w.form.Repaint(*w.form.Sketch().Init, 320, 200)
	}},
	{"extend", func(t *testing.T, w *Window, _ *fakeStudio) {
		withInputs(t, w)
		w.form.Extend(*w.form.Sketch().Init, 320, 200)
	}},
	{"running", func(_ *testing.T, w *Window, s *fakeStudio) { runSome(w, s, false) }},
	{"paused", func(_ *testing.T, w *Window, s *fakeStudio) {
		runSome(w, s, true)
		w.middle.open(s.queue.Waiting[0])
	}},
	{"list", func(_ *testing.T, w *Window, s *fakeStudio) {
		runSome(w, s, false)
		w.toggle(w.panes.Right)
	}},
	{"list hidden", func(_ *testing.T, w *Window, s *fakeStudio) {
		w.win.Resize(fyne.NewSize(1600, 900))
		runSome(w, s, false)
		w.toggle(w.panes.Right)
	}},
	{"controls over the picture", func(_ *testing.T, w *Window, s *fakeStudio) {
		runSome(w, s, false)
		w.win.Resize(fyne.NewSize(500, 420))
		w.panes.Lay(w.panes.Left)
	}},
	{"details over the grid", func(t *testing.T, w *Window, _ *fakeStudio) {
		openLibrary(t, w)
		w.win.Resize(sizes[1])
		w.pictures.choose(w.pictures.view.Grid.Keys()[:1])
		w.pictures.view.Panes.Lay(w.pictures.view.Panes.Right)
	}},
	{"done", func(t *testing.T, w *Window, s *fakeStudio) {
		j := someJobs(studio.Done, 1, 1)[0]
		j.File = uitest.WritePlain(t, "2026-01-02 10.11.12 a red boat at sea under a wide and cloudy sky 42.png", 256, 256, color.RGBA{200, 90, 20, 255})
		s.queue.Over = []studio.Job{j}
		w.sync(s)
		w.middle.open(j)
		w.middle.stage.Viewer.Finish(image.NewRGBA(image.Rect(0, 0, 256, 256)))
	}},
	{"failed", func(_ *testing.T, w *Window, s *fakeStudio) {
		j := someJobs(studio.Failed, 1, 1)[0]
		j.Error = "ort: stage b: failed to allocate memory for requested buffer of size 4294967296, at node /down_blocks.0/resnets.1/conv1"
		s.queue.Over = []studio.Job{j}
		w.sync(s)
		w.middle.stage.Job = j
		w.Ended(studio.Outcome{Job: j, Err: fmt.Errorf("%s: %w", j.Error, inference.ErrOutOfMemory), Notes: nil})
		w.middle.open(j)
	}},
	{"unsaved", func(_ *testing.T, w *Window, s *fakeStudio) {
		j := someJobs(studio.Unsaved, 1, 1)[0]
		j.Error = "no space left on device"
		w.Ended(studio.Outcome{Job: j, Err: disk.ErrWrite})
	}},
	{"toast", func(_ *testing.T, w *Window, s *fakeStudio) {
		runSome(w, s, false)
		w.toasts.Say("one", "", nil)
		w.toasts.Say(format.Explain(errors.Join(disk.ErrWrite, errors.New("disk full"))), "Undo", func() {})
	}},
	{"sheet", func(_ *testing.T, w *Window, s *fakeStudio) {
		w.write(longPrompt)
		w.draft()
		for i := range s.queue.Waiting {
			s.queue.Waiting[i].State = studio.Waiting
		}
		s.queue.Paused = true
		w.sync(s)
	}},
	{"sheet done", func(_ *testing.T, w *Window, s *fakeStudio) {
		w.write(longPrompt)
		w.draft()
		s.queue.Over, s.queue.Waiting = s.queue.Waiting, nil
		for i := range s.queue.Over {
			s.queue.Over[i].State, s.queue.Over[i].File = studio.Done, "draft.png"
		}
		w.sync(s)
		w.middle.sheet.TickAll()
	}},
	{"sweep", func(_ *testing.T, w *Window, s *fakeStudio) {
		var jobs []studio.Job
		for i := range 4 {
			j := studio.Job{ID: int64(i + 1), Group: 1, State: studio.Waiting, Recipe: recipe.Usual(recipe.Demo).Recipe}
			j.Recipe.Prompt, j.Recipe.Width, j.Recipe.Height, j.Recipe.Guidance = longPrompt, 1024, 1024, float64(i+1)
			jobs = append(jobs, j)
		}
		s.queue.Waiting = jobs
		w.sync(s)
		w.middle.swept = 1
		w.middle.showSweep(jobs)
	}},
	{"library empty", func(_ *testing.T, w *Window, _ *fakeStudio) { w.tabs.goTo(tabLibrary) }},
	{"library nothing found", func(t *testing.T, w *Window, _ *fakeStudio) {
		openLibrary(t, w)
		w.pictures.view.Finder.Set(library.Query{Text: "zeppelin"})
	}},
	{"library", func(t *testing.T, w *Window, _ *fakeStudio) { openLibrary(t, w) }},
	{"library chosen", func(t *testing.T, w *Window, _ *fakeStudio) {
		openLibrary(t, w)
		w.pictures.choose(w.pictures.view.Grid.Keys()[:1])
	}},
	{"library several", func(t *testing.T, w *Window, _ *fakeStudio) {
		openLibrary(t, w)
		w.pictures.choose(w.pictures.view.Grid.Keys())
	}},
	{"library menu of filters", func(t *testing.T, w *Window, _ *fakeStudio) {
		openLibrary(t, w)
		w.pictures.view.Toolbar.OpenFilter()
	}},
	{"lightbox", func(t *testing.T, w *Window, _ *fakeStudio) {
		openLibrary(t, w)
		w.pictures.view.Open(w.pictures.view.Grid.Keys()[0])
	}},
	{"compare", func(t *testing.T, w *Window, _ *fakeStudio) {
		openLibrary(t, w)
		w.pictures.view.Changes.With(w.pictures.view.Grid.Keys()[:2], func(p []library.Picture) { w.pictures.Compare(p...) })
	}},
	{"preferences", func(_ *testing.T, w *Window, _ *fakeStudio) { w.openPreferences() }},
	{"models", func(_ *testing.T, w *Window, _ *fakeStudio) { w.model.ask() }},
	{"keys", func(_ *testing.T, w *Window, _ *fakeStudio) { w.openShortcuts() }},
	{"history", func(_ *testing.T, w *Window, _ *fakeStudio) {
		w.write(longPrompt)
		w.generate(false)
		w.form.OpenHistory()
	}},
	{"styles", func(_ *testing.T, w *Window, _ *fakeStudio) { w.form.EditStyles() }},
	{"welcome", func(_ *testing.T, w *Window, _ *fakeStudio) { w.welcome() }},
	{"import", func(t *testing.T, w *Window, _ *fakeStudio) { w.pictures.Add(filepath.Join(t.TempDir(), "a.png")) }},
	{"export", func(t *testing.T, w *Window, _ *fakeStudio) {
		w.pictures.Export(library.Picture{File: "/home/a/Pictures/Cascata/a red boat.png", Width: 1024, Height: 1024})
	}},
	{"values", func(_ *testing.T, w *Window, _ *fakeStudio) {
		w.write(longPrompt)
		w.pictures.sweep(picture.SweepParams{Recipe: w.form.Sketch().Recipe})
	}},
	{"albums", func(t *testing.T, w *Window, _ *fakeStudio) {
		openLibrary(t, w)
		w.p.Library.NewAlbum("Boats and ships of the north")
		gallery.ShowAlbums(w.win.Canvas(), w.p.Run, w.p.Library, func() {}, w.pictures.view.Grid.Keys()[0])
	}},
	{"cancel all", func(_ *testing.T, w *Window, s *fakeStudio) {
		widgets.Confirm(w.win.Canvas(), "A title", longPrompt+longPrompt+longPrompt, "Do it", "Cancel", func() {})
	}},
}

// withInputs shows controls with pictures and a LoRA in them, for a model that
// lacks an encoder.
func withInputs(t *testing.T, w *Window) {
	t.Helper()
	m := w.model.info
	m.Accepts = app.Accepts{References: app.Support{Get: "image-encoder"}, Pictures: app.Support{Yes: true}, Outlines: app.Support{Yes: true}, LoRAs: true}
	w.model.set(m)
	file := uitest.WritePlain(t, "a photograph of a lighthouse with a long name.png", 320, 200, color.RGBA{200, 90, 20, 255})
	s := w.form.Sketch()
	in := inference.Input{File: file}
	s.References, s.Init, s.Mask = []inference.Reference{{Input: in, Weight: 1}, {Input: inference.Input{File: "gone.png"}, Weight: 0.5}}, &in, &in
	s.Mix.More = []inference.Mixed{{Prompt: longPrompt, Weight: 0.5}}
	s.Control = &inference.Control{Input: in, Kind: "canny", Weight: 1}
	s.LoRAs = []inference.LoRA{{Name: "kohya", Weight: 0.8, Path: filepath.Join("..", "inference", "testdata", "loras", "kohya.safetensors")}, {Name: "a LoRA that is gone", Weight: 1}}
	w.form.Set(s)
	w.form.Refer(in)
}

// someJobs are n pictures in a state, with long prompts.
func someJobs(state studio.JobState, first int64, n int) (jobs []studio.Job) {
	for i := range int64(n) {
		j := studio.Job{ID: first + i, Group: first, State: state, Took: 95 * time.Second, Recipe: recipe.Usual(recipe.Demo).Recipe}
		j.Recipe.Prompt, j.Recipe.Width, j.Recipe.Height, j.Recipe.Seed = longPrompt, 1024, 1024, 18446744073709551615-uint64(i)
		jobs = append(jobs, j)
	}
	return jobs
}

// runSome shows a picture that forms, others that wait, and some that are over.
func runSome(w *Window, s *fakeStudio, paused bool) {
	w.write(longPrompt)
	s.queue = studio.Queue{Waiting: someJobs(studio.Waiting, 20, 12), Over: someJobs(studio.Failed, 1, 8), Paused: paused, Left: 754 * time.Second}
	running := someJobs(studio.Running, 19, 1)
	if !paused {
		s.queue.Running = running
	}
	w.sync(s)
	if !paused {
		w.Progress(studio.Progress{Job: running[0], Stage: inference.StageB, N: 14, Total: 20, Elapsed: 71 * time.Second, Left: 83 * time.Second,
			StepsPerSecond: 0.3, Notes: nil, Preview: image.NewRGBA(image.Rect(0, 0, 64, 64)), Shares: [3]float32{5, 4, 1}})
	}
}

// openLibrary shows pictures of other programs and a plain one.
func openLibrary(t *testing.T, w *Window) {
	t.Helper()
	dir := w.p.Pictures()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a1111.png", "comfyui-cascade.png", "invokeai.png", "plain.png"} {
		data, err := os.ReadFile(filepath.Join("..", "app", "meta", "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, bytes.Clone(data), 0o644); err != nil {
			t.Fatal(err)
		}
		p, err := w.p.Library.Add(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "a1111") {
			w.p.Library.Tag("a rather long tag of many words", true, p.ID)
			w.p.Library.Tag("night", true, p.ID)
		}
	}
	w.tabs.goTo(tabLibrary)
	w.pictures.view.Changed()
	w.pictures.view.Finder.Set(library.Query{})
	if len(w.pictures.view.Grid.Keys()) != 4 {
		t.Fatalf("the library shows %d pictures", len(w.pictures.view.Grid.Keys()))
	}
}
