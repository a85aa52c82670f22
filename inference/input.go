package inference

import (
	"cmp"
	"fmt"
	"image"
	"math"
	"path/filepath"
	"slices"

	"cascata/inference/canny"
	"cascata/inference/checkpoint"
	"cascata/inference/sampler"
)

// An Input is a picture that goes in beside the words. Its JSON says where it
// comes from; Image or Latent is what it holds, and is read before a request is
// made.
type Input struct {
	File   string `json:"file,omitempty"`   // its path; in a picture of Cascata's, its name
	Name   string `json:"name,omitempty"`   // what to call it; "": File without its folder
	SHA256 string `json:"sha256,omitempty"` // of the file's bytes, in hexadecimal
	Part   string `json:"part,omitempty"`   // where File is a picture of Cascata's: which of what went into it is meant; "": the picture

	Image  image.Image `json:"-"`
	Latent *Tensor     `json:"-"` // what the encoder made of the picture, [1, 16, h, w]; it is not asked again then
}

// Label is what to call the input.
func (in *Input) Label() string {
	if in.Name != "" || in.File == "" {
		return in.Name
	}
	return filepath.Base(in.File)
}

// A Reference is a picture that the composition is to resemble.
type Reference struct {
	Input
	Weight float64 `json:"weight"` // multiplies what the image encoder makes of it; 1 as it is
}

// A Control is a picture that says where things are.
type Control struct {
	Input
	Kind   checkpoint.ControlKind `json:"kind"`
	Weight float64                `json:"weight"`          // multiplies what is added to Stage C; 1 as it is
	Model  string                 `json:"model,omitempty"` // path of the control network; "": the checkpoint's own of that kind

	// Of canny: how strong an edge must be, as package canny has it, and one that
	// touches such an edge. 0: canny.High and canny.Low. Of a map that was found
	// before they say how.
	High int `json:"high,omitempty"`
	Low  int `json:"low,omitempty"`

	Network *checkpoint.Network `json:"-"` // what Model holds
}

// Thresholds are those of a canny control.
func (c *Control) Thresholds() (low, high int) {
	return cmp.Or(c.Low, canny.Low), cmp.Or(c.High, canny.High)
}

// SetThresholds changes them. Those of the official filter are not told: a
// recipe with them is what it was before they could be changed.
func (c *Control) SetThresholds(low, high int) {
	c.Low, c.High = low, high
	if low == canny.Low {
		c.Low = 0
	}
	if high == canny.High {
		c.High = 0
	}
}

// Mapped says that a canny control's edges were found before, when another
// picture was made with them.
func (c *Control) Mapped() bool { return c.Part != "" && c.Kind == checkpoint.Canny }

// MaxReferences is how many reference pictures a request may have.
const MaxReferences = 16

// Limits of what goes in.
const (
	maxWeighting = 100 // of a reference or control, either sign
	leastSide    = 8   // of an input picture, pixels
)

// Extras are pictures that go in beside the words; nil for none.
type Extras struct {
	References []Reference `json:"references,omitempty"`
	From       *Input      `json:"from_image,omitempty"` // Stage C is skipped: its latent is made of this picture
	Enlarge    bool        `json:"enlarge,omitempty"`    // From becomes twice as wide and high, and else stays what it shows; the request's size is not asked
	Init       *Input      `json:"init,omitempty"`       // Stage C starts from this picture; or with Enlarge, Stage B from From,
	Strength   *float64    `json:"strength,omitempty"`   // noised so far, 0 (not at all) to 1 (nothing is left of it); nil: UsualStrength or EnlargeStrength
	Mask       *Input      `json:"mask,omitempty"`       // as large as Init: what is white changes; or of an inpaint control, what is missing
	Control    *Control    `json:"control,omitempty"`
}

// Inputs are all pictures of e, and what messages call each.
func (e *Extras) Inputs() map[string]*Input {
	all := map[string]*Input{}
	for i := range e.References {
		all[referenceName(i)] = &e.References[i].Input
	}
	for name, in := range map[string]*Input{"from": e.From, "init": e.Init, "mask": e.Mask} {
		if in != nil {
			all[name] = in
		}
	}
	if e.Control != nil {
		all["control"] = &e.Control.Input
	}
	return all
}

// How far a picture to start from is noised, and one that is enlarged.
const (
	UsualStrength   = 0.8
	EnlargeStrength = 0.25
)

func (e *Extras) strength() float64 {
	switch {
	case e.Strength != nil:
		return *e.Strength
	case e.Enlarge:
		return EnlargeStrength
	}
	return UsualStrength
}

// CompositionSteps is how many steps Stage C runs.
func (r *Request) CompositionSteps() int {
	switch {
	case !r.Composes():
		return 0
	case r.Init == nil || !(r.strength() >= 0 && r.strength() <= 1):
		return r.Steps
	}
	return sampler.StepsFrom(r.Steps, r.strength())
}

