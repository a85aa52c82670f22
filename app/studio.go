package app

import (
	"context"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"cascata/inference"
)

// A Generator makes pictures. *Engine is one.
type Generator interface {
	// Generate makes pictures that share a model, a device and a precision.
	Generate(ctx context.Context, recipes []Recipe, event func(inference.Event)) ([]*inference.Result, error)
	// Together says how many pictures of a recipe's model are better made
	// together: 1 when its stages all stay in memory, more when they are swapped.
	Together(r Recipe) int
	// Renderer is the model's own network for previews of Stage C, nil when it
	// has none; busy where the processor makes the pictures. It is asked for
	// while the model makes one.
	Renderer() (r Renderer, busy bool)
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
	Notes          []string
}

// An Outcome is a job that just ended.
type Outcome struct {
	Job   Job
	Image *image.RGBA // the picture, or what a draft shows; nil when nothing came of it
	Notes []string
	Err   error // why it failed, or was made but not saved
}

// A Queue is what is running, what waits in its order, and what ended, newest
// first.
type Queue struct {
	Running, Waiting, Over []Job
	Paused                 bool
	Left                   time.Duration // until the last waiting picture is done; 0 when nothing is known
}

// StudioParams are what a Studio needs. All but Log and the callbacks are required.
type StudioParams struct {
	Generator Generator
	Store     *Store
	Pictures  func() string // where pictures are saved now
	Names     func() string // template of their file names, see FileName; nil: the usual one
	Thumbs    string        // folder for thumbnails, a cache
	Previews  func() bool   // whether previews are wanted; nil: always
	Log       *slog.Logger

	// Called on the studio's goroutine or on the caller's, one at a time;
	// they must return soon and must not call the studio.
	Queue    func(Queue)
	Progress func(Progress)
	Ended    func(Outcome)

	// Saved is told of every file, on the studio's goroutine; nil: nobody.
	Saved func(file string)
}

// A Studio makes the pictures of a queue, one after another, on a goroutine of
// its own. Its methods return at once and may be called from any goroutine.
// What they change is on disk when they return.
type Studio struct {
	p    StudioParams
	ctx  context.Context // ends when Close is called
	stop context.CancelFunc
	wake chan struct{}
	wg   sync.WaitGroup

	tell sync.Mutex // one callback at a time; taken before mu, never with it held

	mu      sync.Mutex // guards the fields below
	waiting []*Job
	over    []*Job // newest first
	running []*control
	paused  bool
	fails   int // pictures that failed one after another
	speeds  map[string]speed
	unsaved map[int64]unsaved
	left    time.Duration // of the running pictures
}

// A control is a running job and how it is stopped.
type control struct {
	*Job
	ctx       context.Context
	cancel    context.CancelFunc
	keepDraft bool // stop with the composition
	finished  bool // its result came
	composed  bool // Stage C is done
}

// unsaved is a picture that could not be written.
type unsaved struct {
	image  *image.RGBA
	latent *inference.Tensor
	used   Used
}

const (
	maxOver  = 500 // ended jobs that are shown
	maxFails = 3   // failures in a row after which the queue pauses
)

// NewStudio takes the queue up from the store and starts the goroutine. When
// something was left waiting the queue is paused: nothing starts by itself.
// The caller must call Close.
func NewStudio(p StudioParams) (*Studio, error) {
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
		paused: len(waiting) > 0, speeds: speeds, unsaved: map[int64]unsaved{},
	}
	s.wg.Go(s.run)
	return s, nil
}

// Close stops the running picture, puts it back in front of the queue, and
// waits for the goroutine to end.
func (s *Studio) Close() {
	s.stop()
	s.wg.Wait()
}

// Add puts jobs behind the waiting ones, or in front of them, and returns
// them with their IDs. Only Recipe and Source of a job count.
func (s *Studio) Add(jobs []Job, first bool) ([]Job, error) {
	added := make([]*Job, len(jobs))
	for i, j := range jobs {
		added[i] = &Job{State: Waiting, Recipe: j.Recipe, Source: j.Source, Asked: time.Now()}
	}
	s.mu.Lock()
	err := s.p.Store.addJobs(added)
	if err == nil && first {
		s.waiting = append(slices.Clone(added), s.waiting...)
		err = s.p.Store.orderJobs(s.waiting)
	} else if err == nil {
		s.waiting = append(s.waiting, added...)
	}
	all := values(added)
	s.mu.Unlock()
	s.changed()
	s.rouse()
	return all, err
}

