package hub

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"cascata/app/disk"
)

// A state is what is noted of a job until it is whole: what it wants, and how
// much of that surely is on the disk.
type state struct {
	Version int    `json:"version"`
	Copies  []Copy `json:"repositories"`

	mu    sync.Mutex       // guards the fields below
	Saved map[string]int64 `json:"saved"` // bytes of parts, by item.key
	Whole map[string]whole `json:"whole"` // by path
}

// whole is a file as it was when its hash was right.
type whole struct {
	Size int64     `json:"size"`
	Time time.Time `json:"time"`
	Hash string    `json:"hash"`
}

// maxState bounds the file, bytes.
const maxState = 16 << 20

func newState() *state {
	return &state{Version: 1, Saved: map[string]int64{}, Whole: map[string]whole{}}
}

// statePath is where a job's state lies.
func statePath(dir, name string) string { return filepath.Join(dir, name+".download.json") }

// readState is what was noted of a job; an empty one if there is none that can
// be used.
func readState(job Job) *state {
	s, err := loadState(job.Dir, job.Name)
	if err != nil || len(s.Copies) != len(job.Sources) {
		return newState()
	}
	for i, c := range s.Copies {
		if c.Repo != job.Sources[i].Repo {
			return newState()
		}
	}
	return s
}

func loadState(dir, name string) (*state, error) {
	f, err := os.Open(statePath(dir, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxState+1))
	if err != nil || len(b) > maxState {
		return nil, errors.New("the state of a download cannot be read")
	}
	s := newState()
	if err := json.Unmarshal(b, s); err != nil {
		return nil, err
	}
	if s.Version != 1 || s.Saved == nil || s.Whole == nil || len(s.Copies) == 0 {
		return nil, errors.New("the state of a download is of another version")
	}
	for _, c := range s.Copies {
		if err := c.Check(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Check refuses a copy whose files would lie elsewhere than in its folder.
func (c Copy) Check() error {
	if !repoName.MatchString(c.Repo) || c.Commit != "" && !isHex(c.Commit, 40) || len(c.Files) == 0 {
		return errors.New("it names no repository and commit")
	}
	for _, f := range c.Files {
		if err := f.check(); err != nil {
			return err
		}
	}
	return nil
}

// save writes the state; whole or not at all.
func (s *state) save(job Job) error {
	s.mu.Lock()
	b, err := json.Marshal(s)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return disk.WriteFile(statePath(job.Dir, job.Name), b)
}

// saved is how much of a file's part surely is on the disk.
func (s *state) saved(it *item) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Saved[it.key()]
}

func (s *state) setSaved(it *item, n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Saved[it.key()] = n
}

// setWhole notes that a file has the right hash.
func (s *state) setWhole(it *item) {
	info, err := os.Stat(it.path)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.Saved, it.key())
	s.Whole[it.path] = whole{info.Size(), info.ModTime(), it.hash()}
}

// isWhole reports whether a file is as it was when its hash was right.
func (s *state) isWhole(it *item) bool {
	info, err := os.Stat(it.path)
	if err != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w, ok := s.Whole[it.path]
	return ok && w.Hash == it.hash() && w.Size == info.Size() && w.Time.Equal(info.ModTime())
}

// dropOld takes over the parts that came at the commits before a change and
// are still wanted, and removes the others.
func (s *state) dropOld(d *download) {
	if d.old == nil {
		return
	}
	wanted := map[string]*item{}
	for _, it := range d.items {
		wanted[it.key()] = it
	}
	for _, was := range d.old.items(d) {
		from, it := was.path+partEnding, wanted[was.key()]
		if it == nil || os.MkdirAll(filepath.Dir(it.path), 0o755) != nil || it.path != was.path && os.Rename(from, it.path+partEnding) != nil {
			removeUp(from, d.job.Dir)
			continue
		}
		s.setSaved(it, d.old.saved(was))
	}
	d.old = nil
}

// Unfinished says how much of a job has come, and how much it is in all, if it
// was begun and is not whole. It asks no network.
func Unfinished(dir, name string) (done, total int64, ok bool) {
	s, err := loadState(dir, name)
	if err != nil {
		return 0, 0, false
	}
	for _, c := range s.Copies {
		for _, f := range c.Files {
			total += f.Size
			path := filepath.Join(dir, c.Path(f))
			if info, err := os.Stat(path); err == nil && info.Size() == f.Size {
				done += f.Size
			} else if info, err := os.Stat(path + partEnding); err == nil {
				done += min(info.Size(), f.Size)
			}
		}
	}
	return done, total, true
}

// Begun names the jobs in a folder that are not whole.
func Begun(dir string) []string {
	var names []string
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".download.json"); ok {
			names = append(names, name)
		}
	}
	return names
}

// Forget removes what was noted of a job that is whole.
func Forget(dir, name string) error {
	err := os.Remove(statePath(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Discard removes a job that is not whole, with all that came of it but for files that
// keep says are needed otherwise. It returns ErrBusy while a download runs.
func Discard(dir, name string, keep func(path string) bool) error {
	s, err := loadState(dir, name)
	if err != nil {
		return Forget(dir, name)
	}
	return Remove(dir, s.Copies, keep, func() error { return Forget(dir, name) })
}

// Remove removes the files of copies, but for those that keep, called with paths
// in dir, says are needed otherwise, and the folders that are then empty. first is
// called before that: it removes what names them.
func Remove(dir string, copies []Copy, keep func(path string) bool, first func() error) error {
	lock, err := lockDir(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := first(); err != nil {
		return err
	}
	for _, c := range copies {
		if err := c.Check(); err != nil {
			return err
		}
		for _, f := range c.Files {
			if path := c.Path(f); !keep(path) {
				removeUp(filepath.Join(dir, path)+partEnding, dir)
				removeUp(filepath.Join(dir, path), dir)
			}
		}
	}
	return nil
}

// removeUp removes a file, and the folders above it that are then empty, up to dir.
func removeUp(path, dir string) {
	os.Remove(path)
	for at := filepath.Dir(path); at != dir && strings.HasPrefix(at, dir); at = filepath.Dir(at) {
		if os.Remove(at) != nil {
			return
		}
	}
}

// Wanted is what a job that is not whole wants; nil if there is no such job.
func Wanted(dir, name string) []Copy {
	s, err := loadState(dir, name)
	if err != nil {
		return nil
	}
	return s.Copies
}
