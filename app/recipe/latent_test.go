package recipe

import (
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cascata/inference"
)

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

// What is no composition says why.
func TestNoLatent(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	picture := func(latent *inference.Tensor) []byte {
		data, err := EncodePicture(image.NewRGBA(image.Rect(0, 0, 4, 4)), Embedded{}, latent)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	whole := picture(inference.NewTensor(1, 16, 1, 1))
	small := inference.NewTensor(1, 16, 1, 1)
	small.F32 = small.F32[1:]
	for path, want := range map[string]string{
		filepath.Join(dir, "none.png"):             "none.png: there is no such file",
		filepath.Join(dir, "none.safetensors"):     "none.safetensors: there is no such file",
		file("enlarged.png", picture(nil)):         "enlarged.png holds no composition: pictures that were enlarged have none",
		file("enlarged", picture(nil)):             "enlarged holds no composition: pictures that were enlarged have none", // whatever its name
		file("short.png", picture(small)):          "short.png: the composition that it carries is damaged",
		file("cut.png", whole[:len(whole)/2]):      "cut.png: ",
		file("text.png", []byte("a picture")):      "text.png: ",
		file("text.safetensors", []byte("a boat")): "text.safetensors: ",
	} {
		_, err := ReadLatent(path)
		if said := fmt.Sprint(err); !errors.Is(err, inference.ErrBadRequest) || !strings.Contains(said, want) || strings.Contains(said, "carries no recipe") {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	if _, err := ReadLatent(file("picture", whole)); err != nil {
		t.Errorf("a picture without an ending: %v", err)
	}
}
