package inference

import (
	"context"
	"fmt"
	"image"

	"cascata/inference/checkpoint"
	"cascata/inference/raster"
	"cascata/inference/sampler"
)

// Enlarging. Stage B starts from the picture itself, enlarged plainly, brought
// to its latent by Stage A's encoder and noised by the strength; it reads what
// the encoder makes of the picture as ever. It works on overlapping parts of
// about the size it was trained for. In each step its predictions are mixed
// where parts overlap, each by how far from its part's edge a cell lies, and
// the whole latent takes the step (as MultiDiffusion does): so no part ends up
// other than its neighbour, although Stage B's attention and response
// normalisation see a part alone. One part is the same as none.

// large is what the networks made of a picture that is enlarged.
type large struct {
	picture *raster.Picture
	init    *Tensor // Stage B's latent of the picture, enlarged plainly [1, 4, h, w]
	effnet  *Tensor // what Stage B reads, at the cells that it reads it at [1, 16, h/patch, w/patch]
}

// enlarge sets the job's grid for a picture twice as large as the one that goes
// in. Stage B needs full cells, so the grid may be larger than the picture.
func (j *job) enlarge(r *Request, g sampler.Geometry) (err error) {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrBadRequest, fmt.Sprintf(format, args...))
	}
	in := r.From
	if in.Image == nil {
		return bad("the picture %s that is to be enlarged was not read; choose it again", in.Label())
	}
	if r.Draft {
		return bad("a picture that is enlarged has no draft; make the picture")
	}
	s := in.Image.Bounds().Size()
	least := (g.Least(sampler.Official) + 1) / 2
	switch {
	case s.X > sampler.MaxSide/2 || s.Y > sampler.MaxSide/2:
		return bad("%s has %d by %d pixels and would become %d by %d; choose a picture of at most %d by %d",
			in.Label(), s.X, s.Y, 2*s.X, 2*s.Y, sampler.MaxSide/2, sampler.MaxSide/2)
	case s.X < least || s.Y < least:
		return bad("%s has %d by %d pixels, too few for this model to enlarge; choose a picture of at least %d by %d", in.Label(), s.X, s.Y, least, least)
	}
	r.Width, r.Height = 2*s.X, 2*s.Y
	unit := 8
	if g.Scale > 0 && g.Patch > 0 {
		unit = g.Scale * g.Patch
	}
	full := func(px int) int { return min(ceilDiv(px, unit)*unit, sampler.MaxSide/unit*unit) }
	if j.grid, err = g.Grid(sampler.Official, full(r.Width), full(r.Height)); err != nil {
		return fmt.Errorf("%w: %w", ErrBadRequest, err)
	}
	return nil
}

// Extent is how large a picture a request has Stages B and A work on at a time,
// pixels, and how much memory it takes beside that, bytes: all of the picture and
// none, unless it is enlarged.
func (p *Pipeline) Extent(r Request) (width, height int, more int64) {
	info := p.Info()
	width, height = r.Width, r.Height
	if width == 0 {
		width = info.Width
	}
	if height == 0 {
		height = info.Height
	}
	if !r.Enlarge || r.From == nil || r.From.Image == nil {
		return width, height, 0
	}
	s := r.From.Image.Bounds().Size()
	part := func(px, native int) int { return min(2*px, int(tileMost*float64(native))+8*usualRim) }
	return part(s.X, info.Width), part(s.Y, info.Height), 4 * largeBytes * int64(s.X) * int64(s.Y)
}

// largeBytes is what an enlarged picture takes itself, a pixel: the picture, its
// file, and in float32 what the encoder sees of it, and latents (see memory.md).
const largeBytes = 28

// prepareEnlargement makes what Stage B needs to enlarge a picture.
func (p *Pipeline) prepareEnlargement(ctx context.Context, j *job) error {
	picture := raster.RGB(j.result.Request.From.Image)
	j.inputs.large.picture = picture
	effnet, err := p.partwise(ctx, j, picture)
	if err != nil {
		return err
	}
	patch := p.patch()
	j.inputs.large.effnet = stretched(effnet, j.grid.DecoderHeight/patch, j.grid.DecoderWidth/patch)
	if j.inputs.large.init, err = p.plainly(ctx, j, picture); err != nil {
		return err
	}
	j.result.keep("from", picture.RGBA(), nil)
	return nil
}

// patch is the cells of its latent, each way, that Stage B takes as one.
func (p *Pipeline) patch() int {
	if c := p.source(StageB).UNetConfig; c != nil {
		return c.PatchSize
	}
	return 2
}

