// Package noise draws Gaussian noise that equals PyTorch's CPU generator, so
// that a seed means the same picture here and there.
package noise

import "math"

// A Generator equals torch.Generator("cpu") after manual_seed. It is not safe
// for use from two goroutines at once.
type Generator struct {
	mt mt19937

	spare    float64 // second value of the last scalar pair
	hasSpare bool
}

// New returns a generator for seed. Like PyTorch's, it uses only the low 32
// bits: seeds that differ by a multiple of 2^32 give the same noise.
func New(seed uint64) *Generator {
	g := new(Generator)
	g.mt.seed(uint32(seed))
	return g
}

// Clone is a generator that goes on as g would; nil for nil.
func (g *Generator) Clone() *Generator {
	if g == nil {
		return nil
	}
	c := *g
	return &c
}

// Normal fills dst with the values of torch.randn(len(dst)) in float32 and
// leaves the generator where torch would. Values agree within 1e-5; torch
// itself varies by about 1e-6 with the processor.
func (g *Generator) Normal(dst []float32) {
	if len(dst) < block {
		for i := range dst {
			dst[i] = float32(g.scalar())
		}
		return
	}
	for i := range dst {
		dst[i] = g.mt.uniform32()
	}
	for i := 0; i+block <= len(dst); i += block {
		boxMuller((*[block]float32)(dst[i:]))
	}
	if len(dst)%block != 0 {
		last := (*[block]float32)(dst[len(dst)-block:])
		for i := range last {
			last[i] = g.mt.uniform32()
		}
		boxMuller(last)
	}
}

// block is how many uniforms torch turns into normals together; shorter
// tensors take the scalar path.
const block = 16

// boxMuller turns 16 uniforms in [0, 1) into normals: value j of the first
// half gives the radius, value j of the second half the angle, of the pair
// that replaces them. Radius and angle are rounded to float32 as torch does.
func boxMuller(d *[block]float32) {
	for j := range block / 2 {
		r := float32(math.Sqrt(-2 * math.Log(float64(1-d[j]))))
		sin, cos := math.Sincos(float64(float32(2*math.Pi) * d[j+block/2]))
		d[j] = r * float32(cos)
		d[j+block/2] = r * float32(sin)
	}
}

// scalar returns the next value of the float64 Box-Muller pairs that torch
// uses below 16 elements. The second of a pair waits in the generator, also
// across longer draws, which neither use nor discard it.
func (g *Generator) scalar() float64 {
	if g.hasSpare {
		g.hasSpare = false
		return g.spare
	}
	u1, u2 := g.mt.uniform64(), g.mt.uniform64()
	r := math.Sqrt(-2 * math.Log1p(-u2))
	sin, cos := math.Sincos(2 * math.Pi * u1)
	g.spare, g.hasSpare = r*sin, true
	return r * cos
}
