package library

import (
	"os"
	"path/filepath"
	"testing"
)

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
