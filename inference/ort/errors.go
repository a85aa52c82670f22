package ort

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"cascata/inference"
)

// ONNX Runtime gives errors as texts only. This file is the one place that
// reads them. They were collected from version 1.30.0.

// meanings are tried in turn; the first that matches counts.
//
// WebGPU never says that memory ran out: a buffer that could not be had is
// "invalid due to a previous error". One that is larger than a buffer may be is
// bound in parts, of which there are then too many.
var meanings = []struct {
	text *regexp.Regexp
	err  error
}{
	{regexp.MustCompile(`(?i)failed to allocate memory|available memory of \d+ is smaller|out of memory|bad_alloc|` +
		`CUDA failure 2\b|(CUBLAS|CUDNN)_STATUS_ALLOC_FAILED|8007000E|OutOf(Device|Host)Memory|OUT_OF_(DEVICE|HOST)_MEMORY|` +
		`exceeds the max buffer size|Too many storage buffers in shader|\[Invalid Buffer\b[^\n]*previous error`),
		inference.ErrOutOfMemory},
	{regexp.MustCompile(`(?i)failed to load (shared )?library|error loading ".*" which|` +
		`webgpu (adapter|device)|no supported adapters|load Vulkan|` +
		`cudaGetDeviceCount|driver version is insufficient|no CUDA-capable|invalid device (ordinal|id)|` +
		`no ?kernel ?image|requires cuDNN|cuDNN is not available|` +
		`provider is not (supported|enabled|available)|not enabled in this build|does not support CoreML|` +
		`device (is |was )?lost|device removed|887A000[567]`),
		inference.ErrNoDevice},
	{regexp.MustCompile(`system error number 2\b|File doesn't exist`), inference.ErrModelMissing},
	{regexp.MustCompile(`escapes model directory|Absolute path not allowed|weakly canonical path`), inference.ErrUnsupported},
	{regexp.MustCompile(`NOT_IMPLEMENTED|Could not find an implementation|Unsupported model IR version|` +
		`under development and support|is not a registered function/op|No Op registered`),
		inference.ErrUnsupported},
	{regexp.MustCompile(`(?i)protobuf parsing failed|ModelProto|INVALID_GRAPH|invalid model|model format error|` +
		`failed to load model|load model from|external data|external initializer|` +
		`ShapeInferenceError|TypeInferenceError|Type Error`),
		inference.ErrBadModel},
}

// partsText is said of a Split into more parts than a shader binds buffers, and of one
// whose buffers are so large that each is bound in several parts.
var partsText = regexp.MustCompile(`running Split node\b[^\n]*Too many storage buffers in shader\. Current: (\d+), Max is (\d+)`)

// hasManyParts says whether err is of a Split into too many parts. They are counted one by
// one, so the count ends at the first that is too many; the parts of a large buffer are
// counted together. No other node of ONNX binds so many.
func hasManyParts(err error) bool {
	m := partsText.FindStringSubmatch(err.Error())
	if m == nil {
		return false
	}
	current, _ := strconv.Atoi(m[1])
	most, _ := strconv.Atoi(m[2])
	return current == most+1
}

// meaning returns the sentinel that err's text stands for, or nil.
func meaning(err error) error {
	if hasManyParts(err) {
		return inference.ErrNoDevice
	}
	for _, m := range meanings {
		if m.text.MatchString(err.Error()) {
			return m.err
		}
	}
	return nil
}

// explain wraps an error of the library with what was being done and the
// sentinel it stands for; where its text says nothing, with fallback, which
// may be nil. It returns nil for nil.
func explain(doing string, err, fallback error) error {
	if err == nil {
		return nil
	}
	kind := meaning(err)
	if kind == nil {
		kind = fallback
	}
	switch kind {
	case nil:
		return fmt.Errorf("ort: %s: %s", doing, plain(err))
	case inference.ErrNoDevice:
		why, next := remedy(err)
		if isAbsent(err) {
			kind = errAbsent
		}
		return &deviceError{fmt.Errorf("ort: %s: %w", doing, kind), why, next, plain(err)}
	}
	return fmt.Errorf("ort: %s: %w: %s%s", doing, kind, plain(err), advice(err))
}

// advice is the next step where a text of the library hides it, or "".
func advice(err error) string {
	switch text := err.Error(); {
	case strings.Contains(text, "weakly canonical path"):
		return "; the path of its folder may be too long: move it to a shorter one"
	case strings.Contains(text, "escapes model directory"):
		return "; its weights lie behind a link that leads out of its folder: copy them beside the .onnx file"
	}
	return ""
}

// A deviceError is a device that cannot be used, with what to do about it.
type deviceError struct {
	err             error // wraps inference.ErrNoDevice
	why, next, text string
}

func (e *deviceError) Error() string {
	s := e.err.Error() + ": " + e.why
	if e.next != "" {
		s += "; " + e.next
	}
	return s + " (" + e.text + ")"
}

func (e *deviceError) Unwrap() error { return e.err }

// errAbsent is a provider that is simply not installed, which needs no note
// where another works.
var errAbsent = fmt.Errorf("%w", inference.ErrNoDevice)

// where is the place in the source and the condition that a text begins with.
var where = regexp.MustCompile(`^(Error \w+ \w+ session(?: from file)?: |Error running network: )?` +
	`\S+\.(cc|h|cpp|hpp|cu):\d+ .*?( was false\. |\[ONNXRuntimeError\] : \d+ : \w+ : )`)

