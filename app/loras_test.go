package app

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"cascata/inference"
)

// A recipe's LoRA is found by its hash: where it was used before, or in the
// folder for LoRAs under any name.
func TestFindLoRAs(t *testing.T) {
	dir := t.TempDir()
	log := slog.New(slog.DiscardHandler)
	hashes := OpenHashes(filepath.Join(dir, "hashes.json"), log)
	defer hashes.Close()
	e := &Engine{Hashes: hashes, LoRAs: filepath.Join(dir, "loras"), log: log}
	put := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	sum := func(content string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(content))) }
	used, kept := put("used.safetensors", "one"), put("loras/deep/other name.SafeTensors", "two")

	got, err := e.findLoRAs([]inference.LoRA{{Name: "used.safetensors", Weight: 0.5, Path: used}})
	if err != nil || got[0].SHA256 != sum("one") || got[0].Weight != 0.5 {
		t.Fatalf("used: %+v, %v", got, err)
	}
	got, err = e.findLoRAs([]inference.LoRA{{Name: "a", SHA256: sum("one")}, {Name: "b", SHA256: sum("two")}})
	if err != nil || got[0].Path != used || got[1].Path != kept {
		t.Errorf("recalled: %+v, %v", got, err)
	}
	for _, name := range []string{"by name", "by name.safetensors"} {
		put("loras/by name.safetensors", "three")
		got, err := e.findLoRAs([]inference.LoRA{{Name: name, Path: name}})
		if err != nil || got[0].Name != "by name.safetensors" || got[0].SHA256 != sum("three") {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	put("used.safetensors", "changed")
	for _, l := range []inference.LoRA{{Name: "a", SHA256: sum("one")}, {Name: "c"}} {
		if got, err := e.findLoRAs([]inference.LoRA{l}); !errors.Is(err, inference.ErrBadLoRA) {
			t.Errorf("%s: %+v, %v", l.Name, got, err)
		}
	}
}
