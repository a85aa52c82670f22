package async

import "image"

// A Loader reads one file at a time, and of those asked for meanwhile the last
// alone. Its methods belong to the window's goroutine.
type Loader struct {
	Run  Runner
	Read func(file string) (*image.RGBA, error) // not on the window's goroutine
	Then func(file string, img *image.RGBA, err error)

	now, next string // what is read, and what is read after it; "" is none
}

// Want asks for a file. then is called with it unless another is asked for first.
func (l *Loader) Want(file string) {
	if l.now != "" {
		l.next = file
		return
	}
	l.now = file
	Go(l.Run, func() (*image.RGBA, error) { return l.Read(file) }, func(img *image.RGBA, err error) {
		next := l.next
		l.now, l.next = "", ""
		if next != "" && next != file {
			l.Want(next)
			return
		}
		l.Then(file, img, err)
	})
}