// Queue returns the lists as they are now.
func (s *Studio) Queue() Queue {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := Queue{Waiting: values(s.waiting), Over: values(s.over), Paused: s.paused, Left: s.left}
	for _, c := range s.running {
		q.Running = append(q.Running, *c.Job)
	}
	for _, j := range s.waiting {
		q.Left += s.estimate(j.Recipe, j.Source != "")
	}
	return q
}

// Estimate says how long a picture of the recipe takes, 0 when nothing like it
// was made before. Its size must be filled in.
func (s *Studio) Estimate(r Recipe, composed bool) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.estimate(r, composed)
}

func (s *Studio) estimate(r Recipe, composed bool) time.Duration {
	return s.speeds[r.setup()].of(r.Request, composed).total()
}

// Cancel ends jobs that run or wait.
func (s *Studio) Cancel(ids ...int64) { s.end(ids, false) }

// KeepDraft ends running jobs with their composition: at once where Stage C is
// done, else as soon as it is.
func (s *Studio) KeepDraft(ids ...int64) { s.end(ids, true) }

func (s *Studio) end(ids []int64, keepDraft bool) {
	s.mu.Lock()
	for _, c := range s.running {
		if slices.Contains(ids, c.ID) {
			c.keepDraft = keepDraft
			if !keepDraft || c.composed {
				c.cancel()
			}
		}
	}
	var ended []*Job
	if !keepDraft {
		s.waiting = slices.DeleteFunc(s.waiting, func(j *Job) bool {
			if !slices.Contains(ids, j.ID) {
				return false
			}
			j.State, j.Ended = Cancelled, time.Now()
			ended = append(ended, j)
			return true
		})
		s.over = append(ended, s.over...)
		s.log(s.p.Store.saveJobs(ended...))
	}
	s.mu.Unlock()
	s.changed()
}

// CancelAll ends everything that runs or waits.
func (s *Studio) CancelAll() { s.Cancel(s.ids(true)...) }

// Stop ends what runs and pauses the queue.
func (s *Studio) Stop() {
	s.Pause(true)
	s.Cancel(s.ids(false)...)
}

func (s *Studio) ids(waiting bool) []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []int64
	for _, c := range s.running {
		ids = append(ids, c.ID)
	}
	if waiting {
		for _, j := range s.waiting {
			ids = append(ids, j.ID)
		}
	}
	return ids
}

// Pause lets what runs finish and starts nothing after it, or goes on.
func (s *Studio) Pause(yes bool) {
	s.mu.Lock()
	s.paused, s.fails = yes, 0
	s.mu.Unlock()
	s.changed()
	s.rouse()
}

// Move puts a waiting job in front of another one, or at the end when before
// is 0.
func (s *Studio) Move(id, before int64) {
	s.mu.Lock()
	from := index(s.waiting, id)
	if from < 0 || id == before {
		s.mu.Unlock()
		return
	}
	j := s.waiting[from]
	s.waiting = slices.Delete(s.waiting, from, from+1)
	to := index(s.waiting, before)
	if to < 0 {
		to = len(s.waiting)
	}
	s.waiting = slices.Insert(s.waiting, to, j)
	s.log(s.p.Store.orderJobs(s.waiting))
	s.mu.Unlock()
	s.changed()
}

// Retry asks again for jobs that ended, with their exact recipes.
func (s *Studio) Retry(ids ...int64) error {
	var again []Job
	s.mu.Lock()
	for _, id := range ids {
		if i := index(s.over, id); i >= 0 {
			again = append(again, *s.over[i])
		}
	}
	s.mu.Unlock()
	if len(again) == 0 {
		return nil
	}
	_, err := s.Add(again, false)
	return err
}

// Forget takes ended jobs out of the list. Files stay.
func (s *Studio) Forget(ids ...int64) {
	s.mu.Lock()
	s.over = slices.DeleteFunc(s.over, func(j *Job) bool { return slices.Contains(ids, j.ID) })
	for _, id := range ids {
		delete(s.unsaved, id)
		os.Remove(s.Thumb(id))
	}
	s.log(s.p.Store.removeJobs(ids...))
	s.mu.Unlock()
	s.changed()
}

