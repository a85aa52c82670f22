package studio

import (
	"cmp"
	"context"
	"image"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
)

// A fake makes pictures without a model: each step takes a second. Pictures
// named in fail end with that error.
type fake struct {
	together int
	fail     map[string]error // by prompt
	renderer *slow

	failDetail error         // of Stage B
	each       time.Duration // a step takes; 0: a second
	load       time.Duration // each stage of a batch takes to load,
	keeps      bool          // once and for all
	deaf       func()        // Stage B calls it and never ends, whatever is asked of it

	mu    sync.Mutex
	calls [][]recipe.Recipe
}

func (f *fake) BatchSize(recipe.Recipe) int { return f.together }

func (f *fake) Loaded(recipe.Recipe) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.keeps && len(f.calls) > 0
}

func (f *fake) Renderer() (app.Renderer, bool) {
	if f.renderer == nil {
		return nil, false
	}
	return f.renderer, true
}

// A slow renderer takes a second a picture, which is as wide as its number.
type slow struct{ calls atomic.Int32 }

func (s *slow) Render(ctx context.Context, x0 []float32, w, h int) (*image.RGBA, error) {
	n := int(s.calls.Add(1))
	select {
	case <-time.After(time.Second):
		return image.NewRGBA(image.Rect(0, 0, n, 1)), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (f *fake) Generate(ctx context.Context, recipes []recipe.Recipe, event func(inference.Event)) ([]*inference.Result, error) {
	f.mu.Lock()
	f.calls = append(f.calls, recipes)
	f.mu.Unlock()
	results := make([]*inference.Result, len(recipes))
	for i, r := range recipes {
		res := &inference.Result{Request: r.Request, Times: map[inference.Stage]inference.Timing{}}
		results[i] = res
		if err := f.fail[r.Prompt]; err != nil {
			return results, err
		}
		step := func(stage inference.Stage, total int) error {
			start, load := time.Now(), f.load
			if f.keeps && len(f.calls) > 1 || i > 0 {
				load = 0
			}
			time.Sleep(load)
			event(inference.Event{Picture: i, Stage: stage, Loaded: true})
			for n := range total {
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-r.Context.Done():
					return r.Context.Err()
				case <-time.After(cmp.Or(f.each, time.Second)):
				}
				event(inference.Event{Picture: i, Stage: stage, N: n + 1, Total: total, Took: time.Second, X0: inference.NewTensor(1, 16, 1, 1)})
			}
			res.Times[stage] = inference.Timing{Total: time.Since(start), Load: load}
			return nil
		}
		var err error
		if r.Latent == nil && r.Composed == nil {
			err = step(inference.StageC, r.Steps)
		}
		if err == nil {
			res.Latent = inference.NewTensor(1, 16, 1, 1)
			res.Latent.F32[0] = float32(r.Seed)
			switch {
			case r.Latent != nil:
				res.Latent = r.Latent
			case r.Composed != nil:
				res.Latent = r.Composed
			default:
				event(inference.Event{Picture: i, Stage: inference.StageC, Composed: res.Latent})
			}
			if f.deaf != nil {
				f.deaf()
				select {}
			}
			if f.failDetail != nil {
				return results, f.failDetail
			}
			if !r.Draft {
				err = step(inference.StageB, r.DecoderSteps)
			}
		}
		if ctx.Err() != nil {
			return results, ctx.Err()
		}
		res.Err = err
		res.Preview = image.NewRGBA(image.Rect(0, 0, 2, 2))
		if err == nil && !r.Draft {
			res.Image = image.NewRGBA(image.Rect(0, 0, 4, 4))
			for k, v := range res.Latent.F32 {
				res.Image.Pix[k] = uint8(v)
			}
		}
		event(inference.Event{Picture: i, Result: res})
	}
	return results, nil
}

// A bench is a studio with a fake generator in a folder of its own.
type bench struct {
	*Studio
	t      *testing.T
	dir    string
	gen    *fake
	store  *Store
	mu     sync.Mutex
	ended  []Outcome
	newest Progress
}

func newBench(t *testing.T, dir string, gen *fake) *bench {
	t.Helper()
	store, aside, err := OpenStore(filepath.Join(dir, "studio.db"))
	if err != nil || aside.File != "" {
		t.Fatal(err, aside)
	}
	b := &bench{t: t, dir: dir, gen: gen, store: store}
	b.Studio, err = New(Params{
		Generator: gen, Store: store, Pictures: func() string { return filepath.Join(dir, "pictures") }, Thumbs: filepath.Join(dir, "thumbs"),
		Kept:     filepath.Join(dir, "compositions"),
		Ended:    func(o Outcome) { b.mu.Lock(); b.ended = append(b.ended, o); b.mu.Unlock() },
		Progress: func(p Progress) { b.mu.Lock(); b.newest = p; b.mu.Unlock() },
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) close() {
	b.Studio.Close()
	b.store.Close()
}

func ask(prompts ...string) []Job {
	var jobs []Job
	for i, p := range prompts {
		r := recipe.Recipe{Model: recipe.Demo, Request: inference.Request{Prompt: p, Steps: 4, DecoderSteps: 2, Seed: uint64(i + 1), Width: 1000, Height: 1000}}
		jobs = append(jobs, Job{Recipe: r})
	}
	return jobs
}

func (b *bench) add(prompts ...string) []Job {
	b.t.Helper()
	jobs, err := b.Add(ask(prompts...), false)
	if err != nil {
		b.t.Fatal(err)
	}
	return jobs
}

// states are the ended jobs, oldest first, as "prompt state".
func (b *bench) states() []string {
	var s []string
	for _, j := range slices.Backward(b.Queue().Over) {
		s = append(s, j.Recipe.Prompt+" "+string(j.State))
	}
	return s
}

func (b *bench) wantStates(want ...string) {
	b.t.Helper()
	if got := b.states(); !slices.Equal(got, want) {
		b.t.Errorf("ended %q, want %q", got, want)
	}
}
