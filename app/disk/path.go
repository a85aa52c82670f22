package disk

import (
	"errors"
	"io/fs"
	"os"
)

// IsDir reports whether there is a folder at path.
func IsDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// OpenRegular opens a file to read, whatever it holds. A folder, a pipe or a
// device is refused: opening or reading it might never end. Errors are those of
// package os.
func OpenRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("it is not a regular file")}
	}
	return os.Open(path)
}
