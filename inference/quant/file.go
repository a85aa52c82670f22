package quant

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"cascata/inference/checkpoint"
)

// checks is the tensor of a file that holds the CRC-32C of each other one, in
// the order they lie in.
const checks = "checks"

// unused is how long a file is kept that is not asked for.
const unused = 60 * 24 * time.Hour

// Open is n with the matrices of its blocks as chosen, out of the file in
// folder that Make wrote with stats. The whole of it is read and checked on all
// cores. Without a file, or with a damaged one, the error wraps ErrAbsent; when
// ctx ends first it is ctx.Err().
func Open(ctx context.Context, n *checkpoint.Network, c Choice, folder string) (*checkpoint.Network, error) {
	s, err := newStore(newPlan(n, c, true), folder)
	if err != nil {
		return nil, err
	}
	if err := s.check(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("quant: %s: %w: %w", n.Kind, ErrAbsent, err)
	}
	now := time.Now()
	os.Chtimes(s.path, now, now) // as a sign that it is used
	return s.network(), nil
}

// Make is Open that writes a file, from the whole of n and on all cores. The file
// is the caller's own, for others may make the same: Remember puts it in its place,
// or the caller removes it. With stats what rounding changes is made up for, as far
// as it can be; without, it is for a network to be observed.
// Errors wrap checkpoint.ErrCache where it could not be written.
func Make(ctx context.Context, n *checkpoint.Network, c Choice, folder string, stats Stats) (*checkpoint.Network, error) {
	p := newPlan(n, c, stats != nil)
	p.stats = stats
	s, err := newStore(p, folder)
	if err != nil {
		return nil, err
	}
	tidy(filepath.Dir(s.path))
	if err := s.write(ctx); err != nil {
		return nil, fmt.Errorf("quant: %s: %w", n.Kind, err)
	}
	return s.network(), nil
}

// settle puts the file that Make wrote of n in its place. Where that cannot be
// replaced, since others have it open, theirs is taken: it is the same.
func settle(n *checkpoint.Network, c Choice, made *checkpoint.Network, folder string) (*checkpoint.Network, error) {
	s, err := newStore(newPlan(n, c, true), folder)
	if err != nil {
		return nil, err
	}
	if err := os.Rename(made.Files[0], s.path); err != nil {
		if s.check(context.Background()) != nil {
			return nil, cacheError(err)
		}
		os.Remove(made.Files[0])
	}
	return s.network(), nil
}

// cacheError says that err is of writing; nil stays.
func cacheError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", checkpoint.ErrCache, err)
}

// ErrAbsent says that there is no whole file yet.
var ErrAbsent = errors.New("not in eight bits yet")

func newStore(p plan, folder string) (*store, error) {
	path, err := place(p.net, p.Format, folder)
	if err != nil {
		return nil, err
	}
	if p.observed {
		path += "-observed"
	}
	if p.Keep != "" {
		path += "-" + strings.ReplaceAll(p.Keep, ".,", "-")
	}
	s := &store{net: p.net, path: strings.TrimSuffix(path, ".") + ".safetensors"}
	s.parts, s.size = p.parts()
	return s, nil
}

// place is where what belongs to a network in a format lies, without an
// extension. The folder is made.
func place(n *checkpoint.Network, f Format, folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err == nil {
		err = os.MkdirAll(folder, 0o755)
	}
	if err == nil {
		folder, err = filepath.EvalSymlinks(folder)
	}
	if err != nil {
		return "", fmt.Errorf("quant: %w", cacheError(err))
	}
	key, err := fingerprint(n, f)
	if err != nil {
		return "", fmt.Errorf("quant: %s: %w", n.Kind, err)
	}
	return filepath.Join(folder, key), nil
}

// A store is one network's file.
type store struct {
	net   *checkpoint.Network
	path  string // its place
	parts []part
	size  int64 // bytes of all tensors but the checks
}

// tensors lists the file's, the checks last.
func (s *store) tensors() []tensor {
	var list []tensor
	for _, p := range s.parts {
		list = append(list, p.tensors...)
	}
	n := int64(len(list))
	return append(list, tensor{checks, "U32", []int64{n}, s.size, 4 * n})
}

