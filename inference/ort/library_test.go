package ort

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cascata/inference"
)

func TestFind(t *testing.T) {
	dir := t.TempDir()
	real := filepath.Join(dir, "real", libraryName())
	link := filepath.Join(dir, "link", libraryName())
	for _, d := range []string{"real", "link", "empty"} {
		os.Mkdir(filepath.Join(dir, d), 0o755)
	}
	os.WriteFile(real, nil, 0o644)
	if err := os.Symlink(real, link); err != nil {
		t.Skip(err)
	}
	want, _ := filepath.EvalSymlinks(real)
	for _, place := range []string{real, link, filepath.Join(dir, "link"), filepath.Join(dir, "real")} {
		if got, err := Find(place); got != want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", place, got, err, want)
		}
	}
	t.Setenv(libraryVariable, link)
	if got, err := Find(""); got != want || err != nil {
		t.Errorf("by the environment: got %s, %v, want %s", got, err, want)
	}
	for _, place := range []string{filepath.Join(dir, "empty"), filepath.Join(dir, "none")} {
		_, err := Find(place)
		if !errors.Is(err, inference.ErrNoRuntime) || !strings.Contains(err.Error(), place) || !strings.Contains(err.Error(), "install Cascata again") || !strings.Contains(err.Error(), libraryVariable) {
			t.Errorf("%s: got %v", place, err)
		}
	}
}

// TestGetIt advises as the program was installed.
func TestGetIt(t *testing.T) {
	dir := t.TempDir()
	bin := filepath.Join(dir, "bin")
	if got := getIt(bin); strings.Contains(got, "make") || !strings.Contains(got, bin) {
		t.Errorf("installed: %s", got)
	}
	if got := getIt(""); strings.Contains(got, "make") || !strings.Contains(got, dataDir()) {
		t.Errorf("in an unknown place: %s", got)
	}
	for _, file := range []string{"go.mod", "scripts/setup.sh"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := getIt(bin); !strings.Contains(got, "`make run` in "+dir) {
		t.Errorf("in a checkout: %s", got)
	}
}

// TestOpenRefuses opens what is no library, each in a process of its own:
// this one has loaded the true one.
func TestOpenRefuses(t *testing.T) {
	if path := os.Getenv("CASCATA_TEST_OPEN"); path != "" {
		_, err := Open(path, Options{})
		if !errors.Is(err, inference.ErrNoRuntime) || !strings.Contains(err.Error(), path) {
			t.Errorf("got %v", err)
		}
		return
	}
	text := filepath.Join(t.TempDir(), "libonnxruntime.so.1")
	os.WriteFile(text, []byte("not a library"), 0o644)
	for _, path := range []string{text, "/none/libonnxruntime.so.1", "libm.so.6"} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestOpenRefuses$")
		cmd.Env = append(os.Environ(), "CASCATA_TEST_OPEN="+path)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", path, err, out)
		}
	}
}
