package inference

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"cascata/inference/checkpoint"
	"cascata/inference/lora"
	"cascata/inference/quant"
	"cascata/inference/sampler"
)

// A Pipeline makes pictures with one checkpoint on one device. Its methods
// may be called from one goroutine at a time.
type Pipeline struct {
	runtime    Runtime
	device     Device
	checkpoint *checkpoint.Checkpoint
	tokenizer  Tokenizer
	options    Options
	plan       Plan
	precision  map[Stage]precision
	formats    map[Stage]quant.Format // of stages whose matrices take eight bits
	loaded     map[Stage]*network
	ahead      map[Stage]*ahead
	previewer  *Previewer
	texts      map[textKey]*conditioning // what recent texts were encoded to
	pictures   map[string]picture        // what recent inputs were encoded to
	notes      []Note                    // what to know of the precision
}

// Options say how a pipeline spends memory and numbers.
type Options struct {
	Precision string // "auto" or "", "fp32", "fp16", "bf16", "int8"

	// Precisions are those that work on the device, as DeviceInfo has them; nil:
	// it was not tried.
	Precisions []string

	Fast  bool   // multiply bytes where the processor is quick at it; see FastRefusal
	Cache string // the folder of what Fast, "int8" and LoRAs make of a model's weights

	Keep   bool // keep every stage loaded; otherwise one at a time; see Arrange
	Apart  bool // load each stage when it is needed, not while another computes
	Serial bool // guidance as two runs instead of one of twice the size
}

// Info says what a pipeline works with.
type Info struct {
	Device        Device
	Precision     string
	Meta          checkpoint.Meta
	Width, Height int    // native size, pixels
	Notes         []Note // what the artist should know about the precision
}

// OpenTokenizer opens a checkpoint's tokenizer for texts of length tokens
// whose ids are below vocab.
type OpenTokenizer func(files checkpoint.TokenizerFiles, length, vocab int) (Tokenizer, error)

// New returns a pipeline that has loaded nothing yet. Errors wrap
// ErrModelMissing, ErrBadModel or ErrUnsupported.
func New(rt Runtime, d Device, ck *checkpoint.Checkpoint, open OpenTokenizer, o Options) (*Pipeline, error) {
	p := &Pipeline{
		runtime: rt, device: d, checkpoint: ck, options: o, plan: Plan{Keep: o.Keep},
		precision: map[Stage]precision{}, formats: map[Stage]quant.Format{}, loaded: map[Stage]*network{}, ahead: map[Stage]*ahead{}, texts: map[textKey]*conditioning{},
		pictures: map[string]picture{},
	}
	for stage := range stageKinds {
		n := p.source(stage)
		if n == nil {
			continue
		}
		var err error
		if p.precision[stage], err = p.choosePrecision(n); err != nil {
			return nil, err
		}
		p.chooseFormat(stage, n)
	}
	if err := ck.Need(checkpoint.KindText); err != nil {
		return nil, err
	}
	length, vocab := textSize(ck.Text)
	var err error
	if p.tokenizer, err = open(ck.Tokenizer, length, vocab); err != nil {
		return nil, err
	}
	p.previewer = newPreviewer(rt, ck.Preview, p.priorChannels())
	return p, nil
}

// Info says what the pipeline works with.
func (p *Pipeline) Info() Info {
	i := Info{Device: p.device, Precision: p.precisionName(), Meta: p.checkpoint.Meta, Width: 1024, Height: 1024, Notes: p.notes}
	if i.Meta.Width > 0 && i.Meta.Height > 0 {
		i.Width, i.Height = i.Meta.Width, i.Meta.Height
	}
	return i
}

// Close frees every loaded stage, the previewer and the tokenizer. Generate must have
// returned.
func (p *Pipeline) Close() error {
	err := errors.Join(p.previewer.close(), p.unloadAll())
	if c, ok := p.tokenizer.(io.Closer); ok {
		err = errors.Join(err, c.Close())
	}
	return err
}

func (p *Pipeline) unloadAll() error {
	errs := []error{p.dropAhead()}
	for stage := range p.loaded {
		errs = append(errs, p.unload(stage))
	}
	return errors.Join(errs...)
}

