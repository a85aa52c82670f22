package inference

import (
	"context"
	"image"

	"cascata/inference/canny"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
	"cascata/inference/raster"
)

// runControl makes the maps that the control network adds to Stage C.
func (p *Pipeline) runControl(ctx context.Context, j *job) error {
	c := j.result.Request.Control
	x, err := p.controlInput(ctx, j)
	if err != nil {
		return err
	}
	n, err := p.network(ctx, stageControl, j)
	if err != nil {
		return err
	}
	cfg := n.source.ControlConfig
	h, w := controlGrid(cfg, x)
	out := map[string]*Tensor{}
	for i := range checkpoint.ControlBlocks {
		out[graph.ControlName(i)] = NewTensor(1, int64(cfg.Width), h, w)
	}
	if err := p.once(ctx, j, n, map[string]*Tensor{"control": x}, out); err != nil {
		return err
	}
	for _, t := range out {
		for i := range t.F32 {
			t.F32[i] *= float32(c.Weight)
		}
	}
	j.inputs.maps = out
	return nil
}

// controlGrid is the height and width of the maps for an input.
func controlGrid(cfg *checkpoint.ControlConfig, x *Tensor) (h, w int64) {
	side := func(n int64) int64 {
		if cfg.Effnet == nil {
			return n
		}
		n = (n-3)/2 + 1 // the first convolution does not pad
		for _, stride := range checkpoint.EffnetStrides {
			n = (n + int64(stride) - 1) / int64(stride)
		}
		return n
	}
	return side(x.Shape[2]), side(x.Shape[3])
}

// controlInput is what the control network reads.
func (p *Pipeline) controlInput(ctx context.Context, j *job) (*Tensor, error) {
	r := &j.result.Request
	c := r.Control
	w, h := 32*j.grid.PriorWidth, 32*j.grid.PriorHeight
	switch c.Kind {
	case checkpoint.Super:
		small, err := p.latentOf(ctx, j, &c.Input, 2)
		if err != nil {
			return nil, err
		}
		j.result.keep("control", nil, small)
		return double(small), nil
	case checkpoint.Inpaint:
		rgb := raster.Bicubic(raster.RGB(c.Image).Aspect(w, h), w, h).Clamp()
		mask := raster.Bicubic(raster.Gray(r.Mask.Image).Aspect(w, h), w, h)
		j.result.keep("mask", mask.Gray(), nil)
		j.result.keep("control", rgb.RGBA(), nil)
		x, n := NewTensor(1, 4, int64(h), int64(w)), w*h
		copy(x.F32, rgb.V)
		for i, m := range mask.V {
			if m <= 127.5/255 {
				continue
			}
			for k := range 4 {
				x.F32[k*n+i] = 1
			}
		}
		return x, nil
	}
	edges, ok := c.Image.(*image.Gray) // a picture's own map, found before
	if !ok || c.Part == "" || edges.Rect != image.Rect(0, 0, canny.Side, canny.Side) {
		low, high := c.Thresholds()
		edges = canny.Map(raster.Bicubic(raster.RGB(c.Image).Aspect(w, h), w, h).Clamp(), low, high)
	}
	j.result.keep("control", edges, nil)
	x := raster.Bilinear(raster.Gray(edges), w, h)
	return &Tensor{Shape: []int64{1, 1, int64(h), int64(w)}, F32: x.V}, nil
}
