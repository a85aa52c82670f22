package ort

import (
	"fmt"
	"regexp"

	"cascata/inference"
)

// meanings is the one place that reads ONNX Runtime's texts. The first that
// matches counts. They were collected from version 1.30.0.
var meanings = []struct {
	text *regexp.Regexp
	err  error
}{
	{regexp.MustCompile(`(?i)failed to allocate memory|available memory of \d+ is smaller|out of memory|bad_alloc|` +
		`CUDA failure 2\b|(CUBLAS|CUDNN)_STATUS_ALLOC_FAILED|8007000E|OutOfDeviceMemory|exceeds the max buffer size`),
		inference.ErrOutOfMemory},
	{regexp.MustCompile(`Failed to load (shared )?library|Error loading ".*" which (depends on|is missing)|` +
		`WebGPU adapter|WebGPU device|No supported adapters|Couldn't load Vulkan|` +
		`cudaGetDeviceCount|driver version is insufficient|no CUDA-capable device|invalid device ordinal|` +
		`[Nn]o kernel image|NoKernelImage|requires cuDNN|cuDNN (library )?is not available|` +
		`(execution provider|EP) is not (supported|enabled|available)|not enabled in this build|` +
		`(?i)device (is )?lost|device removed|887A000[567]`),
		inference.ErrNoDevice},
	{regexp.MustCompile(`system error number 2\b|File doesn't exist|No such file`), inference.ErrModelMissing},
	{regexp.MustCompile(`NOT_IMPLEMENTED|Could not find an implementation|Unsupported model IR version|` +
		`under development and support|is not a registered function/op|No Op registered`),
		inference.ErrUnsupported},
	{regexp.MustCompile(`(?i)protobuf parsing failed|ModelProto|INVALID_GRAPH|invalid model|model format error|` +
		`failed to load model|load model from|external data|external initializer|ShapeInferenceError|` +
		`TypeInferenceError|Type Error|node \(|no graph was found`),
		inference.ErrBadModel},
}

// meaning returns the sentinel that err's text stands for, or nil.
func meaning(err error) error {
	for _, m := range meanings {
		if m.text.MatchString(err.Error()) {
			return m.err
		}
	}
	return nil
}

// explain wraps an error of the library with what was being done and the
// sentinel it stands for; where its text says nothing, with fallback, which
// may be nil.
func explain(doing string, err, fallback error) error {
	if err == nil {
		return nil
	}
	kind := meaning(err)
	if kind == nil {
		kind = fallback
	}
	if kind == nil {
		return fmt.Errorf("ort: %s: %w", doing, err)
	}
	return fmt.Errorf("ort: %s: %w: %w", doing, kind, err)
}