// plain is the text of err without its place in the library's source.
func plain(err error) string {
	return strings.TrimSpace(where.ReplaceAllString(err.Error(), ""))
}

// remedies tell an artist why a device cannot be used and what to do. The
// groups of text are put in by $1. Empty goos means all systems.
var remedies = []struct {
	text      *regexp.Regexp
	goos      string
	absent    bool
	why, next string
}{
	{regexp.MustCompile(`providers_(shared|cuda)\.\w+: cannot open|providers_(shared|cuda)\.dll" which is missing|` +
		`error 126 .*providers_(shared|cuda)\.dll`), "", true,
		"ONNX Runtime's part for CUDA is not there", "fetch it with `cascata devices install cuda`"},
	{regexp.MustCompile(`(?i)libcudnn|cudnn\w*64_\d+\.dll|requires cuDNN|cuDNN is not available`), "", false,
		"cuDNN is missing", "install NVIDIA's cuDNN 9 for the CUDA version in use"},
	{regexp.MustCompile(`lib(?:cublas|cublasLt|cudart)\.so\.(\d+)|(?:cublas|cublasLt|cudart)64_(\d\d)\d?\.dll`), "", false,
		"the libraries of CUDA $1$2 are missing", "install the CUDA $1$2 runtime from NVIDIA"},
	{regexp.MustCompile(`(lib(?:cufft|curand|nvrtc)\S*\.so\.\d+|(?:cufft|curand|nvrtc)64_\w+\.dll)`), "", false,
		"the CUDA library $1 is missing", "install the CUDA runtime from NVIDIA"},
	{regexp.MustCompile(`libcuda\.so|nvcuda\.dll|driver version is insufficient|no CUDA-capable|cudaGetDeviceCount`), "", false,
		"there is no NVIDIA card with a current driver", "install NVIDIA's current driver"},
	{regexp.MustCompile(`(?i)invalid device (ordinal|id)`), "", false,
		"there is no card of that number", "see `cascata devices`"},
	{regexp.MustCompile(`(?i)no ?kernel ?image`), "", false,
		"this build of ONNX Runtime does not know the card",
		"use its CUDA 12 build for cards before RTX 20, its CUDA 13 build for RTX 50 and newer"},
	{regexp.MustCompile(`(?i)no supported adapters|load Vulkan|webgpu adapter`), "linux", false,
		"there is no graphics card whose Vulkan driver WebGPU accepts",
		"install the Vulkan loader and the card's driver: libvulkan1 with mesa-vulkan-drivers for AMD and Intel, NVIDIA's own driver for NVIDIA"},
	{regexp.MustCompile(`(?i)no supported adapters|webgpu adapter`), "", false,
		"there is no graphics card that WebGPU accepts", "install the current driver of the graphics card"},
	{regexp.MustCompile(`not supported in this build|not enabled in this build|does not support CoreML`), "", true,
		"this build of ONNX Runtime does not have it", "use a build of ONNX Runtime that has it"},
	{regexp.MustCompile(`(?i)device (is |was )?lost|device removed|887A000[567]`), "", false,
		"its driver gave up", "start the program again; if that does not help, install the current driver"},
	{regexp.MustCompile(`dml_provider_factory|887A0004`), "", false,
		"there is no graphics card that DirectML accepts: it needs DirectX 12", "install the current driver of the graphics card"},
	{regexp.MustCompile(wrongNumbers), "", false,
		"it computed wrong numbers when it was tried", "install the current driver of the graphics card"},
}

// remarks are of devices that can be used.
var remarks = struct{ slow, whole string }{
	"it is slower than the processor: its driver draws with the processor, or the card is small",
	"it does not compute in 16-bit numbers, so models take twice the memory there",
}

// full is said of a device whose memory is.
var full = struct{ why, next string }{"its memory is full", "close other programs that use the card"}

// parts is said of a graph with a Split into more parts than the card takes.
var parts = struct{ why, next string }{"this model's ONNX graph splits numbers into more parts than the card takes at once", "use the model's .safetensors files, which run everywhere"}

// unknown is said where a text means nothing to us; the log has it.
var unknown = struct{ why, next string }{"it failed when it was tried", "install the current driver of the graphics card; the log has what it said"}

// remedy returns in a few words why the device of err cannot be used, and the
// next step, which may be "".
func remedy(err error) (why, next string) {
	var known *deviceError
	if errors.As(err, &known) {
		return known.why, known.next
	}
	if hasManyParts(err) {
		return parts.why, parts.next
	}
	text := err.Error()
	for _, r := range remedies {
		if at := r.text.FindStringSubmatchIndex(text); at != nil && (r.goos == "" || r.goos == runtime.GOOS) {
			why = string(r.text.ExpandString(nil, r.why, text, at))
			next = string(r.text.ExpandString(nil, r.next, text, at))
			return why, next
		}
	}
	if errors.Is(err, inference.ErrOutOfMemory) || meaning(err) == inference.ErrOutOfMemory {
		return full.why, full.next
	}
	return unknown.why, unknown.next
}

// isAbsent reports whether err says that a provider is not installed.
func isAbsent(err error) bool {
	for _, r := range remedies {
		if r.absent && r.text.MatchString(err.Error()) {
			return true
		}
	}
	return false
}
