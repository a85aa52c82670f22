package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"cascata/app/studio"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

// pressEscape is a press of Escape as the desktop tells it: once that it went
// down, and again and again while it is held.
func pressEscape(w *Window, times int) {
	e := &fyne.KeyEvent{Name: fyne.KeyEscape}
	for i := range times {
		f := w.win.Canvas().Focused()
		if k, ok := f.(interface{ KeyDown(*fyne.KeyEvent) }); ok && i == 0 {
			k.KeyDown(e)
		} else if i == 0 {
			widgets.KeyWatch{}.KeyDown(e)
		}
		if f != nil {
			f.TypedKey(e)
		} else {
			w.win.Canvas().OnTypedKey()(e)
		}
	}
}

// atWork is a window in which picture 5 runs, and a sheet of drafts is there.
func atWork(t *testing.T) (*Window, *fakeStudio) {
	t.Helper()
	w, s := newTestWindow(t, t.TempDir())
	w.win.Show()
	s.queue = studio.Queue{Running: []studio.Job{uitest.Job(5, 5, studio.Running)}, Over: uitest.Drafts(10)[:3]}
	w.sync(s)
	return w, s
}

// Escape closes what is open, and only another press of it stops; a held one
// does not.
func TestEscapeClosesBeforeItStops(t *testing.T) {
	for name, open := range map[string]func(w *Window){
		"library": func(w *Window) { w.tabs.goTo(tabLibrary) },
		"sheet":   func(w *Window) { w.middle.openSheet(10) },
		"keys":    func(w *Window) { w.openShortcuts() },
		"history": func(w *Window) { w.form.OpenHistory() },
		"menu":    func(w *Window) { w.jobMenu(uitest.Job(5, 5, studio.Running), fyne.NewPos(10, 10)) },
		"draft": func(w *Window) {
			w.middle.openSheet(10)
			uitest.Press(w.middle.sheet.Tiles, fyne.KeyO)
			pressEscape(w, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, s := atWork(t)
			open(w)
			pressEscape(w, 40)
			if len(s.cancelled) > 0 {
				t.Fatal("closing stopped the picture too")
			}
			if w.tabs.at != tabCreate || w.middle.sheetOpen() || widgets.Modal(w.win.Canvas()) {
				t.Fatal("it is still open")
			}
			pressEscape(w, 1)
			if !slices.Equal(s.cancelled, []int64{5}) {
				t.Errorf("the next press cancelled %v, want 5", s.cancelled)
			}
		})
	}
}

// What is said of a stop is what is kept, and undo brings all of it back to
// where it was.
func TestStoppingSaysWhatIsKept(t *testing.T) {
	kept, lost, source := uitest.Job(1, 1, studio.Done), uitest.Job(2, 2, studio.Cancelled), uitest.Job(3, 3, studio.Cancelled)
	kept.Recipe.Draft, kept.File = true, "draft.png"
	source.Source = "a.png"
	for _, tt := range []struct {
		ended []studio.Job
		want  []string
	}{
		{[]studio.Job{kept}, []string{"kept as a draft"}},
		{[]studio.Job{lost}, []string{"nothing is kept"}},
		{[]studio.Job{source}, []string{"still there"}},
		{[]studio.Job{kept, lost}, []string{"kept as a draft", "nothing is kept"}},
	} {
		w, s := atWork(t)
		w.jobs.Stop()
		for _, j := range tt.ended {
			w.showOutcome(studio.Outcome{Job: j, Stopped: true})
		}
		texts := w.toasts.Texts()
		if len(texts) != 1 {
			t.Fatalf("%d notes: %q", len(texts), texts)
		}
		for _, want := range tt.want {
			if !strings.Contains(texts[0], want) {
				t.Errorf("says %q, want %q in it", texts[0], want)
			}
		}
		tapTitle(t, w.toasts, "Undo")
		if !slices.Equal(s.restored, studio.IDs(tt.ended)) {
			t.Errorf("restored %v, want %v", s.restored, studio.IDs(tt.ended))
		}
	}
}

func TestCancelCanBeTakenBack(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	s.queue = uitest.FourPictures()
	w.sync(s)
	w.jobs.Cancel(3)
	tapTitle(t, w.toasts, "Undo")
	if !slices.Equal(s.restored, []int64{3}) || s.before != 4 {
		t.Errorf("restored %v before %d, want 3 before 4", s.restored, s.before)
	}
	s.restored = nil
	waiting := studio.IDs(s.queue.Waiting)
	w.jobs.CancelAll()
	w.sync(s)
	w.showOutcome(studio.Outcome{Job: uitest.Job(2, 1, studio.Cancelled), Stopped: true})
	if n := len(w.toasts.Texts()); n != 1 {
		t.Errorf("%d notes, want one", n)
	}
	tapTitle(t, w.toasts, "Undo")
	if want := append([]int64{2}, waiting...); !slices.Equal(s.restored, want) {
		t.Errorf("restored %v, want %v", s.restored, want)
	}
}
