// Package quant stores networks with the matrices of their blocks in eight
// bits. The files lie in a cache: they are made from a checkpoint's own when
// they are first needed, and made again when they are missing or damaged.
package quant

import (
	"strings"

	"cascata/inference/checkpoint"
)

// A Format is how a matrix [out, in] is stored.
type Format string

// The formats. In each, a weight's scales are an F32 tensor of its name with
// Scale behind.
const (
	// Signed is I8 [in, out] with a scale for each output. Processors with dot
	// products of bytes (VNNI and the like) multiply it three times as fast as
	// float32; others, without a word, saturate.
	Signed Format = "signed"

	// Unsigned is Signed plus 128, as U8. Its products are exact on every
	// processor, and the same as Signed's; with VNNI they are slow.
	Unsigned Format = "unsigned"

	// Blocks is U8 [out, in/Block, Block], 128 standing for zero, with a scale
	// for each block. It is multiplied as float32, out of the file as it lies.
	Blocks Format = "blocks"
)

// Block is how many elements of a row share a scale in Blocks.
const Block = 32

// Scale is what the names of scales end in.
const Scale = ".scale"

// The element types that only networks of this package have.
const (
	I8 checkpoint.DType = "I8"
	U8 checkpoint.DType = "U8"
)

// inBlocks are the layers of a block that are worth eight bits. What is left
// in full, convolutions and what reads the time, is small or sensitive.
var inBlocks = []string{
	".channelwise.0", ".channelwise.4",
	".attention.to_q", ".attention.to_k", ".attention.to_v", ".attention.to_out.0", ".kv_mapper.1",
}

// InBlocks reports whether a layer is one of those that may take eight bits.
func InBlocks(layer string) bool {
	if !strings.HasPrefix(layer, "down_blocks.") && !strings.HasPrefix(layer, "up_blocks.") {
		return false
	}
	for _, end := range inBlocks {
		if strings.HasSuffix(layer, end) {
			return true
		}
	}
	return false
}

// quantized reports whether the weight called name becomes one of format f.
func (f Format) quantized(name string, w checkpoint.Weight) bool {
	layer, ok := strings.CutSuffix(name, ".weight")
	rows, columns := matrix(w.Shape)
	return ok && InBlocks(layer) && !w.Transposed && rows > 0 && (f != Blocks || columns%Block == 0)
}

// matrix is the shape of a linear layer's weight, or of a 1x1 convolution's; 0
// for any other.
func matrix(shape []int64) (out, in int64) {
	for len(shape) > 2 && shape[len(shape)-1] == 1 {
		shape = shape[:len(shape)-1]
	}
	if len(shape) != 2 {
		return 0, 0
	}
	return shape[0], shape[1]
}
