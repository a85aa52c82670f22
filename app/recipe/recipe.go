// Package recipe is what a picture is made from: the recipe, what the controls hold before its seed is drawn, styles,
// the names of files, and how a recipe and its Stage C latent are kept in a picture.
package recipe

import (
	"cascata/inference"
	"cascata/inference/sampler"
)

// A Recipe is a request together with what it is to be made with.
type Recipe struct {
	inference.Request
	Model     string `json:"model"`               // as Models.Open takes it
	Device    string `json:"device,omitempty"`    // "auto", "cpu", "webgpu:0", ...
	Precision string `json:"precision,omitempty"` // "auto", "fp32", "fp16", "bf16", "int8"
	Fast      bool   `json:"fast,omitempty"`      // multiply bytes where the processor is quick at it
}

// Setup names what a speed was measured with.
func (r Recipe) Setup() string {
	s := r.Model + "|" + r.Device + "|" + r.Precision
	if r.Fast {
		s += "|fast"
	}
	return s
}

// Demo is the name of the built-in model.
const Demo = "demo"

// Usual are the settings for a model that recommends none.
func Usual(name string) Sketch {
	s := Sketch{Recipe: Recipe{Model: name, Device: "auto", Precision: "auto"}, Count: 1}
	s.Preset = sampler.Official
	for _, t := range Settings {
		if t.Number != nil && t.Own == nil {
			t.Set(&s.Recipe, t.Usual)
		}
	}
	return s
}
