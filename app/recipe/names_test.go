package recipe

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"cascata/app/disk"
	"cascata/inference"
)

func TestSavePictureNeverOverwrites(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "when needed")
	at := time.Date(2026, 11, 24, 8, 30, 0, 0, time.UTC)
	seen := map[string]bool{}
	for range 3 {
		path, err := disk.SaveNew(dir, []byte("picture"), FileName("", Recipe{Request: inference.Request{Seed: 5}}, at))
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
