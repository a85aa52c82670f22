package app

import (
	"context"
	"fmt"
	"image"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/checkpoint"
)

// Native opens the two native libraries. main provides it, so that this
// package builds and tests without them.
type Native interface {
	// Runtime opens ONNX Runtime; it is called once.
	Runtime() (Runtime, error)
	// Tokenizer opens a checkpoint's tokenizer, for texts of length tokens
	// whose ids are below vocab.
	Tokenizer(files checkpoint.TokenizerFiles, length, vocab int) (inference.Tokenizer, error)
}

// A Runtime is an inference.Runtime that also knows its devices.
type Runtime interface {
	inference.Runtime
	// Pick turns a name into a device that works, and says what the artist
	// should know about the choice. A device that does not work is an error
	// wrapping inference.ErrNoDevice, a name that is none one wrapping
	// inference.ErrBadRequest.
	Pick(ctx context.Context, name string) (d inference.DeviceInfo, notes []inference.Note, err error)
	// Devices tries every device.
	Devices(ctx context.Context) []inference.DeviceInfo
	Close() error
}

// An Engine makes pictures, one at a time. It opens the runtime and the model
// when first asked and keeps them for the next picture. Its methods may be
// called from any goroutine; they wait for one another.
type Engine struct {
	models Models
	native Native
	log    *slog.Logger

	// Hashes of models, for Used; nil: none are kept. Set it before the first picture.
	Hashes *Hashes

	// LoRAs is the folder in which LoRAs of recipes are looked for. Set it before
	// the first picture.
	LoRAs string

	// Strict refuses a device or precision that does not work here. Otherwise
	// what works is taken in its place, with a note: an old recipe, or settings
	// from another machine, still make pictures. Set it before the first picture.
	Strict bool

	// Apart has each stage loaded when it is needed, so that what it takes can be
	// timed: otherwise some load while others compute. Set it before the first picture.
	Apart bool

	// Quantized is the folder for what Fast, the precision int8 and LoRAs make of models'
	// weights. Set it before the first picture.
	Quantized string

	// Trials try ready-made graphs before they are used on a graphics card; nil:
	// they are not tried. Set it before the first picture.
	Trials *Trials

	// Peaks are what models took of memory before; nil: that is not known. Set it
	// before the first picture.
	Peaks *Peaks

	// Free says how much of the computer's memory can be taken, bytes; nil:
	// what the system says. Set it before the first picture.
	Free func() int64

	changed atomic.Bool // files of the open model came or went
	kept    atomic.Bool // all stages of the open model are loaded and stay so; read without mu

	// Idle says how long a model stays loaded when nothing is made with it; nil
	// or 0: for good. It is asked on a goroutine of the engine's. Set it before
	// the first picture.
	Idle func() time.Duration

	mu       sync.Mutex // guards the fields below and every picture made
	runtime  Runtime
	loaded   setup // what pipeline was made for
	pipeline *inference.Pipeline
	lowered  bool        // the pipeline has a plan that may not be raised
	last     time.Time   // when the pipeline was last in use
	watch    *time.Timer // looks whether it is idle; nil where nothing is loaded

	previewer atomic.Pointer[inference.Previewer] // of pipeline; read without mu

	using   atomic.Pointer[using]    // of pipeline; read without mu
	planned atomic.Pointer[Forecast] // for the newest pictures; read without mu
	picked  sync.Map                 // what a name of a device stood for when it was tried: string to inference.Device

	words words // has a lock of its own: the prompt is counted while pictures are made
}

type setup struct {
	model, device, precision string
	fast                     bool
}

// setupOf is what r asks for. The window says Fast as a precision.
func setupOf(r recipe.Recipe) setup {
	if r.Precision == inference.Fast {
		r.Fast, r.Precision = true, "auto"
	}
	return setup{r.Model, r.Device, r.Precision, r.Fast}
}

