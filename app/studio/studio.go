// Package studio is the queue: jobs, the order they are made in, what is kept of them, and how long they take.
package studio

import (
	"context"
	"fmt"
	"image"
	"log/slog"
	"sync"
	"time"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
)

// A Generator makes pictures. *Engine is one.
type Generator interface {
	// Generate makes pictures that share a model, a device and a precision.
	Generate(ctx context.Context, recipes []recipe.Recipe, event func(inference.Event)) ([]*inference.Result, error)
	// BatchSize says how many pictures of a recipe's model are better made
	// together: 1 when its stages all stay in memory, more when they are swapped.
	BatchSize(r recipe.Recipe) int
	// Loaded says whether the next picture of a recipe waits for no stage to be
	// loaded. It does not wait for a running picture.
	Loaded(r recipe.Recipe) bool
	// Renderer is the model's own network for previews of Stage C, nil when it
	// has none; busy where the processor makes the pictures. It is asked for
	// while the model makes one.
	Renderer() (r app.Renderer, busy bool)
}

// Progress is how far the picture at work has come.
type Progress struct {
	Job            Job
	Stage          inference.Stage // "" while the model is opened
	N, Total       int             // step N of Total of the stage is done
	Elapsed        time.Duration   // since the picture was begun
	Left           time.Duration   // of this picture; 0 while unknown
	StepsPerSecond float64         // of the newest step; 0 while unknown
	Shares         [3]float32      // how long composition, detail and picture are, relative to one another
	Preview        *image.RGBA     // the newest; nil while there is none
	Notes          []inference.Note
}

// An Outcome is a job that just ended.
type Outcome struct {
	Job     Job
	Image   *image.RGBA // the picture, or what a draft shows; nil when nothing came of it
	Notes   []inference.Note
	Err     error // why it failed, or was made but not saved
	Stopped bool  // it was cancelled while it ran; its composition is kept where Job.File is a draft
}

// Params are what a Studio needs. All but Log and the callbacks are required.
type Params struct {
	Generator Generator
	Store     *Store
	Pictures  func() string // where pictures are saved now
	Names     func() string // template of their file names, see FileName; nil: the usual one
	Thumbs    string        // folder for thumbnails, a cache
	Kept      string        // folder for compositions of pictures that are not done; "": none are kept
	Previews  func() bool   // whether previews are wanted; nil: always
	Log       *slog.Logger

	// Called on the studio's goroutine or on the caller's, one at a time;
	// they must return soon and must not call the studio.
	Queue    func(Queue)
	Progress func(Progress)
	Ended    func(Outcome)

	// Saved is called with every file, on the studio's goroutine; may be nil.
	Saved func(file string)
}

// A Studio makes the pictures of a queue, one after another, on a goroutine of
// its own. Its methods return at once and may be called from any goroutine.
// What they change is on disk when they return.
type Studio struct {
	p    Params
	ctx  context.Context // ends when Close is called
	stop context.CancelFunc
	wake chan struct{}
	wg   sync.WaitGroup

	compositions compositions

	callback sync.Mutex // one callback at a time; taken before mu, never with it held

	mu      sync.Mutex // guards the fields below
	waiting []*Job
	over    []*Job // newest first
	running []*runningJob
	paused  bool
	fails   int // pictures that failed one after another
	speeds  map[string]speed
	unsaved map[int64]unsaved
	left    time.Duration // of the running pictures
}

// A runningJob is a running job and how it is stopped.
type runningJob struct {
	*Job
	ctx       context.Context
	cancel    context.CancelFunc
	keepDraft bool              // stop with the composition, as was asked for
	latent    *inference.Tensor // that it goes on from: of its source, or kept; nil: it begins with Stage C
	composes  recipe.Recipe     // what its composition is kept by,
	stored    bool              // where it is kept; the studio's goroutine alone has both

	composition *image.RGBA // the newest preview of Stage C; the studio's goroutine alone has it

	kept     bool // its composition is kept, though that was not asked for
	finished bool // its result came
	composed bool // Stage C is done
}

const (
	maxOver  = 500 // ended jobs that are shown
	maxFails = 3   // failures in a row after which the queue pauses
)

