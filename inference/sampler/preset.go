// Package sampler holds the arithmetic of sampling: the presets, the noise
// schedules of Stage C and Stage B, their update rules, guidance and sizes.
// It is pure Go and allocates nothing inside a step.
package sampler

import (
	"fmt"
	"math"
)

// A Preset names the program whose pictures are to be matched. The zero value
// is Official.
type Preset string

// The presets.
const (
	Official  Preset = "official"  // the StableCascade repository of Stability AI
	Comfy     Preset = "comfy"     // ComfyUI
	Diffusers Preset = "diffusers" // StableCascadeCombinedPipeline
)

// ParsePreset reads a preset's name. The empty name is Official; the error for an
// unknown one names the presets.
func ParsePreset(name string) (Preset, error) {
	switch p := Preset(name); p {
	case "":
		return Official, nil
	case Official, Comfy, Diffusers:
		return p, nil
	}
	return "", fmt.Errorf("preset %q is unknown; choose %s, %s or %s", name, Official, Comfy, Diffusers)
}

// Rules are a preset's constants.
type Rules struct {
	PriorShift   float64 // schedule shift of Stage C
	DecoderShift float64 // schedule shift of Stage B

	// Eta is the share of fresh noise in every step of both stages: 0 is the
	// deterministic DDIM, 1 DDPM.
	Eta float64

	// Rescale is the share rho of the guided prediction that is brought back
	// to the standard deviation of the conditional one; 0 is none.
	Rescale float64

	// Scale multiplies the Stage B latent before Stage A; 0 stands for the
	// model's own scale_factor.
	Scale float64

	ReturnX0  bool // a stage's result is the last step's x0, else its last x
	TimeAsIs  bool // the network is given t, else r(t)
	PlainText bool // prompts are taken as they are, else brackets weigh their words
	OneStream bool // one generator makes the noise of both stages, else each has its own

	// What the program itself uses when asked for nothing else.
	Steps, DecoderSteps       int
	Guidance, DecoderGuidance float64
}

// Rules returns the preset's constants, Official's for an unknown one.
func (p Preset) Rules() Rules {
	switch p {
	case Comfy:
		return Rules{
			PriorShift: 2, DecoderShift: 1, Eta: 1, Scale: 0.43, ReturnX0: true,
			Steps: 20, Guidance: 4, DecoderSteps: 10, DecoderGuidance: 1.1,
		}
	case Diffusers:
		return Rules{
			PriorShift: 1, DecoderShift: 1, Eta: 1, TimeAsIs: true, OneStream: true, PlainText: true,
			Steps: 20, Guidance: 4, DecoderSteps: 10,
		}
	}
	return Rules{
		PriorShift: 2, DecoderShift: 1, Eta: 1, Rescale: 0.7, Scale: 0.43, ReturnX0: true,
		Steps: 20, Guidance: 4, DecoderSteps: 10, DecoderGuidance: 1.1,
	}
}

// Prior returns the schedule of Stage C. It refuses steps beyond 1 to MaxSteps and
// a shift beyond MaxShift.
func (r Rules) Prior(steps int) (Schedule, error) {
	return r.schedule(steps, r.PriorShift, 1)
}

// PriorFrom returns the schedule of Stage C from a latent that is noised up to
// time strength, 0 to 1, of as many steps as that is of steps, at least one. It refuses what Prior does, and another strength.
func (r Rules) PriorFrom(steps int, strength float64) (Schedule, error) {
	return r.from(steps, r.PriorShift, strength)
}

// DecoderFrom is PriorFrom for Stage B.
func (r Rules) DecoderFrom(steps int, strength float64) (Schedule, error) {
	return r.from(steps, r.DecoderShift, strength)
}

func (r Rules) from(steps int, shift, strength float64) (Schedule, error) {
	if err := checkSteps(steps); err != nil {
		return nil, err
	}
	if !(strength >= 0 && strength <= 1) {
		return nil, fmt.Errorf("strength %g; choose from 0 to 1", strength)
	}
	return r.schedule(StepsFrom(steps, strength), shift, strength)
}

// StepsFrom is how many of steps are run from time strength.
func StepsFrom(steps int, strength float64) int {
	return max(1, int(math.RoundToEven(float64(steps)*strength)))
}

// Decoder returns the schedule of Stage B. It refuses what Prior does.
func (r Rules) Decoder(steps int) (Schedule, error) {
	return r.schedule(steps, r.DecoderShift, 1)
}

// schedule has no shift where the network is given t as it is: it would be given
// another noise than there is.
func (r Rules) schedule(steps int, shift, start float64) (Schedule, error) {
	switch {
	case !r.TimeAsIs:
		return cosineSchedule(steps, shift, r.Eta, start)
	case shift != 1:
		return nil, fmt.Errorf("the preset %s has no schedule shift, and %g was asked for; choose %s or %s, or shift 1", Diffusers, shift, Official, Comfy)
	case r.Eta == 1:
		if err := checkSteps(steps); err != nil {
			return nil, err
		}
		return posterior(steps, start, single), nil
	}
	s, err := cosineSchedule(steps, shift, r.Eta, start)
	if err != nil {
		return nil, err
	}
	for i, step := range posterior(steps, start, single) {
		s[i].T, s[i].R = step.T, step.R
		s[i].Draws = true // the generator runs on as with any other eta
	}
	s[steps-1].Noise = 0
	return s, nil
}