// DetailSteps is how many steps Stage B runs.
func (r *Request) DetailSteps() int {
	switch {
	case r.Draft:
		return 0
	case !r.Enlarge || !(r.strength() >= 0 && r.strength() <= 1):
		return r.DecoderSteps
	}
	return sampler.StepsFrom(r.DecoderSteps, r.strength())
}

// Clone is a copy whose inputs can be filled without touching those of e.
func (e *Extras) Clone() Extras {
	c := *e
	c.References = slices.Clone(e.References)
	for _, p := range []**Input{&c.From, &c.Init, &c.Mask} {
		if *p != nil {
			in := **p
			*p = &in
		}
	}
	if c.Control != nil {
		control := *c.Control
		c.Control = &control
	}
	return c
}

// referenceName is what the i-th reference is called among the inputs.
func referenceName(i int) string { return fmt.Sprintf("reference.%d", i) }

// Any reports whether anything goes in beside the words.
func (e *Extras) Any() bool {
	return len(e.References) > 0 || e.From != nil || e.Init != nil || e.Mask != nil || e.Control != nil
}

// repaints reports whether the mask says which part of Init changes.
func (e *Extras) repaints() bool {
	return e.Init != nil && e.Mask != nil && !e.inpaints()
}

// inpaints reports whether the mask says what is missing in a control picture.
func (e *Extras) inpaints() bool { return e.Control != nil && e.Control.Kind == checkpoint.Inpaint }

// encodes reports whether the encoder reads one of the pictures.
func (e *Extras) encodes() bool {
	reads := func(in *Input) bool { return in != nil && in.Latent == nil }
	return reads(e.From) || reads(e.Init) || e.Control != nil && e.Control.Kind == checkpoint.Super && reads(&e.Control.Input)
}

// check refuses what cannot be meant. latent tells that Stage C's is given.
func (e *Extras) check(latent bool) error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrBadRequest, fmt.Sprintf(format, args...))
	}
	switch {
	case len(e.References) > MaxReferences:
		return bad("%d reference pictures; choose at most %d", len(e.References), MaxReferences)
	case e.From != nil && e.Init != nil:
		return bad("a picture is made from a picture without a composition, or with one; choose one of both")
	case latent && (e.From != nil || e.Init != nil):
		return bad("a composition is given, and a picture to make one from; choose one of both")
	case e.Enlarge && e.From == nil:
		return bad("there is no picture to enlarge; choose one")
	case (e.Init != nil || e.Enlarge) && !(e.strength() >= 0 && e.strength() <= 1):
		return bad("strength %g; choose from 0 (nothing changes) to 1", e.strength())
	case e.Mask != nil && e.Init == nil && !e.inpaints():
		return bad("a mask needs a picture whose part it shows; choose one to start from, or an inpaint control")
	case e.inpaints() && e.Mask == nil:
		return bad("an inpaint control needs a mask that shows what is missing; choose one")
	}
	for _, r := range e.References {
		if !weighs(r.Weight) {
			return bad("the weight %g of a reference picture; choose from -%d to %d", r.Weight, maxWeighting, maxWeighting)
		}
	}
	if c := e.Control; c != nil {
		switch c.Kind {
		case checkpoint.Canny, checkpoint.Inpaint, checkpoint.Super:
		default:
			return bad("a control of kind %q is not known; choose canny, inpaint or sr", c.Kind)
		}
		if !weighs(c.Weight) {
			return bad("the weight %g of the control; choose from -%d to %d", c.Weight, maxWeighting, maxWeighting)
		}
		if low, high := c.Thresholds(); min(low, high) < 1 || max(low, high) > canny.Highest {
			return bad("the thresholds %d and %d of outlines; choose from 1 to %d", low, high, canny.Highest)
		}
	}
	return e.checkPictures()
}

func (e *Extras) checkPictures() error {
	for name, in := range e.Inputs() {
		if in.Image == nil && in.Latent == nil {
			return fmt.Errorf("%w: the picture %s (%s) was not read", ErrBadRequest, in.Label(), name)
		}
		if in.Image == nil {
			continue
		}
		if s := in.Image.Bounds().Size(); s.X < leastSide || s.Y < leastSide {
			return fmt.Errorf("%w: %s has %d by %d pixels, too few to see anything; choose a picture of at least %d by %d",
				ErrBadRequest, in.Label(), s.X, s.Y, leastSide, leastSide)
		}
	}
	whole := e.Init
	if e.inpaints() {
		whole = &e.Control.Input
	}
	if e.Mask == nil || whole == nil || whole.Image == nil || e.Mask.Image == nil {
		return nil
	}
	if is, want := e.Mask.Image.Bounds().Size(), whole.Image.Bounds().Size(); is != want {
		return fmt.Errorf("%w: the mask %s has %d by %d pixels and the picture %s has %d by %d; make the mask as large as the picture",
			ErrBadRequest, e.Mask.Label(), is.X, is.Y, whole.Label(), want.X, want.Y)
	}
	return nil
}

func weighs(w float64) bool { return math.Abs(w) <= maxWeighting } // no NaN either
