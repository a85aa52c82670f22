package ort

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The library is opened beside a provider of its own version, and as it is where
// the version is another one or a library cannot be loaded.
func TestCUDABeside(t *testing.T) {
	path, err := Find("")
	if err != nil {
		t.Skip(err)
	}
	version, err := versionOf(path)
	if err != nil || !strings.HasPrefix(version, "1.") {
		t.Fatalf("%s is of version %q, %v", path, version, err)
	}
	dir := t.TempDir()
	provider := []string{filepath.Join(dir, "libonnxruntime_providers_cuda.so")}
	for range 2 { // the second finds the twin
		twin, err := (&CUDA{Version: version, Provider: provider}).beside(path)
		if err != nil || filepath.Dir(twin) != dir || !same(path, twin) {
			t.Fatalf("got %q, %v", twin, err)
		}
	}
	if _, err := (&CUDA{Version: "1.2.3", Provider: provider}).beside(path); err == nil || !strings.Contains(err.Error(), "devices install cuda") {
		t.Errorf("another version: %v", err)
	}
	broken := filepath.Join(dir, "libcudart.so.13")
	if err := os.WriteFile(broken, []byte("not a library"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := &Runtime{opts: Options{CUDA: &CUDA{Version: version, Provider: provider, Preload: []string{broken}}}, log: slog.New(slog.DiscardHandler)}
	if got := r.prepare(path); got != path {
		t.Errorf("with a broken library %s is opened", got)
	}
}
