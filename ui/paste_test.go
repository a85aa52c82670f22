package ui

import (
	"image/color"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

func TestPastedFile(t *testing.T) {
	file := testPicture(t, "a b+ü.png", 4, 4, color.RGBA{1, 2, 3, 255})
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
	if got, err := Paste(address, t.TempDir()); err != nil || got != file {
		t.Errorf("pasted %q, %v", got, err)
	}
}
