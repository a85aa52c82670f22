package app

import (
	_ "embed"
	"fmt"
	"image"
	"math"

	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/sampler"
)

// The built-in model's picture by knownRecipe, computed in fp32 on a processor:
// its mean colours in squares of knownSquare pixels, red, green and blue, row by row.
//
//go:embed known.bin
var knownColours []byte

const (
	knownSide   = 256 // pixels
	knownSquare = 16  // pixels
	knownLimit  = 12  // levels of 255 that a picture's squares may be off in the mean; fp16 by WebGPU over lavapipe is by 2
)

var knownRecipe = recipe.Recipe{Model: recipe.Demo, Request: inference.Request{
	Prompt: "a red house by a lake, sunset", Preset: sampler.Official, Seed: 1, DecoderSeed: 2,
	Width: knownSide, Height: knownSide, Steps: 8, Guidance: 3, DecoderSteps: 4, DecoderGuidance: 1,
}}

// wrongPicture says how far a picture by knownRecipe is off, or "" if it is right.
func wrongPicture(img *image.RGBA) string {
	got := colours(img)
	if len(got) != len(knownColours) {
		return fmt.Sprintf("it is of %v", img.Bounds().Size())
	}
	var sum float64
	for i, v := range got {
		sum += math.Abs(float64(v) - float64(knownColours[i]))
	}
	if mean := sum / float64(len(got)); mean > knownLimit {
		return fmt.Sprintf("its colours are off by %.0f of 255, up to %d are right", mean, knownLimit)
	}
	return ""
}

// colours are the mean ones of img in squares of knownSquare pixels.
func colours(img *image.RGBA) []byte {
	size := img.Bounds().Size()
	var list []byte
	for y := 0; y < size.Y; y += knownSquare {
		for x := 0; x < size.X; x += knownSquare {
			var sum [3]int
			for k := range knownSquare * knownSquare {
				at := min(y+k/knownSquare, size.Y-1)*img.Stride + min(x+k%knownSquare, size.X-1)*4
				for c := range sum {
					sum[c] += int(img.Pix[at+c])
				}
			}
			for _, s := range sum {
				list = append(list, byte(s/(knownSquare*knownSquare)))
			}
		}
	}
	return list
}