// using is what a pipeline runs with.
type using struct {
	asked             setup
	device, precision string
	model             *checkpoint.Checkpoint
	on                inference.Device
	shape             inference.Shape
	peaks             string // what Peaks calls the model in this precision
	before, resident  int64  // the program's memory when no model was loaded, bytes: without pages of files, with them
	notes             []inference.Note
}

// NewEngine returns an engine that has opened nothing yet. Close frees it.
func NewEngine(models Models, native Native, log *slog.Logger) *Engine {
	return &Engine{models: models, native: native, log: log}
}

// Generate makes pictures that share a model, a device and a precision: those
// of the first recipe. Events come on the calling goroutine. It returns
// ctx.Err() soon after ctx ends.
func (e *Engine) Generate(ctx context.Context, recipes []recipe.Recipe, event func(inference.Event)) ([]*inference.Result, error) {
	if len(recipes) == 0 {
		return nil, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	defer e.touch()
	p, err := e.open(ctx, recipes[0], event)
	if err != nil {
		return nil, err
	}
	promised, err := e.arrange(recipes)
	if err != nil {
		return nil, err
	}
	requests := make([]inference.Request, len(recipes))
	for i, r := range recipes {
		requests[i] = r.Request
		if requests[i].LoRAs, err = e.findLoRAs(r.LoRAs); err != nil {
			return nil, err
		}
	}
	stop := WatchMemory()
	results, err := p.Generate(ctx, requests, event)
	e.kept.Store(err == nil && p.Plan().Keep)
	if took := stop(); err == nil {
		e.learn(promised, results, took)
	}
	return results, err
}

// BatchSize says how many pictures of a recipe's model are better made
// together: 1 when its stages all stay in memory, more when they are swapped.
func (e *Engine) BatchSize(r recipe.Recipe) int {
	ck, err := e.models.Open(r.Model)
	if err != nil {
		return 1
	}
	keep := keeps(ck)
	if r.Width > 0 && r.Height > 0 {
		if f, ok := e.Forecast(r); ok {
			keep = f.Plan.Keep
		}
	}
	if keep {
		return 1
	}
	return swapTogether
}

// swapTogether is how many pictures share one swap of the stages. Their
// latents wait in memory, less than 2 MB each at 1024 by 1024.
const swapTogether = 16

// Loaded says whether the next picture of a recipe waits for no stage to be loaded.
// It does not wait for a running picture.
func (e *Engine) Loaded(r recipe.Recipe) bool {
	u := e.using.Load()
	return u != nil && e.kept.Load() && u.asked == setupOf(r)
}

// Changed says that files of models came or went: the next picture opens its
// model again. It does not wait for a running one.
func (e *Engine) Changed() { e.changed.Store(true) }

// Renderer is the open model's own network for previews, or nil, and whether
// the processor makes the pictures. It does not wait for a running picture.
func (e *Engine) Renderer() (r Renderer, busy bool) {
	device, _ := e.Using()
	if p := e.previewer.Load(); p != nil {
		return p, device == "cpu"
	}
	return nil, false
}

// Using says what the open model runs with, "" before one is open. It does
// not wait for a running picture.
func (e *Engine) Using() (device, precision string) {
	if u := e.using.Load(); u != nil {
		return u.device, u.precision
	}
	return "", ""
}

// SetupNotes are what the artist should know about the open model's device and
// precision. It does not wait for a running picture.
func (e *Engine) SetupNotes() []inference.Note {
	if u := e.using.Load(); u != nil {
		return u.notes
	}
	return nil
}

// Used says what the newest picture was made with. It does not wait for a
// running one.
func (e *Engine) Used() recipe.Used {
	u := e.using.Load()
	if u == nil {
		return recipe.Used{}
	}
	used := recipe.Used{Device: u.device, Precision: u.precision}
	if e.Hashes != nil {
		used.Files = e.Hashes.Of(u.model)
	}
	return used
}

// Prepare opens the runtime and the model of a recipe and says what they are. It
// waits for a running picture. Errors are those of Generate.
func (e *Engine) Prepare(ctx context.Context, r recipe.Recipe, event func(inference.Event)) (inference.Info, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	defer e.touch()
	p, err := e.open(ctx, r, event)
	if err != nil {
		return inference.Info{}, err
	}
	return p.Info(), nil
}

// Close frees the model and the runtime. It waits for a running picture. Nothing
// may be called after it.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.Hashes != nil {
		e.Hashes.Close()
	}
	e.words.close()
	e.endWatch()
	e.unload()
	if e.runtime == nil {
		return nil
	}
	err := e.runtime.Close()
	e.runtime = nil
	return err
}