// Generate makes one picture a request. Where memory runs out, it frees what is
// loaded, takes the next cheaper plan, says so by a note and does the stage again. It calls event on this goroutine, and
// returns ctx.Err() soon after ctx ends. Pictures that were finished before an
// error are in the result, and were reported; of the others it holds what was
// done, such as the Stage C latent. A picture whose own Request.Context ends
// is reported with Result.Err set, and the others go on.
//
// With Keep, pictures are made one after another. Without, every stage runs
// for all of them before the next is loaded. Either way a picture is the same
// as when it is made alone.
func (p *Pipeline) Generate(ctx context.Context, requests []Request, event func(Event)) ([]*Result, error) {
	if event == nil {
		event = func(Event) {}
	}
	jobs := make([]*job, len(requests))
	results := make([]*Result, len(requests))
	for i, r := range requests {
		j, err := p.newJob(i, r, event)
		if err != nil {
			return nil, err
		}
		jobs[i], results[i] = j, j.result
	}
	if !p.plan.Keep {
		return results, p.run(ctx, jobs)
	}
	for i := range jobs {
		if err := p.run(ctx, jobs[i:i+1]); err != nil {
			return results, err
		}
	}
	return results, nil
}

// run takes jobs through the stages, all of them through each.
func (p *Pipeline) run(ctx context.Context, jobs []*job) error {
	for _, s := range []stageWork{{StageText, p.encode}, {StageInputs, p.encodeImages}, {StageC, p.compose}, {StageB, p.detail}, {StageA, p.paint}} {
		for _, j := range jobs {
			if err := p.work(ctx, s, j); err != nil {
				if errors.Is(err, ErrOutOfMemory) {
					p.unloadAll()
				}
				return err
			}
		}
		if !p.plan.Keep {
			if err := p.unloadStage(s.stage); err != nil {
				return err
			}
		}
	}
	return nil
}

// unloadStage frees the networks of a stage.
func (p *Pipeline) unloadStage(s Stage) error {
	if s == StageInputs {
		return errors.Join(p.unload(stageVision), p.unload(stageEncoder), p.unload(stageControl), p.unload(stageLatent))
	}
	return p.unload(s)
}

type stageWork struct {
	stage Stage
	do    func(context.Context, *job) error
}

// work takes one job through one stage. Its result is reported when it is
// done, or when its own context has ended, which is no error.
func (p *Pipeline) work(ctx context.Context, s stageWork, j *job) error {
	if j.result.Err != nil {
		return nil
	}
	if !j.skips(s.stage) {
		before := j.noise.Clone()
		err := p.timed(ctx, s, j)
		for errors.Is(err, ErrOutOfMemory) && p.fallBackToCheaperPlan(j, before) || errors.Is(err, ErrNotFinite) && p.fallBackToFP32(s.stage, j, before) {
			before = j.noise.Clone()
			err = p.timed(ctx, s, j)
		}
		if err != nil {
			if !j.endedAlone(ctx) || !errors.Is(err, context.Canceled) {
				return err
			}
			j.result.Err = context.Cause(j.result.Request.Context)
		}
	}
	if j.result.Err != nil || s.stage == j.last() {
		j.report(Event{Stage: s.stage, Result: j.result})
	}
	return nil
}

