package app

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"cascata/app/catalogue"
	"cascata/app/recipe"
	"cascata/inference"
)

func TestUnpackDemo(t *testing.T) {
	m := Models{Shelf: &catalogue.Shelf{Dir: filepath.Join(t.TempDir(), "models")}, Demo: fstest.MapFS{
		"prior/config.json": {Data: []byte("{}")}, "cascata.json": {Data: []byte(`{"title":"x"}`)},
	}}
	paths, err := m.resolve(recipe.Demo)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(paths[0], "prior", "config.json")
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.resolve(""); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.Stat(file); !os.SameFile(before, after) {
		t.Error("a whole copy was written again")
	}
	beside := filepath.Join(t.TempDir(), "effnet_encoder.safetensors")
	if err := os.WriteFile(beside, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if joined, err := m.resolve("demo, " + beside); err != nil || !slices.Equal(joined, []string{paths[0], beside}) {
		t.Errorf("with a file: %v, %v", joined, err)
	}
	// A damaged copy is made good.
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, err := m.resolve(recipe.Demo); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Errorf("a missing file was not unpacked again: %v", err)
	}
	if left, _ := os.ReadDir(m.Shelf.Dir); len(left) != 1 {
		t.Errorf("left in the model folder: %v", left)
	}
}

func TestResolve(t *testing.T) {
	dir := t.TempDir()
	m := Models{Shelf: &catalogue.Shelf{Dir: dir}}
	if err := os.Mkdir(filepath.Join(dir, "mine"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got, err := m.resolve("mine"); err != nil || len(got) != 1 || got[0] != filepath.Join(dir, "mine") {
		t.Errorf("an installed name: %v, %v", got, err)
	}
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	os.WriteFile(a, nil, 0o644)
	os.WriteFile(b, nil, 0o644)
	if got, err := m.resolve(a + ", " + b); err != nil || len(got) != 2 {
		t.Errorf("two files: %v, %v", got, err)
	}
	if _, err := m.resolve(filepath.Join(dir, "none")); !errors.Is(err, inference.ErrModelMissing) {
		t.Errorf("nothing there: %v, want ErrModelMissing", err)
	}
}

// A path that exists as a whole is one path, commas and all.
func TestResolveCommas(t *testing.T) {
	dir := t.TempDir()
	m := Models{Shelf: &catalogue.Shelf{Dir: filepath.Join(dir, "models")}}
	make := func(name string) string {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(path, 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	plain, comma, deep := make("plain"), make("my models, big/a,b, c"), make("x,y/z,")
	space := make("disk/ ends with a space ")
	for _, tt := range []struct {
		name string
		want []string
	}{
		{comma, []string{comma}},
		{comma + "," + plain, []string{comma, plain}},
		{plain + ", " + comma + " , " + deep, []string{plain, comma, deep}},
		{deep + "," + deep + "," + plain, []string{deep, deep, plain}},
		{space, []string{space}},
		{space + "," + plain, []string{space, plain}},
		{" " + plain + " ,, " + plain + ",", []string{plain, plain}},
	} {
		if got, err := m.resolve(tt.name); err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
	for _, name := range []string{",", " , ", comma + ",nowhere", comma + "," + strings.Repeat("a,", 5000), filepath.Join(plain, strings.Repeat("x", 300))} {
		if _, err := m.resolve(name); !errors.Is(err, inference.ErrModelMissing) {
			t.Errorf("%.80q: got %v, want ErrModelMissing", name, err)
		}
	}
}

// The folder one stands in is a path, not the folder of installed models.
func TestResolveDot(t *testing.T) {
	t.Chdir(t.TempDir())
	m := Models{Shelf: &catalogue.Shelf{Dir: t.TempDir()}}
	for _, name := range []string{".", "./"} {
		if got, err := m.resolve(name); err != nil || len(got) != 1 || filepath.Clean(got[0]) != "." {
			t.Errorf("%q is %q, %v", name, got, err)
		}
	}
}
