package create

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app"
	"cascata/app/disk"
	"cascata/app/studio"
	"cascata/inference"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

func newTestStage(t *testing.T) (*Stage, *uitest.Pending) {
	t.Helper()
	uitest.App(t)
	r := &uitest.Pending{}
	s := NewStage(r.Run)
	s.SetEmpty("What do you want to see?", "Type.")
	w := test.NewTempWindow(t, s.Content)
	w.Resize(fyne.NewSize(1200, 900))
	return s, r
}

func inDetail(j studio.Job) studio.Progress {
	return studio.Progress{
		Job: j, Stage: inference.StageB, N: 4, Total: 10, Elapsed: 4 * time.Second, Left: 6 * time.Second,
		StepsPerSecond: 1.7, Shares: [3]float32{5, 4, 1}, Preview: uitest.Blank(8, 8),
	}
}

// shownActions are the words that can be tapped under the picture.
func shownActions(s *Stage) (titles []string) {
	for _, o := range s.footer.actions.Objects {
		if o.Visible() {
			titles = append(titles, o.(*widgets.Button).Title())
		}
	}
	return titles
}

// tapMessage taps a button of the message that stands in the picture's place.
func tapMessage(t *testing.T, s *Stage, title string) {
	t.Helper()
	for _, o := range test.LaidOutObjects(s.Viewer) {
		if b, ok := o.(*widgets.Button); ok && strings.HasPrefix(b.Title(), title) {
			test.Tap(b)
			return
		}
	}
	t.Fatalf("no button %q", title)
}

func TestStageSaysHowFarItIs(t *testing.T) {
	s, _ := newTestStage(t)
	q := uitest.FourPictures()
	s.SetQueue(q)
	s.ShowProgress(inDetail(q.Running[0]))
	if got, want := s.footer.line.say.Text(), "Picture 2 of 4 · detail, step 4 of 10 · 6 s left"; got != want {
		t.Errorf("says %q, want %q", got, want)
	}
	if got, want := s.footer.line.beside.Text(), "4 s so far · 1.7 steps/s"; got != want {
		t.Errorf("says besides %q, want %q", got, want)
	}
	if got := s.footer.bar.Done(); got[0] != 1 || got[1] != 0.4 || got[2] != 0 {
		t.Errorf("bar %v, want 1 0.4 0", got)
	}
	if s.Viewer.State() != widgets.Forming {
		t.Errorf("state %v, want Forming", s.Viewer.State())
	}
}

func TestStageSaysTheMainThingWhereItIsNarrow(t *testing.T) {
	s, _ := newTestStage(t)
	q := uitest.FourPictures()
	s.SetQueue(q)
	for _, tt := range []struct {
		width       float32
		say, beside string
	}{
		{1000, "Picture 2 of 4 · detail, step 4 of 10 · 6 s left", "4 s so far · 1.7 steps/s"},
		{660, "Picture 2 of 4 · detail, step 4 of 10 · 6 s left", "1.7 steps/s"},
		{540, "Detail, step 4 of 10 · 6 s left", ""},
	} {
		s.Content.Resize(fyne.NewSize(tt.width, 600))
		s.ShowProgress(inDetail(q.Running[0]))
		if say, beside := s.footer.line.say.Text(), s.footer.line.beside.Text(); say != tt.say || beside != tt.beside {
			t.Errorf("%g wide: %q and %q, want %q and %q", tt.width, say, beside, tt.say, tt.beside)
		}
	}
}

func TestStageOffersTheStopsThatApply(t *testing.T) {
	s, _ := newTestStage(t)
	q := uitest.FourPictures()
	draft, source, larger := uitest.Job(2, 1, studio.Running), uitest.Job(2, 1, studio.Running), uitest.Job(2, 1, studio.Running)
	draft.Recipe.Draft, source.Source, larger.Recipe.Enlarge = true, "a.png", true
	for _, tt := range []struct {
		job     studio.Job
		waiting []studio.Job
		paused  bool
		want    []string
	}{
		{q.Running[0], q.Waiting, false, []string{"Keep draft", "Skip", "Stop after this", "Stop"}},
		{q.Running[0], q.Waiting, true, []string{"Keep draft", "Skip", "Go on after this", "Stop"}},
		{q.Running[0], nil, false, []string{"Keep draft", "Stop"}},
		{draft, nil, false, []string{"Stop"}},
		{larger, nil, false, []string{"Stop"}},
		{source, q.Waiting, false, []string{"Skip", "Stop after this", "Stop"}},
	} {
		s.SetQueue(studio.Queue{Running: []studio.Job{tt.job}, Waiting: tt.waiting, Paused: tt.paused})
		s.ShowProgress(inDetail(tt.job))
		if got := shownActions(s); !slices.Equal(got, tt.want) {
			t.Errorf("draft %v, source %q, %d wait, paused %v: offers %q, want %q", tt.job.Recipe.Draft, tt.job.Source, len(tt.waiting), tt.paused, got, tt.want)
		}
	}
}

