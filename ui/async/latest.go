package async

import (
	"sync"
	"time"
)

// Latest shows the newest value it was given, on the window's goroutine, at
// most once in every, and less often where drawing takes long. Values that
// arrive faster are dropped, but never the last.
type Latest[T any] struct {
	Do    func(func()) // runs a function on the window's goroutine
	Show  func(T)
	Every time.Duration // 0: as often as values come

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

// Set may be called from any goroutine.
func (l *Latest[T]) Set(v T) {
	l.mu.Lock()
	l.v = v
	queued := l.queued
	l.queued = true
	wait := time.Until(l.next)
	l.mu.Unlock()
	switch {
	case queued:
	case wait > 0:
		time.AfterFunc(wait, func() { l.Do(l.take) })
	default:
		l.Do(l.take)
	}
}

func (l *Latest[T]) take() {
	start := time.Now()
	l.mu.Lock()
	v := l.v
	l.queued, l.next = false, start.Add(l.Every)
	l.mu.Unlock()
	l.Show(v)
	if l.Every == 0 {
		return
	}
	time.AfterFunc(tick, func() { // now the value is being drawn
		asked := time.Now()
		l.Do(func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.next = start.Add(max(l.Every, tick+drawShare*time.Since(asked)))
		})
	})
}

// Frame is how often progress is drawn at most. Without a graphics card a
// drawing of the window costs as much as three steps of the built-in model.
const Frame = 66 * time.Millisecond
