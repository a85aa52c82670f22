package app

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
)

// A program that runs and takes nothing is told apart from one that does.
func TestInstanceStuck(t *testing.T) {
	dir := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(dir, "cascata.sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // it never accepts
	if _, err := TakeInstance(dir, nil, nil); !errors.Is(err, ErrStuck) {
		t.Errorf("got %v, want ErrStuck", err)
	}
}

func TestOneInstance(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	shown := make(chan []string, 1)
	first, err := TakeInstance(dir, nil, func(files []string) { shown <- files })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := TakeInstance(dir, []string{"/a b.png"}, nil); !errors.Is(err, ErrRunning) {
		t.Errorf("a second program: %v, want ErrRunning", err)
	}
	if files := <-shown; len(files) != 1 || files[0] != "/a b.png" {
		t.Errorf("the first program was given %q", files)
	}
	first.Close()
	// A program that died leaves its socket.
	if err := os.WriteFile(filepath.Join(dir, "cascata.sock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := TakeInstance(dir, nil, func([]string) {})
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}
