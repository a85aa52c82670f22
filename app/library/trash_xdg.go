//go:build unix && !darwin

package library

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/adrg/xdg"
)

// trashFile moves a file to the trash as the freedesktop.org trash
// specification 1.0 says: to the one in the home folder, or to that of the
// disk that the file is on.
func (l *Library) trashFile(file string) (trashPlace, error) {
	home := l.p.Trash
	if home == "" {
		home = filepath.Join(xdg.DataHome, "Trash")
	}
	if err := os.MkdirAll(home, 0o700); err != nil {
		return trashPlace{}, err
	}
	if !sameDisk(home, filepath.Dir(file)) {
		top := topOf(filepath.Dir(file))
		if dir, ok := topTrash(top); ok {
			if place, err := toTrash(file, dir, top); err == nil {
				return place, nil
			}
		}
	}
	return toTrash(file, home, "") // copied when it is another disk
}

// toTrash moves a file into a trash folder. In a disk's own trash the note
// names it relative to the disk's top, so that it stays true elsewhere.
func toTrash(file, trash, top string) (p trashPlace, err error) {
	path := file
	if top != "" {
		if path, err = filepath.Rel(top, file); err != nil {
			return p, err
		}
	}
	for _, dir := range []string{"files", "info"} {
		if err := os.MkdirAll(filepath.Join(trash, dir), 0o700); err != nil {
			return p, err
		}
	}
	note := fmt.Sprintf("[Trash Info]\nPath=%s\nDeletionDate=%s\n", (&url.URL{Path: path}).EscapedPath(), time.Now().Format("2006-01-02T15:04:05"))
	ext := filepath.Ext(file)
	stem := strings.TrimSuffix(filepath.Base(file), ext)
	for n := 1; n < 10000; n++ {
		name := stem + ext
		if n > 1 {
			name = fmt.Sprintf("%s.%d%s", stem, n, ext)
		}
		p = trashPlace{from: file, file: filepath.Join(trash, "files", name), info: filepath.Join(trash, "info", name+".trashinfo")}
		// The note comes first and takes the name.
		f, err := os.OpenFile(p.info, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if os.IsExist(err) {
			continue
		}
		if err != nil {
			return p, err
		}
		_, err = f.WriteString(note)
		if e := f.Close(); err == nil {
			err = e
		}
		if err == nil {
			err = moveTo(file, p.file)
		}
		if err == nil {
			return p, nil
		}
		os.Remove(p.info)
		if !os.IsExist(err) {
			return p, err
		}
	}
	return p, fmt.Errorf("%s: %w", trash, fs.ErrExist)
}

func device(path string) (uint64, bool) {
	var s syscall.Stat_t
	err := syscall.Stat(path, &s)
	return uint64(s.Dev), err == nil
}

func sameDisk(a, b string) bool {
	x, ok := device(a)
	y, ok2 := device(b)
	return ok && ok2 && x == y
}

// topOf is the top folder of the disk that a folder is on.
func topOf(dir string) string {
	for parent := filepath.Dir(dir); parent != dir && sameDisk(parent, dir); parent = filepath.Dir(dir) {
		dir = parent
	}
	return dir
}

// topTrash is the trash of a disk: a folder of the user in the shared .Trash,
// when that is a real folder with the sticky bit, else .Trash-uid.
func topTrash(top string) (dir string, ok bool) {
	uid := os.Getuid()
	shared := filepath.Join(top, ".Trash")
	if info, err := os.Lstat(shared); err == nil && info.IsDir() && info.Mode()&fs.ModeSticky != 0 {
		dir = filepath.Join(shared, fmt.Sprint(uid))
		if os.MkdirAll(dir, 0o700) == nil {
			return dir, true
		}
	}
	dir = filepath.Join(top, fmt.Sprintf(".Trash-%d", uid))
	if err := os.Mkdir(dir, 0o700); err != nil && !os.IsExist(err) {
		return "", false
	}
	info, err := os.Lstat(dir)
	return dir, err == nil && info.IsDir()
}
