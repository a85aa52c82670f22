package library

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cascata/app/disk"
)

// Thumb returns the file of a picture's thumbnail, a JPEG of ThumbSide pixels,
// and makes it when it is missing, which takes some 50 ms a megapixel. Two are
// made at once; others wait.
func (l *Library) Thumb(p Picture) (path string, err error) {
	var key []byte
	if err := l.read.QueryRow("SELECT key FROM pictures WHERE id = ?", p.ID).Scan(&key); err != nil {
		return "", fmt.Errorf("%s: %w", p.File, errGone)
	}
	path = l.thumbPath(key)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	select {
	case l.thumbs <- struct{}{}:
		defer func() { <-l.thumbs }()
	case <-l.ctx.Done():
		return "", l.ctx.Err()
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
func (l *Library) thumbPath(key []byte) string {
	name := hex.EncodeToString(key)
	return filepath.Join(l.p.Cache, "thumbs", name[:2], name[2:]+".jpg")
}

// laterThumb makes a thumbnail in the background.
func (l *Library) laterThumb(p Picture) {
	if l.ctx.Err() != nil {
		return
	}
	l.wg.Go(func() {
		if _, err := l.Thumb(p); err != nil && !errors.Is(err, l.ctx.Err()) {
			l.p.Log.Warn("thumbnail not made", "file", p.File, "err", err)
		}
	})
}

// sweepThumbs removes the thumbnails that no picture has.
func (l *Library) sweepThumbs() {
	root := filepath.Join(l.p.Cache, "thumbs")
	dirs, _ := os.ReadDir(root)
	if len(dirs) == 0 {
		return
	}
	rows, err := l.read.Query("SELECT DISTINCT lower(hex(key)) FROM pictures")
	used, err := scanTexts(rows, err)
	if err != nil {
		return
	}
	slices.Sort(used)
	for _, d := range dirs {
		if len(d.Name()) != 2 || !d.IsDir() {
			continue // one of the queue's
		}
		files, _ := os.ReadDir(filepath.Join(root, d.Name()))
		for _, f := range files {
			if _, ok := slices.BinarySearch(used, d.Name()+strings.TrimSuffix(f.Name(), ".jpg")); !ok {
				os.Remove(filepath.Join(root, d.Name(), f.Name()))
			}
		}
	}
}
