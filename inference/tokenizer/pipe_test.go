//go:build unix

package tokenizer

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"

	"cascata/inference/checkpoint"
)

// A pipe is refused at once: opening it would wait for a writer.
func TestPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "tokenizer.json")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := Open(checkpoint.TokenizerFiles{JSON: pipe}, nil, 0, 0); !errors.Is(err, checkpoint.ErrBad) {
		t.Errorf("got %v", err)
	}
}
