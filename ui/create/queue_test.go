package create

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"cascata/app/studio"
	"cascata/ui/settings"
	"cascata/ui/uitest"
)

func newTestQueue(t *testing.T) *QueueList {
	t.Helper()
	uitest.App(t)
	l := NewQueueList(noThumbs())
	w := test.NewTempWindow(t, l.Content)
	w.Resize(fyne.NewSize(320, 600))
	return l
}

// rowOf is the row of a job that is in view.
func rowOf(t *testing.T, l *QueueList, id int64) *queueRow {
	t.Helper()
	for _, o := range test.LaidOutObjects(l.list) {
		if r, ok := o.(*queueRow); ok && r.job.ID == id {
			return r
		}
	}
	t.Fatalf("job %d has no row", id)
	return nil
}

func TestQueueRowsOfWhatIsInView(t *testing.T) {
	l := newTestQueue(t)
	q := uitest.FourPictures()
	for id := int64(100); id < 1100; id++ {
		q.Over = append(q.Over, uitest.Job(id, id, studio.Done))
	}
	l.SetQueue(q)
	if n := len(l.rows); n == 0 || n > 40 {
		t.Errorf("%d rows for %d jobs, want about those in view", n, len(l.jobs))
	}
}

func TestQueueSaysWhatEachJobIs(t *testing.T) {
	l := newTestQueue(t)
	q := uitest.FourPictures()
	failed := uitest.Job(8, 8, studio.Failed)
	failed.Error = "out of memory\nand more"
	made := uitest.Job(9, 9, studio.Done)
	made.Ended = time.Date(2026, 1, 2, 14, 32, 0, 0, time.Local)
	q.Over = append(q.Over, failed, made)
	l.SetQueue(q)
	l.SetProgress(inDetail(q.Running[0]))
	for id, want := range map[int64]string{
		2: "2/4 · detail 4 of 10 · 4 s", 3: "3/4 · 64 × 64", 8: "failed · out of memory", 9: "9.5 s · 14:32",
	} {
		if got := rowOf(t, l, id).summary.Text(); got != want && !(id == 8 && got == want+"\n…") {
			t.Errorf("job %d: %q, want %q", id, got, want)
		}
	}
	if r := rowOf(t, l, 2); !r.bar.Visible() || r.image.Image == nil {
		t.Error("the running job has no bar or no preview")
	}
	if r := rowOf(t, l, 3); r.bar.Visible() || !r.up.Visible() || r.again.Visible() {
		t.Error("a waiting job has a bar, cannot be moved, or can be made again")
	}
}

func TestQueueMoves(t *testing.T) {
	l := newTestQueue(t)
	q := studio.Queue{Waiting: []studio.Job{uitest.Job(1, 1, studio.Waiting), uitest.Job(2, 2, studio.Waiting), uitest.Job(3, 3, studio.Waiting)}}
	l.SetQueue(q)
	var got [][2]int64
	l.OnMove = func(id, before int64) { got = append(got, [2]int64{id, before}) }
	test.Tap(rowOf(t, l, 2).up)
	test.Tap(rowOf(t, l, 1).down)
	test.Tap(rowOf(t, l, 2).down)
	test.Tap(rowOf(t, l, 1).up)   // is first
	test.Tap(rowOf(t, l, 3).down) // is last
	l.first(3)
	if want := [][2]int64{{2, 1}, {1, 3}, {2, 0}, {3, 1}}; !slices.Equal(got, want) {
		t.Errorf("moved %v, want %v", got, want)
	}
}

