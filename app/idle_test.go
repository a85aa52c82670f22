package app

import (
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cascata/app/catalogue"
	"cascata/app/recipe"
	"cascata/inference"
)

// idleEngine has an open model, on devices that only stand for some.
func idleEngine(t *testing.T, idle func() time.Duration) (e *Engine, prepare func()) {
	cpu := inference.DeviceInfo{Device: inference.Device{Provider: "cpu"}, Precisions: []string{"fp32"}}
	e = NewEngine(Models{Shelf: &catalogue.Shelf{Dir: t.TempDir()}}, devicesOf{cpu}, slog.New(slog.DiscardHandler))
	e.Idle = idle
	r := recipe.Recipe{Model: filepath.Join("..", "inference", "testdata", "checkpoints", "lite-bf16"), Device: "cpu"}
	prepare = func() {
		if _, err := e.Prepare(t.Context(), r, func(inference.Event) {}); err != nil {
			t.Fatal(err)
		}
	}
	prepare()
	return e, prepare
}

func (e *Engine) isLoaded() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.pipeline != nil
}

// A model is freed when nothing was made for as long as was chosen, not
// before, and another choice counts while it is loaded.
func TestIdleModelIsFreed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var most atomic.Int64 // asked on the engine's goroutine
		most.Store(int64(15 * time.Minute))
		e, prepare := idleEngine(t, func() time.Duration { return time.Duration(most.Load()) })
		after := func(d time.Duration, want bool) {
			t.Helper()
			time.Sleep(d)
			synctest.Wait()
			if e.isLoaded() != want {
				t.Errorf("loaded %v after %v, want %v", !want, d, want)
			}
		}
		after(14*time.Minute, true)
		prepare() // in use again
		after(14*time.Minute, true)
		after(2*time.Minute, false)
		prepare() // loads again
		after(time.Minute, true)
		most.Store(0) // for good
		after(24*time.Hour, true)
		most.Store(int64(5 * time.Minute))
		after(2*time.Minute, false)
		prepare()
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Release waits for the running picture, and the next one opens the model again.
func TestReleaseBetweenPictures(t *testing.T) {
	e, prepare := idleEngine(t, nil)
	first := e.pipeline
	e.mu.Lock() // as Generate does
	freed := make(chan bool)
	go func() { freed <- e.Release() }()
	select {
	case <-freed:
		t.Error("freed while a picture was made")
	default:
	}
	if e.pipeline == nil {
		t.Error("the model is gone while a picture was made")
	}
	e.mu.Unlock()
	if !<-freed || e.isLoaded() {
		t.Error("nothing was freed after it")
	}
	if e.Release() {
		t.Error("freed twice")
	}
	prepare()
	if !e.isLoaded() || e.pipeline == first {
		t.Error("the model is not opened again")
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}
