package inference

import (
	"context"
	"fmt"
	"time"

	"cascata/inference/checkpoint"
	"cascata/inference/lora"
	"cascata/inference/noise"
	"cascata/inference/sampler"
)

// A job is a request on its way through the stages.
type job struct {
	result         *Result
	rules          sampler.Rules
	prior, decoder sampler.Schedule
	grid           sampler.Grid
	cond           *conditioning
	uncond         *conditioning // nil unless guided
	inputs         imageInputs
	control        *checkpoint.Network // nil: none
	loras          *lora.Set           // nil: none

	noise *noise.Generator // of the stage at work

	timing Timing // of the stage at work
	index  int
	event  func(Event)
	since  time.Time // of the last event
}

// tune sets the job's rules and schedules.
func (j *job) tune(r *Request) (err error) {
	if j.rules, err = r.rules(); err != nil {
		return err
	}
	strength, detail := 1.0, 1.0
	if r.Init != nil {
		strength = r.strength()
	}
	if r.Enlarge {
		detail = r.strength()
	}
	if j.prior, err = j.rules.PriorFrom(r.Steps, strength); err != nil {
		return fmt.Errorf("%w: Stage C: %w", ErrBadRequest, err)
	}
	if j.decoder, err = j.rules.DecoderFrom(r.DecoderSteps, detail); err != nil {
		return fmt.Errorf("%w: Stage B: %w", ErrBadRequest, err)
	}
	return nil
}

// start makes latent the Stage C result. Its grid need not be the one that the
// picture's size implies: Stage B stretches it.
func (j *job) start(latent *Tensor, channels int64) error {
	s := latent.Shape
	if len(s) != 4 || s[0] != 1 || s[1] != channels || s[2] < 1 || s[3] < 1 || elems(s) != int64(len(latent.F32)) {
		return fmt.Errorf("%w: the Stage C latent has shape %v; this model needs [1, %d, h, w]", ErrBadRequest, s, channels)
	}
	if !finite(latent.F32) {
		return fmt.Errorf("%w: the Stage C latent holds numbers that are not finite; make it again", ErrBadRequest)
	}
	j.result.Latent = latent
	return nil
}

// Composes reports whether Stage C runs.
func (r *Request) Composes() bool { return r.Latent == nil && r.From == nil }

// last is the stage after which the job is done.
func (j *job) last() Stage {
	if j.result.Request.Draft {
		return StageC
	}
	return StageA
}

// skips reports whether the job has no need of a stage.
func (j *job) skips(s Stage) bool {
	r := &j.result.Request
	switch s {
	case StageText:
		return !r.Composes() && r.Draft
	case StageInputs:
		return !r.Any()
	case StageC:
		return !r.Composes()
	}
	return r.Draft
}

// within is ctx, which the picture's own context ends too. The
// caller must call release.
func (j *job) within(ctx context.Context) (within context.Context, release func()) {
	own := j.result.Request.Context
	if own == nil {
		return ctx, func() {}
	}
	within, cancel := context.WithCancel(ctx)
	if own.Err() != nil {
		cancel()
	}
	stop := context.AfterFunc(own, cancel)
	return within, func() { stop(); cancel() }
}

// endedAlone reports whether the picture's own context ended and ctx did not.
func (j *job) endedAlone(ctx context.Context) bool {
	own := j.result.Request.Context
	return own != nil && own.Err() != nil && ctx.Err() == nil
}

// guided reports whether any stage needs the negative prompt.
func (j *job) guided() bool {
	r := &j.result.Request
	return r.Composes() && sampler.Guided(r.Guidance) || !r.Draft && sampler.Guided(r.DecoderGuidance)
}

// report delivers an event, with what every event says.
func (j *job) report(e Event) {
	now := time.Now()
	e.Picture, e.Took = j.index, now.Sub(j.since)
	j.since = now
	j.event(e)
}

// call runs a bound network and counts the time.
func (j *job) call(ctx context.Context, c Call) error {
	start := time.Now()
	err := c.Run(ctx)
	j.timing.Network += time.Since(start)
	return err
}

// GeometryOf says how a checkpoint's latents relate to pixels.
func GeometryOf(ck *checkpoint.Checkpoint) sampler.Geometry {
	g := sampler.Geometry{Compression: ck.Meta.Compression}
	if n := ck.Prior; n != nil && n.UNetConfig != nil {
		g.PriorHalvings = n.UNetConfig.Halvings()
	}
	if n := ck.VQ; n != nil && n.VQConfig != nil {
		g.Scale = n.VQConfig.UpDownScaleFactor << (n.VQConfig.Levels - 1)
	}
	if n := ck.Decoder; n != nil && n.UNetConfig != nil {
		g.Patch, g.DecoderHalvings = n.UNetConfig.PatchSize, n.UNetConfig.Halvings()
	}
	return g
}
