package recipe

import (
	"errors"
	"path/filepath"
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
