package ui

import (
	"sync"
	"time"
)

// latest shows the newest value it was given, on the window's goroutine, at
// most once in every. Values that arrive faster are dropped, but never the last.
type latest[T any] struct {
	do    func(func()) // runs a function on the window's goroutine
	show  func(T)
	every time.Duration

	mu     sync.Mutex // guards the fields below; never held across do or show
	v      T
	queued bool
	shown  time.Time
}

// set may be called from any goroutine.
func (l *latest[T]) set(v T) {
	l.mu.Lock()
	l.v = v
	queued := l.queued
	l.queued = true
	wait := l.every - time.Since(l.shown)
	l.mu.Unlock()
	switch {
	case queued:
	case wait > 0:
		time.AfterFunc(wait, func() { l.do(l.take) })
	default:
		l.do(l.take)
	}
}

func (l *latest[T]) take() {
	l.mu.Lock()
	v := l.v
	l.queued, l.shown = false, time.Now()
	l.mu.Unlock()
	l.show(v)
}
