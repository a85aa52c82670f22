package disk

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestWriteFileLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(filepath.Join(dir, "taken"), []byte("x")); !errors.Is(err, ErrWrite) {
		t.Errorf("got %v, want ErrWrite", err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("a temporary file was left: %v", files)
	}
}
