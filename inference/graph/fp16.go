package graph

import (
	"cascata/inference/checkpoint"
	"cascata/inference/onnx"
)

// fp16Scale is the power of two that fp16 keeps the activations of an up level
// small by. Stage C's last level grows beyond what fp16 holds. Every reader
// there starts with a norm and every writer is linear, so with writers scaled
// and the norms' epsilon to match the results stay the same.
func (u *unet) fp16Scale(level int) float32 {
	if u.float == onnx.Float16 && !u.opt.Plain && u.net.Kind == checkpoint.KindPrior && level == 0 && u.cfg.SwitchLevel != nil {
		return 1.0 / 32
	}
	return 1
}

// scaled is v in float32, times scale.
func (u *unet) scaled(v string) string {
	if u.scale == 1 {
		return v
	}
	return u.op("Mul", v, u.number(float64(u.scale)))
}

// linearScaled is v W^T + scale*b, where v is scaled already: what is scaled
// after a product may have been too large within it, since WebGPU sums in fp16.
func (u *unet) linearScaled(v, name string, in, out int64) string {
	if u.scale == 1 {
		return u.linear(v, name, in, out, 1)
	}
	return u.gemm(v, name+".weight", u.matrix(name+".weight", out, in), u.weight(name+".bias", out), 1, u.scale)
}

// coarse reports whether products are summed in fp16, as WebGPU does. What has
// fused attention sums in float32.
func (b *builder) coarse() bool { return b.float == onnx.Float16 && !b.opt.Fused }

// exactly is what f makes of v, computed in float32 where products are coarse:
// for small layers, which are harmed most for what they cost. v is then in
// float32, see raised; what it returns is in the type of computation.
func (b *builder) exactly(v string, f func(v string) string) string {
	if !b.coarse() {
		return f(v)
	}
	b.float = onnx.Float
	v = f(v)
	b.float = onnx.Float16
	return b.from32(v)
}

// raised brings v from the type of computation to that of exactly, lowered from float32.
func (b *builder) raised(v string) string {
	if b.coarse() {
		return b.to32(v)
	}
	return v
}

func (b *builder) lowered(v string) string {
	if b.coarse() {
		return v
	}
	return b.from32(v)
}

// inParts is v W^T + bias, of rows [n, in], as a sum in float32 of products of
// n equal parts of in: coarse sums are shorter so. WebGPU splits into 15 parts at most.
func (b *builder) inParts(v, weight, bias string, n int) string {
	vs, ws := b.split(v, 1, n), b.split(weight, 1, n)
	sum := b.to32(b.gemm(vs[0], "", ws[0], bias, 1, 1))
	for i := 1; i < n; i++ {
		sum = b.op("Add", sum, b.to32(b.gemm(vs[i], "", ws[i], "", 1, 1)))
	}
	return b.from32(sum)
}
