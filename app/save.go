package app

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cascata/app/meta"
)

// ErrWrite marks a file that could not be written.
var ErrWrite = errors.New("could not write")

// WriteFile writes data to path so that the file is either whole or absent:
// to a temporary file beside it, synced, then renamed. Missing folders are
// made. Errors wrap ErrWrite.
func WriteFile(path string, data []byte) error {
	return replaceFile(path, data, true, func(tmp string) error { return os.Rename(tmp, path) })
}

// writeLoose is WriteFile for what can be made again: it does not wait for the
// disk.
func writeLoose(path string, data []byte) error {
	return replaceFile(path, data, false, func(tmp string) error { return os.Rename(tmp, path) })
}

func replaceFile(path string, data []byte, sync bool, commit func(tmp string) error) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("%w %s: %w", ErrWrite, path, err)
	}
	f, err := os.CreateTemp(dir, ".cascata-*")
	if err != nil {
		return fmt.Errorf("%w %s: %w", ErrWrite, path, err)
	}
	defer os.Remove(f.Name()) // does nothing once renamed
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil && sync {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = commit(f.Name())
	}
	if err != nil {
		return fmt.Errorf("%w %s: %w", ErrWrite, path, err)
	}
	return nil
}

// PNG encodes a picture.
func PNG(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := enc.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("png: %w", err)
	}
	return b.Bytes(), nil
}

// saveNew writes an encoded picture into dir under a name, with a number
// behind it where another file has that, and returns its path.
func saveNew(dir string, data []byte, name string) (string, error) {
	return saveNewAs(dir, data, name, ".png")
}

func saveNewAs(dir string, data []byte, name, ext string) (string, error) {
	for n := 1; ; n++ {
		path := filepath.Join(dir, name+ext)
		if n > 1 {
			path = filepath.Join(dir, fmt.Sprintf("%s (%d)%s", name, n, ext))
		}
		err := replaceFile(path, data, true, func(tmp string) error { return linkNew(tmp, path) })
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", err
		}
	}
}

// maxPictureFile bounds a picture file that is copied, in bytes.
const maxPictureFile = 256 << 20

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
	data, err := io.ReadAll(io.LimitReader(f, maxPictureFile+1))
	if err != nil {
		return "", err
	}
	if len(data) > maxPictureFile {
		return "", fmt.Errorf("%s is larger than %d MB", file, maxPictureFile>>20)
	}
	ext := filepath.Ext(file)
	return saveNewAs(dir, data, strings.TrimSuffix(filepath.Base(file), ext), ext)
}

// linkNew gives tmp the name path unless that name is taken. File systems
// without hard links get a rename after a look.
func linkNew(tmp, path string) error {
	err := os.Link(tmp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	return os.Rename(tmp, path)
}
