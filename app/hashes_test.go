package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"cascata/inference/checkpoint"
)

func TestHashes(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	small := &checkpoint.Checkpoint{Prior: &checkpoint.Network{Kind: checkpoint.KindPrior, Files: []string{write("a.safetensors", []byte("abc")), write("config.json", nil)}}}
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // FIPS 180-2, appendix B.1
	memory := filepath.Join(dir, "cache", "hashes.json")
	h := OpenHashes(memory, slog.New(slog.DiscardHandler))
	got := h.Of(small)
	if len(got) != 1 || got["stage c/a.safetensors"] != abc {
		t.Errorf("a small model: %v", got)
	}
	large := &checkpoint.Checkpoint{Decoder: &checkpoint.Network{Kind: checkpoint.KindDecoder, Files: []string{write("b.safetensors", make([]byte, hashAtOnce+1))}}}
	if got := h.Of(large); got != nil {
		t.Errorf("a large model was waited for: %v", got)
	}
	h.wg.Wait()
	first := h.Of(large)
	if first["stage b/b.safetensors"] == "" {
		t.Error("a large model was never read")
	}
	h.Close()

	again := OpenHashes(memory, slog.New(slog.DiscardHandler))
	if got := again.Of(large); got["stage b/b.safetensors"] != first["stage b/b.safetensors"] {
		t.Errorf("after a restart %v, want %v", got, first)
	}
	write("b.safetensors", make([]byte, hashAtOnce+2)) // another file by now
	if got := again.Of(large); got != nil {
		t.Errorf("a file that changed is still known as %v", got)
	}
	again.Close()

	write("cache/hashes.json", []byte(`{"x`))
	broken := OpenHashes(memory, slog.New(slog.DiscardHandler))
	defer broken.Close()
	if got := broken.Of(small); got["stage c/a.safetensors"] != abc {
		t.Errorf("with a damaged memory: %v", got)
	}
}