// timed runs one stage of a job, unless it has ended.
func (p *Pipeline) timed(ctx context.Context, s stageWork, j *job) error {
	ctx, release := j.within(ctx)
	defer release()
	start := time.Now()
	j.since, j.timing = start, Timing{}
	defer func() {
		j.timing.Total = time.Since(start)
		j.result.Times[s.stage] = j.timing
	}()
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.do(ctx, j)
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
	control, err := p.controlOf(&r)
	if err != nil {
		return nil, err
	}
	info := p.Info()
	if r.Width == 0 {
		r.Width = info.Width
	}
	if r.Height == 0 {
		r.Height = info.Height
	}
	j := &job{result: &Result{Times: map[Stage]Timing{}}, index: index, event: event, since: time.Now(), control: control}
	if err := j.tune(&r); err != nil {
		return nil, err
	}
	if j.loras, err = FitLoRAs(p.checkpoint, r.LoRAs); err != nil {
		return nil, err
	}
	if r.Enlarge {
		err = j.enlarge(&r, p.geometry())
	} else {
		err = j.size(&r, p.geometry(), info)
	}
	if err != nil {
		return nil, err
	}
	for _, in := range r.Inputs() {
		if in.Latent != nil && !finite(in.Latent.F32) {
			return nil, fmt.Errorf("%w: %s holds numbers that are not finite; make it again", ErrBadRequest, in.Label())
		}
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

// size sets the job's grid, and the request's size to what becomes of it.
func (j *job) size(r *Request, g sampler.Geometry, info Info) (err error) {
	if j.grid, err = g.Grid(r.Preset, r.Width, r.Height); err != nil {
		return fmt.Errorf("%w: %w", ErrBadRequest, err)
	}
	if j.grid.Width != r.Width || j.grid.Height != r.Height {
		j.report(Event{Note: Note{Kind: NoteSize, Preset: r.Preset, Width: j.grid.Width, Height: j.grid.Height}})
	}
	r.Width, r.Height = j.grid.Width, j.grid.Height
	if !info.suits(r.Width, r.Height) {
		j.report(Event{Note: Note{Kind: NoteUnsuited, Width: info.Width, Height: info.Height}})
	}
	return nil
}

// FitLoRAs finds the weights of a checkpoint that LoRAs change. Nothing but headers is
// read. Errors wrap ErrBadLoRA.
func FitLoRAs(ck *checkpoint.Checkpoint, loras []LoRA) (*lora.Set, error) {
	if len(loras) == 0 {
		return nil, nil
	}
	uses := make([]lora.Use, len(loras))
	for i, l := range loras {
		f, err := lora.Open(l.Path)
		if err != nil {
			return nil, err
		}
		uses[i] = lora.Use{File: f, Weight: l.Weight}
	}
	return lora.Fit(ck, uses)
}

// has says whether the model holds what a request needs, before time is spent.
func (p *Pipeline) has(r *Request) error {
	var kinds []checkpoint.Kind
	if r.Composes() {
		kinds = append(kinds, checkpoint.KindPrior)
	}
	if !r.Draft {
		kinds = append(kinds, checkpoint.KindDecoder, checkpoint.KindVQ)
	}
	if len(r.References) > 0 {
		kinds = append(kinds, checkpoint.KindVision)
	}
	if r.encodes() {
		kinds = append(kinds, checkpoint.KindEncoder)
	}
	if r.Enlarge {
		kinds = append(kinds, checkpoint.KindVQEncoder)
	}
	return p.checkpoint.Need(kinds...)
}

// controlOf is the control network that a request asks for, nil for none.
func (p *Pipeline) controlOf(r *Request) (*checkpoint.Network, error) {
	c := r.Control
	if c == nil || !r.Composes() {
		return nil, nil
	}
	n := c.Network
	for _, own := range p.checkpoint.Controls {
		if n == nil && own.ControlConfig.Kind == c.Kind && checkpoint.Controls(own, p.checkpoint.Prior) == nil {
			n = own
		}
	}
	if n == nil {
		for _, own := range p.checkpoint.Controls {
			if own.ControlConfig.Kind == c.Kind {
				n = own // says why it does not fit
			}
		}
	}
	if n == nil {
		return nil, fmt.Errorf("%w: the model has no control network for %s; choose one, such as %s.safetensors, with --control-model or among the model's files",
			ErrBadRequest, c.Kind, map[checkpoint.ControlKind]string{checkpoint.Canny: "canny", checkpoint.Inpaint: "inpainting", checkpoint.Super: "super_resolution"}[c.Kind])
	}
	if is := n.ControlConfig.Kind; is != c.Kind {
		return nil, fmt.Errorf("%w: %s is a control network for %s, and %s was asked for; choose the file for that kind", ErrBadRequest, n.Files[0], is, c.Kind)
	}
	return n, checkpoint.Controls(n, p.checkpoint.Prior)
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
