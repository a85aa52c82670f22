package catalogue

import (
	"context"
	"errors"
	"slices"
	"sync"

	"cascata/app/hub"
)

// Stage says how a download of a window stands.
type Stage string

// The stages.
const (
	Waiting   Stage = "waiting" // for another one
	Running   Stage = "running"
	Paused    Stage = "paused"    // what has come is kept
	Cancelled Stage = "cancelled" // what has come is removed
	Failed    Stage = "failed"    // what has come is kept; Start goes on
	Finished  Stage = "finished"
)

// An Event is how a download stands now.
type Event struct {
	Name     string
	Stage    Stage
	Progress hub.Progress // while it runs
	Err      error        // why it failed
}

// Downloads fetch entries of the catalogue for a window, one after the other.
// Methods may be called from any goroutine and return at once.
type Downloads struct {
	shelf   *Shelf
	onEvent func(Event)

	mu      sync.Mutex // guards the fields below
	waiting []string   // names, the running one first
	running bool       // a goroutine takes them up
	stop    context.CancelCauseFunc
	closed  bool
	wg      sync.WaitGroup
}

// Why a download is stopped.
var (
	errPaused    = errors.New("the download is paused")
	errCancelled = errors.New("the download is cancelled")
)

// NewDownloads starts nothing yet. onEvent is called from one goroutine at a time, about ten times a
// second while a download runs, and must not wait; of events with one name only the newest counts. The caller
// must call Close.
func NewDownloads(shelf *Shelf, onEvent func(Event)) *Downloads {
	var one sync.Mutex
	return &Downloads{shelf: shelf, onEvent: func(e Event) {
		one.Lock()
		defer one.Unlock()
		onEvent(e)
	}}
}

// Start begins a download, or goes on with it, once those before it have ended.
// Its licence must have been accepted.
func (d *Downloads) Start(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || slices.Contains(d.waiting, name) {
		return
	}
	d.waiting = append(d.waiting, name)
	if !d.running {
		d.running = true
		d.wg.Go(d.run)
		return
	}
	d.wg.Go(func() { d.onEvent(Event{Name: name, Stage: Waiting}) })
}

// Pause stops a download and keeps what has come.
func (d *Downloads) Pause(name string) { d.end(name, errPaused) }

// Cancel stops a download and removes what has come, also of one that does not run now. A
// model that was whole before is left.
func (d *Downloads) Cancel(name string) { d.end(name, errCancelled) }

func (d *Downloads) end(name string, why error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := slices.Index(d.waiting, name)
	switch {
	case at == 0 && d.stop != nil:
		d.stop(why)
		return
	case at >= 0:
		d.waiting = slices.Delete(d.waiting, at, at+1)
	}
	if !d.closed {
		d.wg.Go(func() { d.ended(name, why) })
	}
}

// Close pauses what runs and waits for it.
func (d *Downloads) Close() {
	d.mu.Lock()
	d.closed = true
	d.waiting = d.waiting[:min(len(d.waiting), 1)]
	if d.stop != nil {
		d.stop(errPaused)
	}
	d.mu.Unlock()
	d.wg.Wait()
}

// run fetches what waits until there is no more.
func (d *Downloads) run() {
	for {
		name, ctx, ok := d.next()
		if !ok {
			return
		}
		d.onEvent(Event{Name: name, Stage: Running})
		err := d.shelf.Download(ctx, name, func(p hub.Progress) { d.onEvent(Event{Name: name, Stage: Running, Progress: p}) })
		d.mu.Lock()
		d.stop(nil)
		d.stop = nil
		d.waiting = d.waiting[1:]
		d.mu.Unlock()
		d.ended(name, err)
	}
}

// next takes up the first that waits.
func (d *Downloads) next() (name string, ctx context.Context, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.waiting) == 0 || d.closed {
		d.running = false
		return "", nil, false
	}
	ctx, d.stop = context.WithCancelCause(context.Background())
	return d.waiting[0], ctx, true
}

// ended reports how a download ended, and removes what is left of a cancelled one.
func (d *Downloads) ended(name string, err error) {
	e := Event{Name: name, Stage: Finished}
	switch {
	case errors.Is(err, errPaused):
		e.Stage = Paused
	case errors.Is(err, errCancelled):
		e.Stage = Cancelled
		if _, whole := d.shelf.Paths(name); whole {
			break
		}
		if _, err := d.shelf.Remove(name); err != nil && !errors.Is(err, ErrUnknown) {
			e.Stage, e.Err = Failed, err
		}
	case err != nil:
		e.Stage, e.Err = Failed, err
	}
	d.onEvent(e)
}
