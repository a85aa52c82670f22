package catalogue

import (
	"errors"
	"testing"
	"time"

	"cascata/app/hub"
)

// awaited collects events until one of a stage comes.
type awaited struct {
	t    *testing.T
	all  chan Event
	last map[string]Stage
}

func (a *awaited) until(name string, stage Stage) Event {
	a.t.Helper()
	for {
		select {
		case e := <-a.all:
			a.last[e.Name] = e.Stage
			if e.Name == name && e.Stage == stage {
				return e
			}
		case <-time.After(30 * time.Second):
			a.t.Fatalf("%s is not %s: %v", name, stage, a.last)
		}
	}
}

// come waits until something has come.
func (a *awaited) come(name string) {
	a.t.Helper()
	for a.until(name, Running).Progress.Done < 100_000 {
	}
}

func TestDownloads(t *testing.T) {
	s, site := newShelf(t)
	site.Pace.Store(300_000)
	s.Hub.Times.Tries, s.Hub.Times.Wait = 1, 0
	a := &awaited{t, make(chan Event, 10_000), map[string]Stage{}}
	d := NewDownloads(s, func(e Event) { a.all <- e })
	const name, other = "stable-cascade-lite", "previewer"
	d.Start(name)
	if e := a.until(name, Failed); !errors.Is(e.Err, ErrLicence) {
		t.Fatal(e)
	}
	if err := s.Accept(&nonCommercial); err != nil {
		t.Fatal(err)
	}
	d.Start(name)
	d.Start(name)
	d.Start(other) // which this server does not have
	a.until(other, Waiting)
	a.come(name)
	d.Pause(name)
	a.until(name, Paused)
	if e := a.until(other, Failed); !errors.Is(e.Err, hub.ErrMissing) {
		t.Errorf("%+v", e)
	}
	if i := stateOf(s, name); i.State != Unfinished || i.Done < 100_000 {
		t.Errorf("paused: %+v", i)
	}
	d.Start(name)
	a.come(name)
	d.Cancel(name)
	a.until(name, Cancelled)
	if i := stateOf(s, name); i.State != Absent || s.left() != nil {
		t.Errorf("cancelled: %+v, %q", i, s.left())
	}
	d.Start(name)
	a.come(name)
	d.Close() // as when the program ends
	if stage := a.until(name, Paused).Stage; stage != Paused || stateOf(s, name).State != Unfinished {
		t.Errorf("closed: %v", stage)
	}
	d.Start(name)
	site.Pace.Store(0)
	d = NewDownloads(s, func(e Event) { a.all <- e })
	defer d.Close()
	d.Start(name)
	a.until(name, Finished)
	if i := stateOf(s, name); i.State != Downloaded {
		t.Errorf("finished: %+v", i)
	}
	d.Cancel("effnet-encoder") // nothing is there
	a.until("effnet-encoder", Cancelled)
	d.Cancel(name) // it is whole
	a.until(name, Cancelled)
	if i := stateOf(s, name); i.State != Downloaded {
		t.Errorf("a whole one was cancelled: %+v", i)
	}
}