// network is the network with its weights in the file.
func (s *store) network() *checkpoint.Network {
	n, c := s.net, *s.net
	c.Files, c.Weights = []string{s.path}, map[string]checkpoint.Weight{}
	start := int64(len(s.header()))
	for _, p := range s.parts {
		for _, t := range p.tensors {
			c.Weights[t.name] = checkpoint.Weight{
				File: s.path, Offset: start + t.offset, Length: t.length, DType: t.dtype, Shape: t.shape,
				Transposed: n.Weights[t.name].Transposed,
			}
		}
	}
	return &c
}

// header is the file up to its first tensor's bytes.
func (s *store) header() []byte {
	table := map[string]any{}
	for _, t := range s.tensors() {
		table[t.name] = map[string]any{"dtype": t.dtype, "shape": t.shape, "data_offsets": []int64{t.offset, t.offset + t.length}}
	}
	text, err := json.Marshal(table)
	if err != nil {
		panic(err) // names, types and numbers
	}
	for len(text)%64 != 56 {
		text = append(text, ' ')
	}
	return append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...)
}

var errDamaged = errors.New("the file is damaged")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// check reads the file and compares it with its own checks.
func (s *store) check(ctx context.Context) error {
	r, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer r.Close()
	want := s.header()
	list := s.tensors()
	start, size := int64(len(want)), int64(len(want))+s.size+list[len(list)-1].length
	if info, err := r.Stat(); err != nil || info.Size() != size || !info.Mode().IsRegular() {
		return errDamaged
	}
	got := make([]byte, start)
	sums := make([]byte, list[len(list)-1].length)
	if _, err := r.ReadAt(got, 0); err != nil || !slices.Equal(got, want) {
		return errDamaged
	}
	if _, err := r.ReadAt(sums, start+s.size); err != nil {
		return err
	}
	return each(ctx, len(list)-1, func(i int) error {
		t, sum := list[i], uint32(0)
		buf := make([]byte, min(t.length, 1<<20))
		for at := int64(0); at < t.length; at += int64(len(buf)) {
			buf = buf[:min(int64(len(buf)), t.length-at)]
			if _, err := r.ReadAt(buf, start+t.offset+at); err != nil {
				return err
			}
			sum = crc32.Update(sum, castagnoli, buf)
		}
		if sum != binary.LittleEndian.Uint32(sums[4*i:]) {
			return errDamaged
		}
		return nil
	})
}

// write makes the file beside its place, which path names then, and syncs it.
func (s *store) write(ctx context.Context) (err error) {
	w, err := os.CreateTemp(filepath.Dir(s.path), ".quant-*")
	if err != nil {
		return cacheError(err)
	}
	s.path = w.Name()
	err = s.fill(ctx, w)
	if err == nil {
		err = cacheError(w.Chmod(0o644))
	}
	if err == nil {
		err = cacheError(w.Sync())
	}
	if e := w.Close(); err == nil {
		err = cacheError(e)
	}
	if err != nil {
		os.Remove(s.path)
	}
	return err
}

func (s *store) fill(ctx context.Context, w *os.File) error {
	head := s.header()
	if _, err := w.WriteAt(head, 0); err != nil {
		return cacheError(err)
	}
	first := make([]int, len(s.parts)) // index of a part's first tensor
	count := 0
	for i, p := range s.parts {
		first[i] = count
		count += len(p.tensors)
	}
	sums := make([]byte, 4*count)
	err := each(ctx, len(s.parts), func(i int) error {
		data, err := s.parts[i].make()
		if err != nil {
			return err
		}
		for k, t := range s.parts[i].tensors {
			if int64(len(data[k])) != t.length {
				return fmt.Errorf("%s takes %d bytes, not %d: %w", t.name, len(data[k]), t.length, checkpoint.ErrBad)
			}
			if _, err := w.WriteAt(data[k], int64(len(head))+t.offset); err != nil {
				return cacheError(err)
			}
			binary.LittleEndian.PutUint32(sums[4*(first[i]+k):], crc32.Checksum(data[k], castagnoli))
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = w.WriteAt(sums, int64(len(head))+s.size)
	return cacheError(err)
}

// each calls do for 0 to n-1 on all cores, and returns the first error.
func each(ctx context.Context, n int, do func(i int) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), 8, n) { // each holds a matrix or two
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := do(i); err != nil {
					stop(err)
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// tidy removes what was not finished, and what was not used for long.
func tidy(folder string) {
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		left, _ := filepath.Match(".quant-*", e.Name())
		ours, _ := filepath.Match("*.safetensors", e.Name())
		age := time.Since(info.ModTime())
		if left && age > time.Hour || ours && age > unused {
			os.Remove(filepath.Join(folder, e.Name()))
		}
	}
}
