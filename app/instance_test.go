package app

import (
	"errors"
	"fmt"
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

// Where there are no Unix sockets, a port of this machine does the same, for
// those who know the word.
func TestInstanceByPort(t *testing.T) {
	dir := t.TempDir()
	l, err := listenPort(filepath.Join(dir, portFile))
	if err != nil {
		t.Fatal(err)
	}
	shown := make(chan []string, 1)
	first := &Instance{l}
	go first.serve(func(files []string) { shown <- files })
	if _, err := TakeInstance(dir, []string{"a.png"}, nil); !errors.Is(err, ErrRunning) {
		t.Errorf("a second program: %v, want ErrRunning", err)
	}
	if files := <-shown; len(files) != 1 || files[0] != "a.png" {
		t.Errorf("the first program was given %q", files)
	}
	stranger, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	fmt.Fprintf(stranger, "%026d[\"b.png\"]", 0)
	if n, err := stranger.Read(make([]byte, 1)); err == nil {
		t.Errorf("a stranger was answered with %d bytes", n)
	}
	first.Close()
	if len(shown) > 0 {
		t.Errorf("a stranger was listened to: %q", <-shown)
	}
	if _, err := os.Stat(filepath.Join(dir, portFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the note stays: %v", err)
	}
}

// A note that names another machine, or nothing, is not followed.
func TestInstanceDamagedNote(t *testing.T) {
	for _, note := range []string{"", "127.0.0.1", "192.0.2.1:80\nword", "\x00:\n"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, portFile), []byte(note), 0o600); err != nil {
			t.Fatal(err)
		}
		i, err := TakeInstance(dir, nil, func([]string) {})
		if err != nil {
			t.Errorf("%q: %v", note, err)
			continue
		}
		i.Close()
	}
}
