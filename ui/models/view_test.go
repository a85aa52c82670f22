package models

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/catalogue"
	"cascata/app/finder"
	"cascata/app/hub"
	"cascata/inference/checkpoint"
	"cascata/ui/format"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

func TestMain(m *testing.M) {
	if err := format.Translate("en"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// tap presses the button of a title in what is shown.
func tap(t *testing.T, o fyne.CanvasObject, title string) {
	t.Helper()
	if !tapped(o, title) {
		t.Fatalf("no button %q in:\n%s", title, strings.Join(uitest.Texts(o), "\n"))
	}
}

func tapped(o fyne.CanvasObject, title string) bool {
	switch o := o.(type) {
	case *widgets.Button:
		if o.Title() == title {
			test.Tap(o)
			return true
		}
	case *fyne.Container:
		return slices.ContainsFunc(o.Objects, func(c fyne.CanvasObject) bool { return tapped(c, title) })
	case fyne.Widget:
		return slices.ContainsFunc(test.WidgetRenderer(o).Objects(), func(c fyne.CanvasObject) bool { return tapped(c, title) })
	}
	return false
}

// A shelf notes what it is asked for.
type shelf struct {
	items    []catalogue.Item
	accepted bool
	added    []string
	removed  string
	err      error
}

func (s *shelf) List() []catalogue.Item           { return s.items }
func (s *shelf) Accepted(*catalogue.Licence) bool { return s.accepted }
func (s *shelf) Accept(*catalogue.Licence) error  { s.accepted = s.err == nil; return s.err }
func (s *shelf) Remove(name string) (bool, error) { s.removed = name; return false, s.err }
func (s *shelf) Add(_ string, paths ...string) (string, error) {
	s.added = paths
	return "mine", s.err
}

type downloads struct{ started, paused, cancelled string }

func (d *downloads) Start(name string)  { d.started = name }
func (d *downloads) Pause(name string)  { d.paused = name }
func (d *downloads) Cancel(name string) { d.cancelled = name }

type stage struct {
	*View
	shelf     *shelf
	downloads *downloads
	canvas    fyne.Canvas
	used      string
	failed    error
	found     finder.Result
}

// newStage shows the view with the whole catalogue, in a window.
func newStage(t *testing.T) *stage {
	t.Helper()
	app := uitest.App(t)
	win := app.NewWindow("")
	t.Cleanup(win.Close)
	s := &stage{shelf: &shelf{}, downloads: &downloads{}, canvas: win.Canvas()}
	for _, name := range []string{"stable-cascade", "stable-cascade-lite", "effnet-encoder"} {
		e, ok := catalogue.Find(name)
		if !ok {
			t.Fatalf("the catalogue has no %s", name)
		}
		s.shelf.items = append(s.shelf.items, catalogue.Item{Entry: e, State: catalogue.Absent, Total: e.Bytes})
	}
	s.View = New(Params{
		Shelf: s.shelf, Downloads: s.downloads, Memory: 1e9, InUse: func() string { return "demo" },
		Find: func(context.Context) (finder.Result, error) { return s.found, nil },
		Run:  uitest.InPlace, Canvas: s.canvas,
		Folder: func(_ string, then func(string)) { then("/somewhere") }, Files: func(string, func([]string)) {},
		Visit: func(string) {}, Say: func(string, string, func()) func() { return func() {} }, Fail: func(err error) { s.failed = err },
		OnUse: func(name string) { s.used = name },
	})
	win.SetContent(s.Content)
	win.Resize(fyne.NewSize(900, 700))
	s.Refresh()
	return s
}

func (s *stage) text() string { return strings.Join(uitest.Texts(s.Content), "\n") }

// Every model says the memory that it needs at each precision.
func TestNeedsAreSaid(t *testing.T) {
	s := newStage(t)
	for _, name := range []string{"stable-cascade", "stable-cascade-lite", "stable-cascade-big-lite", "stable-cascade-lite-big", "stable-cascade-comfyui"} {
		e, ok := catalogue.Find(name)
		if !ok {
			t.Fatalf("no %s", name)
		}
		said := newRow(s.View, catalogue.Item{Entry: e}).facts.Text()
		needs := e.Needs()
		if len(needs) != 3 {
			t.Errorf("%s: %v", name, needs)
		}
		for precision, n := range needs {
			if !strings.Contains(said, memoryText(precision, n)) || !strings.Contains(memoryText(precision, n), format.Amount(n)) {
				t.Errorf("%s says %q, in %s it needs %d", name, said, precision, n)
			}
		}
	}
}

// What is too big here is said, with the memory that it takes.
func TestFits(t *testing.T) {
	s := newStage(t)
	big, lite := s.rows["stable-cascade"], s.rows["stable-cascade-lite"]
	if got := big.facts.Text(); !strings.Contains(got, "of memory") {
		t.Errorf("what the big model takes: %q", got)
	}
	for memory, want := range map[int64][2]string{1e8: {"too big", "too big"}, 64e9: {"fits here", "fits here"}, 0: {"", ""}} {
		s.p.Memory = memory
		for i, r := range []*row{big, lite} {
			r.show()
			got := r.facts.Text()
			if !strings.Contains(got, want[i]) || memory == 0 && (strings.Contains(got, "fits") || strings.Contains(got, "too big")) {
				t.Errorf("%s on %d bytes: %q", r.item.Name, memory, got)
			}
		}
	}
}

// Nothing is downloaded before the licence was read and accepted, and that is
// asked once.
func TestLicenceFirst(t *testing.T) {
	s := newStage(t)
	r := s.rows["stable-cascade-lite"]
	test.Tap(r.main)
	if s.downloads.started != "" || !widgets.Modal(s.canvas) {
		t.Fatalf("started %q without a question", s.downloads.started)
	}
	dialog := strings.Join(uitest.Texts(s.canvas.Overlays().Top()), "\n")
	if !strings.Contains(dialog, "not commercial") || !strings.Contains(dialog, format.Amount(r.item.Total)) {
		t.Errorf("the question lacks terms or size:\n%s", dialog)
	}
	tap(t, s.canvas.Overlays().Top(), "Accept and download")
	if s.downloads.started != "stable-cascade-lite" || !s.shelf.accepted {
		t.Errorf("started %q, accepted %v", s.downloads.started, s.shelf.accepted)
	}
	s.downloads.started = ""
	test.Tap(s.rows["effnet-encoder"].main)
	if s.downloads.started != "effnet-encoder" || widgets.Modal(s.canvas) {
		t.Errorf("the second time: started %q", s.downloads.started)
	}
}

// A licence that could not be remembered is not accepted.
func TestLicenceNotWritten(t *testing.T) {
	s := newStage(t)
	s.shelf.err = errors.New("disk full")
	test.Tap(s.rows["stable-cascade-lite"].main)
	tap(t, s.canvas.Overlays().Top(), "Accept and download")
	if s.downloads.started != "" || s.failed == nil {
		t.Errorf("started %q, failed %v", s.downloads.started, s.failed)
	}
}

// A download is followed in its row, and can be paused there.
func TestFollowsADownload(t *testing.T) {
	s := newStage(t)
	r := s.rows["stable-cascade-lite"]
	s.DownloadChanged(catalogue.Event{Name: r.item.Name, Stage: catalogue.Running, Progress: hub.Progress{Phase: hub.Fetching, Done: 1e9, Total: 4e9, Speed: 1e7, Left: 5 * time.Minute}})
	for _, want := range []string{format.Amount(1e9), format.Amount(4e9), "a second", "left"} {
		if got := r.state.Text(); !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	if got := r.bar.Done()[0]; got != 0.25 {
		t.Errorf("the bar is at %v", got)
	}
	test.Tap(r.main)
	if s.downloads.paused != r.item.Name {
		t.Errorf("paused %q", s.downloads.paused)
	}
	s.shelf.items[1].State, s.shelf.items[1].Done = catalogue.Unfinished, 1e9
	s.DownloadChanged(catalogue.Event{Name: r.item.Name, Stage: catalogue.Paused})
	if r.main.Title() != resume.title() || !strings.Contains(r.state.Text(), "goes on") {
		t.Errorf("paused: %q, %q", r.main.Title(), r.state.Text())
	}
	s.DownloadChanged(catalogue.Event{Name: r.item.Name, Stage: catalogue.Failed, Err: hub.ErrNetwork})
	if got := r.state.Text(); !strings.Contains(got, hub.ErrNetwork.Error()) {
		t.Errorf("failed: %q", got)
	}
}

// What is here is used; what is in use says so.
func TestUse(t *testing.T) {
	s := newStage(t)
	s.shelf.items[1].State = catalogue.Downloaded
	s.Refresh()
	test.Tap(s.rows["stable-cascade-lite"].main)
	if s.used != "stable-cascade-lite" {
		t.Errorf("used %q", s.used)
	}
	s.p.InUse = func() string { return "stable-cascade-lite" }
	s.Refresh()
	if r := s.rows["stable-cascade-lite"]; !r.main.Disabled() || r.main.Title() != inUse.title() {
		t.Errorf("in use: %q", r.main.Title())
	}
}

// What we downloaded is deleted after a question; others' files are not.
func TestRemove(t *testing.T) {
	s := newStage(t)
	s.shelf.items[0].State, s.shelf.items[1].State, s.shelf.items[1].Paths = catalogue.Downloaded, catalogue.Added, []string{"/theirs"}
	s.Refresh()
	test.Tap(s.rows["stable-cascade"].second)
	if s.shelf.removed != "" {
		t.Fatal("deleted without a question")
	}
	tap(t, s.canvas.Overlays().Top(), "Delete")
	if s.shelf.removed != "stable-cascade" {
		t.Errorf("removed %q", s.shelf.removed)
	}
	test.Tap(s.rows["stable-cascade-lite"].second)
	if s.shelf.removed != "stable-cascade-lite" || widgets.Modal(s.canvas) {
		t.Errorf("taken off the list: %q", s.shelf.removed)
	}
}

// What is found on the computer goes into the list where it lies.
func TestFind(t *testing.T) {
	s := newStage(t)
	s.found = finder.Result{Models: []finder.Model{{Title: "Stable Cascade", Paths: []string{"/b.safetensors", "/c.safetensors"}, Bytes: 3e9}}}
	test.Tap(s.search)
	if !strings.Contains(s.text(), format.Amount(3e9)) {
		t.Fatalf("not shown:\n%s", s.text())
	}
	tap(t, s.Content, "Add to the list")
	if strings.Join(s.shelf.added, ",") != "/b.safetensors,/c.safetensors" {
		t.Errorf("added %q", s.shelf.added)
	}
	control := finder.Part{Kind: checkpoint.KindControl, Name: "control canny", Path: "/c/edges.safetensors"}
	s.found.Models[0].Parts, s.found.Parts = []string{"encoder"}, []finder.Part{control}
	test.Tap(s.search)
	for _, want := range []string{"pictures to begin from", "outlines (ControlNet canny)", "edges.safetensors"} {
		if !strings.Contains(s.text(), want) {
			t.Errorf("%q is not shown:\n%s", want, s.text())
		}
	}
	s.found = finder.Result{Parts: []finder.Part{{Kind: checkpoint.KindPrior, Name: "stage c"}}}
	test.Tap(s.search)
	if !strings.Contains(s.text(), "not all that a picture needs") {
		t.Errorf("half a model:\n%s", s.text())
	}
}
