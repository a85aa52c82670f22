package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"cascata/inference"
)

func TestSavePictureNeverOverwrites(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "when needed")
	at := time.Date(2026, 11, 24, 8, 30, 0, 0, time.UTC)
	seen := map[string]bool{}
	for range 3 {
		path, err := saveNew(dir, []byte("picture"), FileName("", Recipe{Request: inference.Request{Seed: 5}}, at))
		if err != nil {
			t.Fatal(err)
		}
		seen[filepath.Base(path)] = true
	}
	for _, name := range []string{"2026-11-24 08.30.00 seed 5.png", "2026-11-24 08.30.00 seed 5 (2).png", "2026-11-24 08.30.00 seed 5 (3).png"} {
		if !seen[name] {
			t.Errorf("no file %q among %v", name, seen)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != 3 {
		t.Errorf("%d files, want 3 and nothing left behind", len(files))
	}
}

func TestWriteFileLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(filepath.Join(dir, "taken"), []byte("x")); !errors.Is(err, ErrWrite) {
		t.Errorf("got %v, want ErrWrite", err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("a temporary file was left: %v", files)
	}
}

func TestLatentRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "l.safetensors")
	want := inference.NewTensor(1, 16, 2, 3)
	for i := range want.F32 {
		want.F32[i] = float32(i) / 7
	}
	if err := WriteLatent(path, want); err != nil {
		t.Fatal(err)
	}
	got, err := ReadLatent(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want.F32 {
		if got.F32[i] != want.F32[i] {
			t.Fatalf("number %d is %g, want %g", i, got.F32[i], want.F32[i])
		}
	}
	if len(got.Shape) != 4 || got.Shape[3] != 3 {
		t.Errorf("shape %v, want %v", got.Shape, want.Shape)
	}
	if _, err := ReadLatent(t.TempDir()); !errors.Is(err, inference.ErrBadRequest) {
		t.Errorf("a folder as latent: %v, want ErrBadRequest", err)
	}
}

func TestExplain(t *testing.T) {
	for _, c := range causes {
		err := errors.Join(errors.New("outer"), c.err)
		if got := Explain(err); got.Title != c.title || got.Help == "" {
			t.Errorf("Explain(%v) = %v", err, got)
		}
		if got := ExitCode(err); got != c.exit {
			t.Errorf("ExitCode(%v) = %d, want %d", err, got, c.exit)
		}
	}
	if ExitCode(nil) != 0 || ExitCode(errors.New("else")) != 1 {
		t.Error("exit codes of no error and of an unknown one")
	}
}

func TestFileName(t *testing.T) {
	at := time.Date(2026, 11, 24, 8, 30, 0, 0, time.UTC)
	r := Recipe{Model: "/models/big one", Request: inference.Request{Prompt: "a fox: red/brown?\n\"quick\" ", Seed: 7, Steps: 20, Width: 64, Height: 32}}
	for _, tt := range []struct{ template, want string }{
		{"", "2026-11-24 08.30.00 seed 7"}, {"...", "2026-11-24 08.30.00 seed 7"}, {"{prompt}", "a fox red brown quick"},
		{"../{seed} {size} {steps}", "7 64x32 20"}, {"{model}-{date}", "big one-2026-11-24"}, {"{what}", "{what}"},
	} {
		if got := FileName(tt.template, r, at); got != tt.want {
			t.Errorf("FileName(%q) = %q, want %q", tt.template, got, tt.want)
		}
	}
	r.Prompt = strings.Repeat("ö", 1000)
	if got := FileName(strings.Repeat("{prompt}", 9), r, at); len(got) > maxName || !utf8.ValidString(got) {
		t.Errorf("a name of %d bytes, %q", len(got), got)
	}
}

func TestCopyPicture(t *testing.T) {
	from, dir := t.TempDir(), t.TempDir()
	file := filepath.Join(from, "pasted.jpeg")
	if err := os.WriteFile(file, []byte("\xff\xd8\xff picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"pasted.jpeg", "pasted (2).jpeg"} {
		got, err := CopyPicture(dir, file)
		if err != nil || got != filepath.Join(dir, want) {
			t.Fatalf("got %s, %v; want %s", got, err, want)
		}
		if b, _ := os.ReadFile(got); string(b) != "\xff\xd8\xff picture" {
			t.Errorf("%s holds %q", got, b)
		}
	}
	if _, err := CopyPicture(dir, from); err == nil {
		t.Error("a folder was copied")
	}
}
