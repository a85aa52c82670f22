package checkpoint

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cascata/inference/onnx"
)

// graphWith is an ONNX graph with a weight in the file at location.
func graphWith(t testing.TB, location string) []byte {
	t.Helper()
	m := onnx.Model{IR: 10, Graph: onnx.Graph{Initializers: []onnx.Tensor{{
		Name: "w", Type: onnx.Float, Dims: []int64{1}, File: &onnx.External{Location: location, Length: 4},
	}}}}
	return m.Marshal()
}

// Weights behind links are found, and named from the root where the links lead
// out of the graph's folder.
func TestLinkedONNX(t *testing.T) {
	dir, disk := t.TempDir(), t.TempDir()
	prior := filepath.Join(dir, "prior")
	put(t, filepath.Join(prior, "model.onnx"), graphWith(t, "sub/data.bin"))
	put(t, filepath.Join(prior, "unrelated.bin"), nil)
	data := filepath.Join(prior, "sub", "data.bin")
	for _, tt := range []struct {
		name   string
		at     string
		linked bool
	}{
		{"beside it", data, false},
		{"a link inside", filepath.Join(prior, "other.bin"), false},
		{"a link out", filepath.Join(disk, "data"), true},
	} {
		put(t, tt.at, []byte{1, 2, 3, 4})
		if tt.at != data {
			os.Remove(data)
			if err := os.Symlink(tt.at, data); err != nil {
				t.Skip(err)
			}
		}
		c, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		real, _ := filepath.EvalSymlinks(tt.at)
		if want := []string{c.Prior.ONNX, real}; !slices.Equal(c.Prior.Files, want) || c.Prior.Linked != tt.linked {
			t.Errorf("%s: files %q, linked %v; want %q, %v", tt.name, c.Prior.Files, c.Prior.Linked, want, tt.linked)
		}
		proto, root, err := c.Prior.Relocated()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := onnx.Locations(proto); err != nil || len(got) != 1 || filepath.Join(root, filepath.FromSlash(got[0])) != real {
			t.Errorf("%s: relocated to %q in %s, want %s", tt.name, got, root, real)
		}
	}
}
