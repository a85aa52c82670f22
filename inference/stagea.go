package inference

import (
	"context"
	"image"
	"image/draw"

	"cascata/inference/checkpoint"
	"cascata/inference/sampler"
)

// paint runs Stage A: from the Stage B latent to the picture.
func (p *Pipeline) paint(ctx context.Context, j *job) error {
	n, err := p.network(ctx, StageA, j)
	if err != nil {
		return err
	}
	name, err := n.output("latent_sample", "sample")
	if err != nil {
		return err
	}
	scale := float32(stageAScale(p.checkpoint, j.rules))
	latent := j.result.Decoded
	in := NewTensor(latent.Shape...)
	for i, v := range latent.F32 {
		in.F32[i] = v * scale
	}
	r := &j.result.Request
	side := p.plan.Tile
	if r.Enlarge && side == 0 { // a large picture is never painted whole
		side = wideTile
	}
	picture := image.NewRGBA(image.Rect(0, 0, j.grid.Width, j.grid.Height))
	list := tiles(int(latent.Shape[2]), int(latent.Shape[3]), side, rim(p.checkpoint.VQ))
	for i, t := range list {
		if err := t.paint(ctx, j, n, name, in, picture); err != nil {
			return err
		}
		if i+1 < len(list) {
			j.report(Event{Stage: StageA, N: i + 1, Total: len(list)})
		}
	}
	if r.Enlarge { // to the very size
		picture = cropped(picture, r.Width, r.Height)
		keepTones(picture, j.inputs.large.picture)
	}
	j.result.Image = picture
	j.composite(picture)
	j.report(Event{Stage: StageA, N: len(list), Total: len(list)})
	return nil
}

// cropped is the part of a picture from its upper left corner on.
func cropped(p *image.RGBA, w, h int) *image.RGBA {
	if p.Rect.Dx() == w && p.Rect.Dy() == h {
		return p
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Rect, p, image.Point{}, draw.Src)
	return out
}

// stageAScale is what the Stage B latent is multiplied by: what the model says
// in cascata.json, else the preset's value, else the network's own.
func stageAScale(ck *checkpoint.Checkpoint, rules sampler.Rules) float64 {
	switch {
	case ck.Meta.StageAScale > 0:
		return ck.Meta.StageAScale
	case rules.Scale > 0:
		return rules.Scale
	case ck.VQ != nil && ck.VQ.VQConfig != nil && ck.VQ.VQConfig.ScaleFactor > 0:
		return ck.VQ.VQConfig.ScaleFactor
	}
	return 0.3764
}
