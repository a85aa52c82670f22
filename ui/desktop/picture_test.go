package desktop

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPastedFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a b+ü.png")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	address := (&url.URL{Scheme: "file", Path: file}).String()
	for text, want := range map[string]string{
		file: file, "  " + file + "\r\n": file, `"` + file + `"`: file, address: file, "copy\n" + address: file, "x-special/nautilus-clipboard\ncopy\n" + address + "\n": file,
		"": "", "a lighthouse": "", filepath.Base(file): "", filepath.Dir(file): "", file + ".gone": "", "file://%zz": "",
		strings.Repeat("\n", 1<<20) + file: "", "https://example.org" + file: "",
	} {
		if got, ok := pastedFile(text); got != want || ok != (want != "") {
			t.Errorf("%.80q: got %q, want %q", text, got, want)
		}
	}
}
