package ui

import "sync"

// latest shows the newest value it was given, on the window's goroutine.
// Values that arrive faster than the screen is drawn are dropped.
type latest[T any] struct {
	do   func(func()) // runs a function on the window's goroutine
	show func(T)

	mu     sync.Mutex // guards v and queued; never held across do
	v      T
	queued bool
}

// set may be called from any goroutine.
func (l *latest[T]) set(v T) {
	l.mu.Lock()
	l.v = v
	queued := l.queued
	l.queued = true
	l.mu.Unlock()
	if queued {
		return
	}
	l.do(func() {
		l.mu.Lock()
		v := l.v
		l.queued = false
		l.mu.Unlock()
		l.show(v)
	})
}
