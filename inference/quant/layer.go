package quant

import (
	"math"
	"strings"
)

// Stats say what layers are multiplied with, by name.
type Stats map[string]Stat

// A Stat is what a network was seen to multiply a layer's matrix with, for
// each of the columns.
type Stat struct {
	Mean []float32
	Most []float32 // the largest absolute value
}

// Smooth is what the names of tensors end in that a layer's input is
// multiplied by, and the columns of its matrix are divided by: the larger an
// input, the smaller it is made, so that few steps serve all.
const Smooth = ".smooth"

// smoothed reports whether a layer's input is smoothed: where that costs nothing,
// since something is multiplied there in any case.
func smoothed(name string) bool {
	return !strings.HasSuffix(name, ".to_out.0") && !strings.HasSuffix(name, ".kv_mapper.1")
}

// A layer is a linear layer: weight [out, in], bias [out], and the mean [in]
// of what it is multiplied with, nil where that is not known.
type layer struct{ weight, bias, mean []float32 }

// add takes a constant that is added to every input into the bias.
func (l *layer) add(constant []float32) {
	in := len(constant)
	for o := range l.bias {
		sum := float64(l.bias[o])
		for i, w := range l.weight[o*in : (o+1)*in] {
			sum += float64(w) * float64(constant[i])
		}
		l.bias[o] = float32(sum)
	}
}

// stretch multiplies the matrix's columns and divides the inputs.
func (l *layer) stretch(by []float32) {
	for at := 0; at < len(l.weight); at += len(by) {
		row := l.weight[at : at+len(by)]
		for i := range row {
			row[i] *= by[i]
		}
	}
	if l.mean == nil {
		return
	}
	mean := make([]float32, len(by))
	for i := range mean {
		mean[i] = l.mean[i] / by[i]
	}
	l.mean = mean
}

// correct takes into the bias what rounding the matrix changes in the mean.
func (l *layer) correct(rounded []float32) {
	in := len(l.mean)
	if in == 0 {
		return
	}
	for o := range l.bias {
		sum := 0.0
		for i, m := range l.mean {
			sum += float64(l.weight[o*in+i]-rounded[o*in+i]) * float64(m)
		}
		l.bias[o] += float32(sum)
	}
}

// balance returns what the columns of matrices are multiplied by, so
// that they and what they are multiplied with, at most most, differ equally from
// column to column ("SmoothQuant", arXiv 2211.10438, with exponent 1/2). Inputs that
// were seen to be smaller than most are taken to be as large: they may grow.
func balance(most, weights []float32, columns int) []float32 {
	by := ones(columns)
	if len(most) != columns {
		return by // never seen
	}
	width := make([]float32, columns)
	for at := 0; at < len(weights); at += columns {
		for i, w := range weights[at : at+columns] {
			width[i] = max(width[i], float32(math.Abs(float64(w))))
		}
	}
	least := mean(most)
	logs := make([]float64, columns)
	for i := range logs {
		if width[i] > 0 && least > 0 {
			logs[i] = math.Log(max(float64(most[i]), least)/float64(width[i])) / 2
		}
	}
	middle := mean(logs)
	for i := range by {
		if width[i] > 0 {
			by[i] = float32(math.Exp(min(max(logs[i]-middle, -7), 7)))
		}
	}
	return by
}

func mean[T float32 | float64](v []T) float64 {
	sum := 0.0
	for _, x := range v {
		sum += float64(x)
	}
	return sum / float64(max(len(v), 1))
}

func ones(n int) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = 1
	}
	return v
}

func inverse(v []float32) []float32 {
	r := make([]float32, len(v))
	for i, x := range v {
		r[i] = 1 / x
	}
	return r
}

// larger is the larger of each pair. Where one is empty it is the other.
func larger(a, b []float32) []float32 {
	if len(a) != len(b) {
		return append(append([]float32{}, a...), b...)[:max(len(a), len(b))]
	}
	m := make([]float32, len(a))
	for i := range m {
		m[i] = max(a[i], b[i])
	}
	return m
}
