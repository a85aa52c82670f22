package ort

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"cascata/inference"
)

// try runs a small network on d and checks what it computes. It has a
// convolution, because CUDA finds out that cuDNN is missing only there.
//
// A try is safe: what a provider cannot do it reports, and the library stays
// loaded, since unloading it after a failed start is what crashes.
func (r *Runtime) try(ctx context.Context, d inference.Device) error {
	const n = 16
	kernel := []float32{0, 0, 0, 0, 2, 1, 0, 0, 0} // of each channel: twice the pixel and the next
	proto := modelProto(
		weightProto("w", []int64{4, 1, 3, 3}, slices.Repeat(kernel, 4)),
		inputProto("x", 1, 1, 4, n, n), outputProto("y", 1, 1, 4, n, n),
		nodeProto("Conv", []string{"x", "w"}, []string{"c"},
			intsAttr("pads", 1, 1, 1, 1), message{}.text(1, "group").varint(3, 4).varint(20, 2)),
		nodeProto("MatMul", []string{"c", "x"}, []string{"y"}))
	x, y := inference.NewTensor(1, 4, n, n), inference.NewTensor(1, 4, n, n)
	for i := range x.F32 {
		x.F32[i] = float32(i%7) / 8
	}
	if err := r.once(ctx, d, proto, x, y); err != nil {
		return err
	}
	for i, got := range y.F32 {
		plane, row, col := i/(n*n)*n*n, i/n%n, i%n
		want := 0.0
		for k := range n {
			v := 2 * float64(x.F32[plane+row*n+k])
			if k+1 < n {
				v += float64(x.F32[plane+row*n+k+1])
			}
			want += v * float64(x.F32[plane+k*n+col])
		}
		if !(math.Abs(float64(got)-want) < 0.05*(1+want)) { // TF32 has 10 bits; NaN fails too
			return fmt.Errorf("ort: %s: %w: %s (%v for %v)", d, inference.ErrNoDevice, wrongNumbers, got, want)
		}
	}
	return nil
}

// tryHalf computes in 16-bit floating point on d, and checks it. A graphics
// driver without shader-f16 finds out only as such a node runs.
func (r *Runtime) tryHalf(ctx context.Context, d inference.Device) error {
	const n, float, half = 16, 1, 10
	cast := func(to int64) message { return message{}.text(1, "to").varint(3, to).varint(20, 2) }
	proto := modelProto(
		inputProto("x", float, n, n), outputProto("y", float, n, n),
		nodeProto("Cast", []string{"x"}, []string{"h"}, cast(half)),
		nodeProto("MatMul", []string{"h", "h"}, []string{"p"}),
		nodeProto("Cast", []string{"p"}, []string{"y"}, cast(float)))
	x, y := inference.NewTensor(n, n), inference.NewTensor(n, n)
	for i := range x.F32 {
		x.F32[i] = float32(i%5) / 4
	}
	if err := r.once(ctx, d, proto, x, y); err != nil {
		return err
	}
	for i, got := range y.F32 {
		want := 0.0
		for k := range n {
			want += float64(x.F32[i/n*n+k]) * float64(x.F32[k*n+i%n])
		}
		if !(math.Abs(float64(got)-want) < 0.02*(1+want)) {
			return fmt.Errorf("ort: %s: %w: %s (%v for %v)", d, inference.ErrNoDevice, wrongNumbers, got, want)
		}
	}
	return nil
}

// once runs a network of one input and one output.
func (r *Runtime) once(ctx context.Context, d inference.Device, proto message, x, y *inference.Tensor) error {
	c, s, err := r.bound(ctx, d, proto, x, y)
	if err != nil {
		return err
	}
	defer s.Close()
	return c.Run(ctx)
}

// wrongNumbers is what a failed check says; remedies knows it.
const wrongNumbers = "it computes wrong numbers"

// slow reports whether d, which works, multiplies matrices at less than half of
// the CPU's speed. That is so for drivers that draw with the CPU, such as
// SwiftShader and llvmpipe, which look like any other here.
func (r *Runtime) slow(ctx context.Context, d inference.Device) (bool, error) {
	cpu := inference.Device{Provider: "cpu"}
	for _, size := range []struct {
		n      int64
		k      int           // products of n by n
		factor time.Duration // of the CPU's time that is too long
		least  time.Duration // that a card may take
	}{
		{256, 1, 10, 30 * time.Millisecond}, // ends the worst ones early
		{1024, 4, 2, 0},
	} {
		here, err := r.clock(ctx, d, size.n, size.k)
		if err != nil {
			return false, err
		}
		there, err := r.clock(ctx, cpu, size.n, size.k)
		if err != nil {
			return false, err
		}
		r.log.Debug("matrix products", "device", d.Provider, "n", size.n, "dur", here, "cpu", there)
		if here > max(size.factor*there, size.least) {
			return true, nil
		}
	}
	return false, nil
}

// clock returns the shorter time of two runs of k products of n by n.
func (r *Runtime) clock(ctx context.Context, d inference.Device, n int64, k int) (time.Duration, error) {
	var parts []message
	last := "x"
	for i := range k {
		next := fmt.Sprint("y", k-1-i)
		parts = append(parts, nodeProto("MatMul", []string{last, "x"}, []string{next}))
		last = next
	}
	parts = append(parts, inputProto("x", 1, n, n), outputProto("y0", 1, n, n))
	c, s, err := r.bound(ctx, d, modelProto(parts...), inference.NewTensor(n, n), inference.NewTensor(n, n))
	if err != nil {
		return 0, err
	}
	defer s.Close()
	best := time.Duration(math.MaxInt64)
	for i := range 3 { // the first compiles shaders
		start := time.Now()
		if err := c.Run(ctx); err != nil {
			return 0, err
		}
		if i > 0 {
			best = min(best, time.Since(start))
		}
	}
	return best, nil
}

// bound loads a network of one input and one output and binds it. The caller
// must close the session.
func (r *Runtime) bound(ctx context.Context, d inference.Device, proto []byte, x, y *inference.Tensor) (inference.Call, inference.Session, error) {
	s, err := r.Load(ctx, inference.Model{Name: "trial", Proto: proto}, d)
	if err != nil {
		return nil, nil, err
	}
	c, err := s.Bind(
		map[string]*inference.Tensor{s.Inputs()[0].Name: x},
		map[string]*inference.Tensor{s.Outputs()[0].Name: y})
	if err != nil {
		s.Close()
		return nil, nil, err
	}
	return c, s, nil
}
