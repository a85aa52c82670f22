package lora

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
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
// ends, and errors wrapping ErrBad, checkpoint.ErrCache or checkpoint.ErrBad.
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
		return nil, fmt.Errorf("%w: %s: %w", checkpoint.ErrCache, path, err)
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
		return "", fmt.Errorf("%w: %w", checkpoint.ErrCache, err)
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
	return fmt.Errorf("%w: %s: %w", checkpoint.ErrCache, path, err)
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
