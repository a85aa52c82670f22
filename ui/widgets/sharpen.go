package widgets

import (
	"image"

	"golang.org/x/image/draw"
)

// A sharpener scales a picture to the pixels it is shown at, beside the
// window's goroutine: it takes tens of milliseconds. One runs at a time; what
// is wanted meanwhile runs next, and only the newest of it.
type sharpener struct {
	run     func(work, then func()) // does work off the window's goroutine, then then on it
	running bool
	next    *sharpening
	done    sharpening
}

type sharpening struct {
	of   *image.RGBA
	size image.Point
	img  *image.RGBA
	then func()
}

const sharpMax = 8192 // pixels a side

// get is the picture scaled to size, or nil.
func (s *sharpener) get(of *image.RGBA, size image.Point) *image.RGBA {
	if s.done.of == of && s.done.size == size {
		return s.done.img
	}
	return nil
}

// drop forgets what was scaled.
func (s *sharpener) drop() { s.done, s.next = sharpening{}, nil }

// want scales a picture, and calls then on the window's goroutine when get has it.
func (s *sharpener) want(of *image.RGBA, size image.Point, then func()) {
	if size.X < 1 || size.Y < 1 || size.X > sharpMax || size.Y > sharpMax {
		return
	}
	s.next = &sharpening{of: of, size: size, then: then}
	s.begin()
}

func (s *sharpener) begin() {
	if s.running || s.next == nil {
		return
	}
	job := *s.next
	s.next, s.running = nil, true
	s.run(func() {
		job.img = image.NewRGBA(image.Rectangle{Max: job.size})
		draw.CatmullRom.Scale(job.img, job.img.Rect, job.of, job.of.Rect, draw.Src, nil)
	}, func() {
		s.running = false
		if s.next == nil {
			s.done = job
			job.then()
		}
		s.begin()
	})
}
