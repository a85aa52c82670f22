package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"cascata/app/disk"
	"cascata/inference/checkpoint"
)

// Hashes are the SHA-256 of files with weights, each remembered by path, size and
// time so that it is read once. Methods may be called from any goroutine.
type Hashes struct {
	path string // where they are remembered
	log  *slog.Logger
	ctx  context.Context // ends when Close is called
	stop context.CancelFunc
	wg   sync.WaitGroup

	mu      sync.Mutex // guards the fields below
	known   map[string]hashed
	pending map[string]bool // files that the goroutine has before it
}

// A hashed file is as it was when it was read.
type hashed struct {
	Size   int64     `json:"size"`
	Time   time.Time `json:"time"`
	SHA256 string    `json:"sha256"`
}

// hashAtOnce is how large a model may be, in bytes, to be read while somebody waits.
const hashAtOnce = 64 << 20

// OpenHashes takes up what is remembered in a file. A file that is missing or
// damaged counts as empty. The caller must call Close.
func OpenHashes(path string, log *slog.Logger) *Hashes {
	ctx, stop := context.WithCancel(context.Background())
	h := &Hashes{path: path, log: log, ctx: ctx, stop: stop, known: map[string]hashed{}, pending: map[string]bool{}}
	if data, err := os.ReadFile(path); err == nil && json.Unmarshal(data, &h.known) != nil || h.known == nil {
		h.known = map[string]hashed{}
	}
	return h
}

// Close stops reading and waits for it.
func (h *Hashes) Close() {
	h.stop()
	h.wg.Wait()
}

// Of returns the hashes of a model's weights by "network/file name", or nil as
// long as one is not known. A large model is then read on a goroutine of its
// own, for the next time it is asked for.
func (h *Hashes) Of(ck *checkpoint.Checkpoint) map[string]string {
	found := map[string]string{}
	small := size(ck) <= hashAtOnce
	var missing []string
	for _, n := range networks(ck) {
		for _, file := range n.Files {
			if filepath.Ext(file) == ".json" {
				continue
			}
			name := string(n.Kind) + "/" + filepath.Base(file)
			sum, ok := h.get(file)
			if !ok && small {
				sum, ok = h.read(file, false)
			}
			if found[name] = sum; !ok {
				missing = append(missing, file)
			}
		}
	}
	if missing == nil {
		return found
	}
	h.later(missing)
	return nil
}

// ofFile is the hash of one file, which is read now if it is not known.
func (h *Hashes) ofFile(file string) (sum string, ok bool) {
	if sum, ok = h.get(file); ok {
		return sum, ok
	}
	return h.read(file, false)
}

// Find is a file that has a hash, of those that were read and are as they were.
func (h *Hashes) Find(sum string) (file string, ok bool) {
	h.mu.Lock()
	var found []string
	for f, k := range h.known {
		if k.SHA256 == sum {
			found = append(found, f)
		}
	}
	h.mu.Unlock()
	slices.Sort(found)
	for _, f := range found {
		if _, ok := h.get(f); ok {
			return f, true
		}
	}
	return "", false
}

// get is what is known of a file as it is now.
func (h *Hashes) get(file string) (string, bool) {
	info, err := os.Stat(file)
	if err != nil {
		return "", false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	k, ok := h.known[file]
	return k.SHA256, ok && k.Size == info.Size() && k.Time.Equal(info.ModTime())
}

// later reads files on a goroutine, unless that is under way.
func (h *Hashes) later(files []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var todo []string
	for _, f := range files {
		if !h.pending[f] {
			h.pending[f] = true
			todo = append(todo, f)
		}
	}
	if todo == nil || h.ctx.Err() != nil {
		return
	}
	h.wg.Go(func() {
		for _, f := range todo {
			h.read(f, true)
			h.mu.Lock()
			delete(h.pending, f)
			h.mu.Unlock()
		}
	})
}

// read hashes a file and remembers the result. Calmly, it rests as long as it
// works, so that pictures and their models come first.
func (h *Hashes) read(file string, calmly bool) (string, bool) {
	f, err := disk.OpenRegular(file)
	if err != nil {
		return "", false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", false
	}
	sum := sha256.New()
	for begin := time.Now(); err == nil; begin = time.Now() {
		_, err = io.CopyN(sum, f, 1<<20)
		if calmly && err == nil {
			select {
			case <-h.ctx.Done():
				err = h.ctx.Err()
			case <-time.After(time.Since(begin)):
			}
		}
	}
	if err != io.EOF {
		return "", false
	}
	k := hashed{info.Size(), info.ModTime(), hex.EncodeToString(sum.Sum(nil))}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.known[file] = k
	h.save()
	return k.SHA256, true
}

// save writes what is known of files that are still there. It is called with mu held.
func (h *Hashes) save() {
	for file := range h.known {
		if _, err := os.Stat(file); err != nil {
			delete(h.known, file)
		}
	}
	data, err := json.Marshal(h.known)
	if err == nil {
		err = disk.WriteUnsynced(h.path, data)
	}
	if err != nil {
		h.log.Warn("hashes not written", "err", err)
	}
}
