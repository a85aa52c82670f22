package ort

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"cascata/inference"
	"cascata/inference/inferencetest"
)

// slow binds a run of a second or more: 60 products of 1000 by 1000.
func slow(t testing.TB, r *Runtime) (c inference.Call, y *inference.Tensor) {
	y = inference.NewTensor(1000, 1000)
	return bind(t, r, cpu, chain(1000, 60), tensors{"x": inference.NewTensor(1000, 1000)}, tensors{"y": y}), y
}

// after returns a context that is cancelled once d has passed.
func after(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithCancel(none)
	timer := time.AfterFunc(d, cancel)
	t.Cleanup(func() { timer.Stop(); cancel() })
	return ctx
}

func TestCancelRun(t *testing.T) {
	r := open(t, Options{})
	c, y := slow(t, r)
	for range 3 {
		y.F32[0] = 1
		if err := c.Run(after(t, 50*time.Millisecond)); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want context.Canceled", err)
		}
		if y.F32[0] != 1 {
			t.Error("the run went on to its end")
		}
	}
	ctx, cancel := context.WithCancel(none)
	cancel()
	if err := c.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("ended before the run: got %v", err)
	}
	// It runs to its end all the same.
	if err := c.Run(none); err != nil || y.F32[0] != 0 {
		t.Errorf("after cancelled runs: %v, y[0] = %v, want 0", err, y.F32[0])
	}
}

func TestCancelQueued(t *testing.T) {
	r := open(t, Options{})
	y := floats([]int64{1, 1}, 5)
	c := bind(t, r, cpu, chain(1, 1), tensors{"x": floats([]int64{1, 1}, 1)}, tensors{"y": y})
	free := make(chan bool)
	busy, err := r.start(none, func() error { <-free; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Run(after(t, 20*time.Millisecond)); !errors.Is(err, context.Canceled) {
		t.Errorf("queued run: got %v, want context.Canceled", err)
	}
	close(free)
	<-busy
	r.do(none, func() error { return nil }) // whatever is queued has run by now
	if y.F32[0] != 5 {
		t.Error("the cancelled run ran")
	}
}

func TestCancelLoad(t *testing.T) {
	r := open(t, Options{})
	ctx, cancel := context.WithCancel(none)
	cancel()
	m := inference.Model{Name: "test", Proto: chain(8, 400)}
	if _, err := r.Load(ctx, m, cpu); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	for d := range 8 { // some end before, some during, some after the load
		s, err := r.Load(after(t, time.Duration(d*d)*time.Millisecond), m, cpu)
		if err == nil {
			s.Close()
		} else if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
	}
	if err := r.waitForLeft(none); err != nil {
		t.Error(err)
	}
	if len(r.sessions) != 0 {
		t.Errorf("%d sessions left open", len(r.sessions))
	}
}

// A network is loaded onto the processor while another runs, but not while one is
// loaded that nobody waits for.
func TestLoadBeside(t *testing.T) {
	r := open(t, Options{})
	free := make(chan bool)
	busy, err := r.start(none, func() error { <-free; return nil })
	if err != nil {
		t.Fatal(err)
	}
	m := inference.Model{Name: "test", Proto: chain(8, 3)}
	if _, err := r.Load(none, m, cpu); err != nil {
		t.Fatal(err)
	}
	close(free)
	if err := <-busy; err != nil {
		t.Error(err)
	}

	gone, leave := context.WithCancel(none)
	free = make(chan bool)
	if _, err := r.beside(gone, func() error { <-free; return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Load(none, m, cpu); err != nil { // the other is still waited for
		t.Fatal(err)
	}
	leave()
	if _, err := r.Load(after(t, 20*time.Millisecond), m, cpu); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	close(free)
	if _, err := r.Load(none, m, cpu); err != nil {
		t.Error(err)
	}

	free = make(chan bool)
	done, err := r.beside(none, func() error { <-free; return nil })
	if err != nil {
		t.Fatal(err)
	}
	r.Close() // waits for no load
	close(free)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := r.Load(none, m, cpu); err == nil {
		t.Error("loaded by a closed runtime")
	}
}

// TestNothingLeaks cancels 200 runs, each of a session of its own, and looks
// at the memory of the process.
func TestNothingLeaks(t *testing.T) {
	r := open(t, Options{})
	proto := chain(500, 200)
	cancelled := func() {
		s, err := r.Load(none, inference.Model{Name: "test", Proto: proto}, cpu)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		c, err := s.Bind(tensors{"x": inference.NewTensor(500, 500)}, tensors{"y": inference.NewTensor(500, 500)})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.Run(after(t, 5*time.Millisecond)); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want context.Canceled", err)
		}
	}
	for range 20 {
		cancelled()
	}
	before := inferencetest.Resident(t)
	for i := range 200 {
		cancelled()
		if i%50 == 49 {
			t.Logf("after %3d runs: %d MB", i+1, inferencetest.Resident(t)>>20)
		}
	}
	if grown := inferencetest.Resident(t) - before; grown > 16<<20 { // a leaked session is 1 MB and more
		t.Errorf("grew by %d MB over 200 cancelled runs", grown>>20)
	}
}

func TestTwoGoroutines(t *testing.T) {
	r := open(t, Options{})
	var wg sync.WaitGroup
	for g := range 2 {
		x, y := floats([]int64{1, 1}, 1), inference.NewTensor(1, 1)
		c := bind(t, r, cpu, chain(1, 1), tensors{"x": x}, tensors{"y": y})
		wg.Go(func() {
			for i := range 200 {
				x.F32[0] = float32(i*2 + g)
				if err := c.Run(none); err != nil || y.F32[0] != x.F32[0]*x.F32[0] {
					t.Errorf("%v times itself: got %v, %v", x.F32[0], y.F32[0], err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestClose(t *testing.T) {
	r := open(t, Options{})
	c, _ := slow(t, r)
	ran := make(chan error)
	go func() { ran <- c.Run(none) }()
	time.Sleep(30 * time.Millisecond) // for the run to begin
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ran; !errors.Is(err, errClosed) {
		t.Errorf("the running call: got %v, want %v", err, errClosed)
	}
	if err := c.Run(none); !errors.Is(err, errClosed) {
		t.Errorf("a later call: got %v, want %v", err, errClosed)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if _, err := r.Load(none, inference.Model{Name: "test", Proto: chain(1, 1)}, cpu); !errors.Is(err, errClosed) {
		t.Errorf("a later load: got %v, want %v", err, errClosed)
	}
}

func TestPanicIsAnError(t *testing.T) {
	r := open(t, Options{})
	err := r.do(none, func() error { panic("oh") })
	if err == nil || !strings.Contains(err.Error(), "oh") {
		t.Errorf("got %v", err)
	}
	if err := r.do(none, func() error { return nil }); err != nil {
		t.Errorf("after a panic: %v", err)
	}
}

func TestOneRuntime(t *testing.T) {
	r := open(t, Options{})
	if _, err := Open(library.path, Options{}); err == nil {
		t.Error("a second runtime opens")
	}
	r.Close()
	if r, err := Open(library.path, Options{}); err != nil {
		t.Error(err)
	} else {
		r.Close()
	}
}
