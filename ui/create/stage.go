package create

import (
	"errors"
	"image"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/inference"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/menu"
	"cascata/ui/widgets"
)

// A Stage is the middle of the window: a picture as it forms, one that was
// made, or what went wrong. It follows the running picture until the artist
// looks at another one.
type Stage struct {
	Content fyne.CanvasObject

	OnKeepDraft, OnSkip, OnStopAfter, OnStop func()
	OnResume, OnClear                        func()
	OnRetry, OnSaveAgain, OnRedevelop        func(id int64)
	OnRetrySize                              func(id int64, width, height int) // after there was not enough memory
	OnReveal                                 func(file string)
	OnCopyDetails                            func(text string)
	OnFollow                                 func(id int64)
	OnMenu                                   func(j studio.Job, at fyne.Position)
	OnStep                                   func(by int)                // to the next picture (1) or the one before (-1)
	OnEnter                                  func()                      // Enter on the picture
	OnSheet                                  func()                      // to the sheet that the picture is of
	OnFile                                   func(file string)           // another file is shown: SetMarks is to say its marks
	OnMarks                                  func(at fyne.Position)      // other marks are to be chosen
	OnKey                                    func(key fyne.KeyName) bool // alone, while the picture has the keyboard; false: the window's
	OnShown                                  func(j studio.Job)          // another one is shown

	run    async.Runner
	Viewer *widgets.Viewer
	footer *footer

	queue     studio.Queue
	series    format.Series
	progress  studio.Progress // of the running picture
	running   bool
	following bool
	Job       studio.Job       // what is shown
	told      int64            // the one that OnShown was told of
	notes     []inference.Note // of this picture
	ofSheet   bool             // the picture is one of a sheet
	asked     string           // what was asked of the running picture, in place of its progress
	askedOf   int64
	loads     async.Newest // of pictures that were to be read

	shownFile string // the file of the picture in the viewer
	marked    string // the file that marks were asked for
	stars     int
	favourite bool
}

// NewStage follows what runs.
func NewStage(run async.Runner) *Stage {
	s := &Stage{run: run, following: true, series: format.Series{}}
	s.Viewer = widgets.NewViewer(run)
	s.Viewer.OnMenu = func(at fyne.Position) {
		if s.OnMenu != nil && s.Job.ID != 0 {
			s.OnMenu(s.Job, at)
		}
	}
	s.Viewer.OnKey = s.key
	s.Viewer.OnRune = func(r rune) bool { return s.OnKey != nil && s.OnKey(menu.RuneKey(r)) }
	s.footer = newFooter(s)
	s.Content = container.New(&stageLayout{s}, s.Viewer, s.footer.content)
	s.refresh()
	return s
}

// SetEmpty says how to begin.
func (s *Stage) SetEmpty(title, hint string) { s.Viewer.SetEmpty(title, hint) }

// SetQueue says what else there is to do.
func (s *Stage) SetQueue(q studio.Queue) {
	s.queue, s.series = q, format.SeriesOf(q)
	if len(q.Running) == 0 {
		s.running, s.asked = false, ""
	}
	for _, j := range slices.Concat(q.Running, q.Waiting, q.Over) {
		if j.ID == s.Job.ID && j.State != s.Job.State {
			s.changed(j)
		}
	}
	s.refresh()
}

// changed takes the job that is shown as it is now, so that the picture's place
// and the words under it say the same. Of one that ended the outcome follows.
func (s *Stage) changed(j studio.Job) {
	switch j.State {
	case studio.Running:
		size := j.Recipe.Size()
		s.following, s.Job = true, j
		s.Viewer.Wait(size.Width, size.Height, "")
	case studio.Waiting, studio.Cancelled:
		s.show(j)
	default:
		s.Job = j
	}
}

// ShowProgress says how far the running picture is, and shows it as it forms.
func (s *Stage) ShowProgress(p studio.Progress) {
	if p.Job.ID != s.askedOf {
		s.asked = ""
	}
	s.progress, s.running = p, true
	if s.following {
		s.form(p)
	}
	s.refresh()
}

