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
// when it has time, and takes at most a fiftieth of one processor core.
type sketcher struct {
	renderer Renderer
	offers   chan offer // one at most
	newest   atomic.Pointer[image.RGBA]
	done     chan struct{}
	cancel   context.CancelFunc
}

type offer struct {
	x0   []float32
	w, h int
}

// sketchShare is how much longer than a rendering the rest after it is.
const sketchShare = 49

// newSketcher starts the goroutine; close ends it.
func newSketcher(ctx context.Context, r Renderer) *sketcher {
	ctx, cancel := context.WithCancel(ctx)
	s := &sketcher{renderer: r, offers: make(chan offer, 1), done: make(chan struct{}), cancel: cancel}
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
			case <-time.After(sketchShare * time.Since(start)):
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
