package ui

import (
	"sync"
	"time"
)

// latest shows the newest value it was given, on the window's goroutine, at
// most once in every, and less often where drawing takes long. Values that
// arrive faster are dropped, but never the last.
type latest[T any] struct {
	do    func(func()) // runs a function on the window's goroutine
	show  func(T)
	every time.Duration // 0: as often as values come

	mu     sync.Mutex // guards the fields below; never held across do or show
	v      T
	queued bool
	next   time.Time // when the next value may be shown
}

const (
	// tick is how often the toolkit draws.
	tick = 17 * time.Millisecond
	// drawShare is how much longer than a drawing the time between two is:
	// the rest is for the artist's hand.
	drawShare = 4
)

// set may be called from any goroutine.
func (l *latest[T]) set(v T) {
	l.mu.Lock()
	l.v = v
	queued := l.queued
	l.queued = true
	wait := time.Until(l.next)
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
	start := time.Now()
	l.mu.Lock()
	v := l.v
	l.queued, l.next = false, start.Add(l.every)
	l.mu.Unlock()
	l.show(v)
	if l.every == 0 {
		return
	}
	time.AfterFunc(tick, func() { // now the value is being drawn
		asked := time.Now()
		l.do(func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.next = start.Add(max(l.every, tick+drawShare*time.Since(asked)))
		})
	})
}
