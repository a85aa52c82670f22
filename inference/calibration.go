package inference

import (
	"cascata/inference/graph"
	"cascata/inference/quant"
)

// A calibration sums up what a network's output "observed" says.
type calibration struct {
	layers []graph.Observed
	values []float32 // of each layer: sums of means, largest values
	runs   int
}

func newCalibration(layers []graph.Observed) *calibration {
	n := 0
	for _, l := range layers {
		n += 2 * l.Columns
	}
	return &calibration{layers: layers, values: make([]float32, n)}
}

// add takes one run's output.
func (o *calibration) add(run []float32) {
	o.runs++
	at := 0
	for _, l := range o.layers {
		for i := range l.Columns {
			o.values[at+i] += run[at+i]
			o.values[at+l.Columns+i] = max(o.values[at+l.Columns+i], run[at+l.Columns+i])
		}
		at += 2 * l.Columns
	}
}

func (o *calibration) stats() quant.Stats {
	s, rest := quant.Stats{}, o.values
	for _, l := range o.layers {
		mean := make([]float32, l.Columns)
		for i := range mean {
			mean[i] = rest[i] / float32(max(o.runs, 1))
		}
		s[l.Layer] = quant.Stat{Mean: mean, Most: rest[l.Columns : 2*l.Columns]}
		rest = rest[2*l.Columns:]
	}
	return s
}
