package app

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"cascata/inference"
)

func TestUnpackDemo(t *testing.T) {
	m := Models{Dir: filepath.Join(t.TempDir(), "models"), Demo: fstest.MapFS{
		"prior/config.json": {Data: []byte("{}")}, "cascata.json": {Data: []byte(`{"title":"x"}`)},
	}}
	paths, err := m.Resolve(Demo)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(paths[0], "prior", "config.json")
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Resolve(""); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.Stat(file); !os.SameFile(before, after) {
		t.Error("a whole copy was written again")
	}
	// A damaged copy is made good.
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Resolve(Demo); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Errorf("a missing file was not unpacked again: %v", err)
	}
	if left, _ := os.ReadDir(m.Dir); len(left) != 1 {
		t.Errorf("left in the model folder: %v", left)
	}
}

func TestResolve(t *testing.T) {
	dir := t.TempDir()
	m := Models{Dir: dir}
	if err := os.Mkdir(filepath.Join(dir, "mine"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got, err := m.Resolve("mine"); err != nil || len(got) != 1 || got[0] != filepath.Join(dir, "mine") {
		t.Errorf("an installed name: %v, %v", got, err)
	}
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	os.WriteFile(a, nil, 0o644)
	os.WriteFile(b, nil, 0o644)
	if got, err := m.Resolve(a + ", " + b); err != nil || len(got) != 2 {
		t.Errorf("two files: %v, %v", got, err)
	}
	if _, err := m.Resolve(filepath.Join(dir, "none")); !errors.Is(err, inference.ErrModelMissing) {
		t.Errorf("nothing there: %v, want ErrModelMissing", err)
	}
}
