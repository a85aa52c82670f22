package ui

import (
	"os"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"cascata/app/library"
	"cascata/app/studio"
	"cascata/ui/uitest"
)

// Delete in the strip means what it means in the library: a picture goes to the
// trash and undo brings it back, what runs or waits is cancelled, and what has
// no file leaves the list, all with undo.
func TestDeleteInTheStrip(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	w.win.Show()
	addTestPictures(t, w, 2)
	var over []studio.Job
	found, err := w.p.Library.Find(library.Query{})
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range found {
		pics, err := w.p.Library.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		j := uitest.Job(int64(i+1), 1, studio.Done)
		j.File = pics[0].File
		over = append(over, j)
	}
	failed := uitest.Job(7, 7, studio.Failed)
	s.queue.Over = append(over, failed)
	w.sync(s)
	w.middle.open(over[0])
	press := func(id int64) {
		j, ok := w.jobs.Find(id)
		if !ok {
			t.Fatalf("job %d is not in the list", id)
		}
		w.middle.strip.OnKey(j, &fyne.KeyEvent{Name: fyne.KeyDelete})
		w.lookForFiles() // as the library tells that it changed
	}
	press(1)
	if _, err := os.Stat(over[0].File); err == nil {
		t.Fatal("the picture is not in the trash")
	}
	if got := studio.IDs(w.jobs.Queue().Over); !slices.Equal(got, []int64{2, 7}) || w.middle.stage.Shown().ID != 2 {
		t.Errorf("the list has %v, shown is %d; want 2 and 7, 2", got, w.middle.stage.Shown().ID)
	}
	w.undo.Undo()
	w.lookForFiles()
	if _, err := os.Stat(over[0].File); err != nil || !slices.Equal(studio.IDs(w.jobs.Queue().Over), []int64{1, 2, 7}) {
		t.Errorf("undone: %v, the list has %v", err, studio.IDs(w.jobs.Queue().Over))
	}
	press(7)
	w.sync(s)
	if got := studio.IDs(w.jobs.Queue().Over); !slices.Equal(got, []int64{1, 2}) {
		t.Errorf("the list has %v", got)
	}
	s.queue.Waiting = []studio.Job{uitest.Job(9, 9, studio.Waiting)}
	w.sync(s)
	press(9)
	if !slices.Equal(s.cancelled, []int64{9}) {
		t.Errorf("cancelled %v, want 9", s.cancelled)
	}
}

// The last picture of the strip leaves an empty stage.
func TestDeleteTheOnlyPicture(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	j := uitest.Job(1, 1, studio.Done)
	j.File = uitest.WritePicture(t, "a.png", 8, 8)
	s.queue.Over = []studio.Job{j}
	w.sync(s)
	w.middle.open(j)
	if err := os.Remove(j.File); err != nil {
		t.Fatal(err)
	}
	w.lookForFiles()
	if w.middle.stage.Shown().ID != 0 || w.middle.stage.Picture() != nil || len(w.jobs.Queue().Over) != 0 {
		t.Errorf("shown is %d, %d in the list", w.middle.stage.Shown().ID, len(w.jobs.Queue().Over))
	}
}

// What was taken out of the list comes back by undo; a picture that is saved
// nowhere is asked about.
func TestForgetCanBeTakenBack(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	s.queue.Over = []studio.Job{uitest.Job(1, 1, studio.Done), uitest.Job(2, 2, studio.Failed), uitest.Job(3, 3, studio.Unsaved)}
	w.sync(s)
	w.jobs.ClearEnded()
	if got := studio.IDs(s.queue.Over); !slices.Equal(got, []int64{3}) {
		t.Fatalf("left are %v, want 3", got)
	}
	tapTitle(t, w.toasts, "Undo")
	if got := studio.IDs(s.queue.Over); !slices.Equal(got, []int64{3, 1, 2}) {
		t.Errorf("undone: %v", got)
	}
	w.jobs.Forget(3)
	if len(s.queue.Over) != 3 || w.win.Canvas().Overlays().Top() == nil {
		t.Error("the picture in memory is thrown away unasked")
	}
}
