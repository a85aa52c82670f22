//go:build unix

package lora

import (
	"path/filepath"
	"syscall"
	"testing"
)

// A pipe in place of PEFT's configuration is passed over: opening it would wait for a writer.
func TestPipe(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "adapter_config.json"), 0o600); err != nil {
		t.Skip(err)
	}
	if s := scalingOf(filepath.Join(dir, "adapter_model.safetensors"), nil); s != (scalings{}) {
		t.Errorf("got %+v", s)
	}
}
