// Package async does work off the window's goroutine and brings the newest answer back: runners, what is drawn at
// most so often, and small pictures read in the background.
package async

import "fyne.io/fyne/v2"

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
