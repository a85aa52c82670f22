//go:build !unix || darwin

package library

import (
	"os"
	"path/filepath"
)

// trashFile moves a file to the trash: on Windows the recycle bin, on macOS the
// user's trash. Where the system has none for it, it goes to a folder of the
// program's own.
func (l *Library) trashFile(file string) (trashPlace, error) {
	dir := l.p.Trash
	if dir == "" {
		if place, ok, err := recycle(file); ok || err != nil {
			return place, err
		}
		if dir = userTrash(); dir == "" {
			dir = filepath.Join(l.p.State, "Trash")
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return trashPlace{}, err
	}
	path, err := moveNew(file, filepath.Join(dir, filepath.Base(file)))
	return trashPlace{from: file, file: path}, err
}
