package lora

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"cascata/inference/checkpoint"
	"cascata/inference/safetensors"
)

// version changes with what merging makes of the same files.
const version = 1

// identity is a hash of everything that the merged weights depend on.
func (p *plan) identity() string {
	sum := sha256.New()
	fmt.Fprintln(sum, version)
	for _, name := range slices.Sorted(maps.Keys(p.pieces)) {
		w := p.network.Weights[name]
		fmt.Fprintf(sum, "%q %q %d %d %s %v %v\n", name, w.File, w.Offset, w.Length, w.DType, w.Shape, w.Transposed)
		if info, err := os.Stat(w.File); err == nil {
			fmt.Fprintln(sum, info.Size(), info.ModTime().UnixNano())
		}
		for _, q := range p.pieces[name] {
			fmt.Fprintln(sum, q.file.id, q.change.name, q.row, q.bias, q.weight)
		}
	}
	if len(p.words) > 0 {
		fmt.Fprintf(sum, "%+v\n", p.network.Weights[tokens])
	}
	for _, w := range p.words {
		fmt.Fprintf(sum, "%q %s %d %g\n", w.Trigger, w.file.id, w.First, w.weight)
	}
	return hex.EncodeToString(sum.Sum(nil))[:40]
}

// Network returns n as the set changes it: n itself, or one that reads the
// changed weights from a side file in the folder cache. The file is made
// unless an earlier call left it there. It returns ctx.Err() soon after ctx
// ends, and errors wrapping ErrBad, ErrCache or checkpoint.ErrBad.
func (s *Set) Network(ctx context.Context, n *checkpoint.Network, cache string) (*checkpoint.Network, error) {
	if s.Key(n) == "" {
		return n, nil
	}
	p := s.plans[n]
	cache, err := folder(cache)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(cache, p.key+".safetensors")
	if m, err := p.read(path); err == nil {
		mark(path)
		return m, nil
	}
	if err := p.write(ctx, path); err != nil {
		return nil, err
	}
	mark(path)
	prune(cache, path)
	m, err := p.read(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrCache, path, err)
	}
	return m, nil
}

// folder makes the folder of side files and resolves links, which ONNX Runtime
// does not follow.
func folder(cache string) (string, error) {
	err := os.MkdirAll(cache, 0o755)
	if err == nil {
		cache, err = filepath.Abs(cache)
	}
	if err == nil {
		cache, err = filepath.EvalSymlinks(cache)
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrCache, err)
	}
	return cache, nil
}

// shapes are those of the side file's tensors.
func (p *plan) shapes() map[string][]int64 {
	all := map[string][]int64{}
	for name := range p.pieces {
		all[name] = p.network.Weights[name].Shape
	}
	if extra := p.extra(); extra > 0 {
		s := slices.Clone(p.network.Weights[tokens].Shape)
		s[0] += extra
		all[tokens] = s
	}
	return all
}

// extra is how many rows the token embeddings gain.
func (p *plan) extra() (rows int64) {
	for _, w := range p.words {
		rows += w.N
	}
	return rows
}

// read returns the network that reads its changed weights from the side file
// at path. What that file lacks is an error.
func (p *plan) read(path string) (*checkpoint.Network, error) {
	f, err := safetensors.Open(path)
	if err != nil {
		return nil, err
	}
	n := *p.network
	n.Weights = maps.Clone(n.Weights)
	for name, shape := range p.shapes() {
		t, ok := f.Tensors[name]
		if !ok || t.DType != string(checkpoint.F32) || !slices.Equal(t.Shape, shape) {
			return nil, fmt.Errorf("%s is not what was written", name)
		}
		n.Weights[name] = checkpoint.Weight{File: path, Offset: t.Offset, Length: t.Length, DType: checkpoint.F32, Shape: shape}
	}
	if extra := p.extra(); extra > 0 {
		config := *n.TextConfig
		config.VocabSize += int(extra)
		n.TextConfig = &config
	}
	return &n, nil
}

// write merges one weight after another into the side file.
func (p *plan) write(ctx context.Context, path string) error {
	m := merger{plan: p, files: map[string]*os.File{}}
	defer m.close()
	err := safetensors.WriteEach(path, p.shapes(), nil, func(name string) ([]float32, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return m.merged(ctx, name)
	})
	if err == nil || errors.Is(err, ErrBad) || errors.Is(err, checkpoint.ErrBad) || ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("%w: %s: %w", ErrCache, path, err)
}

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

// appendWords adds the rows of textual inversions behind the vocabulary.
func (m *merger) appendWords(v []float32) ([]float32, error) {
	for _, w := range m.words {
		rows, err := w.numbers(w.word.key)
		if err != nil {
			return nil, err
		}
		v = append(v, rows...)
	}
	return v, nil
}

// Output is what is added to the text encoder's hidden states where the word's
// tokens are, [N, c]; nil: nothing. Errors wrap ErrBad.
func (w Word) Output() ([]float32, error) {
	if w.word.out == "" {
		return nil, nil
	}
	return w.numbers(w.word.out)
}

// numbers reads rows of a word, times its weight.
func (w Word) numbers(key string) ([]float32, error) {
	from, err := os.Open(w.file.Path)
	if err != nil {
		return nil, unreadable(w.file.Path, err)
	}
	defer from.Close()
	r := &reader{File: w.file, from: from}
	v := r.numbers(&change{parts: map[part]string{partRows: key}}, partRows)
	if r.err != nil {
		return nil, &fault{w.file.Path, r.err.Error(), again, r.err}
	}
	for i := range v {
		v[i] *= float32(w.weight)
	}
	return v, nil
}

// keepBytes bounds the side files that are kept, and keepFiles their number.
// Those used longest ago go first.
const (
	keepBytes = 12 << 30
	keepFiles = 64
)

// mark remembers when the side file at path was used last. Its own time must
// stay: what is made of it is known by that.
func mark(path string) {
	if f, err := os.Create(path + usedMark); err == nil {
		f.Close()
	}
}

const usedMark = ".used"

// prune deletes side files beyond the bounds, but for used, and what writers
// that were killed left. Errors are dropped: the folder is a cache.
func prune(folder, used string) {
	type side struct {
		path string
		size int64
		used time.Time
	}
	var files []side
	var total int64
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		info, err := e.Info()
		switch {
		case err != nil || filepath.Ext(path) == usedMark:
		case filepath.Ext(path) != ".safetensors":
			if time.Since(info.ModTime()) > time.Hour {
				os.Remove(path)
			}
		case path == used:
			total += info.Size()
		default:
			s := side{path, info.Size(), info.ModTime()}
			if m, err := os.Stat(path + usedMark); err == nil {
				s.used = m.ModTime()
			}
			files = append(files, s)
		}
	}
	slices.SortFunc(files, func(a, b side) int { return b.used.Compare(a.used) })
	for i, f := range files {
		if total += f.size; total > keepBytes || i+1 >= keepFiles {
			os.Remove(f.path)
			os.Remove(f.path + usedMark)
		}
	}
}
