package lora

import (
	"fmt"
	"io"
	"slices"

	"cascata/inference/safetensors"
)

// A delta is what a change adds to a matrix of rows by columns; a convolution
// counts as [out, in*h*w].
type delta struct {
	rows, cols int64
	by         float64 // what the product is multiplied by: alpha / rank

	// add adds a row times by to dst. It may be called from any goroutine.
	add func(dst []float32, row int, by float32)

	dora dora
}

// A reader reads tensors of one LoRA file.
type reader struct {
	*File
	from io.ReaderAt
	err  error
}

// numbers reads a part; none is nil. Numbers that are not finite are a fault.
func (r *reader) numbers(c *change, p part) []float32 {
	key, ok := c.parts[p]
	if !ok || r.err != nil {
		return nil
	}
	v, err := safetensors.ReadFloats(r.from, r.tensors[key])
	if err != nil {
		r.err = fmt.Errorf("%.120s: %w", key, err)
		return nil
	}
	for _, x := range v {
		if x-x != 0 {
			r.err = fmt.Errorf("%.120s holds numbers that are not finite", key)
			return nil
		}
	}
	return v
}

// delta reads what c adds. size has found it whole.
func (r *reader) delta(c *change) (*delta, error) {
	rows, cols, rank, err := r.size(c)
	if err != nil {
		return nil, err
	}
	d := &delta{rows: rows, cols: cols, by: r.alpha(c, rank)}
	has := func(p part) bool { _, ok := c.parts[p]; return ok }
	switch {
	case has(partUp):
		d.add = product(r.low(c, partUp, partDown, partMid), rank, cols)
	case has(partHada1A):
		a, b := r.low(c, partHada1A, partHada1B, partHadaT1), r.low(c, partHada2A, partHada2B, partHadaT2)
		_, _, rank2 := r.pair(c, partHada2A, partHada2B, partHadaT2, &r.err)
		d.add = hadamard(a, b, rank, rank2, cols)
	case has(partDiff):
		d.by, d.add = 1, stored(r.numbers(c, partDiff), cols)
	case has(partRows):
		d.by = 1
		d.rows, d.add, err = r.scattered(c, rows, cols)
	default:
		d.add = r.kronecker(c)
		if rank == 0 {
			d.by = 1
		}
	}
	if r.err == nil && err == nil {
		d.dora, err = r.dora(c, rows)
	}
	if r.err != nil {
		return nil, r.err
	}
	return d, err
}

// alpha is alpha / rank.
func (r *reader) alpha(c *change, rank int64) float64 {
	if a := r.numbers(c, partAlpha); len(a) == 1 && rank > 0 {
		return float64(a[0]) / float64(rank)
	}
	if c.scope == scopeList {
		return 1 / float64(rank) // the official code's alpha is 1
	}
	if c.scope == scopeText {
		return r.scaling.text.by(rank)
	}
	return r.scaling.unet.by(rank)
}

// A low is two factors of a matrix: up [rows, rank], down [rank, cols].
type low struct{ up, down []float32 }

// low reads a pair; mid is worked into down.
func (r *reader) low(c *change, up, down, mid part) low {
	l := low{r.numbers(c, up), r.numbers(c, down)}
	m := r.numbers(c, mid)
	if m == nil || r.err != nil {
		return l
	}
	s := r.shape(c, mid)
	p, q, hw := int(s[0]), int(s[1]), int(s[2]*s[3])
	in := len(l.down) / q
	wide := make([]float32, p*in*hw)
	for i := range p {
		for j := range q {
			for k := range in {
				for x := range hw {
					wide[(i*in+k)*hw+x] += m[(i*q+j)*hw+x] * l.down[j*in+k]
				}
			}
		}
	}
	l.down = wide
	if up != partUp {
		l.up = transposed(l.up, p)
	}
	return l
}

// transposed is the transpose of a matrix of this many rows.
func transposed(v []float32, rows int) []float32 {
	cols := len(v) / rows
	out := make([]float32, len(v))
	for i := range rows {
		for j := range cols {
			out[j*rows+i] = v[i*cols+j]
		}
	}
	return out
}

