package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"cascata/app/disk"
	"cascata/app/recipe"
)

// AddFolder takes the pictures in a folder, and those in its folders, into the
// library; they stay where they are. Rescan then reads them, and what changes
// there is noticed from now on. Errors wrap disk.ErrNotFolder where there is none.
func (l *Library) AddFolder(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if _, err := os.ReadDir(dir); err != nil {
		if e, ok := errors.AsType[*fs.PathError](err); ok {
			err = e.Err // without the path, which stands before it
		}
		return fmt.Errorf("%s: %w: %w", dir, disk.ErrNotFolder, err)
	}
	err = l.in(func(b *batch) error { return b.exec("INSERT OR IGNORE INTO folders (dir) VALUES (?)", dir) })
	if err == nil && l.watch != nil {
		l.watch.folder(dir)
	}
	return err
}

// Folders are those that AddFolder named.
func (d *db) Folders() ([]string, error) {
	rows, err := d.read.Query("SELECT dir FROM folders ORDER BY dir")
	return scanTexts(rows, err)
}

// ErrNoFolder says that the library has no such folder to forget.
var ErrNoFolder = errors.New("this folder was not added to the library")

// RemoveFolder undoes AddFolder: the pictures leave the library, as many as it returns, and
// stay where they are. Those that lie in another of its folders too stay in
// it. Marks are kept for when they come back. Errors wrap ErrNoFolder where
// the folder was not added.
func (l *Library) RemoveFolder(dir string) (left int, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return 0, err
	}
	l.scan.Lock() // what is being read must not come back
	defer l.scan.Unlock()
	folders, err := l.Folders()
	if err != nil {
		return 0, err
	}
	if !slices.Contains(folders, dir) {
		return 0, fmt.Errorf("%s: %w", dir, ErrNoFolder)
	}
	pictures, err := l.pictureDir()
	if err != nil {
		return 0, err
	}
	others := append(slices.DeleteFunc(folders, func(f string) bool { return f == dir }), pictures)
	known, err := l.known()
	if err != nil {
		return 0, err
	}
	err = l.marked(func(b *batch) error {
		if err := b.exec("DELETE FROM folders WHERE dir = ?", dir); err != nil {
			return err
		}
		for file, k := range known {
			if !within(file, dir) || slices.ContainsFunc(others, func(root string) bool { return within(file, root) }) {
				continue
			}
			if err := b.keepMarks(k.id); err != nil {
				return err
			}
			if err := b.remove(k.id); err != nil {
				return err
			}
			left++
		}
		return nil
	})
	return left, err
}

// roots are the folders to look through: the picture folder and the imported.
func (l *Library) roots() ([]string, error) {
	imported, err := l.Folders()
	pictures, absErr := l.pictureDir()
	return append([]string{pictures}, imported...), errors.Join(err, absErr)
}

func (l *Library) pictureDir() (string, error) { return filepath.Abs(l.p.Pictures()) }

// a knownFile is what the index holds of a file's state.
type knownFile struct {
	id, bytes, made int64
	missing, seen   bool
}

func (l *Library) known() (map[string]knownFile, error) {
	rows, err := l.read.Query("SELECT id, file, bytes, made, missing FROM pictures")
	if err != nil {
		return nil, fmt.Errorf("the library cannot be read: %w", err)
	}
	defer rows.Close()
	known := map[string]knownFile{}
	for rows.Next() {
		var file string
		var k knownFile
		if err := rows.Scan(&k.id, &file, &k.bytes, &k.made, &k.missing); err != nil {
			return nil, fmt.Errorf("the library cannot be read: %w", err)
		}
		known[file] = k
	}
	return known, rows.Err()
}

// maxDepth bounds how deep folders may lie in one another.
const maxDepth = 40

// walk calls file for each picture file below dir and folder for each folder,
// dir too. Links to folders are not followed, dir itself may be one. Hidden
// ones are left out, and folders that cannot be read are passed to failed.
func walk(ctx context.Context, dir string, depth int, folder func(string), file func(string, fs.FileInfo), failed func(string, error)) {
	if ctx.Err() != nil || depth > maxDepth {
		return
	}
	folder(dir)
	entries, err := os.ReadDir(dir)
	if err != nil {
		failed(dir, err) // what was read of it still counts
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case hidden(path):
		case e.IsDir():
			walk(ctx, path, depth+1, folder, file, failed)
		case PictureFile(path):
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				file(path, info)
			}
		}
	}
}

// rescanBatch is how many pictures are written in one transaction.
const rescanBatch = 200