// partwise is what the encoder makes of a whole picture: of a large one, part by
// part, mixed where they overlap, so that it sees parts of the size that it knows
// and memory stays what it is.
func (p *Pipeline) partwise(ctx context.Context, j *job, picture *raster.Picture) (*Tensor, error) {
	n, err := p.network(ctx, stageEncoder, j)
	if err != nil {
		return nil, err
	}
	cfg := p.checkpoint.Encoder.EncoderConfig
	h, w := j.grid.PriorHeight, j.grid.PriorWidth
	if s := cfg.Scene; s != nil {
		x := planes(raster.Bicubic(picture, cfg.Pixels(w), cfg.Pixels(h)))
		out := NewTensor(1, int64(cfg.Out), int64(s.Cells), int64(s.Cells))
		return out, p.once(ctx, j, n, map[string]*Tensor{"image": x}, map[string]*Tensor{"latent": out})
	}
	native, err := p.native()
	if err != nil {
		return nil, err
	}
	pixels := cfg.Pixels(1)
	t := newTiling(h, w, native.PriorHeight, native.PriorWidth, 1)
	x := planes(raster.Bicubic(picture, cfg.Pixels(w), cfg.Pixels(h)))
	out := NewTensor(1, int64(cfg.Out), int64(h), int64(w))
	part := NewTensor(1, 3, int64(t.h*pixels), int64(t.w*pixels))
	made := NewTensor(1, int64(cfg.Out), int64(t.h), int64(t.w))
	for _, at := range t.at {
		copyBox(part, at.moved(at, pixels), x, at.moved(box{}, pixels))
		if err := p.once(ctx, j, n, map[string]*Tensor{"image": part}, map[string]*Tensor{"latent": made}); err != nil {
			return nil, err
		}
		t.add(out.F32, made.F32, at)
	}
	t.mean(out.F32)
	return out, nil
}

// plainly is Stage B's latent of a picture that was enlarged by interpolation.
func (p *Pipeline) plainly(ctx context.Context, j *job, picture *raster.Picture) (*Tensor, error) {
	n, err := p.network(ctx, stageLatent, j)
	if err != nil {
		return nil, err
	}
	h, w := j.grid.DecoderHeight, j.grid.DecoderWidth
	scale := j.grid.Width / w // pixels a cell
	out := NewTensor(1, p.decoderChannels(), int64(h), int64(w))
	for _, t := range tiles(h, w, wideTile, encoderRim(p.checkpoint.VQ)) {
		px := t.outer.moved(box{}, scale)
		x := planes(raster.Twice(picture, image.Rect(px.x0, px.y0, px.x1, px.y1)))
		part := NewTensor(1, out.Shape[1], int64(t.outer.y1-t.outer.y0), int64(t.outer.x1-t.outer.x0))
		if err := p.once(ctx, j, n, map[string]*Tensor{"image": x}, map[string]*Tensor{"latent": part}); err != nil {
			return nil, err
		}
		copyBox(out, t.inner, part, t.inner.moved(t.outer, 1))
	}
	by := float32(stageAScale(p.checkpoint, j.rules))
	for i := range out.F32 {
		out.F32[i] /= by
	}
	return out, nil
}

// encoderRim is how far a cell of Stage A's latent sees in the picture, in
// cells, rounded up: it has one block and one convolution a level.
func encoderRim(n *checkpoint.Network) int {
	if n == nil || n.VQConfig == nil {
		return usualRim
	}
	return 2 + 2*n.VQConfig.Levels
}

// native is the grid of a picture of the size that the model was trained for.
func (p *Pipeline) native() (sampler.Grid, error) {
	i := p.Info()
	return p.geometry().Grid(sampler.Official, i.Width, i.Height)
}

// cut has a denoiser of Stage B enlarge the job's picture, in parts where it is
// larger than what Stage B was trained for.
func (p *Pipeline) cut(j *job, d *denoiser) error {
	l, patch := j.inputs.large, p.patch()
	d.init = l.init
	d.cond = map[string]*Tensor{"effnet": l.effnet}
	native, err := p.native()
	if err != nil {
		return err
	}
	t := newTiling(j.grid.DecoderHeight, j.grid.DecoderWidth, native.DecoderHeight, native.DecoderWidth, patch)
	if len(t.at) == 1 {
		return nil
	}
	d.tiling = t
	t.x, t.eps = make([]float32, d.shape[1]*int64(t.h*t.w)), make([]float32, elems(d.shape))
	t.effnet, t.patch = l.effnet, patch
	d.cond["effnet"] = NewTensor(1, l.effnet.Shape[1], int64(t.h/patch), int64(t.w/patch))
	return nil
}

// A tiling is equal parts of a grid that overlap, and how much each counts.
type tiling struct {
	rows, columns int // of the grid
	h, w          int // of a part
	at            []box
	weight        []float32 // [h*w] of a part
	sum           []float32 // [rows*columns] of all parts

	// Of Stage B alone.
	x      []float32 // the latent of one part
	eps    []float32 // the prediction for all of it
	effnet *Tensor   // what Stage B reads of the whole picture
	patch  int
}

