package ui

import "time"

// A debounce runs the newest of what it is given, a little after the last one
// came, on the window's goroutine.
type debounce struct {
	after time.Duration
	do    func(func())
	timer *time.Timer
	count int
}

func (d *debounce) set(f func()) {
	d.count++
	mine := d.count
	if d.timer != nil {
		d.timer.Stop()
	}
	d.timer = time.AfterFunc(d.after, func() {
		d.do(func() {
			if d.count == mine {
				f()
			}
		})
	})
}
