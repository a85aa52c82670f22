package library

import (
	"path/filepath"
	"strings"

	"cascata/app/disk"
)

// CopyPicture copies a picture file into dir under its own name, with a number
// behind that where another file has it, and returns the copy's path. The file
// is read within the bounds of pictures. Errors wrap ErrWrite when the copy
// cannot be written.
func CopyPicture(dir, file string) (string, error) {
	data, err := disk.ReadBytes(file)
	if err != nil {
		return "", err
	}
	ext := filepath.Ext(file)
	return disk.SaveNewAs(dir, data, strings.TrimSuffix(filepath.Base(file), ext), ext)
}