func TestQueueEndsAndForgets(t *testing.T) {
	l := newTestQueue(t)
	l.SetQueue(uitest.FourPictures())
	var cancelled, forgotten, again []int64
	l.OnCancel = func(ids ...int64) { cancelled = append(cancelled, ids...) }
	l.OnForget = func(ids ...int64) { forgotten = append(forgotten, ids...) }
	l.OnRetry = func(ids ...int64) { again = append(again, ids...) }
	test.Tap(rowOf(t, l, 2).end)
	test.Tap(rowOf(t, l, 3).end)
	test.Tap(rowOf(t, l, 1).end)
	test.Tap(rowOf(t, l, 1).again)
	if !slices.Equal(cancelled, []int64{2, 3}) || !slices.Equal(forgotten, []int64{1}) || !slices.Equal(again, []int64{1}) {
		t.Errorf("cancelled %v, forgotten %v, made again %v", cancelled, forgotten, again)
	}
}

func TestQueueByKeyboard(t *testing.T) {
	l := newTestQueue(t)
	l.SetQueue(uitest.FourPictures())
	var opened, cancelled, moved int64
	l.OnOpen = func(j studio.Job) { opened = j.ID }
	l.OnDelete = func(j studio.Job) { cancelled = j.ID }
	l.OnMove = func(id, _ int64) { moved = id }
	l.list.FocusGained()
	key := func(n fyne.KeyName) { l.list.TypedKey(&fyne.KeyEvent{Name: n}) }
	key(fyne.KeyDown)
	key(fyne.KeyDown)
	key(fyne.KeyReturn)
	key(fyne.KeyDelete)
	l.list.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyUp, Modifier: fyne.KeyModifierShortcutDefault})
	if opened != 4 || cancelled != 4 || moved != 4 {
		t.Errorf("opened %d, cancelled %d, moved %d; want 4 each", opened, cancelled, moved)
	}
	q := uitest.FourPictures()
	q.Waiting[0], q.Waiting[1] = q.Waiting[1], q.Waiting[0] // as Ctrl+Up has it
	l.SetQueue(q)
	opened = 0
	key(fyne.KeyReturn)
	if opened != 4 {
		t.Errorf("opened %d after the move, want 4 still", opened)
	}
}

func TestQueueHead(t *testing.T) {
	l := newTestQueue(t)
	var paused []bool
	l.OnPause = func(yes bool) { paused = append(paused, yes) }
	l.SetQueue(studio.Queue{})
	if !l.empty.Visible() || l.cancel.Visible() {
		t.Error("an empty queue says nothing, or can be cancelled")
	}
	q := uitest.FourPictures()
	q.Over = append(q.Over, uitest.Job(7, 7, studio.Interrupted))
	l.SetQueue(q)
	test.Tap(l.pause)
	q.Paused = true
	l.SetQueue(q)
	test.Tap(l.pause)
	if !slices.Equal(paused, []bool{true, false}) {
		t.Errorf("paused %v, want true false", paused)
	}
	if l.empty.Visible() || !l.cancel.Visible() || !l.retry.Visible() {
		t.Error("the head does not fit the queue")
	}
}

// sweepOf is a sweep of two settings as the studio would have added it.
func sweepOf(source string, across, down settings.Axis) []studio.Job {
	jobs := settings.SweepJobs(uitest.MySketch().Recipe, source, across, down)
	for i := range jobs {
		jobs[i].ID, jobs[i].Group, jobs[i].State = int64(i+5), 5, studio.Waiting
	}
	return jobs
}

// Rows of the queue say what sets them apart; pictures that were just asked
// for together have their numbers only, and their seeds on the sheet.
func TestQueueNamesSweptValues(t *testing.T) {
	l := newTestQueue(t)
	jobs := sweepOf("", settings.Sweepables()[0].Spread(2, 8, 4), settings.Sweepables()[1].Spread(10, 20, 2))
	l.SetQueue(studio.Queue{Waiting: jobs})
	if got, want := l.summary(jobs[1]), "2/8 · Guidance 4 · Composition steps 10"; !strings.HasPrefix(got, want) {
		t.Errorf("says %q, want %q first", got, want)
	}
	l.SetQueue(uitest.FourPictures())
	if got := l.summary(uitest.FourPictures().Waiting[0]); strings.Contains(got, "Guidance") {
		t.Errorf("a picture of no sweep says %q", got)
	}
}
