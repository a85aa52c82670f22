package library

import (
	"os"
	"path/filepath"
	"testing"
)

// A file goes into the recycle bin and comes back; what no bin takes says so.
func TestRecycle(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a red boat ä 🦊.png")
	if err := os.WriteFile(file, []byte("the picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	place, ok, err := recycle(file)
	if err != nil || !ok {
		t.Fatalf("%+v, %v, %v", place, ok, err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Fatal("the file is still there")
	}
	if place.file == "" {
		t.Skip("wine 8 puts it into the trash of the system it runs on, and does not say where")
	}
	back, err := place.restore()
	if data, e := os.ReadFile(back); err != nil || e != nil || back != file || string(data) != "the picture" {
		t.Errorf("restored as %q with %q: %v, %v", back, data, err, e)
	}
	if _, ok, err := recycle(`\\server\share\a.png`); ok || err != nil {
		t.Errorf("a share has a recycle bin: %v", err)
	}
}
