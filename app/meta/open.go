package meta

import (
	"fmt"
	"os"
)

// Open opens a picture file to read. What is no regular file, as a pipe or a
// device, is refused: opening or reading it might never end. Errors wrap
// ErrNotPicture, or are those of package os. A folder is an error when read.
func Open(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode(); !mode.IsRegular() && !mode.IsDir() {
		return nil, fmt.Errorf("%s: %w: it is a pipe or a device, not a file", path, ErrNotPicture)
	}
	return os.Open(path)
}
