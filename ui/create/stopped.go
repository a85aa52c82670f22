package create

import (
	"strings"

	"fyne.io/fyne/v2/lang"

	"cascata/app/studio"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// stopped is what was ended together, so that one note says what is kept of
// it and takes it back.
type stopped struct {
	waiting []studio.Job // that had not begun
	ended   []studio.Job // that ran, as they ended
	next    int64        // the waiting job behind them; 0: none
	resumes bool         // the queue was not paused
	gone    func()       // takes the note away
}

// stop begins a note of what is ended from now on: these that wait, and what
// runs as the studio tells of it.
func (q *Jobs) stop(waiting ...studio.Job) {
	q.stopped = stopped{waiting: waiting, resumes: !q.queue.Paused}
	if n := len(waiting); n > 0 {
		q.stopped.next = after(q.queue.Waiting, waiting[n-1].ID)
		q.sayStopped()
	}
}

// after is the job behind another one, 0 where there is none.
func after(jobs []studio.Job, id int64) int64 {
	if i := studio.IndexOf(jobs, id); i >= 0 && i+1 < len(jobs) {
		return jobs[i+1].ID
	}
	return 0
}

// Stopped says what is kept of a picture that was stopped.
func (q *Jobs) Stopped(j studio.Job) {
	q.stopped.ended = append(q.stopped.ended, j)
	q.sayStopped()
}

func (q *Jobs) sayStopped() {
	s := &q.stopped
	widgets.Call(s.gone)
	s.gone = q.p.Toasts.Say(s.text(), lang.X("undo", "Undo"), q.unstop)
}

// unstop lets what was stopped go on.
func (q *Jobs) unstop() {
	s := q.stopped
	q.stopped = stopped{}
	widgets.Call(s.gone)
	before := s.next
	if len(s.ended) > 0 {
		before = 0
		if now := q.Studio.Queue(); len(now.Waiting) > 0 {
			before = now.Waiting[0].ID
		}
	}
	q.Studio.Restore(before, append(studio.IDs(s.ended), studio.IDs(s.waiting)...)...)
	if s.resumes {
		q.Studio.Pause(false)
	}
	if len(s.ended) > 0 {
		q.p.OnAgain()
	}
}

// text says what is kept.
func (s *stopped) text() string {
	var kept, source, lost int
	for _, j := range s.ended {
		switch {
		case j.File != "":
			kept++
		case j.Source != "":
			source++
		default:
			lost++
		}
	}
	count := func(n int) map[string]any { return map[string]any{"Count": numbers.Grouped(n)} }
	var texts []string
	if kept > 0 {
		texts = append(texts, lang.XN("stopped.kept", "Stopped. {{.Count}} compositions are kept as drafts.", kept, count(kept)))
	}
	if source > 0 {
		texts = append(texts, lang.XN("stopped.source", "Stopped. The compositions of {{.Count}} pictures are still there.", source, count(source)))
	}
	if lost > 0 {
		texts = append(texts, lang.XN("stopped.lost", "Stopped before {{.Count}} compositions were done: nothing is kept of them.", lost, count(lost)))
	}
	if n := len(s.waiting); n > 0 {
		texts = append(texts, lang.XN("queue.cancelled", "{{.Count}} waiting pictures were cancelled.", n, count(n)))
	}
	return strings.Join(texts, " ")
}
