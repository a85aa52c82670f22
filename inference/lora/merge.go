package lora

import (
	"context"
	"fmt"
	"os"
	"slices"

	"cascata/inference/checkpoint"
	"cascata/inference/safetensors"
)

// A merger reads and adds.
type merger struct {
	*plan
	files map[string]*os.File // open, by path
}

func (m *merger) close() {
	for _, f := range m.files {
		f.Close()
	}
}

func (m *merger) open(path string) (*os.File, error) {
	if f := m.files[path]; f != nil {
		return f, nil
	}
	f, err := os.Open(path)
	if err == nil {
		m.files[path] = f
	}
	return f, err
}

// base reads a weight as it is without LoRA, in the order of its Shape.
func (m *merger) base(name string) ([]float32, error) {
	w := m.network.Weights[name]
	var v []float32
	f, err := m.open(w.File)
	if err == nil {
		v, err = safetensors.ReadFloats(f, safetensors.Tensor{DType: string(w.DType), Shape: w.Shape, Offset: w.Offset, Length: w.Length})
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %s: %w", checkpoint.ErrBad, w.File, name, err)
	}
	if rows, cols := matrix(w.Shape); rows*cols != int64(len(v)) || len(v) == 0 {
		return nil, fmt.Errorf("%w: %s: %s holds %d numbers for shape %v", checkpoint.ErrBad, w.File, name, len(v), w.Shape)
	}
	if w.Transposed {
		v = transposed(v, int(w.Shape[1]))
	}
	return v, nil
}

// merged is a weight with all that is added to it.
func (m *merger) merged(ctx context.Context, name string) ([]float32, error) {
	base, err := m.base(name)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(base)
	for _, q := range m.pieces[name] {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := m.apply(out, base, name, q); err != nil {
			return nil, &fault{q.file.Path, err.Error(), again, err}
		}
	}
	if name == tokens {
		if out, err = m.appendWords(out); err != nil {
			return nil, err
		}
	}
	for _, x := range out {
		if x-x != 0 {
			return nil, &fault{m.blame(name).Path, fmt.Sprintf("with it %s holds numbers that are not finite", name), "lower its weight", nil}
		}
	}
	return out, nil
}

// blame is the first file that changes a weight.
func (m *merger) blame(name string) *File {
	if q := m.pieces[name]; len(q) > 0 {
		return q[0].file
	}
	return m.words[0].file
}

// apply adds to out what a piece adds to base.
func (m *merger) apply(out, base []float32, name string, q piece) error {
	from, err := m.open(q.file.Path)
	if err != nil {
		return err
	}
	r := &reader{File: q.file, from: from}
	if q.bias {
		return m.applyBias(out, r, q)
	}
	d, err := r.delta(q.change)
	if err != nil {
		return err
	}
	shape := m.network.Weights[name].Shape
	if q.change.scope == scopeTokens && d.rows > shape[0] {
		return fmt.Errorf("it changes the word %d, and this model has %d: a new word, whose beginning the file does not hold", d.rows-1, shape[0])
	}
	mat := matrixOf{int(shape[0]), len(base) / int(shape[0]), shape}
	if d.dora.magnitude == nil {
		by := float32(q.weight * d.by)
		mat.each(func(row int) { d.add(out[row*mat.cols:][:mat.cols], int(q.row)+row, by) })
		return nil
	}
	return mat.decomposed(out, base, d, q)
}

func (m *merger) applyBias(out []float32, r *reader, q piece) error {
	_, _, rank, err := r.size(q.change)
	if err != nil {
		return err
	}
	v, err := r.bias(q.change, rank)
	if err != nil {
		return err
	}
	if int64(len(v)) < q.row+int64(len(out)) {
		return fmt.Errorf("the bias of %.120s has %d numbers", q.change.name, len(v))
	}
	for i := range out {
		out[i] += float32(q.weight) * v[int(q.row)+i]
	}
	return nil
}
