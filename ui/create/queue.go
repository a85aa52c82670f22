package create

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// A QueueList is everything that was asked for in one list: what runs, what
// waits in its order, and what ended, newest first. It makes a row only for
// what is in view.
type QueueList struct {
	Content fyne.CanvasObject

	OnMove                     func(id, before int64) // before is 0 at the end
	OnCancel, OnRetry          func(ids ...int64)
	OnForget                   func(ids ...int64)
	OnDelete                   func(j studio.Job) // the key
	OnPause                    func(yes bool)
	OnCancelAll                func()
	OnRetryFailed, OnClearOver func()
	OnOpen                     func(j studio.Job)
	OnMenu                     func(j studio.Job, at fyne.Position)

	thumbs *async.Thumbs
	queue  studio.Queue
	series format.Series
	at     studio.Progress
	jobs   []studio.Job             // in the order of the rows
	sweeps map[int64]*settings.Grid // by group, of those that were looked at; nil: no sweep
	rows   map[*queueRow]bool
	key    int64 // of the row that the keyboard acts on

	list                 *jobList
	pause                *widgets.Button
	cancel, retry, clear *widgets.Button
	empty                *widgets.Message
	head, foot, all      *fyne.Container
}

// NewQueueList shows nothing yet.
func NewQueueList(thumbs *async.Thumbs) *QueueList {
	l := &QueueList{thumbs: thumbs, rows: map[*queueRow]bool{}, series: format.Series{}}
	l.list = newJobList(l)
	l.pause = widgets.NewIconButton(look.IconPause, "", func() {
		if l.OnPause != nil {
			l.OnPause(!l.queue.Paused)
		}
	})
	l.cancel = widgets.NewTextButton(lang.X("queue.cancel.all", "Cancel all"), func() { widgets.Call(l.OnCancelAll) })
	l.retry = widgets.NewTextButton(lang.X("queue.retry", "Try failed ones again"), func() { widgets.Call(l.OnRetryFailed) })
	l.clear = widgets.NewTextButton(lang.X("queue.clear.over", "Clear finished"), func() { widgets.Call(l.OnClearOver) })
	for _, b := range []*widgets.Button{l.cancel, l.retry, l.clear} {
		b.SetColor(look.ColorDim)
	}
	l.empty = widgets.NewMessage()
	l.empty.Set("", lang.X("queue.empty", "What you ask for waits here while you go on working."), "")
	l.head = container.NewBorder(nil, nil, widgets.NewHeading(lang.X("queue.title", "Queue")), widgets.Row(2, l.cancel, l.pause))
	l.foot = widgets.Wrap(4, l.retry, layout.NewSpacer(), l.clear)
	l.all = widgets.Frame(widgets.Pad(14, 6, l.head), widgets.Pad(8, 4, l.foot), nil, nil,
		container.NewStack(widgets.Pad(4, 0, l.list), l.empty))
	l.Content = l.all
	l.SetQueue(studio.Queue{})
	return l
}

// SetQueue shows what there is.
func (l *QueueList) SetQueue(q studio.Queue) {
	l.queue, l.series = q, format.SeriesOf(q)
	l.jobs, l.sweeps = slices.Concat(q.Running, q.Waiting, q.Over), map[int64]*settings.Grid{}
	icon, tip := look.IconPause, lang.X("queue.pause", "Pause after the running picture")
	if q.Paused {
		icon, tip = look.IconPlay, lang.X("queue.resume", "Go on")
	}
	l.pause.SetIcon(icon)
	l.pause.SetTip(tip)
	l.pause.SetChosen(q.Paused && len(q.Waiting) > 0)
	failed := slices.ContainsFunc(q.Over, func(j studio.Job) bool { return j.State == studio.Failed || j.State == studio.Interrupted })
	widgets.SetVisible(l.cancel, len(q.Running)+len(q.Waiting) > 0)
	widgets.SetVisible(l.retry, failed)
	widgets.SetVisible(l.foot, len(q.Over) > 0)
	widgets.SetVisible(l.empty, len(l.jobs) == 0)
	widgets.SetVisible(l.list, len(l.jobs) > 0)
	l.all.Refresh() // the list too
	if i := l.index(l.key); l.list.focused && i >= 0 && i != l.list.at {
		l.list.Highlight(i) // the job moved; the keyboard moves with it
		l.list.at = i
	}
}

// SetProgress says how far the running picture is.
func (l *QueueList) SetProgress(p studio.Progress) {
	l.at = p
	for r := range l.rows {
		if r.job.ID == p.Job.ID {
			r.show(r.job)
		}
	}
}

func (l *QueueList) index(id int64) int {
	return slices.IndexFunc(l.jobs, func(j studio.Job) bool { return j.ID == id })
}

// up and down move a waiting job by one place; first makes it the next.
func (l *QueueList) up(id int64) {
	if i := studio.IndexOf(l.queue.Waiting, id); i > 0 && l.OnMove != nil {
		l.OnMove(id, l.queue.Waiting[i-1].ID)
	}
}

func (l *QueueList) down(id int64) {
	w := l.queue.Waiting
	i := studio.IndexOf(w, id)
	if i < 0 || i == len(w)-1 || l.OnMove == nil {
		return
	}
	before := int64(0)
	if i+2 < len(w) {
		before = w[i+2].ID
	}
	l.OnMove(id, before)
}

func (l *QueueList) first(id int64) {
	if i := studio.IndexOf(l.queue.Waiting, id); i > 0 && l.OnMove != nil {
		l.OnMove(id, l.queue.Waiting[0].ID)
	}
}

