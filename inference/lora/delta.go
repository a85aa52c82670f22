package lora

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
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

// A dora is the magnitudes of a weight-decomposed change (DoRA); the zero value
// is none.
type dora struct {
	magnitude []float32
	columns   bool // one an input channel, not one a row
	whole     bool // PEFT's: the change's weight acts before the norm. Otherwise it moves between old and new (LyCORIS).
}

// maxRank bounds a rank. No layer of Stable Cascade is that wide.
const maxRank = 16384

// size says from the header alone what shape and rank a change has, and whether
// it is whole.
func (f *File) size(c *change) (rows, cols, rank int64, err error) {
	need := func(parts ...part) {
		for _, p := range parts {
			if _, ok := c.parts[p]; !ok && err == nil {
				err = fmt.Errorf("the layer %.120s has no %s: half of it is missing", c.name, p)
			}
		}
	}
	has := func(p part) bool { _, ok := c.parts[p]; return ok }
	switch {
	case has(partDown) || has(partUp):
		need(partDown, partUp)
		rows, cols, rank = f.pair(c, partUp, partDown, partMid, &err)
	case has(partHada1A) || has(partHada1B) || has(partHada2A) || has(partHada2B):
		need(partHada1A, partHada1B, partHada2A, partHada2B)
		rows, cols, rank = f.pair(c, partHada1A, partHada1B, partHadaT1, &err)
		r2, c2, _ := f.pair(c, partHada2A, partHada2B, partHadaT2, &err)
		if err == nil && (r2 != rows || c2 != cols) {
			err = fmt.Errorf("the layer %.120s multiplies matrices of %d by %d and %d by %d", c.name, rows, cols, r2, c2)
		}
	case has(partKron1) || has(partKron1A) || has(partKron1B) || has(partKron2) || has(partKron2A) || has(partKron2B):
		r1, c1, k1 := f.factor(c, partKron1, partKron1A, partKron1B, "", &err)
		r2, c2, k2 := f.factor(c, partKron2, partKron2A, partKron2B, partKronT2, &err)
		if r1 > 0 && r2 > math.MaxInt32/r1 || c1 > 0 && c2 > math.MaxInt32/c1 {
			return 0, 0, 0, fmt.Errorf("the layer %.120s is too large", c.name)
		}
		rows, cols, rank = r1*r2, c1*c2, cmp.Or(k2, k1)
	case has(partDiff):
		rows, cols = matrix(f.shape(c, partDiff))
	case has(partDiffBias):
	case has(partRows) || has(partIndices):
		need(partRows, partIndices)
		rows, cols = matrix(f.shape(c, partRows))
	default:
		for p := range c.parts {
			err = fmt.Errorf("the layer %.120s has %s and nothing that it belongs to", c.name, p)
		}
	}
	if err == nil {
		err = c.pure()
	}
	return rows, cols, rank, err
}

// families are the parts that belong together; alpha, magnitudes and a
// bias go with any.
var families = [][]part{
	{partDown, partUp, partMid, partBias},
	{partHada1A, partHada1B, partHada2A, partHada2B, partHadaT1, partHadaT2},
	{partKron1, partKron1A, partKron1B, partKron2, partKron2A, partKron2B, partKronT2},
	{partDiff}, {partRows, partIndices},
}

// pure refuses a layer with parts of two kinds of change.
func (c *change) pure() error {
	var of []part
	for _, p := range slices.Sorted(maps.Keys(c.parts)) {
		i := slices.IndexFunc(families, func(f []part) bool { return slices.Contains(f, p) })
		switch {
		case i < 0: // goes with any
		case of == nil:
			of = families[i]
		case !slices.Contains(of, p):
			return fmt.Errorf("the layer %.120s is changed in two ways, by %s and %s", c.name, of[0], p)
		}
	}
	return nil
}

// matrix sees a tensor as [first axis, all others].
func matrix(shape []int64) (rows, cols int64) {
	if len(shape) == 0 {
		return 1, 1
	}
	cols = 1
	for _, d := range shape[1:] {
		if d > 0 && cols > math.MaxInt32/d {
			return shape[0], -1
		}
		cols *= d
	}
	return shape[0], cols
}

// pair is the shape of up [rows, rank] times down [rank, cols]. With mid, [rank,
// rank, h, w] of LyCORIS's Tucker form, down is [rank, in]; then LoHa's up is
// stored as [rank, rows].
func (f *File) pair(c *change, up, down, mid part, err *error) (rows, cols, rank int64) {
	if *err != nil {
		return 0, 0, 0
	}
	rows, rank = matrix(f.shape(c, up))
	k, cols := matrix(f.shape(c, down))
	if m := f.shape(c, mid); m != nil {
		if up != partUp {
			rows, rank = rank, rows
		}
		if len(m) != 4 || m[0] != rank || m[1] != k || m[2] < 1 || m[2] > 31 || m[3] < 1 || m[3] > 31 {
			*err = fmt.Errorf("the layer %.120s has %s of shape %v for rank %d", c.name, mid, m, rank)
			return 0, 0, 0
		}
		k, cols = m[0], cols*m[2]*m[3]
	}
	if rank != k || rank < 1 || rank > maxRank || rows < 1 || cols < 1 {
		*err = fmt.Errorf("the layer %.120s has %s of shape %v and %s of shape %v, which do not fit together", c.name, up, f.shape(c, up), down, f.shape(c, down))
	}
	return rows, cols, rank
}

// factor is the shape of one of LoKr's two matrices, which is whole or a pair,
// and of the pair the rank.
func (f *File) factor(c *change, whole, a, b, mid part, err *error) (rows, cols, rank int64) {
	if s := f.shape(c, whole); s != nil {
		rows, cols = matrix(s)
		if (rows < 1 || cols < 1) && *err == nil {
			*err = fmt.Errorf("the layer %.120s has %s of shape %v", c.name, whole, s)
		}
		return rows, cols, 0
	}
	for _, p := range []part{a, b} {
		if _, ok := c.parts[p]; !ok && *err == nil {
			*err = fmt.Errorf("the layer %.120s has no %s: half of it is missing", c.name, p)
		}
	}
	return f.pair(c, a, b, mid, err)
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

// dora reads the magnitudes of c.
func (r *reader) dora(c *change, rows int64) (dora, error) {
	d := dora{magnitude: r.numbers(c, partMagnitude), whole: true}
	shape := r.shape(c, partMagnitude)
	if d.magnitude == nil {
		d = dora{magnitude: r.numbers(c, partDora)}
		shape = r.shape(c, partDora)
		d.columns = len(shape) > 1 && shape[0] != rows
	}
	if !d.columns && d.magnitude != nil && int64(len(d.magnitude)) != rows {
		return d, fmt.Errorf("the layer %.120s has magnitudes of shape %v for %d rows", c.name, shape, rows)
	}
	return d, nil
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
