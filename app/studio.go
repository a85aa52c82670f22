package app

import (
	"context"
	"errors"
	"image"
	"log/slog"
	"sync"
	"time"

	"cascata/inference"
)

// A Generator makes pictures. *Engine is one.
type Generator interface {
	Generate(ctx context.Context, recipes []Recipe, event func(inference.Event)) ([]*inference.Result, error)
}

// State is where the studio stands.
type State int

// The states.
const (
	Idle State = iota
	Running
	Done
	Failed
	Cancelled
)

// Progress is what the window shows.
type Progress struct {
	State    State
	Stage    inference.Stage // the one at work, "" while the model is opened
	N, Total int             // step N of Total is done
	Left     time.Duration   // estimate for the whole picture; 0 while unknown

	Preview *image.RGBA // of the newest step, small
	Image   *image.RGBA // the finished picture
	File    string      // where it was saved
	Seed    uint64
	Took    time.Duration
	Notes   []string
	Err     error // why it failed, or was made but not saved
}

// A Studio makes pictures for a window on a goroutine of its own. Its methods
// return at once and may be called from any goroutine.
type Studio struct {
	generator Generator
	dir       string // where pictures are saved
	log       *slog.Logger
	changed   func(Progress) // called on the studio's goroutine

	ctx  context.Context // ends when Close is called
	stop context.CancelFunc
	wake chan order
	wg   sync.WaitGroup

	mu     sync.Mutex         // guards cancel
	cancel context.CancelFunc // of the picture that was asked for; nil when there is none
}

// An order is a picture that was asked for, and what ends when it is cancelled.
type order struct {
	ctx    context.Context
	recipe Recipe
}

// NewStudio starts the goroutine. The caller must call Close. changed is told
// every change, on that goroutine, and should return soon.
func NewStudio(g Generator, dir string, log *slog.Logger, changed func(Progress)) *Studio {
	ctx, stop := context.WithCancel(context.Background())
	s := &Studio{generator: g, dir: dir, log: log, changed: changed, ctx: ctx, stop: stop, wake: make(chan order, 1)}
	s.wg.Go(s.run)
	return s
}

// Close cancels the running picture and waits for the goroutine to end.
func (s *Studio) Close() {
	s.stop()
	s.wg.Wait()
}

// Start asks for a picture. It reports false when one is already asked for.
func (s *Studio) Start(r Recipe) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cancel != nil {
		return false
	}
	o := order{recipe: r}
	o.ctx, s.cancel = context.WithCancel(s.ctx)
	s.wake <- o // there is room: none is waiting
	return true
}

// Cancel stops the running picture, if there is one.
func (s *Studio) Cancel() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cancel != nil {
		s.cancel()
	}
}

func (s *Studio) run() {
	for {
		select {
		case o := <-s.wake:
			s.make(o.ctx, o.recipe)
		case <-s.ctx.Done():
			return
		}
	}
}

func (s *Studio) make(ctx context.Context, r Recipe) {
	start := time.Now()
	p := Progress{State: Running, Seed: r.Seed}
	s.changed(p)
	eta := newEstimate(r.Request)
	results, err := s.generator.Generate(ctx, []Recipe{r}, func(e inference.Event) {
		if e.Note != "" {
			p.Notes = append(p.Notes, e.Note)
		}
		if e.Stage != "" {
			p.Stage, p.N, p.Total = e.Stage, e.N, e.Total
		}
		if img := e.Preview(); img != nil {
			p.Preview = img
		}
		p.Left = eta.leftAfter(e)
		s.changed(p)
	})
	switch {
	case err == nil:
		p.State, p.Image = Done, results[0].Image
		if p.File, p.Err = SavePicture(s.dir, p.Image, r.Seed, time.Now()); p.Err != nil {
			s.log.Error("picture not saved", "err", p.Err)
		}
	case errors.Is(err, context.Canceled):
		p.State = Cancelled
	default:
		p.State, p.Err = Failed, err
		s.log.Error("picture failed", "err", err)
	}
	p.Took, p.Left = time.Since(start), 0
	s.mu.Lock()
	s.cancel()
	s.cancel = nil
	s.mu.Unlock()
	s.changed(p)
}