// newTiling covers a grid of rows by columns cells by parts of about h by w
// cells that begin and end at multiples of unit, as the grid must.
func newTiling(rows, columns, h, w, unit int) *tiling {
	t := &tiling{rows: rows, columns: columns}
	var ys, xs []int
	var down, across []float32
	ys, t.h, down = lay(rows, h, unit)
	xs, t.w, across = lay(columns, w, unit)
	t.weight, t.sum = make([]float32, t.h*t.w), make([]float32, rows*columns)
	for i := range t.weight {
		t.weight[i] = down[i/t.w] * across[i%t.w]
	}
	for _, y := range ys {
		for _, x := range xs {
			b := box{y, y + t.h, x, x + t.w}
			t.at = append(t.at, b)
			t.each(b, func(k, i int) { t.sum[k] += t.weight[i] })
		}
	}
	return t
}

// How parts lie. Of a picture twice as large as what Stage B was trained for,
// two and two are enough, each a sixth larger than that.
const (
	tileMost    = 1.25 // sides of a part, times what is asked for
	tileOverlap = 0.25 // of its side, at least, that a part shares with the next
)

// lay lays the fewest parts of nearly side cells along n cells. It returns
// where each begins, how long all of them are, and how much each of their cells
// counts: less towards the ends, where parts overlap.
func lay(n, side, unit int) (starts []int, length int, weight []float32) {
	most, parts := max(tileMost*float64(side), float64(4*unit)), 1
	for parts*unit < n && float64(n)/(float64(parts)-float64(parts-1)*tileOverlap) > most {
		parts++
	}
	length = n
	if parts > 1 {
		length = min(n, ceilDiv(int(float64(n)/(float64(parts)-float64(parts-1)*tileOverlap)), unit)*unit+unit)
	}
	overlap := length
	for i := range parts {
		at := 0
		if parts > 1 {
			at = i * (n - length) / (parts - 1) / unit * unit
		}
		if i > 0 {
			overlap = min(overlap, starts[i-1]+length-at)
		}
		starts = append(starts, at)
	}
	weight = make([]float32, length)
	for i := range weight {
		if weight[i] = 1; parts == 1 {
			continue
		}
		weight[i] = min(1, (float32(min(i, length-1-i))+0.5)/float32(overlap))
	}
	return starts, length, weight
}

// each calls f with every cell of a part, by its place in the grid and in the part.
func (t *tiling) each(b box, f func(k, i int)) {
	for y := range t.h {
		for x := range t.w {
			f((b.y0+y)*t.columns+b.x0+x, y*t.w+x)
		}
	}
}

// add adds planes of a part, as much as each cell counts, to those of the grid.
func (t *tiling) add(whole, part []float32, b box) {
	all, one := t.rows*t.columns, t.h*t.w
	for c := range len(part) / one {
		t.each(b, func(k, i int) { whole[c*all+k] += float32(t.weight[i] * part[c*one+i]) })
	}
}

// mean makes the sums of all parts their means.
func (t *tiling) mean(whole []float32) {
	for i := range whole {
		whole[i] /= t.sum[i%len(t.sum)]
	}
}

// parts is how many runs of the network one prediction takes.
func (d *denoiser) parts() int {
	if d.tiling == nil {
		return 1
	}
	return len(d.tiling.at)
}

// piece is the shape of the latent that the network works on at a time.
func (d *denoiser) piece() []int64 {
	if d.tiling == nil {
		return d.shape
	}
	return []int64{1, d.shape[1], int64(d.tiling.h), int64(d.tiling.w)}
}

// all predicts the noise in all of x, as run does, part by part where there is a
// tiling. done is called after each part but the last.
func (p *predictor) all(ctx context.Context, x []float32, r float32, done func(part int)) ([]float32, error) {
	t := p.d.tiling
	if t == nil {
		return p.run(ctx, x, r)
	}
	clear(t.eps)
	whole := &Tensor{Shape: p.d.shape, F32: x}
	part := &Tensor{Shape: p.d.piece(), F32: t.x}
	for i, at := range t.at {
		copyBox(part, at.moved(at, 1), whole, at)
		p.read(at)
		eps, err := p.run(ctx, t.x, r)
		if err != nil {
			return nil, err
		}
		t.add(t.eps, eps, at)
		if i+1 < len(t.at) {
			done(i + 1)
		}
	}
	t.mean(t.eps)
	return t.eps, nil
}

// read gives the bound runs what Stage B reads of a part.
func (p *predictor) read(at box) {
	t := p.d.tiling
	at = box{at.y0 / t.patch, at.y1 / t.patch, at.x0 / t.patch, at.x1 / t.patch}
	for _, b := range p.runs {
		if b.effnet != nil {
			to := at.moved(at, 1)
			copyBox(&Tensor{Shape: []int64{1, t.effnet.Shape[1], int64(to.y1), int64(to.x1)}, F32: b.effnet}, to, t.effnet, at)
		}
	}
}
