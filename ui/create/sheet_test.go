package create

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/studio"
	"cascata/ui/uitest"
)

func newTestSheet(t *testing.T) *Sheet {
	t.Helper()
	uitest.App(t)
	s := NewSheet(noThumbs())
	w := test.NewTempWindow(t, s.Content)
	w.Resize(fyne.NewSize(800, 500))
	return s
}

func TestSheetByKeyboard(t *testing.T) {
	s := newTestSheet(t)
	var developed []studio.Job
	var opened int64
	s.OnDevelop = func(d []studio.Job) { developed = d }
	s.OnOpen = func(j studio.Job) { opened = j.ID }
	s.Show(uitest.Drafts(10))
	s.Tiles.FocusGained()
	keys := func(names ...fyne.KeyName) {
		for _, k := range names {
			s.Tiles.TypedKey(&fyne.KeyEvent{Name: k})
		}
	}
	keys(fyne.KeyReturn)
	if developed != nil {
		t.Error("developed nothing")
	}
	keys(fyne.KeySpace, fyne.KeyRight, fyne.KeyRight, fyne.KeySpace, fyne.KeyReturn)
	if len(developed) != 2 || developed[0].ID != 10 || developed[1].ID != 12 {
		t.Errorf("developed %v, want 10 and 12", studio.IDs(developed))
	}
	keys(fyne.KeyO)
	if opened != 12 {
		t.Errorf("opened %d, want 12", opened)
	}
	keys(fyne.KeyRight, fyne.KeySpace) // the running one
	if n := len(s.Ticked()); n != 2 {
		t.Errorf("%d ticked, want 2: a draft to come cannot be", n)
	}
	keys(fyne.KeyA)
	if n := len(s.Ticked()); n != 3 {
		t.Errorf("%d of 3 ticked by A", n)
	}
	keys(fyne.KeyN)
	if n := len(s.Ticked()); n != 0 {
		t.Errorf("%d ticked after N", n)
	}
}

func TestSheetSaysHowLong(t *testing.T) {
	s := newTestSheet(t)
	s.Time = func(d []studio.Job) time.Duration { return time.Duration(len(d)) * 7 * time.Second }
	s.Show(uitest.Drafts(10))
	if !s.develop.Disabled() {
		t.Error("nothing is ticked and Develop can be tapped")
	}
	test.Tap(s.all)
	if got, want := s.develop.Title(), "Develop 3 · about 21 s"; got != want || s.develop.Disabled() {
		t.Errorf("button %q, disabled %v; want %q", got, s.develop.Disabled(), want)
	}
	if s.all.Title() != "Tick none" {
		t.Errorf("the other button says %q", s.all.Title())
	}
}

func TestSheetKeepsTicksWhileDraftsArrive(t *testing.T) {
	s := newTestSheet(t)
	jobs := uitest.Drafts(10)
	s.Show(jobs)
	s.tick(11)
	jobs[3].State, jobs[3].File = studio.Done, "another.png"
	s.Show(jobs)
	if got := studio.IDs(s.Ticked()); len(got) != 1 || got[0] != 11 {
		t.Errorf("ticked %v, want 11", got)
	}
	if !itemOf(t, s.Tiles, 13).Tickable {
		t.Error("the new draft cannot be ticked")
	}
	s.Show(uitest.Drafts(20))
	if len(s.Ticked()) != 0 {
		t.Errorf("%v ticked on a new sheet", studio.IDs(s.Ticked()))
	}
}

func TestSheetSaysThatTheQueueIsPaused(t *testing.T) {
	s := newTestSheet(t)
	s.Show(uitest.Drafts(10))
	resumed := false
	s.OnResume = func() { resumed = true }
	if s.resume.Visible() {
		t.Error("it can go on though nothing is paused")
	}
	keys := s.hint.Text()
	q := uitest.FourPictures()
	q.Running, q.Paused = nil, true
	s.SetQueue(q)
	if !s.resume.Visible() || s.hint.Text() == keys {
		t.Errorf("says %q, can go on %v", s.hint.Text(), s.resume.Visible())
	}
	test.Tap(s.resume)
	s.SetQueue(studio.Queue{})
	if !resumed || s.resume.Visible() || s.hint.Text() != keys {
		t.Errorf("gone on %v, says %q", resumed, s.hint.Text())
	}
}
