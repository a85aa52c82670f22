package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cascata/ui/uitest"
)

// A picture that is dropped is known by its first bytes, whatever it is called.
func TestDroppedPictureIsKnownByItsBytes(t *testing.T) {
	data, err := os.ReadFile("../app/meta/testdata/a1111.jpg")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"saved.jfif", "no ending", "picture.tmp_large"} {
		dir := t.TempDir()
		w, _ := newTestWindow(t, dir)
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		w.openPaths([]string{file})
		if got := strings.Join(uitest.Texts(w.pictures.details.Content), "\n"); w.tabs.at != tabLibrary || !strings.Contains(got, "lighthouse on a cliff") {
			t.Errorf("%s: place %v shows %q", name, w.tabs.at, got)
		}
	}
}
