package app

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"cascata/app/catalogue"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/lora"
)

// The list has the artist's LoRAs for Stable Cascade, each once, and with the
// built-in model its own.
func TestListLoRAs(t *testing.T) {
	dir := t.TempDir()
	kohya, err := os.ReadFile("../inference/testdata/loras/kohya.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	own, others := filepath.Join(dir, "own"), filepath.Join(dir, "others")
	for path, data := range map[string][]byte{
		filepath.Join(own, "deep", "a.safetensors"): kohya, filepath.Join(own, "b.safetensors"): []byte("no LoRA"), filepath.Join(own, "c.txt"): kohya, filepath.Join(others, "d.safetensors"): kohya,
	} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(own, "deep", "a.safetensors"), filepath.Join(others, "again.safetensors")); err != nil {
		t.Log(err) // no links here
	}
	names := func(found []lora.Info) (names []string) {
		for _, info := range found {
			names = append(names, strings.TrimSuffix(filepath.Base(info.Path), loraEnding))
		}
		return names
	}
	if got, want := names(listLoRAs(own, others, filepath.Join(dir, "none"))), []string{"a", "d"}; !slices.Equal(got, want) {
		t.Errorf("listed %q, want %q", got, want)
	}
	e := &Engine{LoRAs: own, models: Models{Shelf: &catalogue.Shelf{Dir: filepath.Join(dir, "models")}, Demo: fstest.MapFS{"loras/light.safetensors": {Data: kohya}}}}
	for builtIn, want := range map[bool][]string{false: {"a"}, true: {"a", "light"}} {
		if got := names(e.ListLoRAs(builtIn)); !slices.Equal(got, want) {
			t.Errorf("built in: %v, listed %q, want %q", builtIn, got, want)
		}
	}
}

// Whether a LoRA fits a model is told by headers, and what is wrong with the model is not
// the LoRA's fault.
func TestFitLoRAs(t *testing.T) {
	const testdata = "../inference/testdata/"
	e := &Engine{}
	use := func(name string) inference.LoRA {
		return inference.LoRA{Name: name, Path: testdata + "loras/" + name + ".safetensors"}
	}
	for _, tt := range []struct {
		name, model string
		loras       []inference.LoRA
		want, not   error
	}{
		{"it fits", "checkpoints/diffusers-a", []inference.LoRA{use("kohya")}, nil, nil},
		{"one of two", "checkpoints/diffusers-a", []inference.LoRA{use("kohya"), use("official")}, lora.ErrWidths, nil},
		{"no such file", "checkpoints/diffusers-a", []inference.LoRA{use("none")}, inference.ErrBadLoRA, lora.ErrWidths},
		{"no LoRA", "checkpoints/none", nil, nil, nil},
		{"no model", "checkpoints/none", []inference.LoRA{use("kohya")}, inference.ErrModelMissing, inference.ErrBadLoRA},
	} {
		err := e.FitLoRAs(recipe.Setup{Model: testdata + tt.model}, tt.loras...)
		if !errors.Is(err, tt.want) || tt.not != nil && errors.Is(err, tt.not) || errors.Is(err, lora.ErrWidths) && !errors.Is(err, inference.ErrBadLoRA) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// A recipe's LoRA is found by its hash: where it was used before, or in the
// folder for LoRAs under any name.
func TestFindLoRAs(t *testing.T) {
	dir := t.TempDir()
	log := slog.New(slog.DiscardHandler)
	hashes := OpenHashes(filepath.Join(dir, "hashes.json"), log)
	defer hashes.Close()
	e := &Engine{Hashes: hashes, LoRAs: filepath.Join(dir, "loras"), log: log}
	put := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	sum := func(content string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(content))) }
	used, kept := put("used.safetensors", "one"), put("loras/deep/other name.SafeTensors", "two")

	got, err := e.findLoRAs([]inference.LoRA{{Name: "used.safetensors", Weight: 0.5, Path: used}})
	if err != nil || got[0].SHA256 != sum("one") || got[0].Weight != 0.5 {
		t.Fatalf("used: %+v, %v", got, err)
	}
	got, err = e.findLoRAs([]inference.LoRA{{Name: "a", SHA256: sum("one")}, {Name: "b", SHA256: sum("two")}})
	if err != nil || got[0].Path != used || got[1].Path != kept {
		t.Errorf("recalled: %+v, %v", got, err)
	}
	for _, name := range []string{"by name", "by name.safetensors"} {
		put("loras/by name.safetensors", "three")
		got, err := e.findLoRAs([]inference.LoRA{{Name: name, Path: name}})
		if err != nil || got[0].Name != "by name.safetensors" || got[0].SHA256 != sum("three") {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	put("used.safetensors", "changed")
	for _, l := range []inference.LoRA{{Name: "a", SHA256: sum("one")}, {Name: "c"}} {
		if got, err := e.findLoRAs([]inference.LoRA{l}); !errors.Is(err, inference.ErrBadLoRA) {
			t.Errorf("%s: %+v, %v", l.Name, got, err)
		}
	}
}
