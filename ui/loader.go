package ui

import "image"

// A loader reads one file at a time, and of those asked for meanwhile the last
// alone. Its methods belong to the window's goroutine.
type loader struct {
	run  runner
	read func(file string) (*image.RGBA, error) // not on the window's goroutine
	then func(file string, img *image.RGBA, err error)

	now, next string // what is read, and what is read after it; "" is none
}

// want asks for a file. then is told of it unless another is asked for first.
func (l *loader) want(file string) {
	if l.now != "" {
		l.next = file
		return
	}
	l.now = file
	var img *image.RGBA
	var err error
	l.run(func() { img, err = l.read(file) }, func() {
		next := l.next
		l.now, l.next = "", ""
		if next != "" && next != file {
			l.want(next)
			return
		}
		l.then(file, img, err)
	})
}
