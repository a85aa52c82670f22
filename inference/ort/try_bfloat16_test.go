package ort

import (
	"context"
	"errors"
	"strings"
	"testing"

	"cascata/inference"
	"cascata/inference/onnx"
)

// The graph that tries bfloat16 is right: in float32 the processor agrees with
// what is expected of it, and in bfloat16 ONNX Runtime infers its types, and
// misses nothing but kernels of the processor.
func TestTryBFloat16(t *testing.T) {
	r := open(t, Options{})
	if err := r.tryBFloat16(context.Background(), cpu, onnx.Float); err != nil {
		t.Error(err)
	}
	err := r.tryBFloat16(context.Background(), cpu, onnx.BFloat16)
	if !errors.Is(err, inference.ErrUnsupported) || !strings.Contains(err.Error(), "Could not find an implementation") {
		t.Errorf("got %v, want a missing kernel", err)
	}
}
