//go:build unix

package app

import (
	"errors"
	"log/slog"
	"path/filepath"
	"syscall"
	"testing"

	"cascata/app/catalogue"
	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/lora"
)

// A pipe in place of a LoRA or of a tokenizer is refused at once, named by its path or
// found in the folder of LoRAs: opening it would wait for a writer.
func TestPipes(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "p.safetensors")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	h := OpenHashes(filepath.Join(dir, "hashes.json"), slog.New(slog.DiscardHandler))
	defer h.Close()
	e := &Engine{LoRAs: dir, Hashes: h, models: Models{Shelf: &catalogue.Shelf{Dir: filepath.Join(dir, "models")}}}
	for _, path := range []string{pipe, "p", "p.safetensors"} {
		if _, _, err := e.LoRA(inference.LoRA{Path: path}); !errors.Is(err, lora.ErrBad) {
			t.Errorf("%s: %v, want that it is no LoRA", path, err)
		}
	}
	if err := exportTokenizer(checkpoint.TokenizerFiles{JSON: pipe}, t.TempDir()); !errors.Is(err, inference.ErrBadModel) {
		t.Errorf("export: %v, want ErrBadModel", err)
	}
}