// end cancels what runs or waits, and takes what ended out of the list.
func (l *QueueList) end(j studio.Job) {
	switch {
	case !j.State.Over() && l.OnCancel != nil:
		l.OnCancel(j.ID)
	case j.State.Over() && l.OnForget != nil:
		l.OnForget(j.ID)
	}
}

func (l *QueueList) again(j studio.Job) {
	if j.State.Over() && l.OnRetry != nil {
		l.OnRetry(j.ID)
	}
}

func (l *QueueList) open(j studio.Job) {
	if l.OnOpen != nil {
		l.OnOpen(j)
	}
}

// summary is the second line of a row.
func (l *QueueList) summary(j studio.Job) string {
	parts := []string{format.Joined(l.series.Short(j), l.sweptValue(j))}
	add := func(s string) { parts = append(parts, s) }
	switch j.State {
	case studio.Running:
		if j.ID != l.at.Job.ID {
			add(lang.X("queue.running", "in work"))
			break
		}
		step := stageName(l.at.Stage, parts[0] == "")
		if l.at.Total > 1 && l.at.N > 0 {
			step += " " + lang.X("queue.of", "{{.N}} of {{.Of}}", map[string]any{"N": l.at.N, "Of": l.at.Total})
		}
		add(step)
		if l.at.Elapsed >= time.Second {
			add(format.TimeText(l.at.Elapsed))
		}
	case studio.Waiting:
		if j.Recipe.Draft {
			add(lang.X("job.draft", "draft"))
		}
		if j.Source != "" {
			add(lang.X("queue.from.draft", "from its draft"))
		}
		if size := j.Recipe.Size(); size.Width > 0 {
			add(lang.X("queue.size", "{{.W}} × {{.H}}", map[string]any{"W": size.Width, "H": size.Height}))
		}
	default:
		add(format.Ending(j))
		if j.Error != "" {
			add(strings.TrimSpace(format.FirstLines(j.Error, 1)))
			break
		}
		if j.Took > 0 && j.State == studio.Done {
			add(format.Took(j.Took))
		}
		if !j.Ended.IsZero() {
			add(j.Ended.Format("15:04"))
		}
	}
	return format.Joined(parts...)
}

// sweptValue is what sets a picture of a sweep apart from the others; "" of
// other pictures, and where the row's own prompt says it.
func (l *QueueList) sweptValue(j studio.Job) string {
	g, ok := l.sweeps[j.Group]
	if !ok {
		if jobs := studio.JobsOf(l.queue, j.Group); len(jobs) > 1 && len(jobs) <= settings.MaxSweep {
			if found, is := settings.GridOf(jobs); is && !found.Said(jobs) {
				g = &found
			}
		}
		l.sweeps[j.Group] = g
	}
	if g == nil {
		return ""
	}
	return g.Named(j.Recipe)
}

// jobList is the toolkit's list with the keys of a queue.
type jobList struct {
	widget.List
	widgets.KeyWatch
	of      *QueueList
	at      int // the row that the keyboard acts on
	focused bool
}

var (
	_ fyne.Focusable    = (*jobList)(nil)
	_ fyne.Shortcutable = (*jobList)(nil)
)

func newJobList(of *QueueList) *jobList {
	l := &jobList{of: of}
	l.HideSeparators = true
	l.Length = func() int { return len(of.jobs) }
	l.CreateItem = func() fyne.CanvasObject { return newQueueRow(of) }
	l.UpdateItem = func(i int, o fyne.CanvasObject) {
		if i < len(of.jobs) {
			o.(*queueRow).show(of.jobs[i])
		}
	}
	l.OnSelected = func(i int) {
		l.UnselectAll()
		if i < len(of.jobs) {
			l.mark(i)
			of.open(of.jobs[i])
		}
	}
	l.OnHighlighted = l.mark
	l.ExtendBaseWidget(l)
	return l
}

func (l *jobList) mark(i int) {
	l.at = i
	if i >= 0 && i < len(l.of.jobs) {
		l.of.key = l.of.jobs[i].ID
	}
}

// FocusGained implements fyne.Focusable.
func (l *jobList) FocusGained() { l.focused = true; l.List.FocusGained() }

// FocusLost implements fyne.Focusable.
func (l *jobList) FocusLost() { l.focused = false; l.List.FocusLost() }

// TypedKey implements fyne.Focusable.
func (l *jobList) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyUp, fyne.KeyDown, fyne.KeySpace:
		l.List.TypedKey(e)
		return
	}
	if l.at < 0 || l.at >= len(l.of.jobs) {
		widgets.Pass(l, e)
		return
	}
	j := l.of.jobs[l.at]
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		l.of.open(j)
	case fyne.KeyDelete, fyne.KeyBackspace:
		widgets.Call1(l.of.OnDelete, j)
	case fyne.KeyR:
		l.of.again(j)
	case fyne.KeyHome:
		l.of.first(j.ID)
	default:
		widgets.Pass(l, e)
	}
}

// TypedShortcut implements fyne.Shortcutable: Ctrl and an arrow move a waiting job.
func (l *jobList) TypedShortcut(s fyne.Shortcut) {
	c, ok := s.(*desktop.CustomShortcut)
	if !ok || c.Modifier != fyne.KeyModifierShortcutDefault || l.at < 0 || l.at >= len(l.of.jobs) {
		return
	}
	switch c.KeyName {
	case fyne.KeyUp:
		l.of.up(l.of.jobs[l.at].ID)
	case fyne.KeyDown:
		l.of.down(l.of.jobs[l.at].ID)
	}
}
