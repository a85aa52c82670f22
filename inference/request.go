package inference

import (
	"context"
	"fmt"
	"image"
	"time"

	"cascata/inference/preview"
	"cascata/inference/sampler"
)

// A Request describes one picture. Its JSON is what a recipe is stored as.
type Request struct {
	Prompt string `json:"prompt"` // may weigh words, see maxWeight
	Mix
	Negative string         `json:"negative,omitempty"` // as Prompt
	Preset   sampler.Preset `json:"preset,omitempty"`
	Width    int            `json:"width,omitempty"`  // pixels; 0: the model's native size
	Height   int            `json:"height,omitempty"` // pixels; 0: the model's native size

	Steps    int     `json:"steps"`    // Stage C
	Guidance float64 `json:"guidance"` // Stage C; <= 1 is off

	DecoderSteps    int     `json:"decoder_steps"`    // Stage B
	DecoderGuidance float64 `json:"decoder_guidance"` // Stage B; <= 1 is off

	Seed        uint64 `json:"seed"`
	DecoderSeed uint64 `json:"decoder_seed"` // not used by the preset diffusers, whose one stream runs through both stages

	Tuning
	Extras

	LoRAs []LoRA `json:"loras,omitempty"` // merged into the weights for this picture

	Draft  bool    `json:"draft,omitempty"` // stop after Stage C
	Latent *Tensor `json:"-"`               // start from this Stage C latent [1, 16, h, w]; Stage C is skipped

	// Composed is what Stage C made of this very request before, as Event.Composed told
	// it: it is not run again, and the picture is the one that it would have become. One of
	// another shape is left alone.
	Composed *Tensor `json:"-"`

	// Context, where not nil, ends this picture alone, also inside a step;
	// Generate goes on with the others.
	Context context.Context `json:"-"`
}

// A LoRA is a small file that changes what a model draws.
type LoRA struct {
	Name   string  `json:"name"`             // of the file, without its folder
	SHA256 string  `json:"sha256,omitempty"` // of the file; "": not known
	Weight float64 `json:"weight"`           // 1: as it was trained; may be negative
	Path   string  `json:"-"`
}

// MaxLoRAWeight bounds the weight of a LoRA, either way.
const MaxLoRAWeight = 100

// Tuning overrides a preset; nil is the preset's own.
type Tuning struct {
	Shift        *float64 `json:"shift,omitempty"`         // schedule shift of Stage C, > 0
	DecoderShift *float64 `json:"decoder_shift,omitempty"` // schedule shift of Stage B, > 0
	Rescale      *float64 `json:"rescale,omitempty"`       // guidance rescale rho of both stages, 0 to 1
	Eta          *float64 `json:"eta,omitempty"`           // noise of both stages' steps: 0 (DDIM) to 1 (DDPM)
}

// Limits of a request. They bound memory and time, not taste.
const (
	MaxSteps    = sampler.MaxSteps
	MaxGuidance = 100
)

// SideRange is what suits a model whose pictures have a native side, pixels:
// much larger ones repeat themselves, much smaller ones fall apart.
func SideRange(native int) (least, most int) { return native / 4, native * 2 }

// suits reports whether both sides are in the range for the model's.
func (i Info) suits(width, height int) bool {
	fits := func(px, native int) bool {
		least, most := SideRange(native)
		return px >= least && px <= most
	}
	return fits(width, i.Width) && fits(height, i.Height)
}

