package lora

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
)

// A matrixOf is a weight seen as rows by cols.
type matrixOf struct {
	rows, cols int
	shape      []int64
}

// each calls f for every row, on as many goroutines as there are processors,
// and waits.
func (m matrixOf) each(f func(row int)) {
	n := min(runtime.GOMAXPROCS(0), m.rows)
	var wg sync.WaitGroup
	for k := range n {
		wg.Go(func() {
			for row := k * m.rows / n; row < (k+1)*m.rows/n; row++ {
				f(row)
			}
		})
	}
	wg.Wait()
}

// decomposed adds a weight-decomposed change (DoRA): base plus delta, each row,
// or all that an input channel meets, brought to its magnitude.
func (m matrixOf) decomposed(out, base []float32, d *delta, q piece) error {
	by, move := float32(d.by), float32(q.weight)
	if d.dora.whole {
		by, move = float32(q.weight*d.by), 1
	}
	sum := slices.Clone(base)
	m.each(func(row int) { d.add(sum[row*m.cols:][:m.cols], int(q.row)+row, by) })
	if !d.dora.columns {
		m.each(func(row int) {
			v := sum[row*m.cols:][:m.cols]
			gain := d.dora.magnitude[int(q.row)+row] / norm(v)
			for i, x := range v {
				out[row*m.cols+i] += move * (gain*x - base[row*m.cols+i])
			}
		})
		return nil
	}
	channels := int(m.shape[1])
	if len(d.dora.magnitude) != channels || int64(m.rows) != d.rows {
		return fmt.Errorf("the layer %.120s has %d magnitudes for %d input channels", q.change.name, len(d.dora.magnitude), channels)
	}
	each := m.cols / channels // numbers of a kernel
	matrixOf{rows: channels}.each(func(c int) {
		square := 0.0
		for row := range m.rows {
			for _, x := range sum[row*m.cols+c*each:][:each] {
				square += float64(x) * float64(x)
			}
		}
		gain := d.dora.magnitude[c] / (float32(math.Sqrt(square)) + tiny)
		for row := range m.rows {
			at := row*m.cols + c*each
			for i := range each {
				out[at+i] += move * (gain*sum[at+i] - base[at+i])
			}
		}
	})
	return nil
}

// tiny keeps a row of zeros from being divided by zero.
const tiny = 0x1p-23

// norm is the length of v.
func norm(v []float32) float32 {
	square := 0.0
	for _, x := range v {
		square += float64(x) * float64(x)
	}
	return float32(math.Sqrt(square)) + tiny
}

// A dora is the magnitudes of a weight-decomposed change (DoRA); the zero value
// is none.
type dora struct {
	magnitude []float32
	columns   bool // one an input channel, not one a row
	whole     bool // PEFT's: the change's weight acts before the norm. Otherwise it moves between old and new (LyCORIS).
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
