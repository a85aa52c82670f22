package golden

import (
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"cascata/inference"
	"cascata/inference/sampler"
)

// TestDrawPrompts draws the prompts in JUDGED/prompts.json, which
// inference/demo/check.py writes, by the built-in model in float32, by Fast and in int8, each into a folder of that
// name with a copy of the prompts, for check.py --pictures to judge. Seeds are the prompts' numbers. Pictures that are there
// are not drawn again.
func TestDrawPrompts(t *testing.T) {
	folder := os.Getenv("JUDGED")
	if folder == "" {
		t.Skip("JUDGED names no folder")
	}
	text, err := os.ReadFile(filepath.Join(folder, "prompts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ File, Prompt string }
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	rt, ck := runtime(t), openDemo(t)
	for kind, o := range map[string]inference.Options{"fp32": {}, "fast": {Fast: true}, "int8": {Precision: "int8"}} {
		t.Run(kind, func(t *testing.T) {
			out := filepath.Join(folder, kind)
			if err := os.MkdirAll(out, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(out, "prompts.json"), text, 0o644); err != nil {
				t.Fatal(err)
			}
			o.Keep, o.Cache = true, filepath.Join(folder, "cache")
			p, err := inference.New(rt, cpu, ck, openTokenizer, o)
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			defer func() { t.Logf("notes: %+v", p.Info().Notes) }() // such as that Fast harms the model and is not used
			for i, row := range rows {
				path := filepath.Join(out, row.File)
				if _, err := os.Stat(path); err == nil {
					continue
				}
				r := generate(t, p, inference.Request{
					Prompt: row.Prompt, Preset: sampler.Official, Steps: 10, Guidance: 1.5, DecoderSteps: 10,
					Seed: uint64(i), DecoderSeed: uint64(i),
				})[0]
				f, err := os.Create(path)
				if err == nil {
					err = png.Encode(f, r.Image)
				}
				if err == nil {
					err = f.Close()
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