// Rescan looks through all folders and brings the index to what is there.
// progress, which may be nil, is called with how many of the files to read are read,
// on the caller's goroutine. When ctx ends first, what was read stays and
// ctx.Err() is returned.
func (l *Library) Rescan(ctx context.Context, progress func(done, total int)) (Scan, error) {
	l.scan.Lock()
	defer l.scan.Unlock()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(l.ctx, stop)()
	var s Scan
	start := time.Now()
	roots, err := l.roots()
	if err != nil {
		return s, err
	}
	known, err := l.known()
	if err != nil {
		return s, err
	}
	var toRead []string
	for _, root := range roots {
		walk(ctx, root, 0, l.watchFolder, func(file string, info fs.FileInfo) {
			k, ok := known[file]
			if k.seen {
				return
			}
			if !ok || k.missing || k.bytes != info.Size() || k.made != info.ModTime().UnixNano() {
				toRead = append(toRead, file)
			}
			s.Files++
			k.seen = true
			known[file] = k
		}, func(dir string, err error) {
			gone := errors.Is(err, fs.ErrNotExist)
			if gone && (dir != root || dir == l.p.Usual) {
				return // it was removed meanwhile, or is made with the first picture
			}
			l.p.Log.Warn("folder not read", "dir", dir, "err", err)
			s.fail(dir)
			if dir == root {
				s.Roots += dir + "\n"
			}
		})
	}
	if err := ctx.Err(); err != nil {
		return s, err
	}
	if s.Missing, err = l.findMissing(known); err != nil {
		return s, err
	}
	if err := l.readAll(ctx, toRead, &s, progress); err != nil {
		return s, err
	}
	l.sweep()
	s.Took = time.Since(start)
	return s, nil
}

// findMissing notes which known files are gone. One that lies outside of the
// folders, which were not looked through, is asked for.
func (l *Library) findMissing(known map[string]knownFile) (n int, err error) {
	var gone []int64
	for file, k := range known {
		if !k.seen && !k.missing {
			if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
				gone = append(gone, k.id)
			}
		}
	}
	if len(gone) == 0 {
		return 0, nil
	}
	l.changed.soon()
	return len(gone), l.in(func(b *batch) error {
		for _, id := range gone {
			if err := b.markMissing(id); err != nil {
				return err
			}
		}
		return nil
	})
}

// unreadNamed is how many paths are named that could not be read.
const unreadNamed = 20

// fail notes what could not be read.
func (s *Scan) fail(path string) {
	if s.Failed++; s.Failed <= unreadNamed {
		s.Unread += path + "\n"
	}
}

// readAll reads files on all processors and writes their rows in their order.
func (l *Library) readAll(ctx context.Context, files []string, s *Scan, progress func(done, total int)) error {
	for done := 0; done < len(files); {
		if err := ctx.Err(); err != nil {
			return err
		}
		if progress != nil {
			progress(done, len(files))
		}
		part := files[done:min(done+rescanBatch, len(files))]
		entries := make([]*entry, len(part))
		var wg sync.WaitGroup
		for w := range runtime.NumCPU() {
			wg.Go(func() {
				for i := w; i < len(part) && ctx.Err() == nil; i += runtime.NumCPU() {
					var err error
					if entries[i], err = l.readEntry(part[i]); err != nil {
						l.p.Log.Info("picture not read", "file", part[i], "err", err)
					}
				}
			})
		}
		wg.Wait()
		if err := ctx.Err(); err != nil {
			return err
		}
		for i, e := range entries {
			if e == nil {
				s.fail(part[i])
			}
		}
		if err := l.putAll(entries, s); err != nil {
			return err
		}
		done += len(part)
	}
	if progress != nil {
		progress(len(files), len(files))
	}
	return nil
}

// putAll writes entries that are not nil. s may be nil.
func (l *Library) putAll(entries []*entry, s *Scan) error {
	if s == nil {
		s = &Scan{}
	}
	l.files.Lock() // a file that is being moved to the trash must not come back
	defer l.files.Unlock()
	l.changed.soon()
	return l.in(func(b *batch) error {
		for _, e := range entries {
			if e == nil {
				continue
			}
			if _, err := os.Lstat(e.file); err != nil {
				continue // gone since it was read
			}
			_, kind, err := b.put(e)
			if err != nil {
				return fmt.Errorf("%s: %w", e.file, err)
			}
			switch kind {
			case putNew:
				s.Added++
			case putCopy:
				s.Added++
				s.Copies++
			case putMoved:
				s.Moved++
			case putChanged:
				s.Changed++
			}
		}
		return nil
	})
}

// tempAge is how old a file must be that a killed program did not finish.
const tempAge = time.Hour

// sweep removes unfinished files of ours from the picture folder, and
// thumbnails that no picture has.
func (l *Library) sweep() {
	dir := l.p.Pictures()
	for _, dir := range []string{dir, filepath.Join(dir, recipe.DraftsFolder)} {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), ".cascata-") || !e.Type().IsRegular() {
				continue
			}
			if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > tempAge {
				os.Remove(filepath.Join(dir, e.Name()))
			}
		}
	}
	l.sweepThumbs()
}

func (l *Library) watchFolder(dir string) {
	if l.watch != nil {
		l.watch.folder(dir)
	}
}

// A Scan says what a look through the folders found.
type Scan struct {
	Files   int // pictures there
	Added   int // new ones
	Changed int // read again
	Moved   int // known under another name before
	Missing int // rows whose file is gone
	Copies  int // new ones whose content the library had
	Failed  int // files that could not be read as pictures, and folders

	Unread string // the paths of the first of those, one a line
	Roots  string // of the folders among those, the ones that the library consists of

	Took time.Duration
}
