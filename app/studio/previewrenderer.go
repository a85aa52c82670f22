package studio

import (
	"context"
	"image"
	"slices"
	"sync/atomic"
	"time"

	"cascata/app"
)

// A previewRenderer renders latents beside the sampling, the newest that is offered
// when it has time.
type previewRenderer struct {
	renderer app.Renderer
	rest     time.Duration // after a rendering, in lengths of it
	offers   chan offer    // one at most
	newest   atomic.Pointer[sketched]
	done     chan struct{}
	cancel   context.CancelFunc
}

// An offer is the latent of a picture.
type offer struct {
	of   *runningJob
	x0   []float32
	w, h int
}

// sketched is what a latent shows.
type sketched struct {
	of  *runningJob
	img *image.RGBA
}

// How much longer than a rendering the rest after it is: where the processor
// makes the picture too a fiftieth of one core is taken, beside a graphics
// card a fifth.
const (
	restBusy = 49
	restFree = 4
)

// newPreviewRenderer starts the goroutine; close ends it. busy says that the
// processor makes the picture.
func newPreviewRenderer(ctx context.Context, r app.Renderer, busy bool) *previewRenderer {
	ctx, cancel := context.WithCancel(ctx)
	rest := time.Duration(restFree)
	if busy {
		rest = restBusy
	}
	s := &previewRenderer{renderer: r, rest: rest, offers: make(chan offer, 1), done: make(chan struct{}), cancel: cancel}
	go s.run(ctx)
	return s
}

func (s *previewRenderer) run(ctx context.Context) {
	defer close(s.done)
	for {
		select {
		case <-ctx.Done():
			return
		case o := <-s.offers:
			start := time.Now()
			img, err := s.renderer.Render(ctx, o.x0, o.w, o.h)
			if err != nil {
				return // the linear previews do
			}
			s.newest.Store(&sketched{o.of, img})
			select {
			case <-ctx.Done():
				return
			case <-time.After(s.rest * time.Since(start)):
			}
		}
	}
}

// offer gives a latent, which is copied, unless another one waits. The last of
// a picture takes its place.
func (s *previewRenderer) offer(o offer, last bool) {
	if last {
		select {
		case <-s.offers:
		default: // none waits
		}
	}
	if len(s.offers) > 0 {
		return
	}
	o.x0 = slices.Clone(o.x0)
	s.offers <- o
}

// take returns what was rendered since the last call and of which picture, or
// nil.
func (s *previewRenderer) take() (of *runningJob, img *image.RGBA) {
	if n := s.newest.Swap(nil); n != nil {
		return n.of, n.img
	}
	return nil, nil
}

func (s *previewRenderer) close() {
	s.cancel()
	<-s.done
}
