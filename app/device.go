package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/checkpoint"
)

// Devices tries every device, which takes seconds, and waits for a running picture:
// not for the window's goroutine. Its one error is that ONNX Runtime cannot be
// opened, wrapping inference.ErrNoRuntime; why a device does not work is in its Err.
func (e *Engine) Devices(ctx context.Context) ([]inference.DeviceInfo, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.openRuntime(); err != nil {
		return nil, err
	}
	list := e.runtime.Devices(ctx)
	for _, d := range list {
		if d.Err == nil {
			e.picked.Store(d.String(), d.Device)
		}
	}
	e.picked.Store("auto", inference.Best(list).Device)
	return list, nil
}

// pickDevice returns the device that name stands for or, unless e is strict and that
// one does not work, the one that "auto" stands for.
func (e *Engine) pickDevice(ctx context.Context, name string) (inference.DeviceInfo, []inference.Note, error) {
	d, notes, err := e.runtime.Pick(ctx, name)
	if err == nil || e.Strict || !errors.Is(err, inference.ErrNoDevice) && !errors.Is(err, inference.ErrBadRequest) {
		return d, notes, err
	}
	e.log.Warn("device does not work", "device", name, "err", err)
	instead, others, err := e.runtime.Pick(ctx, "auto")
	if d.Why != "" {
		notes = append(notes, d.Note())
	}
	for _, n := range others {
		if n.Device != d.Device {
			notes = append(notes, n)
		}
	}
	return instead, notes, err
}

// checkDevice returns d if it makes the right picture, and ck's graphs run there.
// Otherwise it returns the processor, with a note, unless e is strict and the
// recipe names d.
func (e *Engine) checkDevice(ctx context.Context, ck *checkpoint.Checkpoint, r recipe.Recipe, d inference.DeviceInfo, notes []inference.Note) (inference.DeviceInfo, []inference.Note, error) {
	named := r.Device != "" && r.Device != "auto"
	r.Device = d.String()
	said := cardNote
	err := e.Trials.tryCard(ctx, d)
	if err == nil {
		said, err = trialNote, e.Trials.Try(ctx, ck, r)
	}
	if err == nil || ctx.Err() != nil {
		return d, notes, err
	}
	note := said(d, err)
	if e.Strict && named {
		return d, notes, fmt.Errorf("%w: the %s: %s; choose cpu, or %s (%w)", inference.ErrNoDevice, d.Label(), note.Why, note.Next, err)
	}
	d, _, err = e.runtime.Pick(ctx, "cpu")
	return d, append(notes, note), err
}

// pickPrecision returns name or, unless e is strict and d does not compute in
// that, "auto", with a note.
func (e *Engine) pickPrecision(name string, d inference.DeviceInfo) (string, []inference.Note) {
	if e.Strict || name == "" || name == "auto" || slices.Contains(d.Precisions, name) {
		return name, nil
	}
	return "auto", []inference.Note{{Kind: inference.NotePrecision, Device: d.Device, Precision: name}}
}
