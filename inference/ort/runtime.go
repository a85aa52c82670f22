// Package ort runs networks in ONNX Runtime. It alone uses onnxruntime_go.
//
// One goroutine, locked to one OS thread, makes the calls of the library:
// the CUDA provider keeps handles for each thread that it meets, and memory
// then has one owner. Other goroutines queue. Networks that run aside, on the
// processor, have a second such goroutine, and what is loaded onto the processor
// has threads of its own meanwhile.
package ort

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	ort "github.com/yalue/onnxruntime_go"

	"cascata/inference"
)

// Options say how networks run. The zero value is good.
type Options struct {
	Threads int          // of the CPU provider; 0: one for each physical core
	Spare   bool         // one core less than there are, where there are two or more; not with Threads
	Log     *slog.Logger // nil: none
	Profile string       // a folder where each session, as it closes, says what ran where; see ReadPlacement

	// Yield lets the library's threads stand back where a processor has other
	// work too, so that a window stays quick while the processor makes
	// pictures. It costs nothing while nothing else runs. Linux only.
	Yield bool

	CUDA *CUDA // what NVIDIA cards need, if it lies elsewhere than the library; nil: it does not
}

// A Runtime is the ONNX Runtime library. It is an inference.Runtime and safe
// for concurrent use; one may be open at a time.
type Runtime struct {
	*owner        // of what runs in turn
	aside  *owner // of what runs beside it

	opts Options
	log  *slog.Logger
	ctx  context.Context // ends when Close is called
	stop context.CancelFunc
	wg   sync.WaitGroup

	profiles atomic.Int64 // begun

	mu    sync.Mutex
	loads []load // onto the processor
}

// A load is work beside the owner's.
type load struct {
	caller context.Context
	ended  chan struct{}
}

var errClosed = errors.New("ort: the runtime is closed")

// library is the state of the loaded library, of which a process has one. It
// stays loaded when a Runtime closes: unloading it under the threads of a GPU
// driver crashes.
var library struct {
	sync.Mutex
	path string // "" until loaded
	open bool   // by a Runtime
}

// Open loads the library at path, which Find gives, and starts the goroutine
// that owns it. The caller must call Close. The error wraps
// inference.ErrNoRuntime if the library is missing, broken or too old.
func Open(path string, opts Options) (*Runtime, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Threads <= 0 {
		opts.Threads = physicalCores()
		if opts.Spare {
			opts.Threads = max(opts.Threads-1, 1)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	r := &Runtime{opts: opts, log: opts.Log, ctx: ctx, stop: stop}
	r.owner, r.aside = newOwner(r, opts.Threads), newOwner(r, 1)
	ready := make(chan error)
	r.wg.Go(func() { r.own(path, ready) })
	if err := <-ready; err != nil {
		stop()
		r.wg.Wait()
		return nil, err
	}
	r.wg.Go(func() {
		r.lowThread()
		r.aside.serve()
	})
	return r, nil
}

// Close stops the running network, closes what is open and waits. Calls made
// later fail. What is being loaded onto the processor, which cannot be stopped, is
// not waited for: it is freed as soon as it is loaded.
func (r *Runtime) Close() error {
	r.stop()
	r.wg.Wait()
	return nil
}

// Version is the library's, such as "1.30.0".
func (r *Runtime) Version() string { return ort.GetVersion() }

// own loads the library and serves it.
func (r *Runtime) own(path string, ready chan<- error) {
	r.lowThread()
	err := acquire(r.prepare(path), r.log)
	ready <- err
	if err != nil {
		return
	}
	defer release()
	r.serve()
}

// beside is owner.start on a thread of its own, while the owner goes on.
func (r *Runtime) beside(ctx context.Context, f func() error) (done <-chan error, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ctx.Err() != nil {
		return nil, errClosed
	}
	l, result := load{ctx, make(chan struct{})}, make(chan error, 1)
	r.loads = append(r.loads, l)
	go func() {
		defer close(l.ended)
		r.lowThread()
		result <- r.guard(f)
	}()
	return result, nil
}

// waitForLeft waits for what runs beside though its callers have gone: it may
// hold memory.
func (r *Runtime) waitForLeft(ctx context.Context) error {
	for l := r.left(); l != nil; l = r.left() {
		select {
		case <-l.ended:
		case <-ctx.Done():
			return ctx.Err()
		case <-r.ctx.Done():
			return errClosed
		}
	}
	return nil
}

// left is a load that goes on though its caller has gone, nil if there is none.
// Those that have ended are forgotten.
func (r *Runtime) left() *load {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.loads = slices.DeleteFunc(r.loads, func(l load) bool {
		select {
		case <-l.ended:
			return true
		default:
			return false
		}
	})
	for _, l := range r.loads {
		if l.caller.Err() != nil {
			return &l
		}
	}
	return nil
}

// lowThread gives this goroutine a thread to itself, which ends with it, and
// applies Options.Yield to that; those that the library starts from it inherit it.
func (r *Runtime) lowThread() {
	runtime.LockOSThread() // for good
	if !r.opts.Yield {
		return
	}
	if err := yield(); err != nil {
		r.log.Debug("threads keep their priority", "err", err)
	}
}

// acquire loads the library once and takes it.
func acquire(path string, log *slog.Logger) error {
	library.Lock()
	defer library.Unlock()
	if library.open {
		return errors.New("ort: a runtime is open already; close it first")
	}
	if library.path == "" {
		if err := loadLibrary(path, log); err != nil {
			return err
		}
		library.path = path
	}
	if library.path != path {
		return fmt.Errorf("ort: %s is loaded already, so %s cannot be; start the program again", library.path, path)
	}
	library.open = true
	return nil
}

func release() {
	library.Lock()
	defer library.Unlock()
	library.open = false
}

// loadLibrary starts the library. Its own messages, which repeat what errors say, go
// to standard error only for those who debug.
func loadLibrary(path string, log *slog.Logger) error {
	level := ort.WithLogLevelFatal()
	if log.Enabled(context.Background(), slog.LevelDebug) {
		level = ort.WithLogLevelWarning()
	}
	// Version 1.30 otherwise writes an identity of the machine and a database of
	// events into the cache folder as it starts, before DisableTelemetry can be
	// called. With cgo, os.Setenv also sets what the library's getenv sees.
	if err := os.Setenv("ORT_DISABLE_TELEMETRY", "1"); err != nil {
		return fmt.Errorf("ort: telemetry cannot be switched off: %w", err)
	}
	returnMemory()
	ort.SetSharedLibraryPath(path)
	if err := ort.InitializeEnvironment(level); err != nil {
		return fmt.Errorf("ort: %w: %s: %w; %s", inference.ErrNoRuntime, path, err, getIt(ownDir()))
	}
	if err := ort.DisableTelemetry(); err != nil {
		log.Warn("telemetry stays on", "err", err)
	}
	log.Debug("ONNX Runtime loaded", "path", path, "version", ort.GetVersion())
	return nil
}
