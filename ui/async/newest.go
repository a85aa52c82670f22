package async

import "time"

// A Newest knows the newest of several questions from those before it, whose
// answers come too late. The zero value is ready. It belongs to the window's
// goroutine.
type Newest struct{ asked int }

// Next begins another question and returns whether it is still the newest.
func (n *Newest) Next() (newest func() bool) {
	n.asked++
	mine := n.asked
	return func() bool { return mine == n.asked }
}

// Drop makes all answers come too late.
func (n *Newest) Drop() { n.asked++ }

// On is run for another question: then is called only where that is still the
// newest.
func (n *Newest) On(run Runner) Runner {
	newest := n.Next()
	return func(work, then func()) {
		run(work, func() {
			if newest() {
				then()
			}
		})
	}
}

// A Debounce calls the last of several functions, once no other has come for a
// while. It belongs to the window's goroutine.
type Debounce struct {
	Later Later
	Wait  time.Duration

	newest Newest
}

// Call calls f after the wait, unless Call or Drop is called before.
func (d *Debounce) Call(f func()) {
	newest := d.newest.Next()
	d.Later(d.Wait, func() {
		if newest() {
			f()
		}
	})
}

// Drop calls nothing of what waits.
func (d *Debounce) Drop() { d.newest.Drop() }