func TestStageAnswersAStopAtOnce(t *testing.T) {
	s, _ := newTestStage(t)
	q := uitest.FourPictures()
	stops := 0
	s.OnStop = func() { stops++ }
	s.SetQueue(q)
	s.ShowProgress(inDetail(q.Running[0]))
	test.Tap(s.footer.stop)
	s.ShowProgress(inDetail(q.Running[0])) // a step that was on its way
	if stops != 1 || s.footer.line.say.Text() != "Stopping" || !s.footer.keep.Disabled() {
		t.Errorf("stopped %d times, says %q, keep disabled %v", stops, s.footer.line.say.Text(), s.footer.keep.Disabled())
	}
	s.ShowProgress(inDetail(uitest.Job(3, 1, studio.Running)))
	if strings.Contains(s.footer.line.say.Text(), "Stopping") || s.footer.keep.Disabled() {
		t.Errorf("the next picture says %q, keep disabled %v", s.footer.line.say.Text(), s.footer.keep.Disabled())
	}
}

func TestStageKeepsAPictureUntilTheNextOfItsSeriesShows(t *testing.T) {
	s, _ := newTestStage(t)
	q := uitest.FourPictures()
	s.SetQueue(q)
	s.ShowOutcome(studio.Outcome{Job: q.Over[0], Image: uitest.Blank(64, 64)})
	p := inDetail(q.Running[0])
	p.Preview = nil
	s.ShowProgress(p)
	if s.Viewer.State() != widgets.Finished {
		t.Errorf("state %v before there is a preview, want Finished", s.Viewer.State())
	}
	s.ShowProgress(inDetail(q.Running[0]))
	if s.Viewer.State() != widgets.Forming {
		t.Errorf("state %v with a preview, want Forming", s.Viewer.State())
	}
	other := inDetail(uitest.Job(9, 9, studio.Running))
	other.Preview = nil
	s.ShowProgress(other)
	if s.Viewer.State() != widgets.Waiting {
		t.Errorf("state %v for another series, want Waiting", s.Viewer.State())
	}
}

func TestStageShowsWhatCameOfIt(t *testing.T) {
	s, _ := newTestStage(t)
	var file string
	var again int64
	s.OnReveal, s.OnRedevelop = func(f string) { file = f }, func(id int64) { again = id }
	j := uitest.Job(1, 1, studio.Done)
	j.File = filepath.Join("Pictures", "Cascata", "a.png")
	j.Recipe.Steps, j.Recipe.DecoderSteps, j.Recipe.Guidance, j.Recipe.Seed = 20, 10, 4, 77
	s.Content.Resize(fyne.NewSize(1200, 800))
	s.ShowOutcome(studio.Outcome{Job: j, Image: uitest.Blank(64, 64), Notes: []inference.Note{
		{Kind: inference.NoteCut, Text: "A note."}, {Kind: inference.NoteDevice, Device: inference.Device{Provider: "webgpu"}, Why: "its driver gave up"},
	}})
	if got, want := s.footer.line.says[0], "64 × 64 · 20 + 10 steps · guidance 4 · seed 77"; got != want {
		t.Errorf("says %q, want %q", got, want)
	}
	if !s.footer.noted.Visible() || s.footer.note.Text() != "The prompt is too long; this was not read: A note.   Saved as a.png in Cascata · 9.5 s" {
		t.Errorf("note %q, visible %v", s.footer.note.Text(), s.footer.noted.Visible())
	}
	test.Tap(s.footer.reveal)
	test.Tap(s.footer.develop)
	if file != j.File || again != 1 {
		t.Errorf("shown in its folder: %q, developed again: %d", file, again)
	}
	if s.Picture() == nil || s.Shown().ID != 1 {
		t.Errorf("picture %v of job %d", s.Picture(), s.Shown().ID)
	}
}