// SaveAgain writes a picture that could not be written before. It may take a
// while; not for the window's goroutine.
func (s *Studio) SaveAgain(id int64) error {
	s.mu.Lock()
	u, ok := s.unsaved[id]
	i := index(s.over, id)
	if !ok || i < 0 {
		s.mu.Unlock()
		return fmt.Errorf("%w: the picture is no longer in memory", ErrWrite)
	}
	j := *s.over[i]
	s.mu.Unlock()
	file, err := s.save(&j, u)
	if err != nil {
		return err
	}
	s.mu.Lock()
	if i := index(s.over, id); i >= 0 {
		s.over[i].State, s.over[i].File, s.over[i].Error = Done, file, ""
		s.log(s.p.Store.saveJobs(s.over[i]))
	}
	delete(s.unsaved, id)
	s.mu.Unlock()
	s.changed()
	return nil
}

// Thumb is the file of a job's thumbnail, which may not exist.
func (s *Studio) Thumb(id int64) string {
	return filepath.Join(s.p.Thumbs, strconv.FormatInt(id, 10)+".jpg")
}

func (s *Studio) rouse() {
	select {
	case s.wake <- struct{}{}:
	default: // a wake-up is already on its way
	}
}

// changed tells the lists, as they are when its turn comes.
func (s *Studio) changed() {
	if s.p.Queue == nil {
		return
	}
	s.tell.Lock()
	defer s.tell.Unlock()
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

// next takes the jobs that run next off the queue: one, or as many of its
// group as are better made together.
func (s *Studio) next() []*control {
	if s.ctx.Err() != nil {
		return nil
	}
	s.mu.Lock()
	if s.paused || len(s.waiting) == 0 {
		s.mu.Unlock()
		return nil
	}
	first := s.waiting[0].Recipe
	s.mu.Unlock()
	most := max(1, s.p.Generator.Together(first)) // opens the model's files, so not under mu

	s.mu.Lock()
	defer s.mu.Unlock()
	var batch []*control
	for len(s.waiting) > 0 && len(batch) < most && !s.paused {
		j := s.waiting[0]
		if len(batch) > 0 && (j.Group != batch[0].Group || j.Recipe.setup() != first.setup() || j.Recipe.Draft != first.Draft) {
			break
		}
		s.waiting = s.waiting[1:]
		c := &control{Job: j, composed: j.Source != ""}
		c.ctx, c.cancel = context.WithCancel(s.ctx)
		j.State = Running
		batch = append(batch, c)
	}
	s.running = batch
	s.log(s.p.Store.saveJobs(jobsIn(batch)...))
	return batch
}

// make runs a batch to its end.
func (s *Studio) make(batch []*control) {
	s.changed()
	r := &run{studio: s, batch: batch, start: time.Now()}
	recipes := make([]Recipe, 0, len(batch))
	var err error
	for _, c := range batch {
		recipe := c.Recipe
		recipe.Context = c.ctx
		if c.Source != "" && err == nil {
			recipe.Latent, err = PictureLatent(c.Source)
		}
		recipes = append(recipes, recipe)
	}
	r.begin(0)
	defer func() {
		if r.sketcher != nil {
			r.sketcher.close()
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
	s.mu.Unlock()
	s.changed()
}

// A run is a batch at work. It is used by the studio's goroutine alone.
type run struct {
	studio   *Studio
	batch    []*control
	at       int // the picture at work
	start    time.Time
	progress Progress
	estimate *estimate
	shown    time.Time // when the newest preview was made
	sketcher *sketcher // nil until Stage C, and where the model has no renderer
	sharp    bool      // the preview on show is the sketcher's
}

func (r *run) begin(at int) {
	c, s := r.batch[at], r.studio
	r.at = at
	notes := r.progress.Notes
	r.sharp = false
	s.mu.Lock()
	v := s.speeds[c.Recipe.setup()]
	s.mu.Unlock()
	r.estimate = newEstimate(c.Recipe.Request, c.Source != "", v)
	r.progress = Progress{Job: *c.Job, Shares: r.estimate.shares(c.Recipe.Request, c.Source != ""), Notes: notes}
	r.report()
}

func (r *run) report() {
	s := r.studio
	r.progress.Elapsed = time.Since(r.start)
	s.mu.Lock()
	s.left = r.progress.Left
	s.mu.Unlock()
	if s.p.Progress != nil {
		s.tell.Lock()
		s.p.Progress(r.progress)
		s.tell.Unlock()
	}
}

// previewEvery is how often a preview is made at most: as often as the window
// draws one.
const previewEvery = 60 * time.Millisecond

func (r *run) event(e inference.Event) {
	if e.Result != nil {
		r.result(r.batch[e.Picture], e.Result)
		if next := e.Picture + 1; next < len(r.batch) && !r.batch[next].finished {
			r.start = time.Now()
			r.begin(next)
		}
		return
	}
	if e.Picture != r.at && !r.batch[e.Picture].finished {
		r.begin(e.Picture)
	}
	p := &r.progress
	if e.Note != "" {
		p.Notes = append(p.Notes, e.Note)
	}
	if e.Stage != "" {
		p.Stage, p.N, p.Total = e.Stage, e.N, e.Total
		if e.Total > 0 && e.Took > 0 {
			p.StepsPerSecond = 1 / e.Took.Seconds()
		}
	}
	if e.X0 != nil && (r.studio.p.Previews == nil || r.studio.p.Previews()) {
		r.preview(e)
	}
	p.Left = r.estimate.leftAfter(e)
	r.report()
	if e.Stage == inference.StageC && e.N == e.Total && e.Total > 0 {
		r.composed(r.batch[e.Picture])
	}
}

// preview makes a preview of the step, at most as often as a screen shows one.
func (r *run) preview(e inference.Event) {
	p := &r.progress
	if e.Stage == inference.StageC {
		if r.sketcher == nil {
			if renderer, busy := r.studio.p.Generator.Renderer(); renderer != nil {
				r.sketcher = newSketcher(r.studio.ctx, renderer, busy)
			}
		}
		if r.sketcher != nil {
			r.sketcher.offer(e.X0.F32, int(e.X0.Shape[3]), int(e.X0.Shape[2]))
			if img := r.sketcher.take(); img != nil {
				p.Preview, r.sharp = img, true
			}
		}
	} else {
		r.sharp = false
	}
	if r.sharp || time.Since(r.shown) < previewEvery && e.N != e.Total {
		return
	}
	if img := e.Preview(); img != nil {
		p.Preview, r.shown = img, time.Now()
	}
}

// composed notes that Stage C is done, and stops there when the draft is to be kept.
func (r *run) composed(c *control) {
	r.studio.mu.Lock()
	defer r.studio.mu.Unlock()
	c.composed = true
	if c.keepDraft {
		c.cancel()
	}
}

// result takes what came of one job.
func (r *run) result(c *control, res *inference.Result) {
	s := r.studio
	s.mu.Lock()
	keepDraft := c.keepDraft && res.Latent != nil && res.Err != nil
	if keepDraft {
		c.Recipe.Draft = true
	}
	s.mu.Unlock()
	switch {
	case c.finished:
	case res.Err == nil:
		r.keep(c, res, res.Image)
	case keepDraft:
		r.keep(c, res, nil)
	case s.ctx.Err() != nil: // waits again, see putBack
	case errors.Is(res.Err, context.Canceled):
		r.over(c, Cancelled, nil, nil)
	default:
		r.over(c, Failed, nil, res.Err)
	}
}

// end settles the jobs whose results did not come. The one at work is to blame
// for an error; the others wait again.
func (r *run) end(results []*inference.Result, err error) {
	for i, c := range r.batch {
		switch {
		case c.finished || r.studio.ctx.Err() != nil:
		case c.ctx.Err() != nil:
			res := &inference.Result{}
			if i < len(results) && results[i] != nil {
				res = results[i]
			}
			res.Err = context.Canceled
			r.result(c, res)
		case i == r.at && err != nil:
			r.over(c, Failed, nil, err)
		}
	}
	r.putBack()
}

// putBack makes jobs of the batch wait again, in front and in their order.
func (r *run) putBack() {
	s := r.studio
	s.mu.Lock()
	defer s.mu.Unlock()
	var back []*Job
	for _, c := range r.batch {
		if !c.finished {
			c.State = Waiting
			back = append(back, c.Job)
		}
	}
	if len(back) == 0 {
		return
	}
	s.waiting = append(back, s.waiting...)
	s.log(s.p.Store.saveJobs(back...))
	s.log(s.p.Store.orderJobs(s.waiting))
}

// keep saves a picture, or a draft when img is nil.
func (r *run) keep(c *control, res *inference.Result, img *image.RGBA) {
	s := r.studio
	s.mu.Lock()
	if c.Recipe.Width == 0 {
		c.Recipe.Width, c.Recipe.Height = res.Request.Width, res.Request.Height
	}
	s.mu.Unlock()
	if img == nil {
		img = res.Preview
		if res.Err != nil { // it was to become a picture
			img = s.sketch(res)
		}
		if img == nil && r.progress.Job.ID == c.ID {
			img = r.progress.Preview
		}
		if img == nil {
			img = image.NewRGBA(image.Rect(0, 0, 1, 1))
		}
		img = Enlarge(img, previewSide)
	} else {
		s.learn(c.Recipe, res)
	}
	u := unsaved{image: img, latent: res.Latent}
	if maker, ok := s.p.Generator.(Maker); ok {
		u.used = maker.Used()
	}
	file, err := s.save(c.Job, u)
	if err := writeThumb(s.Thumb(c.ID), img); err != nil {
		s.p.Log.Warn("thumbnail not written", "job", c.ID, "err", err)
	}
	if err != nil {
		s.mu.Lock()
		s.unsaved[c.ID] = u
		s.mu.Unlock()
		r.over(c, Unsaved, img, err)
		return
	}
	s.mu.Lock()
	c.File = file
	s.mu.Unlock()
	r.over(c, Done, img, nil)
}

// sketch shows what a composition holds, as well as the model can.
func (s *Studio) sketch(res *inference.Result) *image.RGBA {
	if r, _ := s.p.Generator.Renderer(); r != nil {
		if img, err := r.Render(s.ctx, res.Latent.F32, int(res.Latent.Shape[3]), int(res.Latent.Shape[2])); err == nil {
			return img
		}
	}
	return res.Preview
}

func (s *Studio) names() string {
	if s.p.Names == nil {
		return DefaultNames
	}
	return s.p.Names()
}

// DraftsFolder is where drafts lie, inside the picture folder.
const DraftsFolder = "Drafts"

func (s *Studio) save(j *Job, u unsaved) (string, error) {
	m := Made{Recipe: j.Recipe, Used: u.used}
	if j.Source != "" {
		m.Parent = filepath.Base(j.Source)
	}
	data, err := encodePicture(u.image, m, u.latent)
	if err != nil {
		return "", err
	}
	dir := s.p.Pictures()
	if j.Recipe.Draft {
		dir = filepath.Join(dir, DraftsFolder)
	}
	file, err := saveNew(dir, data, FileName(s.names(), j.Recipe, time.Now()))
	if err == nil && s.p.Saved != nil {
		s.p.Saved(file)
	}
	return file, err
}

// learn remembers how fast a picture was made.
func (s *Studio) learn(r Recipe, res *inference.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.speeds[r.setup()].after(measured(res))
	s.speeds[r.setup()] = v
	s.log(s.p.Store.saveSpeed(r.setup(), v))
}

// over ends a job.
func (r *run) over(c *control, state JobState, img *image.RGBA, err error) {
	s := r.studio
	c.finished = true
	s.mu.Lock()
	c.State, c.Ended, c.Took = state, time.Now(), time.Since(r.start)
	if err != nil {
		c.Error = err.Error()
		s.p.Log.Error("picture failed", "job", c.ID, "err", err)
	}
	if s.fails++; state != Failed {
		s.fails = 0
	}
	if state == Unsaved || s.fails >= maxFails && len(s.waiting) > 0 {
		s.paused = true // the rest would most likely fare no better
	}
	s.over = append([]*Job{c.Job}, s.over...)
	if len(s.over) > maxOver {
		s.over = s.over[:maxOver]
	}
	s.running = slices.DeleteFunc(slices.Clone(s.running), func(o *control) bool { return o == c })
	s.log(s.p.Store.saveJobs(c.Job))
	if state == Done {
		s.log(s.p.Store.pictured(c.Group, c.ID))
	}
	job := *c.Job
	s.mu.Unlock()
	if s.p.Ended != nil {
		s.tell.Lock()
		s.p.Ended(Outcome{Job: job, Image: img, Notes: r.progress.Notes, Err: err})
		s.tell.Unlock()
	}
	r.progress.Notes = nil
	s.changed()
}

func index(jobs []*Job, id int64) int {
	return slices.IndexFunc(jobs, func(j *Job) bool { return j.ID == id })
}

func values(jobs []*Job) []Job {
	out := make([]Job, len(jobs))
	for i, j := range jobs {
		out[i] = *j
	}
	return out
}

func jobsIn(batch []*control) []*Job {
	out := make([]*Job, len(batch))
	for i, c := range batch {
		out[i] = c.Job
	}
	return out
}
