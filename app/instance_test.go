package app

import (
	"errors"
	"net"
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
