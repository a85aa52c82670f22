package finder

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Folders for LoRAs are found by what programs call them, each once, and not
// below each other.
func TestLoRAFolders(t *testing.T) {
	home := t.TempDir()
	real, err := filepath.EvalSymlinks(home)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, f := range []struct {
		path  string
		found bool
	}{
		{"ComfyUI/models/loras", true}, {"ComfyUI/models/loras/lora", false}, {"ComfyUI/models/unet/x", false}, {"stable-diffusion-webui/models/Lora", true},
		{"stable-diffusion-webui/models/LyCORIS", true}, {"StabilityMatrix/Packages/a/models/lora", true}, {"StabilityMatrix/Packages/a/b/c/models/lora", false}, {"elsewhere/loras", false},
	} {
		if err := os.MkdirAll(filepath.Join(home, f.path), 0o755); err != nil {
			t.Fatal(err)
		}
		if f.found {
			want = append(want, filepath.Join(real, f.path))
		}
	}
	c := Computer{System: "linux", Home: home, Getenv: func(string) string { return "" }}
	places := append(c.Places(filepath.Join(home, "none")), Place{Path: filepath.Join(home, "ComfyUI/models/loras")})
	got := slices.DeleteFunc(LoRAFolders(places), func(path string) bool { return len(path) < len(real) || path[:len(real)] != real }) // /opt and the like are this computer's
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