// product adds rows of up times down.
func product(l low, rank, cols int64) func([]float32, int, float32) {
	return func(dst []float32, row int, by float32) {
		for k := range int(rank) {
			u := by * l.up[row*int(rank)+k]
			if u == 0 {
				continue
			}
			for i, v := range l.down[k*int(cols):][:len(dst)] {
				dst[i] += u * v
			}
		}
	}
}

// hadamard adds rows of one product times the other, number by number.
func hadamard(a, b low, rankA, rankB, cols int64) func([]float32, int, float32) {
	first, second := product(a, rankA, cols), product(b, rankB, cols)
	return func(dst []float32, row int, by float32) {
		x, y := make([]float32, cols), make([]float32, cols)
		first(x, row, 1)
		second(y, row, 1)
		for i := range dst {
			dst[i] += by * x[i] * y[i]
		}
	}
}

// stored adds rows of a whole difference.
func stored(v []float32, cols int64) func([]float32, int, float32) {
	return func(dst []float32, row int, by float32) {
		for i, x := range v[row*int(cols):][:len(dst)] {
			dst[i] += by * x
		}
	}
}

// kronecker adds rows of the Kronecker product of LoKr's matrices.
func (r *reader) kronecker(c *change) func([]float32, int, float32) {
	rows1, cols1, rank1 := r.factor(c, partKron1, partKron1A, partKron1B, "", &r.err)
	rows2, cols2, rank2 := r.factor(c, partKron2, partKron2A, partKron2B, partKronT2, &r.err)
	first := r.full(c, rows1, cols1, rank1, partKron1, partKron1A, partKron1B, "")
	second := r.full(c, rows2, cols2, rank2, partKron2, partKron2A, partKron2B, partKronT2)
	return func(dst []float32, row int, by float32) {
		left := first[row/int(rows2)*int(cols1):][:cols1]
		right := second[row%int(rows2)*int(cols2):][:cols2]
		for j, x := range left {
			part := dst[j*int(cols2):][:cols2]
			for i, y := range right {
				part[i] += by * x * y
			}
		}
	}
}

// full reads a matrix that is whole or a pair.
func (r *reader) full(c *change, rows, cols, rank int64, whole, a, b, mid part) []float32 {
	if _, ok := c.parts[whole]; ok {
		return r.numbers(c, whole)
	}
	l := r.low(c, a, b, mid)
	if r.err != nil {
		return nil
	}
	out, add := make([]float32, rows*cols), product(l, rank, cols)
	for i := range int(rows) {
		add(out[i*int(cols):][:cols], i, 1)
	}
	return out
}

// scattered adds the official code's differences of n single rows, and says how
// many rows there must be.
func (r *reader) scattered(c *change, n, cols int64) (rows int64, add func([]float32, int, float32), err error) {
	v := r.numbers(c, partRows)
	at, err := safetensors.ReadInts(r.from, r.tensors[c.parts[partIndices]])
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", c.parts[partIndices], err)
	}
	if n < 1 || int64(len(at)) != n || slices.Min(at) < 0 {
		return 0, nil, fmt.Errorf("%s has %d numbers for %d rows", c.parts[partIndices], len(at), n)
	}
	by := map[int64][]int{} // places in v by row
	for i, row := range at {
		by[row] = append(by[row], i)
	}
	return slices.Max(at) + 1, func(dst []float32, row int, weight float32) {
		for _, i := range by[int64(row)] {
			for k, x := range v[i*int(cols):][:len(dst)] {
				dst[k] += weight * x
			}
		}
	}, nil
}

// bias reads what c adds to a layer's bias, nil if nothing.
func (r *reader) bias(c *change, rank int64) ([]float32, error) {
	v := r.numbers(c, partDiffBias)
	if b := r.numbers(c, partBias); b != nil {
		if v != nil {
			return nil, fmt.Errorf("the layer %.120s changes its bias twice", c.name)
		}
		v = slices.Clone(b)
		by := float32(r.alpha(c, rank))
		for i := range v {
			v[i] *= by
		}
	}
	return v, r.err
}