func (e *Engine) open(ctx context.Context, r recipe.Recipe, event func(inference.Event)) (*inference.Pipeline, error) {
	want := setupOf(r)
	r.Precision, r.Fast = want.precision, want.fast
	if !e.changed.Swap(false) && e.pipeline != nil && e.loaded == want {
		return e.pipeline, nil
	}
	e.unload()
	ck, err := e.models.Open(r.Model)
	if err != nil {
		return nil, err
	}
	if err := e.openRuntime(); err != nil {
		return nil, err
	}
	device, notes, err := e.pickDevice(ctx, r.Device)
	if err == nil {
		device, notes, err = e.checkDevice(ctx, ck, r, device, notes)
	}
	if err != nil {
		return nil, err
	}
	precision, fallback := e.pickPrecision(r.Precision, device)
	fast := r.Fast
	if note, refused := inference.FastRefusal(device.Device, precision); fast && refused {
		if e.Strict && note.Fast == inference.FastOther {
			return nil, fmt.Errorf("%w: %s", inference.ErrBadRequest, note)
		}
		if e.Strict {
			return nil, fmt.Errorf("%w: %s", inference.ErrNoDevice, note)
		}
		fast, notes = false, append(notes, note)
	}
	p, err := inference.New(e.runtime, device.Device, ck, e.native.Tokenizer, inference.Options{
		Precision: precision, Precisions: device.Precisions, Fast: fast, Cache: e.Quantized, Keep: keeps(ck), Apart: e.Apart,
	})
	if err != nil {
		return nil, err
	}
	info := p.Info()
	for i := range fallback {
		fallback[i].Instead = info.Precision
	}
	if fallback == nil {
		fallback = info.Notes
	}
	notes = append(notes, fallback...)
	for _, n := range notes {
		event(inference.Event{Note: n})
	}
	e.log.Info("model opened", "model", r.Model, "device", device.String(), "precision", info.Precision)
	e.pipeline, e.loaded = p, want
	e.previewer.Store(p.Previewer())
	e.lowered = false
	e.picked.Store(want.device, device.Device)
	e.using.Store(&using{
		asked: want, device: device.String(), precision: info.Precision, model: ck, notes: notes,
		on: device.Device, shape: inference.ShapeOf(ck), before: privateMemory(), resident: residentMemory(),
		peaks: peakModel(ck, info.Precision),
	})
	return p, nil
}

func (e *Engine) openRuntime() error {
	if e.runtime != nil {
		return nil
	}
	runtime, err := e.native.Runtime()
	if err != nil {
		return err
	}
	e.runtime = runtime
	return nil
}

func (e *Engine) unload() {
	e.kept.Store(false)
	if e.pipeline != nil {
		e.previewer.Store(nil)
		e.pipeline.Close()
		e.pipeline = nil
	}
}

// keepBytes is how large a model may be to stay loaded between pictures with
// all its stages; a larger one has one stage in memory at a time.
const keepBytes = 2 << 30

func keeps(ck *checkpoint.Checkpoint) bool { return size(ck) <= keepBytes }

// A Renderer makes a picture of a Stage C latent [16, h, w] with a network of
// its own. *inference.Previewer is one.
type Renderer interface {
	Render(ctx context.Context, x0 []float32, w, h int) (*image.RGBA, error)
}
