package inference

import (
	"context"
	"fmt"
	"time"

	"cascata/inference/checkpoint"
	"cascata/inference/noise"
	"cascata/inference/preview"
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

	noise *noise.Generator // of the stage at work

	timing Timing // of the stage at work
	index  int
	event  func(Event)
	since  time.Time // of the last event
}

func (p *Pipeline) newJob(index int, r Request, event func(Event)) (*job, error) {
	preset, err := sampler.ParsePreset(string(r.Preset))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadRequest, err)
	}
	r.Preset = preset
	if err := r.check(); err != nil {
		return nil, err
	}
	if err := p.has(&r); err != nil {
		return nil, err
	}
	info := p.Info()
	if r.Width == 0 {
		r.Width = info.Width
	}
	if r.Height == 0 {
		r.Height = info.Height
	}
	j := &job{result: &Result{Times: map[Stage]Timing{}}, index: index, event: event, since: time.Now()}
	if err := j.tune(&r); err != nil {
		return nil, err
	}
	if j.grid, err = p.geometry().Grid(preset, r.Width, r.Height); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadRequest, err)
	}
	if j.grid.Width != r.Width || j.grid.Height != r.Height {
		j.report(Event{Note: Note{Kind: NoteSize, Preset: preset, Width: j.grid.Width, Height: j.grid.Height}})
	}
	r.Width, r.Height = j.grid.Width, j.grid.Height
	if !info.suits(r.Width, r.Height) {
		j.report(Event{Note: Note{Kind: NoteUnsuited, Width: info.Width, Height: info.Height}})
	}
	if r.Latent != nil {
		if err := j.start(r.Latent, p.priorChannels()); err != nil {
			return nil, err
		}
	}
	j.result.Request = r
	p.show(j)
	return j, nil
}

// tune sets the job's rules and schedules.
func (j *job) tune(r *Request) (err error) {
	if j.rules, err = r.rules(); err != nil {
		return err
	}
	if j.prior, err = j.rules.Prior(r.Steps); err != nil {
		return fmt.Errorf("%w: Stage C: %w", ErrBadRequest, err)
	}
	if j.decoder, err = j.rules.Decoder(r.DecoderSteps); err != nil {
		return fmt.Errorf("%w: Stage B: %w", ErrBadRequest, err)
	}
	return nil
}

// has says whether the model holds what a request needs, before time is spent.
func (p *Pipeline) has(r *Request) error {
	need := []Stage{StageC, StageB, StageA}
	if r.Draft {
		need = need[:1]
	}
	if r.Latent != nil {
		need = need[1:] // of a draft nothing is left
	}
	kinds := make([]checkpoint.Kind, len(need))
	for i, stage := range need {
		kinds[i] = stageKinds[stage]
	}
	return p.checkpoint.Need(kinds...)
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

// last is the stage after which the job is done.
func (j *job) last() Stage {
	if j.result.Request.Draft {
		return StageC
	}
	return StageA
}

// skips says whether the job has no need of a stage.
func (j *job) skips(s Stage) bool {
	r := &j.result.Request
	switch s {
	case StageText:
		return r.Latent != nil && r.Draft
	case StageC:
		return r.Latent != nil
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

// endedAlone says whether the picture's own context ended and ctx did not.
func (j *job) endedAlone(ctx context.Context) bool {
	own := j.result.Request.Context
	return own != nil && own.Err() != nil && ctx.Err() == nil
}

// guided says whether any stage needs the negative prompt.
func (j *job) guided() bool {
	r := &j.result.Request
	return r.Latent == nil && sampler.Guided(r.Guidance) || !r.Draft && sampler.Guided(r.DecoderGuidance)
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

// geometry is how the model's latents relate to pixels.
func (p *Pipeline) geometry() sampler.Geometry { return GeometryOf(p.checkpoint) }

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

// priorChannels and decoderChannels are those of the latents.
func (p *Pipeline) priorChannels() int64 {
	if n := p.checkpoint.Prior; n != nil && n.UNetConfig != nil {
		return int64(n.UNetConfig.InChannels)
	}
	return 16
}

func (p *Pipeline) decoderChannels() int64 {
	if n := p.checkpoint.Decoder; n != nil && n.UNetConfig != nil {
		return int64(n.UNetConfig.InChannels)
	}
	return 4
}

// show sets the preview of the Stage C latent, if there is one. Of a draft,
// where it is all there is to see, the previewer makes it.
func (p *Pipeline) show(j *job) {
	l := j.result.Latent
	if p.previewer != nil && l != nil && j.result.Request.Draft {
		img, err := p.previewer.Render(context.Background(), l.F32, int(l.Shape[3]), int(l.Shape[2]))
		if err == nil {
			j.result.Preview = img
			return
		}
	}
	j.result.Preview = Event{X0: j.result.Latent, linear: p.linear(StageC)}.Preview()
}

// linear is what turns a stage's latents into previews.
func (p *Pipeline) linear(stage Stage) *preview.Linear {
	own := p.checkpoint.Meta.PriorPreview
	channels := p.priorChannels()
	fallback := preview.Prior
	if stage == StageB {
		own, channels, fallback = p.checkpoint.Meta.DecoderPreview, p.decoderChannels(), preview.Decoder
	}
	if int64(len(own)) == channels+1 {
		return &preview.Linear{M: own}
	}
	if int64(len(fallback.M)) == channels+1 {
		return fallback
	}
	return nil
}
