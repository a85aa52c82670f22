//go:build !headless

package main

import (
	"os"
	"time"
)

// quitWait is how long the program may take to end by itself after the artist
// has closed the window: the step that runs may take that long.
const quitWait = 15 * time.Second

// onEnd adds what must be saved when the program cannot end by itself. It is
// called on a goroutine of its own.
func (e *shutdown) onEnd(flush func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.flush = append(e.flush, flush)
}

// quits ends a program whose window is closed and that does not end by itself,
// so that it does not go on unseen and keep the next start from opening one.
func (e *shutdown) quits() {
	time.AfterFunc(quitWait, func() {
		e.finish()
		os.Exit(0)
	})
}
