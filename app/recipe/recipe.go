// Package recipe is what a picture is made from: the recipe, what the controls hold before its seed is drawn, styles,
// the names of files, and how a recipe and its Stage C latent are kept in a picture.
package recipe

import (
	"cmp"

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

// A Setup is what a recipe is made with, as a Recipe has it.
type Setup struct {
	Model, Device, Precision string
	Fast                     bool
}

// Setup is what the recipe is made with.
func (r Recipe) Setup() Setup { return Setup{r.Model, r.Device, r.Precision, r.Fast} }

// SetSetup makes the recipe with something else.
func (r *Recipe) SetSetup(s Setup) {
	r.Model, r.Device, r.Precision, r.Fast = s.Model, s.Device, s.Precision, s.Fast
}

// MadeWith is what the picture is made with: the model, which is the built-in one
// where none is named, the device and the precision.
func (r Recipe) MadeWith() (model, device, precision string) {
	return cmp.Or(r.Model, Demo), r.Device, r.Precision
}

// MakeWith makes the picture with something else.
func (r *Recipe) MakeWith(model, device, precision string) {
	r.Model, r.Device, r.Precision = model, device, precision
}

// String names the setup, as speeds are kept.
func (s Setup) String() string {
	name := s.Model + "|" + s.Device + "|" + s.Precision
	if s.Fast {
		name += "|fast"
	}
	return name
}

// Filled takes from a request that was made what it says besides what was asked
// for: the size where the model chose it, and the hashes of LoRAs.
func (r *Recipe) Filled(made inference.Request) {
	r.Width, r.Height, r.LoRAs = made.Width, made.Height, made.LoRAs
}

// BuiltIn reports whether the model is the built-in one.
func (r Recipe) BuiltIn() bool { return r.Model == "" || r.Model == Demo }

// Title is what the picture is called where there is room for one line: its prompt.
func (r Recipe) Title() string { return r.Prompt }

// Prompts are what to show and what to leave out.
func (r Recipe) Prompts() (prompt, negative string) { return r.Prompt, r.Negative }

// SetPrompts changes what to show and what to leave out.
func (r *Recipe) SetPrompts(prompt, negative string) { r.Prompt, r.Negative = prompt, negative }

// OneStream reports whether one stream of noise runs through both stages: then a
// picture has one seed, and a composition alone cannot be developed to the same.
func (r Recipe) OneStream() bool { return r.Preset.Rules().OneStream }

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
