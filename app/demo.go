package app

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"cascata/app/disk"
)

// unpackDemo writes the built-in model to a folder, because ONNX Runtime maps
// weights from files. The folder is named after the model's content, so a new
// program brings a new folder and a complete one is never written twice.
func (m Models) unpackDemo() (string, error) {
	sum, err := fingerprint(m.Demo)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(m.Shelf.Dir, ".demo-"+sum)
	if whole(m.Demo, dir) {
		return dir, nil
	}
	if err := os.MkdirAll(m.Shelf.Dir, 0o755); err != nil {
		return "", fmt.Errorf("%w the built-in model: %w", disk.ErrWrite, err)
	}
	tmp, err := os.MkdirTemp(m.Shelf.Dir, ".unpack-")
	if err != nil {
		return "", fmt.Errorf("%w the built-in model: %w", disk.ErrWrite, err)
	}
	defer os.RemoveAll(tmp)
	if err := os.CopyFS(filepath.Join(tmp, "demo"), m.Demo); err != nil {
		return "", fmt.Errorf("%w the built-in model: %w", disk.ErrWrite, err)
	}
	old := filepath.Join(tmp, "old") // a damaged copy steps aside
	if err := os.Rename(dir, old); err != nil && !os.IsNotExist(err) {
		return "", fmt.Errorf("%w the built-in model: %w", disk.ErrWrite, err)
	}
	if err := os.Rename(filepath.Join(tmp, "demo"), dir); err != nil && !whole(m.Demo, dir) {
		return "", fmt.Errorf("%w the built-in model: %w", disk.ErrWrite, err)
	}
	return dir, nil
}

// fingerprint hashes every name and byte of f.
func fingerprint(f fs.FS) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(f, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		file, err := f.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		fmt.Fprintln(h, path)
		_, err = io.Copy(h, file)
		return err
	})
	return hex.EncodeToString(h.Sum(nil))[:12], err
}

// whole reports whether every file of f lies in dir with its size.
func whole(f fs.FS, dir string) bool {
	err := fs.WalkDir(f, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		want, err := d.Info()
		if err != nil {
			return err
		}
		got, err := os.Stat(filepath.Join(dir, path))
		if err != nil {
			return err
		}
		if got.Size() != want.Size() {
			return fs.ErrInvalid
		}
		return nil
	})
	return err == nil
}
