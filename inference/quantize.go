package inference

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"

	"cascata/inference/checkpoint"
	"cascata/inference/graph"
	"cascata/inference/noise"
	"cascata/inference/quant"
)

// How a network is observed: it denoises once, on a grid that is no larger
// than tells enough.
const (
	observedSteps   = 4
	observedPrior   = 16 // cells a side of Stage C's latent
	observedDecoder = 96 // of Stage B's
)

// exactBytes is up to how much memory, as float32, a network is compared with
// itself. A larger one is compared with itself in blocks, which takes none.
const exactBytes = 1 << 30

// stored is a stage's network n with its weights in the form they are used in.
func (p *Pipeline) stored(ctx context.Context, stage Stage, n *checkpoint.Network, j *job) (*checkpoint.Network, error) {
	f, ok := p.formats[stage]
	if !ok {
		return n, nil
	}
	c, known := quant.Recall(n, f, p.options.Cache)
	if known && !c.Off {
		q, err := quant.Open(ctx, n, c, p.options.Cache)
		if !errors.Is(err, quant.ErrAbsent) {
			return q, err
		}
	}
	q := n
	if !known || !c.Off {
		j.report(Event{Stage: stage, Note: Note{Kind: NotePrepared}})
		t := &trial{p: p, ctx: ctx, stage: stage, job: j, source: n, format: f}
		var err error
		if c, q, err = t.choose(); err != nil {
			return nil, err
		}
		made := q
		if q, err = quant.Remember(n, c, made, p.options.Cache); err != nil {
			t.drop(made)
			return nil, fmt.Errorf("%s: %w", stage, err)
		}
	}
	if c.Off {
		j.report(Event{Stage: stage, Note: Note{Kind: NoteFast, Device: p.device, Fast: FastHarms}})
	}
	return q, nil
}

// A trial finds out what a stage's network bears, while it denoises for a job.
type trial struct {
	p      *Pipeline
	ctx    context.Context // of the trial, which is shorter than a call
	stage  Stage
	job    *job
	source *checkpoint.Network
	format quant.Format

	stats quant.Stats
	at    []moment
}

// A moment is a latent and the timestep ratio that it is at.
type moment struct {
	x []float32
	r float32
}

// choose makes the network in the trial's format: all of its blocks, all but the
// outermost that paint, or all but the outermost, whichever is first to have no
// prediction further off than bfloat16 takes it. If none has, the choice is off,
// and the network as it was.
func (t *trial) choose() (quant.Choice, *checkpoint.Network, error) {
	if err := t.observe(); err != nil {
		return quant.Choice{}, nil, err
	}
	all := quant.Choice{Format: t.format}
	if t.format == quant.Blocks && !t.exact() {
		n, err := t.make(all)
		return all, n, err
	}
	want, bound, err := t.yardstick()
	if err != nil {
		return all, nil, err
	}
	last := fmt.Sprintf("up_blocks.%d.", len(t.source.UNetConfig.BlockOutChannels)-1)
	for _, keep := range []string{"", last, last + ",down_blocks.0."} {
		c := quant.Choice{Format: t.format, Keep: keep}
		n, err := t.make(c)
		if err != nil {
			return c, nil, err
		}
		got, err := t.predict(n, graph.Options{})
		if err == nil && t.within(distances(got, want), bound) {
			return c, n, nil
		}
		t.drop(n)
		if err != nil {
			return c, nil, err
		}
	}
	return quant.Choice{Format: t.format, Off: true}, t.source, nil
}

func (t *trial) make(c quant.Choice) (*checkpoint.Network, error) {
	return quant.Make(t.ctx, t.source, c, t.p.options.Cache, t.stats)
}

// drop removes the file of what make made.
func (t *trial) drop(n *checkpoint.Network) {
	if n != t.source {
		os.Remove(n.Files[0])
	}
}

// exact reports whether the network is small enough to be run as it is.
func (t *trial) exact() bool {
	sum := int64(0)
	for _, w := range t.source.Weights {
		n := int64(4)
		for _, d := range w.Shape {
			n *= d
		}
		sum += n
	}
	return sum <= exactBytes
}

// yardstick is what the network predicts, and how far off it is in bfloat16.
func (t *trial) yardstick() (want [][]float32, bound []float64, err error) {
	n, done, err := t.reference()
	if err != nil {
		return nil, nil, err
	}
	defer done()
	if want, err = t.predict(n, graph.Options{}); err != nil {
		return nil, nil, err
	}
	low, err := t.predict(n, graph.Options{Rounded: true})
	if err != nil {
		return nil, nil, err
	}
	return want, distances(low, want), nil
}

// reference is the network that counts as unrounded. The caller must call done.
func (t *trial) reference() (n *checkpoint.Network, done func(), err error) {
	done = func() {}
	if t.exact() {
		return t.source, done, nil
	}
	folder := t.p.options.Cache
	if c, known := quant.Recall(t.source, quant.Blocks, folder); known { // made for the precision int8
		if n, err = quant.Open(t.ctx, t.source, c, folder); err == nil {
			return n, done, nil
		}
	}
	if n, err = t.make(quant.Choice{Format: quant.Blocks}); err == nil {
		done = func() { t.drop(n) }
	}
	return n, done, err
}

