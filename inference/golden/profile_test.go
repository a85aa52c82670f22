package golden

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/ort"
)

// Where the time of a picture goes: PROFILE=FOLDER go test -v -run TestProfile
// ./inference/golden prints, for each network of the checkpoint in FOLDER, what
// ONNX Runtime's operators took on the processor in a picture of 1024 x 1024
// with one step of Stage C with guidance and one of Stage B. FAST=1 multiplies
// bytes, which must have been made before, into the folder CACHE.
func TestProfile(t *testing.T) {
	folder := os.Getenv("PROFILE")
	if folder == "" {
		t.Skip("set PROFILE to the folder of a checkpoint to see where its time goes")
	}
	ck, err := checkpoint.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	profiles := t.TempDir()
	rt := runtimeWith(t, ort.Options{Profile: profiles})
	cache := cmp.Or(os.Getenv("CACHE"), t.TempDir())
	p, err := inference.New(rt, cpu, ck, openTokenizer, inference.Options{Cache: cache, Fast: os.Getenv("FAST") != ""})
	if err != nil {
		t.Fatal(err)
	}
	generate(t, p, inference.Request{
		Prompt: "a red boat at sea", Width: 1024, Height: 1024, Steps: 1, Guidance: 4, DecoderSteps: 1, Seed: 1, DecoderSeed: 1,
	})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(profiles, "*.json"))
	if err != nil || len(files) < 4 {
		t.Fatalf("%d profiles, %v", len(files), err)
	}
	for _, file := range files {
		took, all := operators(t, file)
		text := fmt.Sprintf("%-12.12s %6.2f s:", filepath.Base(file), all)
		for _, op := range slices.SortedFunc(maps.Keys(took), func(a, b string) int { return cmp.Compare(took[b], took[a]) }) {
			if share := took[op] / all; share >= 0.01 {
				text += fmt.Sprintf(" %s %.0f %%", op, 100*share)
			}
		}
		t.Log(text)
	}
}

// operators are the seconds that each operator took in a profile, and all did.
// A loop counts as what runs in it.
func operators(t *testing.T, file string) (took map[string]float64, all float64) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var events []struct {
		Cat  string
		Dur  float64 // µs
		Args struct {
			Op string `json:"op_name"`
		}
	}
	if err := json.Unmarshal(text, &events); err != nil {
		t.Fatal(err)
	}
	took = map[string]float64{}
	for _, e := range events {
		if e.Cat == "Node" && e.Args.Op != "Scan" {
			took[e.Args.Op] += e.Dur / 1e6
			all += e.Dur / 1e6
		}
	}
	return took, all
}
