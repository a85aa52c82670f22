package ort

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
)

// An owner makes calls of the library on one goroutine.
type owner struct {
	threads int // of the CPU provider in its sessions
	log     *slog.Logger
	jobs    chan job
	closed  context.Context // ends when the runtime closes

	mu       sync.Mutex
	sessions map[*session]bool // open ones; nil once all are closed for good
}

// A job is a call of the library.
type job struct {
	run  func() error
	done chan error // takes one
}

func newOwner(r *Runtime, threads int) *owner {
	return &owner{threads: threads, log: r.log, jobs: make(chan job), closed: r.ctx, sessions: map[*session]bool{}}
}

// serve makes calls until the runtime closes, then frees what is open.
func (o *owner) serve() {
	defer o.closeAll()
	for {
		select {
		case j := <-o.jobs:
			j.done <- o.guard(j.run)
		case <-o.closed.Done():
			return
		}
	}
}

// do runs f on the owning goroutine. It waits in the queue until ctx ends; an
// f that has begun is waited for, so f must watch ctx itself.
func (o *owner) do(ctx context.Context, f func() error) error {
	done, err := o.start(ctx, f)
	if err != nil {
		return err
	}
	return <-done
}

// start is do without the wait for f's end, which done tells.
func (o *owner) start(ctx context.Context, f func() error) (done <-chan error, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	j := job{f, make(chan error, 1)}
	select {
	case o.jobs <- j:
		return j.done, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-o.closed.Done():
		return nil, errClosed
	}
}

// guard calls f and returns its panic as an error.
func (o *owner) guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			o.log.Error("panic in the runtime", "err", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("ort: panic: %v", p)
		}
	}()
	return f()
}

// keep notes that s is open. It says false where all are closed for good.
func (o *owner) keep(s *session) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.sessions == nil {
		return false
	}
	o.sessions[s] = true
	return true
}

// drop notes that s is closed from now on. It says false where it was so.
func (o *owner) drop(s *session) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	open := o.sessions[s]
	delete(o.sessions, s)
	return open
}

func (o *owner) closeAll() {
	o.mu.Lock()
	open := o.sessions
	o.sessions = nil
	o.mu.Unlock()
	for s := range open {
		if err := o.guard(s.destroy); err != nil {
			o.log.Error("close a session", "model", s.name, "err", err)
		}
	}
}
