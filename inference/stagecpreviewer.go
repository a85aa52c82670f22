package inference

import (
	"context"
	"errors"
	"fmt"
	"image"
	"sync"

	"cascata/inference/checkpoint"
	"cascata/inference/graph"
	"cascata/inference/preview"
)

// A Previewer turns a Stage C latent into a picture with a network of its own,
// on one processor core, beside the pipeline's device. It is loaded by the
// first Render and freed with the pipeline.
type Previewer struct {
	runtime  Runtime
	source   *checkpoint.Network
	channels int

	ctx  context.Context // ends with the pipeline
	stop context.CancelFunc

	mu      sync.Mutex // guards the fields below
	session Session    // nil until loaded
	call    Call       // nil until bound
	in, out *Tensor    // what call is bound to: [1, channels, h, w], [1, 3, 8h, 8w]
}

// previewScale is the previewer's pixels a Stage C cell.
const previewScale = 8

// newPreviewer returns nil where there is no network for latents of that many
// channels.
func newPreviewer(rt Runtime, n *checkpoint.Network, channels int64) *Previewer {
	if n == nil {
		return nil
	}
	if first := n.Weights["blocks.0.weight"].Shape; len(first) < 2 || first[1] != channels {
		return nil
	}
	v := &Previewer{runtime: rt, source: n, channels: int(channels)}
	v.ctx, v.stop = context.WithCancel(context.Background())
	return v
}

// Previewer is the network for previews of Stage C, nil when the model has
// none. It may be used while the pipeline works.
func (p *Pipeline) Previewer() *Previewer { return p.previewer }

// Render returns the picture of x0 [channels, h, w], such as Event.X0 holds:
// 8w by 8h pixels, sRGB, opaque, the caller's to keep. It is for one goroutine
// at a time, but any, and keeps no reference to x0; from within an event it
// would hold the pipeline up. It returns ctx.Err() soon after ctx ends,
// context.Canceled after the pipeline was closed, and the errors of Runtime.
func (v *Previewer) Render(ctx context.Context, x0 []float32, w, h int) (*image.RGBA, error) {
	if w < 1 || h < 1 || w > len(x0) || h > len(x0) || len(x0) != v.channels*w*h {
		return nil, fmt.Errorf("%w: a latent of %d numbers is not %d channels of %d by %d", ErrBadRequest, len(x0), v.channels, w, h)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(v.ctx, cancel)()
	if err := v.ctx.Err(); err != nil {
		return nil, err
	}
	if err := v.bind(ctx, int64(w), int64(h)); err != nil {
		return nil, err
	}
	copy(v.in.F32, x0)
	if err := v.call.Run(ctx); err != nil {
		return nil, err
	}
	return preview.Picture(v.out.F32, previewScale*w, previewScale*h), nil
}

// bind loads the network and binds it for latents of w by h, unless it is.
func (v *Previewer) bind(ctx context.Context, w, h int64) error {
	if v.session == nil {
		cpu := Device{Provider: "cpu"}
		m, err := modelOf(v.source, cpu, graph.Options{})
		if err != nil {
			return err
		}
		m.Aside = true
		s, err := v.runtime.Load(ctx, m, cpu)
		if err != nil {
			return err
		}
		v.session = s
	}
	if v.call != nil && v.in.Shape[3] == w && v.in.Shape[2] == h {
		return nil
	}
	if err := v.unbind(); err != nil {
		return err
	}
	v.in = NewTensor(1, int64(v.channels), h, w)
	v.out = NewTensor(1, 3, previewScale*h, previewScale*w)
	var err error
	v.call, err = v.session.Bind(map[string]*Tensor{"sample": v.in}, map[string]*Tensor{"image": v.out})
	return err
}

func (v *Previewer) unbind() error {
	if v.call == nil {
		return nil
	}
	c := v.call
	v.call = nil
	return c.Close()
}

// close stops a Render, waits for it and frees the network.
func (v *Previewer) close() error {
	if v == nil {
		return nil
	}
	v.stop()
	v.mu.Lock()
	defer v.mu.Unlock()
	err := v.unbind()
	if v.session != nil {
		err = errors.Join(err, v.session.Close())
		v.session = nil
	}
	return err
}
