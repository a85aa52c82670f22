package inference

import (
	"context"
	"fmt"
	"image"
	"math"

	"cascata/inference/raster"
)

// imageInputs are a job's pictures as the networks read them.
type imageInputs struct {
	embeddings *Tensor            // of the references [1, n, c], weighted; nil without
	init       *Tensor            // Stage C latent to start from; nil without
	mask       []float32          // of the cells of init that change, [h*w], 0 to 1; nil: all do
	repaint    *image.Gray        // the same of the picture's pixels
	maps       map[string]*Tensor // of the control network; nil without

	large large // of the picture that is enlarged
}

// encodeImages runs the image encoders and the control network on what goes in beside the prompt.
func (p *Pipeline) encodeImages(ctx context.Context, j *job) error {
	r := &j.result.Request
	if err := p.encodeReferences(ctx, j); err != nil {
		return err
	}
	if r.Enlarge {
		return p.prepareEnlargement(ctx, j)
	}
	if r.From != nil {
		latent, err := p.latentOf(ctx, j, r.From, 1)
		if err != nil {
			return err
		}
		j.result.Latent = latent
		p.show(j)
	}
	if r.Init != nil {
		latent, err := p.latentOf(ctx, j, r.Init, 1)
		if err != nil {
			return err
		}
		j.inputs.init = latent
		j.result.keep("init", nil, latent)
	}
	if r.repaints() {
		p.scaleMask(j)
	}
	if r.Control != nil {
		return p.runControl(ctx, j)
	}
	return nil
}

// encodeReferences runs the image encoder on the references.
func (p *Pipeline) encodeReferences(ctx context.Context, j *job) error {
	refs := j.result.Request.References
	if len(refs) == 0 {
		return nil
	}
	out := &Tensor{}
	for i := range refs {
		e, small, err := p.embedding(ctx, j, &refs[i].Input)
		if err != nil {
			return err
		}
		j.result.keep(referenceName(i), small, nil)
		for _, v := range e.F32 {
			out.F32 = append(out.F32, v*float32(refs[i].Weight))
		}
	}
	out.Shape = []int64{1, int64(len(refs)), int64(len(out.F32) / len(refs))}
	j.inputs.embeddings = out
	return nil
}

// embedding is what the image encoder makes of a picture, and the middle of it
// that the encoder sees.
func (p *Pipeline) embedding(ctx context.Context, j *job, in *Input) (*Tensor, image.Image, error) {
	if c, ok := p.pictures[in.key("vision")]; ok {
		return c.tensor, c.small, nil
	}
	n, err := p.network(ctx, stageVision, j)
	if err != nil {
		return nil, nil, err
	}
	input := "sample"
	if !n.has(input) {
		input = "pixel_values"
	}
	pixels := centreCrop(in.Image, int(n.dim(input, -1, 224)))
	small := pixels.RGBA()
	mean, std := [3]float32{0.48145466, 0.4578275, 0.40821073}, [3]float32{0.26862954, 0.26130258, 0.27577711}
	x := planes(pixels)
	each := len(x.F32) / 3
	for i, v := range x.F32 {
		x.F32[i] = (v - mean[i/each]) / std[i/each]
	}
	name, err := n.output("image_embeds")
	if err != nil {
		return nil, nil, err
	}
	out := NewTensor(1, outDim(n, name, 768))
	if err := p.once(ctx, j, n, map[string]*Tensor{input: x}, map[string]*Tensor{name: out}); err != nil {
		return nil, nil, err
	}
	p.remember(in.key("vision"), picture{out, small})
	return out, small, nil
}

// centreCrop is what the image encoder sees of a picture: its middle, at size by
// size pixels.
func centreCrop(img image.Image, size int) *raster.Raster {
	return raster.Square(raster.RGB(img), size).Quantise()
}

// latentOf is what the encoder makes of a picture, for a grid of the picture's
// size over part.
func (p *Pipeline) latentOf(ctx context.Context, j *job, in *Input, part int) (*Tensor, error) {
	w, h := ceilDiv(j.grid.PriorWidth, part), ceilDiv(j.grid.PriorHeight, part)
	if in.Latent != nil {
		s := in.Latent.Shape
		if len(s) != 4 || s[1] != p.priorChannels() || s[2] != int64(h) || s[3] != int64(w) {
			return nil, fmt.Errorf("%w: %s was made for a composition of shape %v, and this picture's is %d by %d cells; choose the size it had",
				ErrBadRequest, in.Label(), s, w, h)
		}
		return in.Latent, nil
	}
	key := in.key(fmt.Sprint("encoder", w, h, part))
	if c, ok := p.pictures[key]; ok {
		return c.tensor, nil
	}
	cfg := p.checkpoint.Encoder.EncoderConfig
	width, height := cfg.Pixels(j.grid.PriorWidth), cfg.Pixels(j.grid.PriorHeight)
	if part > 1 && cfg.Effnet != nil {
		width, height = cfg.Pixels(1)*j.grid.PriorWidth/part, cfg.Pixels(1)*j.grid.PriorHeight/part
	}
	n, err := p.network(ctx, stageEncoder, j)
	if err != nil {
		return nil, err
	}
	aspect, rows, columns := image.Pt(width, height), h, w
	if s := cfg.Scene; s != nil {
		aspect, rows, columns = image.Pt(w, h), s.Cells, s.Cells
	}
	x := planes(raster.Bicubic(raster.RGB(in.Image).Aspect(aspect.X, aspect.Y), width, height))
	out := NewTensor(1, int64(cfg.Out), int64(rows), int64(columns))
	if err := p.once(ctx, j, n, map[string]*Tensor{"image": x}, map[string]*Tensor{"latent": out}); err != nil {
		return nil, err
	}
	if rows != h || columns != w {
		out = stretched(out, h, w)
	}
	p.remember(key, picture{tensor: out})
	return out, nil
}

