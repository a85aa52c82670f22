package inference

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"cascata/inference/graph"
	"cascata/inference/noise"
	"cascata/inference/sampler"
)

// compose runs Stage C: from text to the Stage C latent.
func (p *Pipeline) compose(ctx context.Context, j *job) error {
	r := &j.result.Request
	shape := []int64{1, p.priorChannels(), int64(j.grid.PriorHeight), int64(j.grid.PriorWidth)}
	j.noise = noise.New(r.Seed)
	if c := r.Composed; c != nil && slices.Equal(c.Shape, shape) && int64(len(c.F32)) == elems(shape) && finite(c.F32) {
		j.result.Latent = c
		skipNoise(j.noise, j.prior, len(c.F32))
		p.show(j)
		return nil
	}
	n, err := p.network(ctx, StageC, j)
	if err != nil {
		return err
	}
	d := &denoiser{network: n, schedule: j.prior, rules: j.rules, guidance: r.Guidance, shape: shape}
	d.init, d.mask, d.maps = j.inputs.init, j.inputs.mask, j.inputs.maps
	if d.cond, err = p.priorInputs(n, j.cond, j.inputs.embeddings); err != nil {
		return err
	}
	if sampler.Guided(r.Guidance) {
		var none *Tensor
		if j.inputs.embeddings != nil {
			none = NewTensor(j.inputs.embeddings.Shape...)
		}
		if d.uncond, err = p.priorInputs(n, j.uncond, none); err != nil {
			return err
		}
	}
	d.begun = func() { p.loadAhead(ctx, StageB, j) } // not earlier: the first preview is waited for
	if j.result.Latent, err = p.denoise(ctx, j, d); err == nil {
		p.show(j)
		j.report(Event{Stage: StageC, Composed: j.result.Latent})
	}
	return err
}

// skipNoise draws what sampling a latent of n numbers would.
func skipNoise(g *noise.Generator, s sampler.Schedule, n int) {
	z := make([]float32, n)
	g.Normal(z)
	for _, step := range s {
		if step.Draws {
			g.Normal(z)
		}
	}
}

// detail runs Stage B: from the Stage C latent to the Stage B latent.
func (p *Pipeline) detail(ctx context.Context, j *job) error {
	r := &j.result.Request
	n, err := p.network(ctx, StageB, j)
	if err != nil {
		return err
	}
	if !j.rules.OneStream || j.noise == nil {
		j.noise = noise.New(r.DecoderSeed)
	}
	d := &denoiser{
		network: n, schedule: j.decoder, rules: j.rules, guidance: r.DecoderGuidance,
		shape: []int64{1, p.decoderChannels(), int64(j.grid.DecoderHeight), int64(j.grid.DecoderWidth)},
	}
	d.cond = map[string]*Tensor{"effnet": j.result.Latent}
	if r.Enlarge {
		if err := p.cut(j, d); err != nil {
			return err
		}
	}
	d.cond["clip_text_pooled"] = j.cond.pooled
	if sampler.Guided(r.DecoderGuidance) {
		d.uncond = map[string]*Tensor{"clip_text_pooled": j.uncond.pooled, "effnet": NewTensor(d.cond["effnet"].Shape...)}
	}
	j.result.Decoded, err = p.denoise(ctx, j, d)
	return err
}

// priorInputs are the inputs of Stage C that do not change from step to step.
// images are the embeddings of reference pictures [1, n, c]; nil, no picture is
// given, stands for one of zeros.
func (p *Pipeline) priorInputs(n *network, c *conditioning, images *Tensor) (map[string]*Tensor, error) {
	in := map[string]*Tensor{"clip_text_pooled": c.pooled}
	if n.has("clip_text") {
		in["clip_text"] = c.hidden
	}
	width := n.dim("clip_img", -1, 768)
	if images == nil {
		images = NewTensor(1, 1, width)
	} else if fixed := n.dim("clip_img", 1, images.Shape[1]); !n.has("clip_img") || images.Shape[2] != width || images.Shape[1] != fixed {
		return nil, fmt.Errorf("%w: %d reference pictures of %d numbers; this model's Stage C takes %d of %d", ErrUnsupported, images.Shape[1], images.Shape[2], fixed, width)
	}
	if n.has("clip_img") {
		in["clip_img"] = images
	}
	return in, nil
}

