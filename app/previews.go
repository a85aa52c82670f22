package app

import (
	"context"
	"image"
	"slices"
	"sync/atomic"
	"time"
)

// A Renderer makes a picture of a Stage C latent [16, h, w] with a network of
// its own. *inference.Previewer is one.
type Renderer interface {
	Render(ctx context.Context, x0 []float32, w, h int) (*image.RGBA, error)
}

// A sketcher renders latents beside the sampling, the newest that is offered
// when it has time.
type sketcher struct {
	renderer Renderer
	rest     time.Duration // after a rendering, in lengths of it
	offers   chan offer    // one at most
	newest   atomic.Pointer[image.RGBA]
	done     chan struct{}
	cancel   context.CancelFunc
}

type offer struct {
	x0   []float32
	w, h int
}

// How much longer than a rendering the rest after it is: where the processor
// makes the picture too a fiftieth of one core is taken, beside a graphics
// card a fifth.
const (
	restBusy = 49
	restFree = 4
)

// newSketcher starts the goroutine; close ends it. busy says that the
// processor makes the picture.
func newSketcher(ctx context.Context, r Renderer, busy bool) *sketcher {
	ctx, cancel := context.WithCancel(ctx)
	rest := time.Duration(restFree)
	if busy {
		rest = restBusy
	}
	s := &sketcher{renderer: r, rest: rest, offers: make(chan offer, 1), done: make(chan struct{}), cancel: cancel}
	go s.run(ctx)
	return s
}

func (s *sketcher) run(ctx context.Context) {
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
			s.newest.Store(img)
			select {
			case <-ctx.Done():
				return
			case <-time.After(s.rest * time.Since(start)):
			}
		}
	}
}

// offer gives a latent, which is copied, unless the sketcher is busy.
func (s *sketcher) offer(x0 []float32, w, h int) {
	if len(s.offers) > 0 {
		return
	}
	s.offers <- offer{slices.Clone(x0), w, h}
}

// take returns what was rendered since the last call, or nil.
func (s *sketcher) take() *image.RGBA { return s.newest.Swap(nil) }

func (s *sketcher) close() {
	s.cancel()
	<-s.done
}
