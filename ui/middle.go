package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/studio"
	"cascata/ui/create"
	"cascata/ui/picture"
	"cascata/ui/widgets"
)

// A middle is what stands in the middle of Create with the strip below: one
// picture, a sheet of drafts, or the sheet of a sweep.
type middle struct {
	content *fyne.Container
	stage   *create.Stage
	sheet   *create.Sheet
	sweeps  *picture.SweepSheet
	strip   *create.Strip

	canvas  fyne.Canvas
	jobs    *create.Jobs
	toasts  *widgets.Toasts
	changed func() // the sheet of drafts was opened or closed

	group int64  // of the drafts on the sheet; 0: none
	swept int64  // the group of the sweep on show; 0: none
	of    *sheet // whose picture is shown large; nil: none's
}

// A sheet is one of which a picture is shown large: the arrows go through its
// pictures, and Escape goes back to it.
type sheet struct {
	jobs func() []studio.Job
	back func(shown int64)
}

// arrange puts the views one over the other, the picture in front.
func (m *middle) arrange() {
	m.content = container.NewStack(m.stage.Content, m.sheet.Content, m.sweeps.Content)
	m.sheet.Content.Hide()
	m.sweeps.Content.Hide()
}

// SetQueue shows the queue as it is now.
func (m *middle) SetQueue(q studio.Queue) {
	m.stage.SetQueue(q)
	m.strip.SetQueue(q)
	if m.group != 0 {
		m.sheet.SetQueue(q)
		m.sheet.Show(draftsOf(q, m.group))
	}
	if m.swept != 0 {
		m.showSweep(studio.JobsOf(q, m.swept))
	}
}

// SetProgress shows how far the running picture is.
func (m *middle) SetProgress(p studio.Progress) {
	m.stage.ShowProgress(p)
	m.strip.SetProgress(p)
	if m.stage.Following() {
		m.strip.Select(p.Job.ID)
	}
	if m.sheetOpen() {
		m.sheet.SetProgress(p)
	}
}

// front shows one of the views. Where the keyboard was in the middle it goes to
// first, so that no hidden view keeps it.
func (m *middle) front(view fyne.CanvasObject, first fyne.Focusable) {
	had := holds(m.content, m.canvas.Focused())
	for _, o := range m.content.Objects {
		widgets.SetVisible(o, o == view)
	}
	m.content.Refresh()
	if had {
		m.canvas.Focus(first)
	}
}

// holds reports whether f lies within the place of o.
func holds(o fyne.CanvasObject, f fyne.Focusable) bool {
	focused, ok := f.(fyne.CanvasObject)
	if !ok {
		return false
	}
	d := fyne.CurrentApp().Driver()
	at, from := d.AbsolutePositionForObject(focused), d.AbsolutePositionForObject(o)
	in := at.Subtract(from)
	size := o.Size()
	return in.X >= 0 && in.Y >= 0 && in.X < size.Width && in.Y < size.Height
}

// toStage shows the picture in place of a sheet.
func (m *middle) toStage() { m.front(m.stage.Content, m.stage.Viewer) }

// open shows one job: the running one as it forms.
func (m *middle) open(j studio.Job) {
	m.leaveSheet()
	m.swept = 0
	m.toStage()
	m.strip.Select(j.ID)
	m.stage.ShowJob(j)
}

// shown is the job that is shown: the one that a sweep's sheet shows large, or
// the stage's.
func (m *middle) shown() studio.Job {
	if m.swept != 0 {
		return m.sweeps.Touched()
	}
	return m.stage.Shown()
}

// viewer is what shows that job.
func (m *middle) viewer() *widgets.Viewer {
	if m.swept != 0 {
		return m.sweeps.Viewer
	}
	return m.stage.Viewer
}

// leave goes from a picture that is missing to the one beside it.
func (m *middle) leave(gone map[int64]bool) {
	shown := m.stage.Shown().ID
	for _, by := range []int{1, -1} {
		for at := shown; ; {
			j, ok := m.strip.Step(at, by)
			if !ok {
				break
			}
			if at = j.ID; j.File != "" && !gone[at] {
				m.open(j)
				return
			}
		}
	}
	m.stage.Clear()
}

// beside is the picture that lies beside the one shown in the strip: the one
// made before it, else the one after.
func (m *middle) beside() (studio.Job, bool) {
	for _, by := range []int{1, -1} {
		if j, ok := m.strip.Step(m.stage.Shown().ID, by); ok && j.File != "" {
			return j, true
		}
	}
	return studio.Job{}, false
}

// enlarge shows one picture of a sheet large.
func (m *middle) enlarge(j studio.Job, of sheet) {
	m.open(j)
	m.of = &of
	m.stage.SetSheet(true)
	m.canvas.Focus(m.stage.Viewer)
}

