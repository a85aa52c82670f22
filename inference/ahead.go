package inference

import (
	"context"
	"errors"

	"cascata/inference/checkpoint"
	"cascata/inference/quant"
)

// An ahead is a stage's network that is loaded while another computes. What went
// wrong is not kept: the stage itself loads the network then, and says it.
type ahead struct {
	stop context.CancelFunc
	done chan struct{} // closed when network is set, or nothing came of it
	*network
}

// loadAhead begins to load a stage that a job will need, where all stages are kept,
// so that each has room. What a LoRA changes, and weights that have not been brought
// to their format or do not bear it, are left to the stage itself.
func (p *Pipeline) loadAhead(ctx context.Context, stage Stage, j *job) {
	src := p.source(stage)
	ctx, release := j.within(ctx)
	defer release()
	switch {
	case ctx.Err() != nil:
		return
	case !p.plan.Keep || p.options.Apart || p.device.Provider != "cpu" || src == nil || j.skips(stage):
		return
	case p.loaded[stage] != nil || p.ahead[stage] != nil || j.loras.Key(src) != "":
		return
	}
	control := stage == StageC && j.control != nil
	o := p.graphOptions(stage, control)
	f, formatted := p.formats[stage]
	// The picture may end and the load go on: it cannot be stopped, and the next
	// picture has use for it.
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	a := &ahead{stop: stop, done: make(chan struct{})}
	p.ahead[stage] = a
	go func() {
		defer close(a.done)
		weights := src
		if formatted {
			if weights = p.recalled(ctx, src, f); weights == nil {
				return
			}
		}
		m, err := modelOf(weights, p.device, o)
		if err != nil {
			return
		}
		if n, err := p.load(ctx, stage, m); err == nil {
			n.source, n.control = weights, control
			a.network = n
		}
	}()
}

// recalled is n with its weights in a format that they were brought to before; nil
// if they were not, or do not bear it.
func (p *Pipeline) recalled(ctx context.Context, n *checkpoint.Network, f quant.Format) *checkpoint.Network {
	c, known := quant.Recall(n, f, p.options.Cache)
	if !known || c.Off {
		return nil
	}
	q, err := quant.Open(ctx, n, c, p.options.Cache)
	if err != nil {
		return nil
	}
	return q
}

// takeAhead is what was loaded ahead for a stage, once it is; nil for nothing.
func (p *Pipeline) takeAhead(ctx context.Context, stage Stage) (*network, error) {
	a := p.ahead[stage]
	if a == nil {
		return nil, nil
	}
	select {
	case <-a.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	delete(p.ahead, stage)
	a.stop()
	return a.network, nil
}

// dropAhead stops what is being loaded ahead, and frees what has been.
func (p *Pipeline) dropAhead() error {
	var errs []error
	for stage, a := range p.ahead {
		a.stop()
		<-a.done
		if delete(p.ahead, stage); a.network != nil {
			errs = append(errs, a.network.Close())
		}
	}
	return errors.Join(errs...)
}
