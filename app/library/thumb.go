package library

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"cascata/app/disk"
)

// Thumbs are the small pictures of the library's, in a folder of the cache. Its
// methods may be called from any goroutine; they wait for the disk.
type Thumbs struct {
	*db
	dir    string
	log    *slog.Logger
	ctx    context.Context // ends when the library is closed
	wg     *sync.WaitGroup // of the library's background work
	making chan struct{}   // holds as many as are made at once
}

// Thumb returns the file of a picture's thumbnail, a JPEG of ThumbSide pixels,
// and makes it when it is missing, which takes some 50 ms a megapixel. Two are
// made at once; others wait.
func (t *Thumbs) Thumb(p Picture) (path string, err error) {
	var key []byte
	if err := t.read.QueryRow("SELECT key FROM pictures WHERE id = ?", p.ID).Scan(&key); err != nil {
		return "", fmt.Errorf("%s: %w", p.File, errGone)
	}
	path = t.thumbPath(key)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	select {
	case t.making <- struct{}{}:
		defer func() { <-t.making }()
	case <-t.ctx.Done():
		return "", t.ctx.Err()
	}
	if _, err := os.Stat(path); err == nil {
		return path, nil // made while it waited
	}
	img, err := disk.ReadPicture(p.File)
	if err != nil {
		return "", err
	}
	return path, disk.WriteThumb(path, img)
}

// thumbPath names thumbnails by content, so that a picture that is moved keeps
// its own.
func (t *Thumbs) thumbPath(key []byte) string {
	name := hex.EncodeToString(key)
	return filepath.Join(t.dir, name[:2], name[2:]+".jpg")
}

// laterThumb makes a thumbnail in the background.
func (t *Thumbs) laterThumb(p Picture) {
	if t.ctx.Err() != nil {
		return
	}
	t.wg.Go(func() {
		if _, err := t.Thumb(p); err != nil && !errors.Is(err, t.ctx.Err()) {
			t.log.Warn("thumbnail not made", "file", p.File, "err", err)
		}
	})
}

// sweepThumbs removes the thumbnails that no picture has.
func (t *Thumbs) sweepThumbs() {
	dirs, _ := os.ReadDir(t.dir)
	if len(dirs) == 0 {
		return
	}
	rows, err := t.read.Query("SELECT DISTINCT lower(hex(key)) FROM pictures")
	used, err := scanTexts(rows, err)
	if err != nil {
		return
	}
	slices.Sort(used)
	for _, d := range dirs {
		if len(d.Name()) != 2 || !d.IsDir() {
			continue // one of the queue's
		}
		files, _ := os.ReadDir(filepath.Join(t.dir, d.Name()))
		for _, f := range files {
			if _, ok := slices.BinarySearch(used, d.Name()+strings.TrimSuffix(f.Name(), ".jpg")); !ok {
				os.Remove(filepath.Join(t.dir, d.Name(), f.Name()))
			}
		}
	}
}
