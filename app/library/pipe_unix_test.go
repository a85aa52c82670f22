//go:build unix

package library

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"cascata/app/disk"
	"cascata/app/meta"
	"cascata/app/recipe"
)

// A pipe or a device that is named like a picture is refused at once by all
// who read pictures: opening it would wait for ever, and so would reading.
func TestPipesAreNoPictures(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "a.png")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	l := &Library{}
	for _, path := range []string{pipe, os.DevNull, "/dev/zero"} {
		for name, read := range map[string]func() error{
			"Read":          func() error { _, err := meta.Read(path); return err },
			"Export":        func() error { return meta.Export(filepath.Join(t.TempDir(), "b.png"), path, meta.ExportOptions{}) },
			"ReadMade":      func() error { _, err := recipe.ReadEmbedded(path); return err },
			"PictureLatent": func() error { _, err := recipe.PictureLatent(path); return err },
			"thumbnail":     func() error { _, err := disk.ReadPicture(path); return err },
			"hash":          func() error { _, err := contentHash(path); return err },
			"library":       func() error { _, err := l.readEntry(path); return err },
			"copy":          func() error { return copyNew(path, filepath.Join(t.TempDir(), "c.png")) },
		} {
			if err := read(); !errors.Is(err, disk.ErrNotPicture) {
				t.Errorf("%s of %s: %v, want that it is no picture", name, path, err)
			}
		}
	}
}
