package ort

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"cascata/inference"
	"cascata/inference/cards"
	"cascata/inference/onnx"
	"cascata/inference/quant"
)

// DeviceInfo is what is known of a device after trying it.
type DeviceInfo = inference.DeviceInfo

// known are the providers of all systems.
var known = []string{"cuda", "directml", "coreml", "webgpu", "cpu"}

// maxCards is where the search for more cards ends.
const maxCards = 16

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
			if d.Err == nil {
				card, _ := cards.Of(name, i)
				d.Card, d.Memory = card.Name, card.Memory
			}
			list = append(list, d)
			if d.Err != nil || name == "cpu" || name == "webgpu" || name == "coreml" {
				break // these have one
			}
		}
	}
	return list
}

// describe tries d and how fast it is.
func (r *Runtime) describe(ctx context.Context, d inference.Device) DeviceInfo {
	info := r.tried(ctx, d)
	if info.Err != nil || d.Provider != "webgpu" {
		return info
	}
	slow, err := r.slow(ctx, d)
	if err != nil {
		return r.failed(info, err)
	}
	if info.Slow = slow; slow {
		info.Remarks = append([]string{remarks.slow}, info.Remarks...)
	}
	return info
}

// tried says whether d works, and what it can compute in.
func (r *Runtime) tried(ctx context.Context, d inference.Device) DeviceInfo {
	info := DeviceInfo{Device: d, Name: inference.Device{Provider: d.Provider}.Label(), Precisions: []string{"fp32"}}
	if err := r.try(ctx, d); err != nil {
		return r.failed(info, err)
	}
	if d.Provider == "cpu" {
		info.Precisions = append(info.Precisions, "int8") // no faster than fp32
		if _, ok := quant.Products(); ok {
			info.Precisions = append(info.Precisions, inference.Fast)
		}
		return info
	}
	if err := r.tryHalf(ctx, d); err != nil {
		r.log.Debug("no 16-bit numbers", "device", d.String(), "err", err)
		info.Remarks = []string{remarks.whole}
		return info
	}
	info.Precisions = append(info.Precisions, "fp16")
	if d.Provider != "cuda" {
		return info
	}
	if err := r.tryBFloat16(ctx, d, onnx.BFloat16); err != nil { // cards before compute capability 8.0
		r.log.Debug("no bfloat16", "device", d.String(), "err", err)
		return info
	}
	info.Precisions = append(info.Precisions, "bf16")
	return info
}

func (r *Runtime) failed(info DeviceInfo, err error) DeviceInfo {
	info.Precisions = nil
	info.Err = err
	info.Why, info.Next = remedy(err)
	r.log.Info("device does not work", "device", info.String(), "err", err)
	return info
}

// Pick returns the device that want names: "auto", or a provider with or
// without an index, such as "webgpu" or "cuda:1". It is tried for real.
//
// "auto" takes the best that works, and the processor before a slower graphics
// driver; the notes then say why cards are not used. A device named that does
// not work is an error wrapping inference.ErrNoDevice, with what is known of it
// in d; a name that is none one wrapping inference.ErrBadRequest.
func (r *Runtime) Pick(ctx context.Context, want string) (d DeviceInfo, notes []inference.Note, err error) {
	if want != "" && want != "auto" {
		if d.Device, err = parseDevice(want); err == nil {
			d = r.tried(ctx, d.Device)
			err = d.Err
		}
		return d, nil, err
	}
	for _, name := range providers() {
		device := inference.Device{Provider: name}
		if name == "cpu" {
			d = r.tried(ctx, device)
			return d, notes, d.Err
		}
		d = r.describe(ctx, device)
		switch {
		case ctx.Err() != nil:
			return d, nil, ctx.Err()
		case d.Err == nil && !d.Slow:
			return d, notes, nil
		case !errors.Is(d.Err, errAbsent):
			notes = append(notes, d.Note())
		}
	}
	return d, nil, fmt.Errorf("ort: %w: not even the processor", inference.ErrNoDevice)
}

// parseDevice reads "webgpu" or "cuda:1".
func parseDevice(want string) (inference.Device, error) {
	name, index, indexed := strings.Cut(want, ":")
	d := inference.Device{Provider: name}
	var err error
	if indexed {
		d.Index, err = strconv.Atoi(index)
	}
	if !slices.Contains(known, name) || err != nil || d.Index < 0 || d.Index >= maxCards {
		return d, fmt.Errorf("device %q: %w: there is no such device; use auto, cpu, webgpu, cuda, directml or coreml, "+
			"with :1 for a second card", want, inference.ErrBadRequest)
	}
	return d, nil
}