func TestStageDoesNotTakeAwayWhatIsLookedAt(t *testing.T) {
	s, r := newTestStage(t)
	q := uitest.FourPictures()
	q.Over[0].File = uitest.WritePicture(t, "one.png", 64, 48)
	s.SetQueue(q)
	s.ShowProgress(inDetail(q.Running[0]))
	s.ShowJob(q.Over[0])
	r.Do()
	s.ShowProgress(inDetail(q.Running[0]))
	s.ShowOutcome(studio.Outcome{Job: q.Running[0], Image: uitest.Blank(8, 8)})
	if p := s.Picture(); p == nil || p.Rect.Dy() != 48 {
		t.Fatalf("shown: %v, want the picture of 64 by 48", s.Viewer.State())
	}
	next := uitest.Job(3, 1, studio.Running)
	q.Running = []studio.Job{next}
	s.SetQueue(q)
	s.ShowProgress(inDetail(next))
	followed := int64(0)
	s.OnFollow = func(id int64) { followed = id }
	test.Tap(s.footer.back)
	if followed != 3 || s.Viewer.State() != widgets.Forming {
		t.Errorf("followed %d, state %v; want 3, Forming", followed, s.Viewer.State())
	}
}

func TestStageShowsTheNewestOfWhatIsRead(t *testing.T) {
	s, r := newTestStage(t)
	a, b := uitest.Job(1, 1, studio.Done), uitest.Job(2, 2, studio.Done)
	a.File, b.File = uitest.WritePicture(t, "a.png", 10, 10), uitest.WritePicture(t, "b.png", 20, 20)
	s.ShowJob(a)
	s.ShowJob(b)
	slices.Reverse(r.Funcs) // a is ready last
	r.Do()
	if p := s.Picture(); p == nil || p.Rect.Dx() != 20 {
		t.Errorf("shown %v, want the picture of 20 by 20", p)
	}
}

func TestStageSaysWhyThereIsNoPicture(t *testing.T) {
	s, r := newTestStage(t)
	var retried int64
	var copied string
	s.OnRetry, s.OnCopyDetails = func(id int64) { retried = id }, func(text string) { copied = text }
	gone := uitest.Job(5, 5, studio.Done)
	gone.File = filepath.Join(t.TempDir(), "gone.png")
	s.ShowJob(gone)
	r.Do()
	if title, _, cause := s.Viewer.Message(); s.Viewer.State() != widgets.Failed || title == "" || !strings.Contains(cause, "gone.png") {
		t.Errorf("state %v, title %q, cause %q", s.Viewer.State(), title, cause)
	}
	tapMessage(t, s, "Try again")
	tapMessage(t, s, "Copy details")
	if retried != 5 || !strings.Contains(copied, "gone.png") {
		t.Errorf("tried again %d, copied %q", retried, copied)
	}
	failed := uitest.Job(6, 6, studio.Failed)
	failed.Error = "stage b: device lost"
	s.ShowJob(failed)
	if _, _, cause := s.Viewer.Message(); cause != failed.Error {
		t.Errorf("cause %q, want %q", cause, failed.Error)
	}
}

// Of a picture that is stopped before there is anything of it, the same is said
// at once as when it is looked at later; no other picture stands in its place.
func TestStageSaysThatAPictureWasCancelled(t *testing.T) {
	s, r := newTestStage(t)
	older, stopped := uitest.Job(1, 1, studio.Done), uitest.Job(2, 2, studio.Cancelled)
	older.File = uitest.WritePicture(t, "older.png", 64, 48)
	s.ShowJob(older)
	r.Do()
	s.Follow()
	s.ShowProgress(inDetail(uitest.Job(2, 2, studio.Running)))
	s.ShowOutcome(studio.Outcome{Job: stopped, Stopped: true})
	title, help, _ := s.Viewer.Message()
	if s.Viewer.State() != widgets.Failed || s.Picture() != nil || s.footer.line.say.Text() != "Cancelled before the composition was done." {
		t.Fatalf("state %v, %q over %q", s.Viewer.State(), title, s.footer.line.say.Text())
	}
	s.ShowJob(older)
	r.Do()
	s.ShowJob(stopped)
	if t2, h2, _ := s.Viewer.Message(); t2 != title || h2 != help {
		t.Errorf("says %q %q, and later %q %q", title, help, t2, h2)
	}
	again := int64(0)
	s.OnRetry = func(id int64) { again = id }
	tapMessage(t, s, "Try again")
	if again != 2 {
		t.Errorf("tried %d again, want 2", again)
	}
}