// New takes the queue up from the store and starts the goroutine. When
// something was left waiting the queue is paused: nothing starts by itself.
// The caller must call Close.
func New(p Params) (*Studio, error) {
	waiting, over, err := p.Store.jobs(maxOver)
	if err != nil {
		return nil, fmt.Errorf("the queue cannot be read: %w", err)
	}
	speeds, err := p.Store.speeds()
	if err != nil {
		return nil, fmt.Errorf("the queue cannot be read: %w", err)
	}
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &Studio{
		p: p, ctx: ctx, stop: stop, wake: make(chan struct{}, 1), waiting: waiting, over: over,
		paused: len(waiting) > 0, speeds: speeds, unsaved: map[int64]unsaved{}, compositions: compositions{p.Kept},
	}
	s.compositions.prune(waiting, over)
	s.wg.Go(s.run)
	return s, nil
}

// Close stops the running picture, puts it back in front of the queue, and
// waits for the goroutine to end. A composition that is done is saved, so that
// the picture goes on from it the next time.
func (s *Studio) Close() {
	s.stop()
	s.wg.Wait()
}

// Suspend writes down that what runs waits again, as Close leaves it, and does not wait
// for the step at work: it is for a program that cannot end by itself.
func (s *Studio) Suspend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var back []*Job
	for _, c := range s.running {
		if j := *c.Job; j.State == Running {
			j.State = Waiting
			back = append(back, &j)
		}
	}
	s.log(s.p.Store.saveJobs(back...))
	s.log(s.p.Store.orderJobs(append(back, s.waiting...)))
}

// Estimate says how long jobs take one after another, with the loading that they wait
// for, 0 when nothing like them was made before. Their sizes must be filled in; with a
// Source they begin with Stage B.
func (s *Studio) Estimate(jobs ...Job) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.estimate(jobs, nil)
}

// estimate is Estimate behind another job; nil: there is none.
func (s *Studio) estimate(jobs []Job, before *Job) (sum time.Duration) {
	for i := range jobs {
		j := &jobs[i]
		loaded := before != nil && before.Recipe.Setup() == j.Recipe.Setup() || s.p.Generator.Loaded(j.Recipe)
		sum += s.cost(j.Recipe, j.Source != "", loaded).total()
		before = j
	}
	return sum
}

// cost is that of a picture, with loading unless all is loaded.
func (s *Studio) cost(r recipe.Recipe, composed, loaded bool) cost {
	c := s.speeds[r.Setup().String()].of(r.Request, composed)
	if loaded {
		c = c.loaded()
	}
	return c
}

func (s *Studio) wakeUp() {
	select {
	case s.wake <- struct{}{}:
	default: // a wake-up is already on its way
	}
}

// changed calls Params.Queue with the lists as they are when its turn comes.
func (s *Studio) changed() {
	if s.p.Queue == nil {
		return
	}
	s.callback.Lock()
	defer s.callback.Unlock()
	s.p.Queue(s.Queue())
}

func (s *Studio) log(err error) {
	if err != nil {
		s.p.Log.Error("queue not written", "err", err)
	}
}

func (s *Studio) run() {
	for {
		if batch := s.next(); len(batch) > 0 {
			s.make(batch)
			continue
		}
		select {
		case <-s.wake:
		case <-s.ctx.Done():
			return
		}
	}
}

// make runs a batch to its end.
func (s *Studio) make(batch []*runningJob) {
	s.changed()
	r := &run{studio: s, batch: batch, start: time.Now()}
	recipes := make([]recipe.Recipe, 0, len(batch))
	var err error
	bad := 0 // the job whose pictures cannot be read
	for i, c := range batch {
		rec := c.Recipe
		rec.Context = c.ctx
		if c.Source != "" && err == nil {
			rec.Latent, err = recipe.PictureLatent(c.Source)
			c.latent = rec.Latent
			rec.Extras = inference.Extras{} // they are in the composition
		}
		if err == nil {
			if err = rec.ReadInputs(); err != nil {
				bad = i
			} else if rec.Any() {
				s.mu.Lock()
				c.Recipe.TakeHashes(rec) // the picture names its inputs by them
				s.mu.Unlock()
			}
		}
		if err == nil {
			s.goOn(c, &rec)
		}
		recipes = append(recipes, rec)
	}
	r.begin(bad)
	defer func() {
		if r.renderer != nil {
			r.renderer.close()
		}
	}()
	var results []*inference.Result
	if err == nil {
		results, err = s.p.Generator.Generate(s.ctx, recipes, r.event)
	}
	r.end(results, err)

	s.mu.Lock()
	for _, c := range batch {
		c.cancel()
	}
	s.running, s.left = nil, 0
	s.unpause()
	s.mu.Unlock()
	s.changed()
}
