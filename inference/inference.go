// Package inference turns a request into a picture: text encoder, Stage C,
// Stage B and Stage A, one after another, on one device.
//
// Shapes, for a picture of H by W pixels:
//
//	token ids         [B, 77] int64           padded, with a mask of ones and zeros
//	hidden states     [B, 77, c] float32      before the final LayerNorm
//	pooled text       [B, 1, c] float32
//	Stage C latent    [B, 16, h, w] float32   h = ceil(H/compression), compression 42.67
//	Stage B latent    [B, 4, H/4, W/4] float32
//	Stage A picture   [B, 3, H, W] float32    RGB in [0, 1]
package inference

import (
	"errors"

	"cascata/inference/checkpoint"
	"cascata/inference/lora"
)

// Errors that callers may test for with errors.Is.
var (
	ErrModelMissing = checkpoint.ErrMissing
	ErrBadModel     = checkpoint.ErrBad
	ErrUnsupported  = checkpoint.ErrUnsupported
	ErrOutOfMemory  = errors.New("out of memory")
	ErrNoRuntime    = errors.New("ONNX Runtime library not found")
	ErrNoDevice     = errors.New("device is not available")
	ErrNotFinite    = errors.New("the network produced numbers that are not finite")
	ErrBadRequest   = errors.New("wrong setting")
	ErrBadLoRA      = lora.ErrBad
	ErrCache        = checkpoint.ErrCache
)

// A Tokenizer turns text into token ids. *tokenizer.Tokenizer is one.
type Tokenizer interface {
	Encode(text string) (Tokens, error)
}

// Tokens is one encoded text, padded to the encoder's length.
type Tokens struct {
	IDs  []int64
	Mask []int64 // 1 for BOS, text and the first EOS, 0 for pads
	Cut  string  // the end of the text that did not fit, "" if all did

	// Starts are the byte offsets in the text, whose invalid UTF-8 counts as
	// U+FFFD, at which its tokens start, those that did not fit too.
	Starts []int
}