// A waiting picture that is looked at while it is cancelled, put back and begun
// is shown as it is each time.
func TestStageShowsAWaitingPictureAsItChanges(t *testing.T) {
	s, _ := newTestStage(t)
	q := uitest.FourPictures()
	s.SetQueue(q)
	s.ShowJob(q.Waiting[0])
	cancelled := uitest.Job(3, 1, studio.Cancelled)
	s.SetQueue(studio.Queue{Running: q.Running, Over: []studio.Job{cancelled}})
	if title, _, _ := s.Viewer.Message(); s.Viewer.State() != widgets.Failed || title != "This picture was cancelled." {
		t.Errorf("cancelled: state %v, %q", s.Viewer.State(), title)
	}
	s.SetQueue(q)
	if s.Viewer.State() != widgets.Waiting || s.Following() || s.footer.line.say.Text() != "Number 1 of 2 that wait" {
		t.Errorf("put back: state %v, following %v, %q", s.Viewer.State(), s.Following(), s.footer.line.say.Text())
	}
	s.SetQueue(studio.Queue{Running: []studio.Job{uitest.Job(3, 1, studio.Running)}})
	if texts := uitest.Texts(s.Content); !s.Following() || slices.Contains(texts, "This picture waits in the queue.") {
		t.Errorf("begun: following %v, says %q", s.Following(), texts)
	}
}

func TestStageOffersASizeThatFitted(t *testing.T) {
	s, _ := newTestStage(t)
	size := func(id int64, side int, state studio.JobState, model string) studio.Job {
		j := uitest.Job(id, id, state)
		j.Recipe.Width, j.Recipe.Height, j.Recipe.Model = side, side, model
		return j
	}
	s.SetQueue(studio.Queue{Over: []studio.Job{
		size(1, 512, studio.Done, "m"), size(2, 768, studio.Done, "m"), size(3, 900, studio.Done, "other"), size(4, 960, studio.Failed, "m"), size(5, 2048, studio.Done, "m"),
	}})
	var w, h int
	s.OnRetrySize = func(id int64, width, height int) { w, h = width, height }
	s.ShowOutcome(studio.Outcome{Job: size(6, 1024, studio.Failed, "m"), Err: fmt.Errorf("stage b: %w", inference.ErrOutOfMemory)})
	if title, _, _ := s.Viewer.Message(); title != app.Explain(inference.ErrOutOfMemory).Title {
		t.Errorf("title %q", title)
	}
	tapMessage(t, s, "Try 768 × 768")
	if w != 768 || h != 768 {
		t.Errorf("asked for %d by %d, want 768 by 768", w, h)
	}
}

func TestStageSaysThatTheQueueIsPaused(t *testing.T) {
	s, _ := newTestStage(t)
	q := uitest.FourPictures()
	q.Running, q.Paused = nil, true
	resumed := false
	s.OnResume = func() { resumed = true }
	if s.footer.pause.Visible() || s.footer.noted.Visible() {
		t.Error("an empty stage speaks of the queue")
	}
	s.SetQueue(q)
	if !s.footer.pause.Visible() || !strings.Contains(s.footer.paused.Text(), "2") {
		t.Errorf("says %q, visible %v", s.footer.paused.Text(), s.footer.pause.Visible())
	}
	for _, o := range test.LaidOutObjects(s.footer.pause) {
		if b, ok := o.(*widgets.Button); ok && b.Title() == "Go on" {
			test.Tap(b)
		}
	}
	q.Paused = false
	s.SetQueue(q)
	if !resumed || s.footer.pause.Visible() {
		t.Errorf("gone on %v, still visible %v", resumed, s.footer.pause.Visible())
	}
}

func TestStageSavesAgain(t *testing.T) {
	s, _ := newTestStage(t)
	j := uitest.Job(1, 1, studio.Unsaved)
	j.Error = "could not write /pictures/b.png: write /pictures/b.png: disk full"
	var saved int64
	s.OnSaveAgain = func(id int64) { saved = id }
	s.ShowOutcome(studio.Outcome{Job: j, Image: uitest.Blank(64, 64), Err: disk.ErrWrite})
	if got := s.footer.line.say.Text(); got != "Not saved: disk full" || s.Picture() == nil {
		t.Errorf("says %q, picture %v", got, s.Picture())
	}
	if got := s.footer.line.tip; got != j.Error {
		t.Errorf("the tip is %q, want the whole error", got)
	}
	test.Tap(s.footer.save)
	j.State, j.File, j.Error = studio.Done, "b.png", ""
	s.SetQueue(studio.Queue{Over: []studio.Job{j}})
	if saved != 1 || !strings.Contains(s.footer.note.Text(), "b.png") {
		t.Errorf("saved %d, says %q", saved, s.footer.note.Text())
	}
	if got := s.footer.line.tip; got != "" {
		t.Errorf("the tip of a saved picture is %q", got)
	}
}
