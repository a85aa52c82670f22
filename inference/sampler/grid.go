package sampler

import (
	"fmt"
	"math"
)

// Geometry says how a model's latents relate to pixels. Zero values stand for
// Stable Cascade's own.
type Geometry struct {
	Compression float64 // pixels per Stage C cell; 42.67
	Scale       int     // pixels per Stage B cell, by Stage A; 4
	Patch       int     // Stage B's patch size; 2

	// How often the networks halve their grids: a smaller grid than that is none.
	PriorHalvings, DecoderHalvings int
}

// A Grid is the sizes of one picture: Stage C cells, Stage B cells and pixels.
type Grid struct {
	PriorWidth, PriorHeight     int
	DecoderWidth, DecoderHeight int
	Width, Height               int
}

// MaxSide bounds a picture's width and height in pixels.
const MaxSide = 8192

// Grid returns the latent sizes for a picture of width by height pixels.
//
// Both must be multiples of Scale*Patch, 8 for Stable Cascade. Diffusers
// derives the Stage B grid from Stage C's instead: its pictures may differ
// from what was asked for, and a size that would leave Stage B an odd grid is
// refused. Errors name the nearest sizes that are allowed.
func (g Geometry) Grid(p Preset, width, height int) (Grid, error) {
	g, err := g.withDefaults()
	if err != nil {
		return Grid{}, err
	}
	rule := g.side
	if p == Diffusers {
		rule = g.sideOfDiffusers
	}
	w, err := g.check("width", width, rule)
	if err != nil {
		return Grid{}, err
	}
	h, err := g.check("height", height, rule)
	if err != nil {
		return Grid{}, err
	}
	return Grid{
		PriorWidth: w.prior, DecoderWidth: w.decoder, Width: w.decoder * g.Scale,
		PriorHeight: h.prior, DecoderHeight: h.decoder, Height: h.decoder * g.Scale,
	}, nil
}

func (g Geometry) withDefaults() (Geometry, error) {
	if g.Compression == 0 {
		g.Compression = 42.67
	}
	if g.Scale == 0 {
		g.Scale = 4
	}
	if g.Patch == 0 {
		g.Patch = 2
	}
	switch {
	case !(g.Compression >= 1 && g.Compression <= MaxSide):
		return g, fmt.Errorf("the model's compression is %g; it must lie between 1 and %d", g.Compression, MaxSide)
	case g.Scale < 1 || g.Scale > 64:
		return g, fmt.Errorf("the model's Stage A enlarges %d times; it must be 1 to 64 times", g.Scale)
	case g.PriorHalvings < 0 || g.PriorHalvings > 16 || g.DecoderHalvings < 0 || g.DecoderHalvings > 16:
		return g, fmt.Errorf("the model's stages halve their grids %d and %d times; it must be 0 to 16 times", g.PriorHalvings, g.DecoderHalvings)
	case g.Patch < 1 || g.Patch > 64:
		return g, fmt.Errorf("the model's Stage B has patch size %d; it must be 1 to 64", g.Patch)
	}
	return g, nil
}

// cells are one side's latent sizes; ok is false for a side that cannot be.
type cells struct {
	prior, decoder int
	ok             bool
}

func (g Geometry) side(px int) cells {
	unit := g.Scale * g.Patch
	return g.cells(g.priorCells(px), px/g.Scale, px >= unit && px%unit == 0)
}

func (g Geometry) sideOfDiffusers(px int) cells {
	prior := g.priorCells(px)
	scale := g.Compression / float64(g.Scale)
	if g.Compression == 42.67 && g.Scale == 4 {
		scale = 10.67 // latent_dim_scale, rounded by its makers
	}
	decoder := int(float64(prior) * scale)
	return g.cells(prior, decoder, px >= 1 && decoder%g.Patch == 0)
}

// cells are ok where they also suffice for the networks.
func (g Geometry) cells(prior, decoder int, ok bool) cells {
	return cells{prior, decoder, ok && prior>>g.PriorHalvings >= 1 && decoder/g.Patch>>g.DecoderHalvings >= 1}
}

// Least is the smallest side that a picture can have, pixels.
func (g Geometry) Least(p Preset) int {
	for px := 1; px < MaxSide; px++ {
		if _, err := g.Grid(p, px, px); err == nil {
			return px
		}
	}
	return MaxSide
}

func (g Geometry) priorCells(px int) int {
	return int(math.Ceil(float64(px) / g.Compression))
}

// check applies rule to one side of a picture.
func (g Geometry) check(name string, px int, rule func(int) cells) (cells, error) {
	c := rule(px)
	if c.ok && px <= MaxSide {
		return c, nil
	}
	unit := g.Scale * g.Patch
	from := min(max(px, 0), MaxSide)
	below, above := from-from%unit, from-from%unit+unit
	for below > 0 && !rule(below).ok {
		below -= unit
	}
	for above <= MaxSide && !rule(above).ok {
		above += unit
	}
	switch {
	case below > 0 && above <= MaxSide:
		return c, fmt.Errorf("%s %d does not fit this model; the nearest that do are %d and %d", name, px, below, above)
	case below > 0:
		return c, fmt.Errorf("%s %d is too large; the largest that fits is %d", name, px, below)
	case above <= MaxSide:
		return c, fmt.Errorf("%s %d is too small; the smallest that fits is %d", name, px, above)
	}
	return c, fmt.Errorf("%s %d does not fit this model, and no other up to %d does; choose another preset", name, px, MaxSide)
}
