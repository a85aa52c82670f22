package desktop

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func newDesktop(t *testing.T) *Desktop {
	t.Helper()
	d := New(func(f func()) { f() })
	t.Cleanup(d.Close)
	return d
}

func TestRevealMissing(t *testing.T) {
	if err := newDesktop(t).Reveal(filepath.Join(t.TempDir(), "none.png")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want that there is no such file", err)
	}
}

func TestCopyPictureRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.png")
	if err := os.WriteFile(file, []byte("no picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := newDesktop(t).CopyPicture(file)
	if err == nil || !strings.Contains(err.Error(), "clipboard") && !strings.Contains(err.Error(), "no PNG picture") {
		t.Errorf("got %v, want a refusal", err)
	}
}
