package inference

import (
	"fmt"
	"image"
	"math"
	"time"

	"cascata/inference/preview"
	"cascata/inference/sampler"
)

// A Request describes one picture.
type Request struct {
	Prompt, Negative string
	Preset           sampler.Preset
	Width, Height    int // pixels; 0: the model's native size

	Steps    int     // Stage C
	Guidance float64 // Stage C; <= 1 is off

	DecoderSteps    int     // Stage B
	DecoderGuidance float64 // Stage B; <= 1 is off

	Seed        uint64
	DecoderSeed uint64 // not used by the preset diffusers, whose one stream runs through both stages

	Draft  bool    // stop after Stage C
	Latent *Tensor // start from this Stage C latent [1, 16, h, w]; Stage C is skipped
}

// Limits of a request. They bound memory and time, not taste.
const (
	MaxSteps    = 1000
	MaxGuidance = 100
)

// check refuses a setting that cannot be meant. Sizes are checked by sampler.Grid.
func (r *Request) check() error {
	switch {
	case r.Steps < 1 || r.Steps > MaxSteps:
		return fmt.Errorf("%w: %d steps; choose from 1 to %d", ErrBadRequest, r.Steps, MaxSteps)
	case r.DecoderSteps < 1 || r.DecoderSteps > MaxSteps:
		return fmt.Errorf("%w: %d decoder steps; choose from 1 to %d", ErrBadRequest, r.DecoderSteps, MaxSteps)
	case !(math.Abs(r.Guidance) <= MaxGuidance):
		return fmt.Errorf("%w: guidance %g; choose from 0 to %d", ErrBadRequest, r.Guidance, MaxGuidance)
	case !(math.Abs(r.DecoderGuidance) <= MaxGuidance):
		return fmt.Errorf("%w: decoder guidance %g; choose from 0 to %d", ErrBadRequest, r.DecoderGuidance, MaxGuidance)
	}
	return nil
}

// A Result is one finished picture, or a draft.
type Result struct {
	Request Request     // with its size filled in
	Image   *image.RGBA // Width by Height, sRGB, opaque; nil for a draft
	Preview *image.RGBA // what the Stage C latent shows, one pixel a cell; nil where it cannot be told
	Latent  *Tensor     // Stage C latent [1, 16, h, w]
	Decoded *Tensor     // Stage B latent [1, 4, H/4, W/4], not scaled; nil for a draft
	Times   map[Stage]Timing
}

// A Timing is where the time of a stage went.
type Timing struct {
	Total   time.Duration
	Load    time.Duration // of Total: loading the network
	Network time.Duration // of Total: inside the network's runs
}

// A Stage is a part of making a picture.
type Stage string

// The stages, in order.
const (
	StageText Stage = "text"
	StageC    Stage = "prior"
	StageB    Stage = "decoder"
	StageA    Stage = "picture"
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
	Result   *Result         // the picture is finished; or
	Note     string          // something the artist should know
}

// Preview returns X0 as a small picture, one pixel a latent cell, or nil where
// there is none. The picture is the caller's to keep.
func (e Event) Preview() *image.RGBA {
	if e.X0 == nil || e.linear == nil {
		return nil
	}
	return e.linear.Render(nil, e.X0.F32, int(e.X0.Shape[3]), int(e.X0.Shape[2]))
}