// margin is how much of its bound a distance may be. Measured on five models,
// a network that is rounded here is up to 1.9 times as far off as in torch.
const margin = 0.5

// within reports whether no distance is beyond the margin of its bound.
func (t *trial) within(d, bound []float64) bool {
	for i := range d {
		if !(d[i] <= margin*bound[i]) {
			return false
		}
	}
	return true
}

// distances are root mean squares of differences, by those of what is wanted.
func distances(got, want [][]float32) []float64 {
	list := make([]float64, len(want))
	for i := range want {
		var off, all float64
		for k, w := range want[i] {
			d := float64(got[i][k]) - float64(w)
			off, all = off+d*d, all+float64(w)*float64(w)
		}
		list[i] = math.Sqrt(off / all)
	}
	return list
}

// observe fills in what the network's layers are multiplied with, and the
// moments that it went through. The network runs out of a file of its own.
func (t *trial) observe() error {
	raw, err := quant.Make(t.ctx, t.source, quant.Choice{Format: quant.Blocks}, t.p.options.Cache, nil)
	if err != nil {
		return err
	}
	defer t.drop(raw)
	n, seen, err := t.load(raw, graph.Options{Observe: true})
	if err != nil {
		return err
	}
	defer n.Close()
	sums := newCalibration(seen)
	d, err := t.denoiser(n)
	if err != nil {
		return err
	}
	d.observed = NewTensor(int64(len(sums.values)))
	d.afterRun = func(x []float32, r float32) {
		sums.add(d.observed.F32)
		t.at = append(t.at, moment{slices.Clone(x), r})
	}
	j := t.probe()
	x0, err := t.p.denoise(t.ctx, j, d)
	if err != nil {
		return err
	}
	t.at = append(t.at, nearlyClean(x0.F32, j.noise))
	t.stats = sums.stats()
	return nil
}

// nearlyClean is x0 with the noise of t = 0.05 of the cosine schedule.
func nearlyClean(x0 []float32, from *noise.Generator) moment {
	const t = 0.05
	x := make([]float32, len(x0))
	from.Normal(x)
	sin, cos := math.Sincos(t * math.Pi / 2)
	for i, v := range x0 {
		x[i] = float32(cos)*v + float32(sin)*x[i]
	}
	return moment{x, t}
}

// predict is what a network in some form predicts at the trial's moments.
func (t *trial) predict(src *checkpoint.Network, o graph.Options) ([][]float32, error) {
	n, _, err := t.load(src, o)
	if err != nil {
		return nil, err
	}
	defer n.Close()
	d, err := t.denoiser(n)
	if err != nil {
		return nil, err
	}
	d.uncond = nil
	run, err := d.bind(t.probe(), false)
	if err != nil {
		return nil, err
	}
	defer run.close()
	var list [][]float32
	for _, m := range t.at {
		eps, err := run.run(t.ctx, m.x, m.r)
		if err != nil {
			return nil, err
		}
		list = append(list, slices.Clone(eps))
	}
	return list, nil
}

func (t *trial) load(src *checkpoint.Network, o graph.Options) (*network, []graph.Observed, error) {
	o.Fused = t.p.device.Provider == "cpu"
	g, err := graph.Build(src, o)
	if err != nil {
		return nil, nil, err
	}
	n, err := t.p.load(t.ctx, t.stage, Model{Name: string(src.Kind), Proto: g.Proto, Root: g.Root})
	return n, g.Observed, err
}

// probe is a job without events. Its noise is always the same.
func (t *trial) probe() *job {
	return &job{result: &Result{}, event: func(Event) {}, noise: noise.New(0)}
}

// denoiser is that of the job's stage, with few steps on a small grid and
// guidance off: what is wanted and what is not count alike.
func (t *trial) denoiser(n *network) (*denoiser, error) {
	j, p := t.job, t.p
	d := &denoiser{network: n, rules: j.rules, guidance: 1}
	small := func(cells, most int) int64 { return int64(min(cells, most)) }
	if t.stage == StageC {
		d.schedule, _ = j.rules.Prior(observedSteps)
		d.shape = []int64{1, p.priorChannels(), small(j.grid.PriorHeight, observedPrior), small(j.grid.PriorWidth, observedPrior)}
		var err error
		if d.cond, err = p.priorInputs(n, j.cond, nil); err == nil && j.uncond != nil {
			d.uncond, err = p.priorInputs(n, j.uncond, nil)
		}
		return d, err
	}
	d.schedule, _ = j.rules.Decoder(observedSteps)
	d.shape = []int64{1, p.decoderChannels(), small(j.grid.DecoderHeight, observedDecoder), small(j.grid.DecoderWidth, observedDecoder)}
	d.cond = map[string]*Tensor{"clip_text_pooled": j.cond.pooled, "effnet": j.result.Latent}
	return d, nil
}