// form shows the picture at work. Another one of the same series stays until
// there is something to see.
func (s *Stage) form(p studio.Progress) {
	size, before := p.Job.Recipe.Size(), s.Job
	state := s.Viewer.State()
	if p.Job.ID != before.ID {
		s.loads.Drop()
	}
	s.Job, s.notes = p.Job, format.OfPicture(p.Notes)
	w, h := size.Width, size.Height
	if p.Preview != nil && (w == 0 || h == 0) {
		w, h = p.Preview.Rect.Dx(), p.Preview.Rect.Dy()
	}
	forms := p.Job.ID == before.ID && (state == widgets.Waiting || state == widgets.Forming)
	stays := p.Preview == nil && state == widgets.Finished && before.Group == p.Job.Group
	if !forms && !stays {
		s.Viewer.Wait(w, h, "")
	}
	if p.Preview != nil {
		s.Viewer.Preview(p.Preview)
	}
}

// ShowOutcome shows what came of a picture, unless the artist looks at another.
func (s *Stage) ShowOutcome(o studio.Outcome) {
	if o.Job.ID == s.askedOf {
		s.asked = ""
	}
	if !s.following && s.Job.ID != o.Job.ID {
		return
	}
	s.running = false
	s.loads.Drop()
	s.Job, s.notes = o.Job, format.OfPicture(o.Notes)
	if o.Image != nil {
		s.Viewer.Finish(o.Image)
		s.shownFile = o.Job.File
	} else {
		s.fail(o.Err)
	}
	s.refresh()
}

// Clear shows no picture.
func (s *Stage) Clear() {
	s.loads.Drop()
	s.Job, s.notes = studio.Job{}, nil
	s.Viewer.Clear()
	s.refresh()
}

// Follow shows the running picture, or the next one that runs.
func (s *Stage) Follow() {
	s.following = true
	if s.running {
		s.form(s.progress)
	}
	s.refresh()
}

// Following reports whether the running picture is shown as it forms.
func (s *Stage) Following() bool { return s.following }

// Shown is the job that is shown; its ID is 0 where there is none.
func (s *Stage) Shown() studio.Job { return s.Job }

// Picture is the finished picture that is shown, or nil.
func (s *Stage) Picture() *image.RGBA {
	if s.Viewer.State() != widgets.Finished {
		return nil
	}
	return s.Viewer.Picture()
}

// ShowJob shows one job: as it forms where it runs, else what came of it.
func (s *Stage) ShowJob(j studio.Job) {
	s.loads.Drop()
	if j.State == studio.Running {
		if s.running && s.progress.Job.ID != j.ID {
			s.progress = studio.Progress{Job: j} // another one of those made together
		}
		s.Follow()
		return
	}
	s.following = false
	s.show(j)
	s.refresh()
}

// show shows a job that does not run.
func (s *Stage) show(j studio.Job) {
	s.Job, s.notes = j, nil
	switch {
	case j.State == studio.Waiting:
		size := j.Recipe.Size()
		s.Viewer.Wait(size.Width, size.Height, lang.X("stage.waits", "This picture waits in the queue."))
	case j.File != "":
		s.load(j)
	default:
		s.fail(nil)
	}
}

// SetMarks says how a file is marked. Of one that is not shown it is ignored.
func (s *Stage) SetMarks(file string, stars int, favourite bool) {
	if file == s.marked && (stars != s.stars || favourite != s.favourite) {
		s.stars, s.favourite = stars, favourite
		s.refresh()
	}
}

// AskMarks asks for the marks of what is shown: again, or where it is another
// file.
func (s *Stage) AskMarks(again bool) {
	if s.marked != s.Job.File {
		s.marked, s.stars, s.favourite = s.Job.File, 0, false
		again = true
	}
	if again && s.marked != "" && s.OnFile != nil {
		s.OnFile(s.marked)
	}
}

// Marks are the stars and the heart of the picture that is shown.
func (s *Stage) Marks() string {
	text := strings.Repeat("★", s.stars) + strings.Repeat("☆", 5-s.stars)
	if s.favourite {
		return "♥ " + text
	}
	return text
}

// load reads a picture; the one before stays until it is there.
func (s *Stage) load(j studio.Job) {
	async.Go(s.loads.On(s.run), func() (*image.RGBA, error) { return disk.ReadPicture(j.File) }, func(img *image.RGBA, err error) {
		if err != nil {
			s.Viewer.Fail(lang.X("stage.gone", "The picture's file cannot be read."),
				lang.X("stage.gone.help", "It may have been moved or deleted. It can be made again."), err.Error(),
				s.retryAction(), s.copyAction(err.Error()))
			return
		}
		s.Viewer.Finish(img)
		s.shownFile = j.File
		s.refresh()
	})
}

