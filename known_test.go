//go:build headless

package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/sampler"
)

// The processor makes the picture that graphics cards are tried with; another
// seed's picture is told from it.
func TestKnownPicture(t *testing.T) {
	for _, tt := range []struct {
		seed uint64
		want string
	}{{1, `{"trial":true}`}, {7, `{"trial":true,"wrong":"its colours are off by`}} {
		r := recipe.Recipe{Model: recipe.Demo, Device: "cpu", Precision: "fp32", Request: inference.Request{
			Prompt: "a red house by a lake, sunset", Preset: sampler.Official, Seed: tt.seed, DecoderSeed: 2,
			Width: 256, Height: 256, Steps: 8, Guidance: 3, DecoderSteps: 4, DecoderGuidance: 1,
		}}
		in, err := json.Marshal(map[string]any{"Recipe": r, "Known": true})
		if err != nil {
			t.Fatal(err)
		}
		cmd := program(t.TempDir(), "models", "try")
		cmd.Stdin = bytes.NewReader(in)
		out, err := cmd.Output()
		if err != nil || !strings.HasPrefix(string(out), tt.want) {
			t.Errorf("seed %d: got %s, %v; want %s", tt.seed, out, err, tt.want)
		}
	}
}