// A denoiser is one stage's sampling.
type denoiser struct {
	network      *network
	schedule     sampler.Schedule
	rules        sampler.Rules
	guidance     float64
	shape        []int64            // of the latent, [1, c, h, w]
	cond, uncond map[string]*Tensor // what does not change between steps; uncond is nil without guidance
	maps         map[string]*Tensor // of a control network, the same for both; nil without

	init *Tensor   // the clean latent to start from; nil: from noise
	mask []float32 // [h*w], 0 to 1: where init stays and where it changes; nil: all changes

	begun func() // called after the first step; may be nil

	tiling *tiling // how the network works on parts of the latent; nil: on all of it

	// Of a network that is observed: its further output, and what is called
	// after each run has filled it.
	observed *Tensor
	afterRun func(x []float32, r float32)
}

// denoise runs the sampling loop. The result is float32 of shape d.shape.
func (p *Pipeline) denoise(ctx context.Context, j *job, d *denoiser) (*Tensor, error) {
	predict, err := d.bind(j, p.options.Serial)
	if err != nil {
		return nil, err
	}
	defer func() { predict.close() }()

	x, x0 := NewTensor(d.shape...), NewTensor(d.shape...)
	z := make([]float32, len(x.F32))
	j.noise.Normal(x.F32)
	first := x.F32
	if d.init != nil {
		first = slices.Clone(x.F32)
		d.noised(x.F32, first, d.schedule[0])
	}
	linear := p.linear(d.network.stage)
	for i, step := range d.schedule {
		if d.mask != nil {
			known := make([]float32, len(first))
			d.noised(known, first, step)
			d.keep(x.F32, known)
		}
		done := func(part int) { // of the step
			j.report(Event{Stage: d.network.stage, N: i*d.parts() + part, Total: len(d.schedule) * d.parts()})
		}
		eps, err := predict.all(ctx, x.F32, float32(step.R), done)
		if errors.Is(err, ErrOutOfMemory) && d.uncond != nil && !predict.serial() {
			// Two runs of half the size may fit where one did not.
			predict.close()
			if predict, err = d.bind(j, true); err == nil {
				eps, err = predict.all(ctx, x.F32, float32(step.R), done)
			}
		}
		if err != nil {
			return nil, err
		}
		if !finite(eps) {
			return nil, fmt.Errorf("%s, step %d: %w", d.network.stage, i+1, ErrNotFinite)
		}
		var drawn []float32
		if step.Draws {
			j.noise.Normal(z)
			drawn = z
		}
		step.Next(x.F32, x0.F32, eps, drawn)
		if d.mask != nil {
			d.keep(x0.F32, d.init.F32)
		}
		j.report(Event{Stage: d.network.stage, N: (i + 1) * d.parts(), Total: len(d.schedule) * d.parts(), X0: x0, linear: linear})
		if i == 0 && d.begun != nil {
			d.begun()
		}
	}
	if d.rules.ReturnX0 {
		return x0, nil
	}
	if d.mask != nil {
		d.keep(x.F32, d.init.F32)
	}
	return x, nil
}

// noised writes to dst what the latent to start from is at a step, given its
// noise.
func (d *denoiser) noised(dst, noise []float32, s sampler.Step) {
	a, b := float32(s.A), float32(s.B)
	for i, z := range d.init.F32 {
		dst[i] = float32(a*z) + float32(b*noise[i])
	}
}

// keep brings x to known where the mask is 0, and partly where it is below 1.
func (d *denoiser) keep(x, known []float32) {
	for i := range x {
		if m := d.mask[i%len(d.mask)]; m < 1 {
			x[i] = float32(m*x[i]) + float32((1-m)*known[i])
		}
	}
}

// A predictor is a network bound for one sampling: one run with both halves of
// guidance as a batch of two, or one run for each.
type predictor struct {
	d     *denoiser
	job   *job
	runs  []boundRun
	eps   []float32 // the guided prediction
	ratio bool      // the network embeds the timestep itself
}

