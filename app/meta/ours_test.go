package meta

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"
)

// A folder's name may hold a comma; none of it is shared.
func TestShareable(t *testing.T) {
	for model, want := range map[string]string{
		"demo":                    "demo",
		"/home/ann/a, b/model":    "model",
		"/x/stage_b.st,/y/c.st":   "stage_b.st,c.st",
		"models/b.st,models/c.st": "b.st,c.st",
	} {
		recipe, err := json.Marshal(map[string]string{"model": model})
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ Model string }
		if err := json.Unmarshal([]byte(shareable(string(recipe))), &got); err != nil || got.Model != want {
			t.Errorf("%q is shared as %q, %v; want %q", model, got.Model, err, want)
		}
	}
}

func TestPathsIn(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), "a, b"), filepath.Join(t.TempDir(), "c")
	for name, want := range map[string][]string{
		a:                              {a},
		a + "," + b:                    {a, b},
		b + ", " + a:                   {b, a},
		"x.safetensors, y.safetensors": {"x.safetensors", "y.safetensors"},
	} {
		if got := PathsIn(name); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
