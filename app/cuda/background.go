package cuda

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// State says how an installation stands.
type State string

// The states.
const (
	Absent     State = ""           // none, or parts of one that was cut short
	Running    State = "running"    //
	Stopped    State = "stopped"    // parts that had come are kept
	Failed     State = "failed"     // likewise
	Complete   State = "complete"   // the program's next start uses it
	Impossible State = "impossible" // for this system there are no parts
)

// A Status is how an installation stands now.
type Status struct {
	State State
	Plan  Plan   // what is to be fetched yet, as it was when it began or was last asked for
	Begun bool   // some of it is here, and it is not complete
	Fresh bool   // it was completed since the program started, which does not use it yet
	Part  string // name of what is being fetched
	Done  int64  // bytes of Plan that have come
	Err   error  // why it failed, or is impossible
}

// Background brings the parts while the program goes on. Its methods may be called
// from any goroutine.
type Background struct {
	store  Store
	places func() []string
	system func() (Set, error)
	pip    func(context.Context) []string
	every  time.Duration // between two looks at how much has come

	mu       sync.Mutex // guards the fields below
	now      Status
	onChange func(Status)
	stop     context.CancelFunc // of the installation that runs; nil: none does
	wg       sync.WaitGroup
}

// NewBackground starts nothing. places are folders with libraries that can be used
// where they lie; it is called when a plan is made. The caller must call Close.
func NewBackground(s Store, places func() []string) *Background {
	return &Background{store: s, places: places, system: ForSystem, pip: FindPip, every: 500 * time.Millisecond}
}

// Watch has onChange called at every change, on other goroutines; it must not wait.
// nil ends it.
func (b *Background) Watch(onChange func(Status)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.onChange = onChange
}

// Status looks at what is there. It reads the disk.
func (b *Background) Status() Status {
	b.mu.Lock()
	now, busy := b.now, b.stop != nil
	b.mu.Unlock()
	if busy {
		return now
	}
	set, err := b.system()
	if err != nil {
		return Status{State: Impossible, Err: err}
	}
	s := Status{State: now.State, Err: now.Err, Plan: b.store.Plan(set, b.places())}
	if _, ok := b.store.Installed(); ok && len(s.Plan.Fetch) == 0 {
		s.State, s.Err, s.Fresh = Complete, nil, now.State == Complete
		return s
	}
	if s.State == Complete {
		s.State = Absent
	}
	s.Begun = slices.ContainsFunc(append(slices.Clone(set.Parts), set.Provider), b.store.has)
	return s
}

// Start installs what is not there yet, unless an installation runs. The artist has accepted the
// licences. It returns at once.
func (b *Background) Start() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stop != nil {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	b.stop, b.now = stop, Status{State: Running}
	b.wg.Go(func() {
		err := b.install(ctx)
		b.set(func(s *Status) {
			switch {
			case err == nil:
				s.State, s.Fresh = Complete, true
			case ctx.Err() != nil:
				s.State = Stopped
			default:
				s.State, s.Err = Failed, err
			}
			b.stop = nil
		})
		stop()
	})
}

func (b *Background) install(ctx context.Context) error {
	set, err := b.system()
	if err != nil {
		return err
	}
	p := b.store.Plan(set, b.places())
	b.set(func(s *Status) { s.Plan = p })
	pip := b.pip(ctx)
	if pip == nil && len(p.Fetch) > 0 {
		return ErrNoPip
	}
	looks, end := context.WithCancel(ctx)
	defer end()
	before, part := int64(0), Part{} // guarded by b.mu
	b.wg.Go(func() {
		tick := time.NewTicker(b.every)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				come := size(filepath.Join(b.store.Dir, arriving))
				b.set(func(s *Status) { s.Done = before + min(come, part.Bytes) })
			case <-looks.Done():
				return
			}
		}
	})
	return b.store.Install(ctx, p, pip, func(next Part) {
		b.set(func(s *Status) {
			before, part = before+part.Bytes, next
			s.Part, s.Done = next.Name, before
		})
	})
}

// set changes the status and reports it.
func (b *Background) set(change func(*Status)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(&b.now)
	if b.onChange != nil {
		b.onChange(b.now)
	}
}

// Stop ends the installation that runs; parts that have come whole are kept.
func (b *Background) Stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stop != nil {
		b.stop()
	}
}

// Remove deletes what was installed or fetched in part, after an installation that
// runs has ended.
func (b *Background) Remove() error {
	b.Close()
	b.set(func(s *Status) { *s = Status{} })
	return b.store.Remove()
}

// Close stops an installation and waits for its end.
func (b *Background) Close() {
	b.Stop()
	b.wg.Wait()
}

// size is how many bytes the files under a folder have.
func size(folder string) (n int64) {
	filepath.WalkDir(folder, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			if info, err := e.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil // what is gone meanwhile counts nothing
	})
	return n
}
