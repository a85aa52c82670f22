package library

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A watcher notices what other programs do in the folders of a library.
type watcher struct {
	l *Library
	n *fsnotify.Watcher // nil when the system gives none

	mu   sync.Mutex // guards full
	full bool       // the system watches no more folders; said once
}

// settle is how long a file must rest before it is read.
const settle = 400 * time.Millisecond

func newWatcher(l *Library) *watcher {
	n, err := fsnotify.NewWatcher()
	if err != nil {
		l.p.Log.Warn("folders are not watched; changes are seen at the next start", "err", err)
	}
	return &watcher{l: l, n: n}
}

// folder watches a folder, not what lies below it. It may be called again.
func (w *watcher) folder(dir string) {
	if w.n == nil {
		return
	}
	err := w.n.Add(dir)
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fsnotify.ErrClosed) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.full {
		w.full = true
		w.l.p.Log.Warn("not all folders are watched; changes there are seen at the next start", "dir", dir, "err", err)
	}
}

// run looks through the folders once and then follows what happens in them,
// until the library is closed.
func (w *watcher) run() {
	ctx := w.l.ctx
	var events chan fsnotify.Event
	var faults chan error
	if w.n != nil {
		defer w.n.Close()
		events, faults = w.n.Events, w.n.Errors
	}
	first := make(chan struct{})
	w.l.wg.Go(func() {
		defer close(first)
		w.rescan()
		w.l.checkIndex()
	})
	defer func() { <-first }()
	rest := time.NewTimer(0)
	<-rest.C
	touched := map[string]bool{}
	lost := false // the system could not tell everything
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-events:
			if !e.Has(fsnotify.Chmod) || e.Op != fsnotify.Chmod {
				touched[e.Name] = true
				rest.Reset(settle)
			}
		case err := <-faults:
			w.l.p.Log.Warn("watching", "err", err)
			lost = true
			rest.Reset(settle)
		case <-rest.C:
			paths := touched
			touched = map[string]bool{}
			if lost {
				lost = false
				w.rescan()
			} else {
				w.follow(ctx, paths)
			}
		}
	}
}

func (w *watcher) rescan() {
	s, err := w.l.Rescan(w.l.ctx, nil)
	debug.FreeOSMemory() // a look at 100,000 files leaves 50 MB that an idle program would keep for minutes
	switch {
	case w.l.ctx.Err() != nil:
	case err != nil:
		w.l.p.Log.Error("library not read", "err", err)
	default:
		w.l.p.Log.Info("library read", "pictures", s.Files, "new", s.Added, "changed", s.Changed, "missing", s.Missing, "failed", s.Failed, "dur", s.Took)
	}
}

// follow brings the index to what is at paths now.
func (w *watcher) follow(ctx context.Context, paths map[string]bool) {
	l := w.l
	l.scan.Lock()
	defer l.scan.Unlock()
	var files []string
	var gone []string
	for path := range paths {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			gone = append(gone, path)
		case err != nil || hidden(path):
		case info.IsDir():
			walk(ctx, path, 0, w.folder, func(file string, _ fs.FileInfo) { files = append(files, file) }, func(string, error) {})
		case PictureFile(path):
			files = append(files, path)
		}
	}
	if err := l.markMissing(gone); err != nil {
		l.p.Log.Error("library not written", "err", err)
	}
	slices.Sort(files)
	files = slices.Compact(files)
	files, err := l.differing(files)
	if err == nil {
		err = l.readAll(ctx, files, &Scan{}, nil)
	}
	if err != nil && ctx.Err() == nil {
		l.p.Log.Error("library not written", "err", err)
	}
}

// markMissing notes that what lay at paths, or below them, is gone.
func (l *Library) markMissing(paths []string) error {
	var ids []int64
	const sep, after = string(filepath.Separator), string(filepath.Separator + 1)
	for _, path := range paths {
		rows, err := l.read.Query("SELECT id FROM pictures WHERE missing = 0 AND (file = ? OR file > ? AND file < ?)", path, path+sep, path+after)
		found, err := scanIDs(rows, err)
		if err != nil {
			return err
		}
		ids = append(ids, found...)
	}
	if len(ids) == 0 {
		return nil
	}
	l.changed.soon()
	return l.in(func(b *batch) error {
		for _, id := range ids {
			var file string
			if err := b.row("SELECT file FROM pictures WHERE id = ?", []any{id}, &file); err != nil {
				continue // removed meanwhile
			}
			if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err := b.markMissing(id); err != nil {
				return err
			}
		}
		return nil
	})
}

// differing leaves out the files that the index holds as they are, and new
// ones outside of the folders.
func (l *Library) differing(files []string) ([]string, error) {
	roots, err := l.roots()
	if err != nil {
		return nil, err
	}
	var left []string
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		var same bool
		err = l.read.QueryRow("SELECT bytes = ? AND made = ? AND missing = 0 FROM pictures WHERE file = ?",
			info.Size(), info.ModTime().UnixNano(), file).Scan(&same)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			same = !slices.ContainsFunc(roots, func(root string) bool { return within(file, root) })
		case err != nil:
			return nil, err
		}
		if !same {
			left = append(left, file)
		}
	}
	return left, nil
}
