//go:build headless

package main

import (
	"encoding/binary"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostile is text that would set a terminal's title, ring its bell, and look
// like a line of the program's own.
const hostile = "grün 👩‍🎨 שלום\x1b]0;owned\x07\x1b[31m\u009b2J\ncascata: all is well"

// quiet wants text that a terminal takes as nothing but text, in which what is
// no command is still as it was.
func quiet(t *testing.T, said string) {
	t.Helper()
	if strings.ContainsFunc(said, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) || strings.Contains(said, "\ncascata: all") {
		t.Errorf("a terminal would obey this: %q", said)
	}
	if !strings.Contains(said, "grün 👩‍🎨 שלום") {
		t.Errorf("the text itself is lost: %q", said)
	}
}

// Text from files is only text, in errors and in values; in JSON it is whole.
func TestHostileText(t *testing.T) {
	dir := t.TempDir()
	lora := func(name string, size int, header map[string]any) string {
		b, err := json.Marshal(header)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		write(t, path, append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(b))), b...), make([]byte, size)...))
		return path
	}
	tensor := func(at int, shape ...int) map[string]any {
		return map[string]any{"dtype": "F32", "shape": shape, "data_offsets": []int{at, at + 4}}
	}
	strange := lora("strange.safetensors", 4, map[string]any{hostile: tensor(0, 1)})
	r := runIn(t, t.TempDir(), "generate", "--model", tiny, "--lora", strange, "--prompt", "x", "--out", dir)
	if r.exit != 3 {
		t.Errorf("exit code %d, want 3", r.exit)
	}
	quiet(t, r.stderr)

	titled := lora("titled.safetensors", 8, map[string]any{
		"__metadata__":                           map[string]string{"modelspec.title": hostile, "modelspec.trigger_phrase": hostile},
		"lora_prior_unet_clf_1.lora_down.weight": tensor(0, 1, 1), "lora_prior_unet_clf_1.lora_up.weight": tensor(4, 1, 1),
	})
	r = runIn(t, t.TempDir(), "models", "inspect", titled)
	if r.exit != 0 {
		t.Errorf("exit code %d: %s", r.exit, r.stderr)
	}
	quiet(t, r.stdout)
	r = runIn(t, t.TempDir(), "models", "inspect", titled, "--json")
	if !json.Valid([]byte(r.stdout)) || strings.ContainsAny(r.stdout, "\x1b\x07") {
		t.Errorf("no JSON: %q", r.stdout)
	}

	// A name in an older encoding stays as it is, for scripts.
	if r = runIn(t, t.TempDir(), "models", "inspect", "gr\xfcn"); r.exit != 3 || !strings.Contains(r.stderr, "gr\xfcn") {
		t.Errorf("the file's name has changed: %q", r.stderr)
	}
	if r = runIn(t, t.TempDir(), "models", "inspect", "a\x9b2Jb"); strings.Contains(r.stderr, "\x9b") {
		t.Errorf("a terminal would obey this: %q", r.stderr)
	}
}

// What was too long is quoted by its start alone.
func TestLongPromptNote(t *testing.T) {
	prompt := strings.Repeat("größer 水車小屋 🦊 ", 1000)
	r := runIn(t, t.TempDir(), "generate", "--device", "cpu", "--model", tiny, "--width", "64", "--height", "64", "--steps", "1", "--decoder-steps", "1", "--prompt", prompt, "--out", t.TempDir())
	if r.exit != 0 || !strings.Contains(r.stderr, "The prompt is too long") || len(r.stderr) > 2000 || !utf8.ValidString(r.stderr) || strings.ContainsRune(r.stderr, utf8.RuneError) {
		t.Errorf("exit code %d, %d bytes: %.3000q", r.exit, len(r.stderr), r.stderr)
	}
}
