package inference

import (
	"context"
	"fmt"

	"cascata/inference/checkpoint"
	"cascata/inference/preview"
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
	w, h := j.grid.Width, j.grid.Height
	out := NewTensor(1, 3, int64(h), int64(w))
	for _, t := range tiles(int(latent.Shape[2]), int(latent.Shape[3]), p.plan.Tile, rim(p.checkpoint.VQ)) {
		if err := t.paint(ctx, j, n, name, in, out); err != nil {
			return err
		}
	}
	if !finite(out.F32) {
		return fmt.Errorf("stage a: %w", ErrNotFinite)
	}
	j.result.Image = preview.Picture(out.F32, w, h)
	j.composite(j.result.Image)
	j.report(Event{Stage: StageA, N: 1, Total: 1})
	return nil
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
