package inference

import (
	"context"
	"fmt"
	"image"
	"image/draw"

	"cascata/inference/checkpoint"
	"cascata/inference/preview"
)

// A tile is a part of a latent that Stage A works on by itself. What it gives
// is kept of the inner part only: what lies around it is there so that each
// convolution sees what it would see of the whole. Beyond the latent's edges
// the network repeats the edge itself.
type tile struct {
	inner, outer box
}

// A box is rows y0 to y1 and columns x0 to x1 of a latent, the ends excluded.
type box struct{ y0, y1, x0, x1 int }

// usualRim is that of the official Stage A, rounded up.
const usualRim = 16

// rim is how far a cell of the picture sees in a Stage A's latent: a cell for
// each 3x3 convolution and each doubling, of the level that it works on.
func rim(n *checkpoint.Network) int {
	if n == nil || n.VQConfig == nil {
		return usualRim
	}
	return n.VQConfig.BottleneckBlocks + 2*n.VQConfig.Levels
}

// tiles cuts a latent of h by w cells into pieces of about side by side cells,
// of nearly equal size. With side 0, or where one is enough, it is one piece.
func tiles(h, w, side, rim int) []tile {
	if side <= 0 {
		side = max(h, w)
	}
	var list []tile
	rows, columns := (h+side-1)/side, (w+side-1)/side
	for r := range rows {
		for c := range columns {
			in := box{r * h / rows, (r + 1) * h / rows, c * w / columns, (c + 1) * w / columns}
			list = append(list, tile{in, box{max(0, in.y0-rim), min(h, in.y1+rim), max(0, in.x0-rim), min(w, in.x1+rim)}})
		}
	}
	return list
}

// paint runs Stage A on a tile of in [1, c, h, w] and puts what it gives into
// the picture, sw by sh pixels.
func (t tile) paint(ctx context.Context, j *job, n *network, output string, in *Tensor, picture *image.RGBA) error {
	scale := picture.Rect.Dx() / int(in.Shape[3])
	part := in
	if whole := (box{0, int(in.Shape[2]), 0, int(in.Shape[3])}); t.outer != whole {
		part = NewTensor(1, in.Shape[1], int64(t.outer.y1-t.outer.y0), int64(t.outer.x1-t.outer.x0))
		copyBox(part, t.outer.moved(t.outer, 1), in, t.outer)
	}
	w, h := scale*int(part.Shape[3]), scale*int(part.Shape[2])
	result := NewTensor(1, 3, int64(h), int64(w))
	if err := t.run(ctx, j, n, output, part, result); err != nil {
		return err
	}
	if !finite(result.F32) {
		return fmt.Errorf("stage a: %w", ErrNotFinite)
	}
	to, from := t.inner.moved(box{}, scale), t.inner.moved(t.outer, scale)
	draw.Draw(picture, image.Rect(to.x0, to.y0, to.x1, to.y1), preview.Picture(result.F32, w, h), image.Pt(from.x0, from.y0), draw.Src)
	return nil
}

func (t tile) run(ctx context.Context, j *job, n *network, output string, in, out *Tensor) error {
	call, err := n.Bind(map[string]*Tensor{"sample": in}, map[string]*Tensor{output: out})
	if err != nil {
		return err
	}
	defer call.Close()
	return j.call(ctx, call)
}

// moved is b seen from the corner of from, scale times as fine.
func (b box) moved(from box, scale int) box {
	return box{(b.y0 - from.y0) * scale, (b.y1 - from.y0) * scale, (b.x0 - from.x0) * scale, (b.x1 - from.x0) * scale}
}

// copyBox copies the box at of every channel of src into the box to, of the
// same size, of dst.
func copyBox(dst *Tensor, to box, src *Tensor, at box) {
	for c := range int(src.Shape[1]) {
		for y := range at.y1 - at.y0 {
			d := ((c*int(dst.Shape[2]) + to.y0 + y) * int(dst.Shape[3])) + to.x0
			s := ((c*int(src.Shape[2]) + at.y0 + y) * int(src.Shape[3])) + at.x0
			copy(dst.F32[d:d+to.x1-to.x0], src.F32[s:s+at.x1-at.x0])
		}
	}
}
