package ort

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"cascata/inference"
)

// DeviceInfo is what is known of a device after trying it.
type DeviceInfo = inference.DeviceInfo

// providerNames are all providers.
var providerNames = map[string]string{
	"cuda":     "NVIDIA card (CUDA)",
	"directml": "graphics card (DirectML)",
	"coreml":   "Apple GPU and Neural Engine (CoreML)",
	"webgpu":   "graphics card (WebGPU)",
	"cpu":      "processor",
}

// maxCards is where the search for more cards ends.
const maxCards = 16

const slowRemark = "it is slower than the processor: its driver draws with the processor, or the card is small"

// providers are those of this system, best first.
func providers() []string {
	switch runtime.GOOS {
	case "windows":
		return []string{"cuda", "directml", "webgpu", "cpu"}
	case "darwin":
		return []string{"coreml", "webgpu", "cpu"}
	}
	return []string{"cuda", "webgpu", "cpu"}
}

// Devices tries every device of this system, best first. It takes seconds:
// drivers start and compile.
func (r *Runtime) Devices(ctx context.Context) []DeviceInfo {
	var list []DeviceInfo
	for _, name := range providers() {
		for i := range maxCards {
			d := r.describe(ctx, inference.Device{Provider: name, Index: i})
			if i > 0 && d.Err != nil {
				break
			}
			list = append(list, d)
			if d.Err != nil || name == "cpu" || name == "webgpu" || name == "coreml" {
				break // these have one
			}
		}
	}
	return list
}

// describe tries d.
func (r *Runtime) describe(ctx context.Context, d inference.Device) DeviceInfo {
	info := DeviceInfo{Device: d, Name: providerNames[d.Provider]}
	if info.Err = r.try(ctx, d); info.Err != nil {
		info.Why, info.Next = remedy(info.Err)
		return info
	}
	if d.Provider == "webgpu" {
		slow, err := r.slow(ctx, d)
		if info.Err = err; err != nil {
			info.Why, info.Next = remedy(err)
		} else if slow {
			info.Why = slowRemark
		}
	}
	return info
}

// Pick returns the device that want names: "auto", or a provider with or
// without an index, such as "webgpu" or "cuda:1". It is tried for real.
//
// "auto" takes the best that works, and the processor before a slower graphics
// driver; note then says, in a sentence, why no card is used, or is "". A
// device named that does not work is an error wrapping inference.ErrNoDevice,
// a name that is none one wrapping inference.ErrBadRequest.
func (r *Runtime) Pick(ctx context.Context, want string) (d inference.Device, note string, err error) {
	if want != "" && want != "auto" {
		if d, err = parseDevice(want); err == nil {
			err = r.try(ctx, d)
		}
		return d, "", err
	}
	var notes []string
	for _, name := range providers() {
		d := inference.Device{Provider: name}
		if name == "cpu" {
			return d, strings.Join(notes, " "), r.try(ctx, d)
		}
		info := r.describe(ctx, d)
		switch {
		case ctx.Err() != nil:
			return d, "", ctx.Err()
		case info.Err == nil && info.Why == "":
			return d, strings.Join(notes, " "), nil
		case !errors.Is(info.Err, errAbsent):
			notes = append(notes, passedOver(info))
		}
		r.log.Debug("device passed over", "device", name, "why", info.Why, "err", info.Err)
	}
	return d, "", fmt.Errorf("ort: %w: not even the processor", inference.ErrNoDevice)
}

// passedOver says in a sentence why d is not used.
func passedOver(d DeviceInfo) string {
	s := fmt.Sprintf("The %s is not used: %s", d.Name, d.Why)
	if d.Next != "" {
		s += "; " + d.Next
	}
	return s + "."
}

// parseDevice reads "webgpu" or "cuda:1".
func parseDevice(want string) (inference.Device, error) {
	name, index, indexed := strings.Cut(want, ":")
	d := inference.Device{Provider: name}
	var err error
	if indexed {
		d.Index, err = strconv.Atoi(index)
	}
	if providerNames[name] == "" || err != nil || d.Index < 0 || d.Index >= maxCards {
		return d, fmt.Errorf("device %q: %w: there is no such device; use auto, cpu, webgpu, cuda, directml or coreml, "+
			"with :1 for a second card", want, inference.ErrBadRequest)
	}
	return d, nil
}