// stretched is a latent at another size, bilinear with aligned corners, as
// Stage B reads it: planes stay planes.
func stretched(t *Tensor, h, w int) *Tensor {
	c, rows, columns := int(t.Shape[1]), int(t.Shape[2]), int(t.Shape[3])
	out := NewTensor(1, int64(c), int64(h), int64(w))
	at := func(i, n, of int) (lo, hi int, part float32) {
		if n < 2 || of < 2 {
			return 0, 0, 0
		}
		x := float32(i*(of-1)) / float32(n-1)
		lo = min(int(x), of-2)
		return lo, lo + 1, x - float32(lo)
	}
	for i := range out.F32 {
		plane := t.F32[i/(h*w)*rows*columns:][:rows*columns]
		top, bottom, down := at(i/w%h, h, rows)
		left, right, across := at(i%w, w, columns)
		upper := plane[top*columns+left]*(1-across) + plane[top*columns+right]*across
		lower := plane[bottom*columns+left]*(1-across) + plane[bottom*columns+right]*across
		out.F32[i] = upper*(1-down) + lower*down
	}
	return out
}

// scaleMask scales the mask to the cells of the composition.
func (p *Pipeline) scaleMask(j *job) {
	w, h := j.grid.Width, j.grid.Height
	mask := raster.Average(raster.Gray(j.result.Request.Mask.Image).Aspect(w, h), w, h).Gray()
	j.result.keep("mask", mask, nil)
	j.inputs.repaint = mask
	j.inputs.mask = raster.Average(raster.Gray(mask), j.grid.PriorWidth, j.grid.PriorHeight).V
}

// double is a latent with every cell four times.
func double(t *Tensor) *Tensor {
	c, h, w := t.Shape[1], t.Shape[2], t.Shape[3]
	out := NewTensor(1, c, 2*h, 2*w)
	for i := range out.F32 {
		x, y, k := int64(i)%(2*w), int64(i)/(2*w)%(2*h), int64(i)/(4*w*h)
		out.F32[i] = t.F32[(k*h+y/2)*w+x/2]
	}
	return out
}

// once binds a network and runs it a single time. What comes out must be finite.
func (p *Pipeline) once(ctx context.Context, j *job, n *network, in, out map[string]*Tensor) error {
	call, err := n.Bind(in, out)
	if err != nil {
		return err
	}
	defer call.Close()
	if err := j.call(ctx, call); err != nil {
		return err
	}
	for _, t := range out {
		if !finite(t.F32) {
			return fmt.Errorf("%s: %w", n.stage, ErrNotFinite)
		}
	}
	return nil
}

// composite puts the parts of the picture to start from that the mask keeps
// over what was made.
func (j *job) composite(made *image.RGBA) {
	r := &j.result.Request
	if j.inputs.repaint == nil || r.Init.Image == nil {
		return
	}
	w, h := j.grid.Width, j.grid.Height
	was := raster.Smooth(raster.RGB(r.Init.Image).Aspect(w, h), w, h).RGBA()
	rim := image.NewNRGBA(was.Rect) // what the finished picture no longer shows of the first one
	for i, m := range j.inputs.repaint.Pix {
		if m == 255 {
			continue
		}
		p, old := made.Pix[4*i:4*i+4], was.Pix[4*i:4*i+4]
		if m > 0 {
			copy(rim.Pix[4*i:], old)
		}
		for c := range 3 {
			p[c] = uint8(math.RoundToEven(float64(old[c]) + float64(m)/255*(float64(p[c])-float64(old[c]))))
		}
	}
	j.result.keep(RimName, rim, nil)
}

// RimName is what is kept of the picture to start from where the mask is soft.
const RimName = "init.rim"

// planes is a raster as a tensor [1, c, h, w].
func planes(r *raster.Raster) *Tensor {
	return &Tensor{Shape: []int64{1, int64(r.Channels), int64(r.Height), int64(r.Width)}, F32: r.V}
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// A picture is what a network made of an input, and what it saw of it.
type picture struct {
	tensor *Tensor
	small  image.Image
}

// maxPictures bounds what a pipeline remembers of inputs.
const maxPictures = 32

func (p *Pipeline) remember(key string, made picture) {
	if key == "" {
		return
	}
	if len(p.pictures) >= maxPictures {
		clear(p.pictures)
	}
	p.pictures[key] = made
}

// key identifies an input for one use; "" where nothing identifies it.
func (in *Input) key(use string) string {
	if in.SHA256 == "" {
		return ""
	}
	return use + " " + in.SHA256 + " " + in.Part
}

// A Kept is what a picture needs to carry of an input to be made again: a small
// picture of it, or what the encoder made of it.
type Kept struct {
	Name   string // as Extras.Inputs has it
	Image  image.Image
	Latent *Tensor
}

func (r *Result) keep(name string, img image.Image, latent *Tensor) {
	r.Kept = append(r.Kept, Kept{name, img, latent})
}
