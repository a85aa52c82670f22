package cli

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"strconv"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/sampler"
)

// recipeFlags are the flags of every command that makes pictures. What no
// flag says is as the makers of the model recommend, as in the window.
type recipeFlags struct {
	said  recipe.Recipe
	given map[string]bool // the flags that were written
}

func (r *recipeFlags) set(f *flag.FlagSet) {
	s := &r.said
	s.Model, s.Device, s.Precision = recipe.Demo, "auto", "auto"
	f.Func("model", "installed `name`, folder, or files and folders joined by commas (default demo)", filled(&s.Model))
	f.Func("preset", "official, comfy or diffusers "+advised("official"), preset(&s.Preset))
	f.Func("steps", "Stage C steps, a `number` "+advised("20"), whole(&s.Steps, 1, inference.MaxSteps))
	f.Func("guidance", "Stage C guidance scale, a `number`; up to 1 is off "+advised("4"), number(&s.Guidance, 0, inference.MaxGuidance))
	f.Func("decoder-steps", "Stage B steps, a `number` "+advised("10"), whole(&s.DecoderSteps, 1, inference.MaxSteps))
	f.Func("decoder-guidance", "Stage B guidance scale, a `number`; up to 1 is off "+advised("0"), number(&s.DecoderGuidance, 0, inference.MaxGuidance))
	f.Func("shift", "`number` above 0: noise schedule shift of Stage C (default the preset's)", tuning(&s.Shift, math.SmallestNonzeroFloat64, sampler.MaxShift))
	f.Func("decoder-shift", "`number` above 0: noise schedule shift of Stage B (default the preset's)", tuning(&s.DecoderShift, math.SmallestNonzeroFloat64, sampler.MaxShift))
	f.Func("rescale", "`number` from 0 to 1: guidance rescale (default the preset's)", tuning(&s.Rescale, 0, 1))
	f.Func("eta", "`number` from 0 (deterministic) to 1: fresh noise in every step (default the preset's)", tuning(&s.Eta, 0, 1))
	f.Func("width", "`pixels` (default the model's native size)", whole(&s.Width, 1, sampler.MaxSide))
	f.Func("height", "`pixels` (default the model's native size)", whole(&s.Height, 1, sampler.MaxSide))
	f.Func("device", "auto, cpu, webgpu, cuda, directml or coreml, with :N (default auto)", filled(&s.Device))
	f.Func("precision", "auto, fp32, fp16, or int8 for a small memory (default auto)", filled(&s.Precision))
	f.BoolVar(&s.Fast, "fast", false, "multiply bytes in Stages C and B, where the processor is quick at it")
}

func advised(otherwise string) string {
	return "(default what the model recommends, else " + otherwise + ")"
}

// note remembers which flags were written. It is called once f has been parsed.
func (r *recipeFlags) note(f *flag.FlagSet) {
	r.given = map[string]bool{}
	f.Visit(func(f *flag.Flag) { r.given[f.Name] = true })
}

// resolve is what the flags say, and for the rest what the model recommends.
// Its errors are those of opening the model.
func (r *recipeFlags) resolve(models app.Models) (recipe.Recipe, error) {
	info, err := models.Look(r.said.Model)
	if err != nil {
		return recipe.Recipe{}, err
	}
	recipe, advice := r.said, info.Start.Recipe
	for flag, take := range map[string]func(){
		"preset":           func() { recipe.Preset = advice.Preset },
		"steps":            func() { recipe.Steps = advice.Steps },
		"guidance":         func() { recipe.Guidance = advice.Guidance },
		"decoder-steps":    func() { recipe.DecoderSteps = advice.DecoderSteps },
		"decoder-guidance": func() { recipe.DecoderGuidance = advice.DecoderGuidance },
		"width":            func() { recipe.Width = advice.Width },
		"height":           func() { recipe.Height = advice.Height },
	} {
		if !r.given[flag] {
			take()
		}
	}
	return recipe, nil
}

// The functions below read values of flags. The flag package puts the flag's
// name and the value before what they say of a wrong one.

// filled reads a text that cannot be empty.
func filled(to *string) func(string) error {
	return func(s string) error {
		if s == "" {
			return errors.New("it is empty; write a value, or leave the flag out")
		}
		*to = s
		return nil
	}
}

func preset(to *sampler.Preset) func(string) error {
	return func(s string) (err error) {
		if s == "" {
			return errors.New("choose official, comfy or diffusers")
		}
		*to, err = sampler.ParsePreset(s)
		return err
	}
}

// whole reads a whole number from least to most.
func whole(to *int, least, most int) func(string) error {
	return func(s string) error {
		v, err := strconv.Atoi(s)
		if err != nil || v < least || v > most {
			return fmt.Errorf("choose a whole number from %d to %d", least, most)
		}
		*to = v
		return nil
	}
}

// number reads a number from least to most.
func number(to *float64, least, most float64) func(string) error {
	return func(s string) error {
		v, err := strconv.ParseFloat(s, 64)
		switch ok := err == nil && v >= least && v <= most; { // not NaN either
		case !ok && least > 0:
			return fmt.Errorf("choose a number above 0, up to %g", most)
		case !ok:
			return fmt.Errorf("choose a number from %g to %g", least, most)
		}
		*to = v
		return nil
	}
}

// tuning reads a number that is nil unless the flag is given.
func tuning(to **float64, least, most float64) func(string) error {
	return func(s string) error {
		var v float64
		if err := number(&v, least, most)(s); err != nil {
			return err
		}
		*to = &v
		return nil
	}
}

// seed reads a seed, nil for a random one: -1, as other programs write it.
func seed(to **uint64) func(string) error {
	return func(s string) error {
		v, err := strconv.ParseUint(s, 10, 64)
		switch {
		case s == "-1":
			*to = nil
		case err != nil:
			return errors.New("choose a whole number from 0 to 18446744073709551615, or -1 for a random one")
		default:
			*to = &v
		}
		return nil
	}
}