// fail says why there is no picture. err is nil where only the job's own words
// are left of it.
func (s *Stage) fail(err error) {
	j := s.Job
	cause := j.Error
	var m app.Message
	switch {
	case err != nil:
		m, cause = format.Explained(err), err.Error()
	case j.State == studio.Cancelled:
		m = app.Message{Title: lang.X("stage.cancelled", "This picture was cancelled."), Help: lang.X("stage.cancelled.help", "It can be made again as it was asked for.")}
	case j.State == studio.Interrupted:
		m = app.Message{Title: lang.X("stage.interrupted", "The program ended while this picture was being made."), Help: lang.X("stage.cancelled.help", "It can be made again as it was asked for.")}
	default:
		m = app.Message{Title: lang.X("stage.failed", "This picture could not be made."), Help: lang.X("stage.failed.help", "The details say why.")}
	}
	actions := []widgets.Action{s.retryAction()}
	if errors.Is(err, inference.ErrOutOfMemory) {
		actions = append(actions, s.fits()...)
	}
	if cause != "" {
		actions = append(actions, s.copyAction(cause))
	}
	s.Viewer.Fail(m.Title, m.Help, format.FirstLines(cause, 4), actions...)
}

func (s *Stage) retryAction() widgets.Action {
	id := s.Job.ID
	return widgets.Action{Text: lang.X("retry", "Try again"), Do: func() { widgets.Call1(s.OnRetry, id) }}
}

func (s *Stage) copyAction(text string) widgets.Action {
	return widgets.Action{Text: lang.X("copy.details", "Copy details"), Do: func() {
		if s.OnCopyDetails != nil {
			s.OnCopyDetails(text)
		}
	}}
}

// fits offers the largest size below the one that failed at which the same
// model made a picture on the same device.
func (s *Stage) fits() []widgets.Action {
	var best recipe.Size
	for _, j := range s.queue.Over {
		size := j.Recipe.Size()
		same := j.Recipe.Setup() == s.Job.Recipe.Setup()
		if j.State == studio.Done && !j.Recipe.Draft && same && area(size) < area(s.Job.Recipe.Size()) && area(size) > area(best) {
			best = size
		}
	}
	if best == (recipe.Size{}) || s.OnRetrySize == nil {
		return nil
	}
	id := s.Job.ID
	text := lang.X("stage.fits", "Try {{.W}} × {{.H}}, which fitted before", map[string]any{"W": best.Width, "H": best.Height})
	return []widgets.Action{{Text: text, Do: func() { s.OnRetrySize(id, best.Width, best.Height) }}}
}

func area(z recipe.Size) int { return z.Width * z.Height }

// ZoomIn shows the picture one step larger.
func (s *Stage) ZoomIn() { s.Viewer.ZoomIn() }

// ZoomOut shows the picture one step smaller.
func (s *Stage) ZoomOut() { s.Viewer.ZoomOut() }

func (s *Stage) key(e *fyne.KeyEvent) {
	by := map[fyne.KeyName]int{fyne.KeyLeft: -1, fyne.KeyRight: 1}[e.Name]
	switch {
	case by != 0 && s.OnStep != nil:
		s.OnStep(by)
	case e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter:
		widgets.Call(s.OnEnter)
	case e.Name == fyne.KeyO && s.ofSheet:
		widgets.Call(s.OnSheet)
	case pictureKey(e.Name) && s.OnKey != nil && s.OnKey(e.Name):
	default:
		widgets.Pass(s.Viewer, e)
	}
}

// pictureKey reports whether a key means something for a picture and types no sign.
func pictureKey(k fyne.KeyName) bool {
	return k == fyne.KeyDelete || k == fyne.KeyBackspace || k == fyne.KeySpace
}

// SetSheet says whether the picture is one of a sheet, to which it leads back.
func (s *Stage) SetSheet(yes bool) {
	if s.ofSheet != yes {
		s.ofSheet = yes
		s.refresh()
	}
}

// ask notes what was asked of the running picture, so that the screen answers
// at once, and asks for it.
func (s *Stage) ask(text string, f func()) {
	s.asked, s.askedOf = text, s.progress.Job.ID
	s.refresh()
	widgets.Call(f)
}

// savedAs is where a picture lies, in words.
func savedAs(j studio.Job) string {
	words := map[string]any{"File": filepath.Base(j.File), "Folder": filepath.Base(filepath.Dir(j.File))}
	if j.Recipe.Draft {
		return lang.X("stage.saved.draft", "Draft saved as {{.File}} in {{.Folder}}", words)
	}
	return lang.X("stage.saved", "Saved as {{.File}} in {{.Folder}}", words)
}