// toSheet goes back to the sheet whose picture is shown large. It says false
// where that is of none.
func (m *middle) toSheet() bool {
	of := m.of
	if of == nil {
		return false
	}
	m.leaveSheet()
	of.back(m.stage.Shown().ID)
	return true
}

// leaveSheet shows the picture for itself, no longer as one of a sheet.
func (m *middle) leaveSheet() {
	m.of = nil
	m.stage.SetSheet(false)
}

// step shows the next picture (1) or the one before (-1): of the sheet that the
// one shown is of, else of the strip.
func (m *middle) step(by int) {
	shown := m.stage.Shown().ID
	if m.of == nil {
		if j, ok := m.strip.Step(shown, by); ok {
			m.open(j)
		}
		return
	}
	jobs := m.of.jobs()
	if i := studio.IndexOf(jobs, shown); i >= 0 && i+by >= 0 && i+by < len(jobs) {
		m.enlarge(jobs[i+by], *m.of)
	}
}

// draft is the draft that is shown large and can be developed.
func (m *middle) draft() (studio.Job, bool) {
	j, ok := m.jobs.Find(m.stage.Shown().ID)
	return j, ok && m.of != nil && j.Recipe.Draft && create.Ready(j)
}

// closeFront closes what lies over the picture, or says false.
func (m *middle) closeFront() bool {
	switch {
	case m.toSheet():
	case m.swept != 0:
		m.hideSweep()
	case m.sheetOpen():
		m.closeSheet()
	default:
		return false
	}
	return true
}

// draftsOf are those of the group that are drafts.
func draftsOf(q studio.Queue, group int64) []studio.Job {
	return slices.DeleteFunc(studio.JobsOf(q, group), func(j studio.Job) bool { return !j.Recipe.Draft })
}

func (m *middle) sheetOpen() bool { return m.sheet.Content.Visible() }

// openSheet shows the drafts of a group, as the queue has them now.
func (m *middle) openSheet(group int64) {
	jobs := draftsOf(m.jobs.Now(), group)
	if len(jobs) == 0 {
		return
	}
	m.leaveSheet()
	m.group, m.swept = group, 0
	m.sheet.Show(jobs)
	m.front(m.sheet.Content, m.sheet.Tiles)
	m.canvas.Focus(m.sheet.Tiles)
	m.changed()
}

// enlargeDraft shows one draft of the sheet large.
func (m *middle) enlargeDraft(j studio.Job) {
	group := m.group
	m.enlarge(j, sheet{
		jobs: func() []studio.Job { return draftsOf(m.jobs.Queue(), group) },
		back: func(shown int64) {
			m.openSheet(group)
			m.sheet.Tiles.ScrollTo(create.KeyOf(shown))
		},
	})
}

// hideSheet shows the picture again; the sheet can be opened again.
func (m *middle) hideSheet() {
	m.leaveSheet()
	m.toStage()
}

// closeSheet shows the picture again, and the sheet is done with.
func (m *middle) closeSheet() {
	m.group = 0
	m.hideSheet()
	m.changed()
}

// reopenSheet shows the newest drafts, or hides their sheet.
func (m *middle) reopenSheet() {
	if m.toSheet() {
		return
	}
	if m.sheetOpen() {
		m.hideSheet()
		return
	}
	q := m.jobs.Queue()
	for _, j := range slices.Concat(q.Running, q.Waiting, q.Over) {
		if j.Recipe.Draft {
			m.openSheet(j.Group)
			return
		}
	}
	m.toasts.Say(lang.X("sheet.none", "There are no drafts yet. Draft shows compositions in seconds."), "", nil)
}

// openSweep shows the sheet of a sweep that was just asked for.
func (m *middle) openSweep(jobs []studio.Job) {
	m.leaveSheet()
	m.swept = jobs[0].Group
	m.showSweep(jobs)
	m.sweeps.Focus(jobs[0].ID)
}

func (m *middle) showSweep(jobs []studio.Job) {
	if len(jobs) == 0 || !m.sweeps.Show(jobs) {
		return
	}
	if !m.sweeps.Content.Visible() {
		m.front(m.sweeps.Content, m.sweeps.First())
	}
}

// enlargeSwept shows one picture of the sweep large.
func (m *middle) enlargeSwept(j studio.Job) {
	group := m.swept
	jobs := func() []studio.Job { return studio.JobsOf(m.jobs.Queue(), group) }
	m.enlarge(j, sheet{jobs: jobs, back: func(shown int64) {
		m.swept = group
		m.showSweep(jobs())
		m.sweeps.Focus(shown)
	}})
}

// hideSweep shows the picture in place of a sweep's sheet.
func (m *middle) hideSweep() {
	m.swept = 0
	m.hideSheet()
}