type boundRun struct {
	call   Call
	sample []float32 // [B, c, h, w]
	time   []float32 // [B] or [B, c_r]
	out    []float32 // [B, c, h, w]
	effnet []float32 // [16, h', w'] of what is wanted; nil where this run has none of that
}

func (d *denoiser) bind(j *job, serial bool) (*predictor, error) {
	p := &predictor{d: d, job: j, ratio: d.network.has("timestep_ratio")}
	name, err := d.network.output("out_sample")
	if err != nil {
		return nil, err
	}
	var sets [][]map[string]*Tensor // the inputs of each run, one set a batch element
	switch {
	case d.uncond == nil:
		sets = [][]map[string]*Tensor{{d.cond}}
	case serial:
		sets = [][]map[string]*Tensor{{d.cond}, {d.uncond}}
	default:
		sets = [][]map[string]*Tensor{{d.cond, d.uncond}}
	}
	for _, set := range sets {
		run, err := p.bindRun(set, name)
		if err != nil {
			p.close()
			return nil, err
		}
		p.runs = append(p.runs, run)
	}
	p.eps = p.runs[0].out[:elems(d.piece())]
	return p, nil
}

func (p *predictor) bindRun(set []map[string]*Tensor, output string) (boundRun, error) {
	d, batch := p.d, int64(len(set))
	in := map[string]*Tensor{}
	for name := range set[0] {
		in[name] = stack(set, name)
	}
	maps.Copy(in, d.maps)
	shape := append([]int64{batch}, d.piece()[1:]...)
	sample, out := NewTensor(shape...), NewTensor(shape...)
	in["sample"] = sample
	var time *Tensor
	if p.ratio {
		time = NewTensor(batch)
		in["timestep_ratio"] = time
	} else {
		time = NewTensor(batch, d.network.dim("timestep_embedding", -1, 64))
		in["timestep_embedding"] = time
	}
	outputs := map[string]*Tensor{output: out}
	if d.observed != nil {
		outputs["observed"] = d.observed
	}
	var effnet []float32
	if t := d.cond["effnet"]; t != nil && set[0]["effnet"] == t {
		effnet = in["effnet"].F32[:len(t.F32)]
	}
	call, err := d.network.Bind(in, outputs)
	return boundRun{call, sample.F32, time.F32, out.F32, effnet}, err
}

// stack joins one input of several batch elements along the batch axis.
func stack(set []map[string]*Tensor, name string) *Tensor {
	first := set[0][name]
	if len(set) == 1 {
		return first
	}
	t := &Tensor{Shape: append([]int64{int64(len(set))}, first.Shape[1:]...)}
	for _, in := range set {
		t.F32 = append(t.F32, in[name].F32...)
	}
	return t
}

// run predicts the noise in x, which the network is given has timestep ratio r.
// The result is overwritten by the next run.
func (p *predictor) run(ctx context.Context, x []float32, r float32) ([]float32, error) {
	for _, b := range p.runs {
		for rest := b.sample; len(rest) > 0; rest = rest[len(x):] {
			copy(rest, x)
		}
		if p.ratio {
			for i := range b.time {
				b.time[i] = r
			}
		} else {
			dim := int(p.d.network.dim("timestep_embedding", -1, 64))
			embedding := graph.TimestepEmbedding(r, dim)
			for rest := b.time; len(rest) > 0; rest = rest[dim:] {
				copy(rest, embedding)
			}
		}
		if err := p.job.call(ctx, b.call); err != nil {
			return nil, err
		}
		if p.d.afterRun != nil {
			p.d.afterRun(x, r)
		}
	}
	if p.d.uncond != nil {
		uncond := p.runs[len(p.runs)-1].out
		uncond = uncond[len(uncond)-len(x):]
		sampler.Guide(p.eps, p.eps, uncond, p.d.guidance, p.d.rules.Rescale)
	}
	return p.eps, nil
}

func (p *predictor) serial() bool { return len(p.runs) > 1 }

func (p *predictor) close() {
	for _, b := range p.runs {
		b.call.Close()
	}
	p.runs = nil
}
