package library

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cascata/app/disk"
)

// A trashPlace is where the trash keeps a file.
type trashPlace struct {
	from string // where it was
	file string // where it is; "" when the system did not say
	info string // the note about it, "" without one
}

// restore moves the file back, or beside the one that took its place, and
// returns where it is then.
func (p trashPlace) restore() (string, error) {
	if p.file == "" {
		return "", fs.ErrNotExist
	}
	if _, err := os.Lstat(p.file); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(p.from), 0o755); err != nil {
		return "", err
	}
	path, err := moveNew(p.file, p.from)
	if err == nil && p.info != "" {
		os.Remove(p.info) // without it the note would point nowhere, which is harmless
	}
	return path, err
}

// as is under which name it lies there, for the end of a sentence.
func (p trashPlace) as() string {
	if p.file == "" {
		return ""
	}
	return " as " + p.file
}

// moveNew moves a file to path, or to a name like it when that is taken.
func moveNew(file, path string) (string, error) {
	ext := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ext)
	for n := 1; n < 10000; n++ {
		to := path
		if n > 1 {
			to = fmt.Sprintf("%s (%d)%s", stem, n, ext)
		}
		err := moveTo(file, to)
		if !errors.Is(err, fs.ErrExist) {
			return to, err
		}
	}
	return "", fmt.Errorf("%s: %w", path, fs.ErrExist)
}

// moveTo gives file the name to, which must be free: also from one disk to
// another, where it is copied first. Killed at any moment, it leaves the file
// whole under at least one of the names.
func moveTo(file, to string) error {
	err := disk.LinkNew(file, to)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = copyNew(file, to)
	}
	if err != nil {
		return err
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// copyNew copies a file and its time to a name that must be free.
func copyNew(file, to string) error {
	from, err := disk.Open(file)
	if err != nil {
		return err
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(to), ".cascata-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // does nothing once renamed
	_, err = io.Copy(f, from)
	if err == nil {
		err = f.Chmod(info.Mode().Perm())
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Chtimes(f.Name(), info.ModTime(), info.ModTime()); err != nil {
		return err
	}
	return disk.LinkNew(f.Name(), to)
}
