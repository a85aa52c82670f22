package library

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"cascata/app/disk"
	"cascata/app/meta"
)

// CopyPicture copies a picture file into dir under its own name, with a number
// behind that where another file has it, and returns the copy's path. The file
// is read within the bounds of pictures. Errors wrap ErrWrite when the copy
// cannot be written.
func CopyPicture(dir, file string) (string, error) {
	f, err := meta.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, disk.MaxPictureFile+1))
	if err != nil {
		return "", err
	}
	if len(data) > disk.MaxPictureFile {
		return "", fmt.Errorf("%s is larger than %d MB", file, disk.MaxPictureFile>>20)
	}
	ext := filepath.Ext(file)
	return disk.SaveNewAs(dir, data, strings.TrimSuffix(filepath.Base(file), ext), ext)
}
