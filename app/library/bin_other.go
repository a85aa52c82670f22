//go:build !unix || darwin

package library

import (
	"os"
	"path/filepath"
	"runtime"
)

// trashFile moves a file to the trash: on macOS that of the user, elsewhere a
// folder of the program's own.
func (l *Library) trashFile(file string) (trashPlace, error) {
	if _, err := os.Lstat(file); err != nil {
		return trashPlace{}, err
	}
	dir := l.p.Trash
	if home, err := os.UserHomeDir(); dir == "" && err == nil && runtime.GOOS == "darwin" {
		dir = filepath.Join(home, ".Trash")
	}
	if dir == "" {
		dir = filepath.Join(l.p.State, "Trash")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return trashPlace{}, err
	}
	path, err := moveNew(file, filepath.Join(dir, filepath.Base(file)))
	return trashPlace{from: file, file: path}, err
}
