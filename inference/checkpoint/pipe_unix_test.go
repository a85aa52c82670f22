//go:build unix

package checkpoint

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A pipe in place of a graph or of its weights is refused at once, by those who look
// for models too: opening it would wait for a writer.
func TestPipes(t *testing.T) {
	dir := t.TempDir()
	pipe := func(path ...string) {
		t.Helper()
		to := filepath.Join(append([]string{dir}, path...)...)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(to, 0o600); err != nil {
			t.Skip(err)
		}
	}
	pipe("decoder", "model.onnx")
	if networks, err := IdentifyBundle(dir); networks != nil || err != nil {
		t.Errorf("a bundle with a pipe: %v, %v", networks, err)
	}
	if _, err := Open(dir); !errors.Is(err, ErrBad) {
		t.Errorf("a pipe as graph: %v, want ErrBad", err)
	}
	os.RemoveAll(dir)
	pipe("prior", "data.bin")
	put(t, filepath.Join(dir, "prior", "model.onnx"), graphWith(t, "data.bin"))
	if _, err := Open(dir); !errors.Is(err, ErrBad) {
		t.Errorf("a pipe as weights: %v, want ErrBad", err)
	}
}
