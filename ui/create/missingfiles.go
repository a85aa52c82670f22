package create

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"

	"cascata/app/studio"
	"cascata/ui/async"
)

// missing knows which pictures of the queue are no longer where they were
// saved: what is in the trash is not shown.
type missing struct {
	gone    map[int64]bool // jobs whose files are not there
	looking bool
}

// look looks for the files of jobs, unless it does so already. Where others are
// missing than before, then is given those, and which of them are newly missing.
func (m *missing) look(run async.Runner, jobs []studio.Job, then func(gone map[int64]bool, newly func(id int64) bool)) {
	if m.looking {
		return
	}
	m.looking = true
	gone := map[int64]bool{}
	run(func() {
		for _, j := range jobs {
			if j.File == "" {
				continue
			}
			if _, err := os.Stat(j.File); errors.Is(err, fs.ErrNotExist) {
				gone[j.ID] = true
			}
		}
	}, func() {
		m.looking = false
		if was := m.gone; !maps.Equal(gone, was) {
			m.gone = gone
			then(gone, func(id int64) bool { return gone[id] && !was[id] })
		}
	})
}

// without is a queue without the pictures that are missing.
func (m *missing) without(q studio.Queue) studio.Queue {
	if len(m.gone) > 0 {
		q.Over = slices.DeleteFunc(slices.Clone(q.Over), func(j studio.Job) bool { return m.gone[j.ID] })
	}
	return q
}
