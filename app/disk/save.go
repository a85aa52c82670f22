// Package disk reads pictures within bounds, and writes files that are whole or
// absent. Its functions may be called from any goroutine; they wait for the disk.
package disk

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrWrite marks a file that could not be written.
var ErrWrite = errors.New("could not write")

// WriteFile writes data to path so that the file is either whole or absent:
// to a temporary file beside it, synced, then renamed. Missing folders are
// made. Errors wrap ErrWrite.
func WriteFile(path string, data []byte) error {
	return replaceFile(path, data, true, func(tmp string) error { return os.Rename(tmp, path) })
}

// WriteUnsynced is WriteFile for what can be made again: it does not wait for the
// disk.
func WriteUnsynced(path string, data []byte) error {
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

// PNG encodes a picture, fast rather than small. It fails for one of no pixels.
func PNG(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := enc.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("png: %w", err)
	}
	return b.Bytes(), nil
}

// SaveNew writes an encoded picture into dir under a name, with a number
// behind it where another file has that, and returns its path. Errors wrap
// ErrWrite.
func SaveNew(dir string, data []byte, name string) (string, error) {
	return SaveNewAs(dir, data, name, ".png")
}

// SaveNewAs is SaveNew for a file with another ending, which begins with a dot.
func SaveNewAs(dir string, data []byte, name, ext string) (string, error) {
	for n := 1; ; n++ {
		path := filepath.Join(dir, name+ext)
		if n > 1 {
			path = filepath.Join(dir, fmt.Sprintf("%s (%d)%s", name, n, ext))
		}
		err := replaceFile(path, data, true, func(tmp string) error { return LinkNew(tmp, path) })
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", err
		}
	}
}

// LinkNew gives tmp the name path unless that name is taken, which is fs.ErrExist. File systems
// without hard links get a rename after a look.
func LinkNew(tmp, path string) error {
	err := os.Link(tmp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	return os.Rename(tmp, path)
}

// Writable makes sure that files can be made in dir. A folder that does not
// exist yet is only made when something is written. Errors wrap ErrWrite.
func Writable(dir string) error {
	for {
		info, err := os.Stat(dir)
		if err == nil && !info.IsDir() {
			return fmt.Errorf("%w into %s: it is a file, not a folder", ErrWrite, dir)
		}
		if err == nil {
			break
		}
		parent := filepath.Dir(dir)
		if !errors.Is(err, os.ErrNotExist) || parent == dir {
			return fmt.Errorf("%w into %s: %w", ErrWrite, dir, err)
		}
		dir = parent
	}
	f, err := os.CreateTemp(dir, ".cascata-*")
	if err != nil {
		return fmt.Errorf("%w into %s: %w", ErrWrite, dir, err)
	}
	f.Close()
	return os.Remove(f.Name())
}

// WritePNG writes a picture as WriteFile does. Errors wrap ErrWrite.
func WritePNG(path string, img image.Image) error {
	data, err := PNG(img)
	if err != nil {
		return err
	}
	return WriteFile(path, data)
}
