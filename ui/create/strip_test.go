package create

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

// noThumbs finds no small pictures.
func noThumbs() *async.Thumbs {
	return async.NewThumbs(uitest.InPlace, func(int64) string { return "" })
}

func newTestStrip(t *testing.T) *Strip {
	t.Helper()
	uitest.App(t)
	s := NewStrip(noThumbs())
	w := test.NewTempWindow(t, s.Content)
	w.Resize(fyne.NewSize(700, 140))
	return s
}

// itemOf is how the strip shows a job.
func itemOf(t *testing.T, tiles *widgets.Tiles, id int64) widgets.Item {
	t.Helper()
	for _, it := range tiles.Items() {
		if it.Key == KeyOf(id) {
			return it
		}
	}
	t.Fatalf("job %d is not shown", id)
	return widgets.Item{}
}

func TestStripShowsJobsInOrder(t *testing.T) {
	s := newTestStrip(t)
	q := uitest.FourPictures()
	bad, draft := uitest.Job(8, 8, studio.Failed), uitest.Job(9, 9, studio.Done)
	draft.Recipe.Draft = true
	q.Over = append(q.Over, bad, draft)
	s.SetQueue(q)
	var keys []string
	for _, it := range s.tiles.Items() {
		keys = append(keys, it.Key)
	}
	if want := []string{"2", "3", "4", "1", "8", "9"}; !slices.Equal(keys, want) {
		t.Errorf("order %v, want %v", keys, want)
	}
	for id, want := range map[int64]widgets.Item{
		2: {Badge: "2/4", Text: "now"},
		3: {Text: "next", Badge: "3/4", Dashed: true, Movable: true},
		4: {Text: "4/4", Dashed: true, Movable: true},
		8: {Text: "failed", Bad: true},
		9: {Text: "draft"},
	} {
		got := itemOf(t, s.tiles, id)
		want.Key, want.Tip = got.Key, got.Tip
		if got != want {
			t.Errorf("job %d: %+v, want %+v", id, got, want)
		}
	}
}

func TestStripShowsTheRunningPictureAsItForms(t *testing.T) {
	s := newTestStrip(t)
	q := uitest.FourPictures()
	s.SetQueue(q)
	p := inDetail(q.Running[0])
	s.SetProgress(p)
	it := itemOf(t, s.tiles, 2)
	if it.Image != p.Preview || it.Progress < 0.65 || it.Progress > 0.67 { // 5 + 0.4 · 4 of 10
		t.Errorf("image %v, progress %g; want the preview, 0.66", it.Image, it.Progress)
	}
	q.Over, q.Running = append([]studio.Job{uitest.Job(2, 1, studio.Done)}, q.Over...), nil
	s.SetQueue(q)
	if it := itemOf(t, s.tiles, 2); it.Image != p.Preview || it.Progress != 0 {
		t.Errorf("ended: image %v, progress %g; want the preview until there is better, 0", it.Image, it.Progress)
	}
}

func TestStripEvents(t *testing.T) {
	s := newTestStrip(t)
	q := uitest.FourPictures()
	s.SetQueue(q)
	var opened, moved, before int64
	var deleted int64
	s.OnOpen = func(j studio.Job) { opened = j.ID }
	s.OnMove = func(id, b int64) { moved, before = id, b }
	s.OnKey = func(j studio.Job, e *fyne.KeyEvent) bool { deleted = j.ID; return true }
	s.tiles.FocusGained()
	s.tiles.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	if opened != 3 {
		t.Errorf("opened %d, want 3", opened)
	}
	s.tiles.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	if deleted != 3 {
		t.Errorf("deleted %d, want 3", deleted)
	}
	s.tiles.OnMove("3", "")
	if moved != 3 || before != 0 {
		t.Errorf("moved %d before %d, want 3 before 0", moved, before)
	}
	if j, ok := s.Step(3, 1); !ok || j.ID != 4 {
		t.Errorf("the one after 3 is %d, %v; want 4", j.ID, ok)
	}
	if _, ok := s.Step(1, 1); ok {
		t.Error("there is one after the last")
	}
	s.Select(4)
	s.Select(1)
	if itemOf(t, s.tiles, 4).Chosen || !itemOf(t, s.tiles, 1).Chosen {
		t.Error("not just the newest choice is framed")
	}
}

func TestStripForgetsWhatIsGone(t *testing.T) {
	s := newTestStrip(t)
	s.SetQueue(uitest.FourPictures())
	s.SetQueue(studio.Queue{})
	if len(s.shown) != 0 || len(s.tiles.Items()) != 0 {
		t.Errorf("%d and %d left", len(s.shown), len(s.tiles.Items()))
	}
}

// Finished business of earlier days is not in the strip.
func TestStripBeginsAnew(t *testing.T) {
	s := newTestStrip(t)
	s.Since = time.Now()
	var over []studio.Job
	for i, state := range []studio.JobState{studio.Cancelled, studio.Interrupted, studio.Done, studio.Failed, studio.Cancelled, studio.Interrupted} {
		j := uitest.Job(int64(i+1), int64(i+1), state)
		if j.Ended = s.Since.Add(-time.Hour); i > 3 {
			j.Ended = s.Since.Add(time.Second)
		}
		over = append(over, j)
	}
	s.SetQueue(studio.Queue{Over: over})
	var keys []string
	for _, it := range s.tiles.Items() {
		keys = append(keys, it.Key)
	}
	if want := []string{"3", "4", "5", "6"}; !slices.Equal(keys, want) {
		t.Errorf("shows %v, want %v", keys, want)
	}
}
