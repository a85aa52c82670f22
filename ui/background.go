package ui

import "fyne.io/fyne/v2"

// A runner does work off the window's goroutine and then, on it, then. Tests
// do both in place.
type runner func(work, then func())

// background is the runner of the real window. Each call has a goroutine of
// its own, which ends with work.
func background(work, then func()) {
	go func() {
		work()
		fyne.Do(then)
	}()
}
