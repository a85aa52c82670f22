//go:build unix && !darwin

package ui

import (
	"os"
	"path/filepath"
	"testing"
)

func TestExisting(t *testing.T) {
	dir := t.TempDir()
	plus, space := filepath.Join(dir, "a+b"), filepath.Join(dir, "c d")
	for _, file := range []string{plus, space} {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for got, want := range map[string]string{filepath.Join(dir, "a b"): plus, space: space, filepath.Join(dir, "e f"): filepath.Join(dir, "e f")} {
		if got := existing(got); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestStart(t *testing.T) {
	if err := start("false"); err == nil {
		t.Error("a program that fails is no error")
	}
	if err := start("true"); err != nil {
		t.Errorf("a program that ends well: %v", err)
	}
	if err := start("there-is-no-such-program"); err == nil {
		t.Error("a program that is not there is no error")
	}
}
