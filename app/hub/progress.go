package hub

import (
	"context"
	"sync"
	"time"
)

// A Phase says what a download does.
type Phase string

// The phases, in order.
const (
	Listing  Phase = "listing"  // the repositories are asked what they have
	Checking Phase = "checking" // what is here already is compared with their lists
	Fetching Phase = "fetching"
	Done     Phase = "done"
)

// Progress is how far a download is. Bytes are of all its files together.
type Progress struct {
	Phase       Phase
	Done, Total int64         // bytes; Total is 0 while it is not known
	Speed       float64       // bytes a second, over the last seconds; 0 while it is not known
	Left        time.Duration // 0 while it is not known
	Files, Of   int           // files that are whole, and all
	File        string        // one that is being fetched or checked
	Trouble     string        // why a file waits to be tried again; "" if none does
	Until       time.Time     // when it is tried
}

// A retryFunc is called before the pause ahead of the next try.
type retryFunc func(cause string, until time.Time)

// A meter gathers what files report and hands it on, newest wins.
type meter struct {
	mu      sync.Mutex // guards the fields below
	now     Progress
	samples []sample // of the last seconds, oldest first
	fetched int64    // bytes that came over the network
}

type sample struct {
	at    time.Time
	bytes int64
}

// speedOver is the span that the speed is taken over.
const speedOver = 8 * time.Second

func (m *meter) change(f func(*Progress)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f(&m.now)
}

// came adds bytes of the network.
func (m *meter) came(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fetched += int64(n)
	m.now.Done += int64(n)
	m.now.Trouble = ""
}

func (m *meter) waits(cause string, until time.Time) {
	m.change(func(p *Progress) { p.Trouble, p.Until = cause, until })
}

// read is the progress now, with speed and time left.
func (m *meter) read(now time.Time) Progress {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.samples = append(m.samples, sample{now, m.fetched})
	for len(m.samples) > 2 && now.Sub(m.samples[1].at) > speedOver {
		m.samples = m.samples[1:]
	}
	p, first := m.now, m.samples[0]
	if took := now.Sub(first.at); took > 0 && p.Phase == Fetching {
		p.Speed = float64(m.fetched-first.bytes) / took.Seconds()
	}
	if left := p.Total - p.Done; p.Speed > 0 && left > 0 {
		p.Left = time.Duration(min(float64(left)/p.Speed, 1e9) * float64(time.Second))
	}
	return p
}

// report hands the progress to progress, every so often and once more when the
// returned function is called, which waits for it. progress is called by one
// goroutine at a time.
func (m *meter) report(every time.Duration, progress func(Progress)) (stop func()) {
	if progress == nil {
		return func() {}
	}
	return regularly(every, func() { progress(m.read(time.Now())) })
}

// regularly calls f every so often on a goroutine of its own, and once more at
// the end, when the returned function is called, which waits for it.
func regularly(every time.Duration, f func()) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				f()
			case <-ctx.Done():
				f()
				return
			}
		}
	})
	return func() { cancel(); wg.Wait() }
}
