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
	pause    time.Duration // after a rendering, as a multiple of what that took
	offers   chan offer    // one at most
	newest   atomic.Pointer[rendered]
	done     chan struct{}
	cancel   context.CancelFunc
}

// An offer is the latent of a picture.
type offer struct {
	of   *runningJob
	x0   []float32
	w, h int
}

// rendered is the picture of an offered latent.
type rendered struct {
	of  *runningJob
	img *image.RGBA
}

// The pause after a rendering, as a multiple of what the rendering took: where the
// processor makes the picture too a fiftieth of one core is taken, beside a graphics
// card a fifth.
const (
	pauseBusy = 49
	pauseFree = 4
)

// newPreviewRenderer starts the goroutine; close ends it. busy says that the
// processor makes the picture.
func newPreviewRenderer(ctx context.Context, r app.Renderer, busy bool) *previewRenderer {
	ctx, cancel := context.WithCancel(ctx)
	pause := time.Duration(pauseFree)
	if busy {
		pause = pauseBusy
	}
	p := &previewRenderer{renderer: r, pause: pause, offers: make(chan offer, 1), done: make(chan struct{}), cancel: cancel}
	go p.run(ctx)
	return p
}

func (p *previewRenderer) run(ctx context.Context) {
	defer close(p.done)
	for {
		select {
		case <-ctx.Done():
			return
		case o := <-p.offers:
			start := time.Now()
			img, err := p.renderer.Render(ctx, o.x0, o.w, o.h)
			if err != nil {
				return // the linear previews do
			}
			p.newest.Store(&rendered{o.of, img})
			select {
			case <-ctx.Done():
				return
			case <-time.After(p.pause * time.Since(start)):
			}
		}
	}
}

// offer gives a latent, which is copied, unless another one waits. The last of
// a picture takes its place.
func (p *previewRenderer) offer(o offer, last bool) {
	if last {
		select {
		case <-p.offers:
		default: // none waits
		}
	}
	if len(p.offers) > 0 {
		return
	}
	o.x0 = slices.Clone(o.x0)
	p.offers <- o
}

// take returns what was rendered since the last call and of which picture, or
// nil.
func (p *previewRenderer) take() (of *runningJob, img *image.RGBA) {
	if n := p.newest.Swap(nil); n != nil {
		return n.of, n.img
	}
	return nil, nil
}

func (p *previewRenderer) close() {
	p.cancel()
	<-p.done
}
