package ort

import (
	"fmt"
	"strconv"

	ort "github.com/yalue/onnxruntime_go"

	"cascata/inference"
)

// attach puts the provider of d before the CPU's. The error wraps
// inference.ErrNoDevice and, where the library knows it, names the file that
// is missing.
func attach(o *ort.SessionOptions, d inference.Device) error {
	var err error
	index := strconv.Itoa(d.Index)
	switch d.Provider {
	case "cpu", "webgpu":
		if d.Index != 0 {
			return fmt.Errorf("ort: %w: %s has no index but 0", inference.ErrNoDevice, d.Provider)
		}
		if d.Provider == "webgpu" {
			// Its compiled shaders and the graphics memory it has used live as
			// long as any session on it is open. The option preserveDevice would
			// keep both for good, and the next stage may need that memory.
			err = o.AppendExecutionProvider("WebGPU", nil)
		}
	case "cuda":
		err = attachCUDA(o, index)
	case "directml":
		err = o.AppendExecutionProvider("DML", map[string]string{"device_id": index})
	case "coreml":
		err = o.AppendExecutionProviderCoreMLV2(map[string]string{
			"ModelFormat": "MLProgram", "MLComputeUnits": "ALL",
		})
	default:
		return fmt.Errorf("ort: %w: there is no provider %q", inference.ErrNoDevice, d.Provider)
	}
	return explain(d.Provider, err, inference.ErrNoDevice)
}

// keepSignals makes the handlers of signals outlast what is done on d until the
// function it returns is called: CUDA replaces Go's as it starts, at the latest
// in a first run, which would end the program at the next signal Go sends itself.
func keepSignals(d inference.Device) (done func()) {
	if d.Provider != "cuda" {
		return func() {}
	}
	return saveSignals()
}

// attachCUDA sets options that suit changing picture sizes. Setting them first
// brings the loader's own text when a library is missing; appending would not.
func attachCUDA(o *ort.SessionOptions, index string) error {
	c, err := ort.NewCUDAProviderOptions()
	if err != nil {
		return err
	}
	defer c.Destroy()
	if err := c.Update(map[string]string{
		"device_id":              index,
		"arena_extend_strategy":  "kSameAsRequested",
		"cudnn_conv_algo_search": "HEURISTIC", // DEFAULT is slow with cuDNN 9
		"use_tf32":               "1",
	}); err != nil {
		return err
	}
	return o.AppendExecutionProviderCUDA(c)
}
