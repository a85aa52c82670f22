// Package async does work off the window's goroutine and brings the newest answer back: runners, the newest of several
// answers, what waits until typing rests, what is drawn at most so often, and small pictures read in the background.
package async

import (
	"time"

	"fyne.io/fyne/v2"
)

// A Runner does work off the window's goroutine and then, on it, then. Tests
// do both in place.
type Runner func(work, then func())

// Background is the runner of the real window. Each call has a goroutine of
// its own, which ends with work.
func Background(work, then func()) {
	go func() {
		work()
		fyne.Do(then)
	}()
}

// Go does work off the window's goroutine and gives then, on it, what came of that.
func Go[T any](run Runner, work func() (T, error), then func(T, error)) {
	var v T
	var err error
	run(func() { v, err = work() }, func() { then(v, err) })
}

// Try is Go for work that gives nothing but an error.
func Try(run Runner, work func() error, then func(error)) {
	var err error
	run(func() { err = work() }, func() { then(err) })
}

// A Later calls f on the window's goroutine when wait has passed. Tests call it
// in place.
type Later func(wait time.Duration, f func())

// After is the Later of the real window, whose goroutine do reaches. No
// goroutine waits meanwhile.
func After(do func(func())) Later {
	return func(wait time.Duration, f func()) { time.AfterFunc(wait, func() { do(f) }) }
}
