package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// How long the program may take to end after a signal: endWait for ending by
// itself, then flushWait for saving what only it knows, from another goroutine.
// Together they stay well below two seconds: on a busy machine the system takes
// one more to take the process away.
const (
	endWait   = 500 * time.Millisecond
	flushWait = 500 * time.Millisecond
)

// A shutdown ends the program on SIGINT, SIGTERM or SIGHUP, also when the
// goroutine of the window, the model or another program keeps it from ending by
// itself. The second signal ends it at once.
type shutdown struct {
	mu    sync.Mutex // guards flush
	flush []func()
}

// start returns the context that ends with the first signal. stop must be
// called when the program has ended by itself.
func (e *shutdown) start() (ctx context.Context, stop func()) {
	ctx, forget := signal.NotifyContext(context.Background(), wanted()...)
	over := make(chan struct{})
	context.AfterFunc(ctx, func() {
		forget() // from now on a signal does what it does by itself
		select {
		case <-over:
		case <-time.After(endWait):
			e.finish()
			os.Exit(exitInterrupted)
		}
	})
	return ctx, sync.OnceFunc(func() { close(over); forget() })
}

// exitInterrupted is the exit code of a program that could not end by itself.
const exitInterrupted = 130

// wanted are the signals to end, without those that whoever started the
// program wants ignored, as nohup does.
func wanted() []os.Signal {
	var all []os.Signal
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			all = append(all, s)
		}
	}
	return all
}

// finish saves everything at the same time and waits flushWait at most.
func (e *shutdown) finish() {
	e.mu.Lock()
	defer e.mu.Unlock()
	var wg sync.WaitGroup
	for _, f := range e.flush {
		wg.Go(f)
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(flushWait):
	}
}