// check refuses a setting that cannot be meant. Sizes are checked by sampler.Grid.
func (r *Request) check() error {
	switch {
	case r.Steps < 1 || r.Steps > MaxSteps:
		return fmt.Errorf("%w: %d steps; choose from 1 to %d", ErrBadRequest, r.Steps, MaxSteps)
	case r.DecoderSteps < 1 || r.DecoderSteps > MaxSteps:
		return fmt.Errorf("%w: %d decoder steps; choose from 1 to %d", ErrBadRequest, r.DecoderSteps, MaxSteps)
	case !(r.Guidance >= 0 && r.Guidance <= MaxGuidance):
		return fmt.Errorf("%w: guidance %g; choose from 0 to %d", ErrBadRequest, r.Guidance, MaxGuidance)
	case !(r.DecoderGuidance >= 0 && r.DecoderGuidance <= MaxGuidance):
		return fmt.Errorf("%w: decoder guidance %g; choose from 0 to %d", ErrBadRequest, r.DecoderGuidance, MaxGuidance)
	}
	if err := r.Extras.check(r.Latent != nil); err != nil {
		return err
	}
	for _, l := range r.LoRAs {
		if !(l.Weight >= -MaxLoRAWeight && l.Weight <= MaxLoRAWeight) {
			return fmt.Errorf("%w: the weight %g of the LoRA %q; choose from %d to %d", ErrBadRequest, l.Weight, short(l.Name, 40), -MaxLoRAWeight, MaxLoRAWeight)
		}
	}
	plain := r.Preset.Rules().PlainText
	if err := r.Mix.check(plain); err != nil || plain {
		return err
	}
	if err := checkWeights(r.Prompt); err != nil {
		return err
	}
	return checkWeights(r.Negative)
}

// rules are the preset's with what the request tunes of them.
func (r *Request) rules() (sampler.Rules, error) {
	rules := r.Preset.Rules()
	for _, t := range []struct {
		from *float64
		to   *float64
	}{{r.Shift, &rules.PriorShift}, {r.DecoderShift, &rules.DecoderShift}, {r.Rescale, &rules.Rescale}, {r.Eta, &rules.Eta}} {
		if t.from != nil {
			*t.to = *t.from
		}
	}
	if !(rules.Rescale >= 0 && rules.Rescale <= 1) {
		return rules, fmt.Errorf("%w: guidance rescale %g; choose from 0 to 1", ErrBadRequest, rules.Rescale)
	}
	return rules, nil
}

// A Result is one finished picture, or a draft.
type Result struct {
	// Err says why this picture alone ended early: the cause of its
	// Request.Context. Latent is kept where Stage C was finished.
	Err error

	Request Request     // with its size filled in
	Image   *image.RGBA // Width by Height, sRGB, opaque; nil for a draft
	Preview *image.RGBA // what the Stage C latent shows, one pixel a cell; nil where it cannot be told
	Latent  *Tensor     // Stage C latent [1, 16, h, w]
	Decoded *Tensor     // Stage B latent [1, 4, H/4, W/4], not scaled; nil for a draft
	Kept    []Kept      // of what went in beside the words
	Times   map[Stage]Timing
}

// A Timing is where the time of a stage went.
type Timing struct {
	Total   time.Duration
	Load    time.Duration // of Total: waiting for the network to be loaded
	Network time.Duration // of Total: inside the network's runs
}

// A Stage is a part of making a picture.
type Stage string

// The stages, in order.
const (
	StageText   Stage = "text"
	StageInputs Stage = "inputs" // pictures that go in beside the words
	StageC      Stage = "prior"
	StageB      Stage = "decoder"
	StageA      Stage = "picture"

	// The networks of StageInputs.
	stageVision  Stage = "image encoder"
	stageEncoder Stage = "encoder"
	stageControl Stage = "control"
	stageLatent  Stage = "stage a encoder"
)

// An Event reports progress. It is delivered on the goroutine that called
// Generate, which waits for the receiver.
type Event struct {
	Picture int // index of the request
	Stage   Stage
	Took    time.Duration // since the stage's last event

	Loaded   bool            // the stage's network was loaded; or
	N, Total int             // step N of Total is done, N counts from 1,
	X0       *Tensor         // with this predicted clean latent, valid until the receiver returns;
	linear   *preview.Linear // what turns X0 into a preview; or
	Composed *Tensor         // Stage C is done, and this is its latent [1, 16, h, w], not to be changed; or
	Result   *Result         // the picture is finished, or ended early (Result.Err); or
	Note     Note            // something the artist should know
}

// Preview returns X0 as a small picture, one pixel a latent cell, or nil where
// there is none. The picture is the caller's to keep.
func (e Event) Preview() *image.RGBA {
	if e.X0 == nil || e.linear == nil {
		return nil
	}
	return e.linear.Render(nil, e.X0.F32, int(e.X0.Shape[3]), int(e.X0.Shape[2]))
}
