package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cascata/app/catalogue"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/checkpoint"
)

// noLibrary has no ONNX Runtime, and says so with a nil pointer in the
// interface, as ort.Open does.
type noLibrary struct{}

type noRuntime struct{ Runtime }

func (noLibrary) Runtime() (Runtime, error) { return (*noRuntime)(nil), inference.ErrNoRuntime }

func (noLibrary) Tokenizer(checkpoint.TokenizerFiles, int, int) (inference.Tokenizer, error) {
	return nil, errors.ErrUnsupported
}

func TestEveryTryWithoutLibraryFails(t *testing.T) {
	e := NewEngine(Models{Shelf: &catalogue.Shelf{Dir: t.TempDir()}}, noLibrary{}, slog.New(slog.DiscardHandler))
	for range 2 {
		if _, err := e.Devices(context.Background()); !errors.Is(err, inference.ErrNoRuntime) {
			t.Errorf("got %v, want %v", err, inference.ErrNoRuntime)
		}
	}
}

// someDevices is a runtime on which these devices were tried.
type someDevices struct {
	Runtime
	list []inference.DeviceInfo
}

func (s someDevices) Pick(_ context.Context, name string) (inference.DeviceInfo, []inference.Note, error) {
	var notes []inference.Note
	for _, d := range s.list {
		switch {
		case d.String() == name && d.Err != nil:
			return d, nil, d.Err
		case d.String() == name, name == "auto" && d.Err == nil:
			return d, notes, nil
		case name == "auto":
			notes = append(notes, d.Note())
		}
	}
	return inference.DeviceInfo{}, nil, inference.ErrBadRequest
}

func (someDevices) Close() error { return nil }

// devicesOf is a Native with such a runtime.
type devicesOf []inference.DeviceInfo

func (d devicesOf) Runtime() (Runtime, error) { return someDevices{list: d}, nil }

func (devicesOf) Tokenizer(checkpoint.TokenizerFiles, int, int) (inference.Tokenizer, error) {
	return nil, nil
}

// What a recipe or the settings name and does not work here falls back with a
// note, or is refused with what does work.
func TestEngineFallsBack(t *testing.T) {
	t.Setenv("CASCATA_FAST", "off")
	whole := []string{"fp32"}
	small := inference.DeviceInfo{Device: inference.Device{Provider: "cpu"}, Precisions: []string{"fp32", "int8"}}
	cpu := inference.DeviceInfo{Device: inference.Device{Provider: "cpu"}, Precisions: whole}
	gone := inference.DeviceInfo{Device: inference.Device{Provider: "cuda"}, Err: inference.ErrNoDevice, Why: "there is no card", Next: "buy one"}
	plain := inference.DeviceInfo{Device: inference.Device{Provider: "webgpu"}, Precisions: whole}
	both := inference.DeviceInfo{Device: inference.Device{Provider: "webgpu"}, Precisions: []string{"fp32", "fp16"}}
	for _, tt := range []struct {
		name              string
		devices           devicesOf
		model             string
		device, precision string
		uses              string   // when it falls back
		notes             []string // what it then notes, parts
		strict            error    // when it does not
		says              string
	}{
		{"all well", devicesOf{both, cpu}, "lite-bf16", "auto", "auto", "webgpu fp16", nil, nil, ""},
		{"a card without 16-bit numbers", devicesOf{plain, cpu}, "lite-bf16", "webgpu", "auto", "webgpu fp32", []string{"does not compute in fp16; fp32 is used"}, nil, ""},
		{"fp16 asked of it", devicesOf{plain, cpu}, "lite-bf16", "webgpu", "fp16", "webgpu fp32",
			[]string{"does not compute in fp16; fp32 is used"}, inference.ErrBadRequest, "choose auto or fp32"},
		{"bf16", devicesOf{both, cpu}, "lite-bf16", "webgpu", "bf16", "webgpu fp16", []string{"does not compute in bf16; fp16 is used"}, inference.ErrBadRequest, "choose auto or fp32 or fp16"},
		{"bf16 on the processor", devicesOf{cpu}, "lite-bf16", "cpu", "bf16", "cpu fp32", []string{"does not compute in bf16; fp32 is used"}, inference.ErrBadRequest, "choose auto or fp32"},
		{"fp16 on the processor", devicesOf{cpu}, "lite-bf16", "cpu", "fp16", "cpu fp32", []string{"fp16 would take more memory and more time on the processor; fp32 is used"}, nil, ""},
		{"a card that is gone", devicesOf{gone, cpu}, "lite-bf16", "cuda", "auto", "cpu fp32", []string{"NVIDIA card (CUDA) is not used: there is no card; buy one."}, inference.ErrNoDevice, ""},
		{"Fast without the instructions", devicesOf{cpu}, "lite-bf16", "cpu", "fast", "cpu fp32", []string{"Fast needs a processor"}, inference.ErrNoDevice, "leave out --fast"},
		{"Fast on a card", devicesOf{both, cpu}, "lite-bf16", "webgpu", "fast", "webgpu fp16", []string{"Fast is for the processor"}, inference.ErrNoDevice, "choose --device cpu"},
		{"a small memory on the processor", devicesOf{small}, "lite-bf16", "cpu", "int8", "cpu int8", nil, nil, ""},
		{"a small memory for graphs that are ready", devicesOf{small}, "bundle", "cpu", "int8", "cpu fp32", []string{"does not compute in int8; fp32 is used"}, nil, ""},
		{"a device from elsewhere", devicesOf{cpu}, "lite-bf16", "abacus", "", "cpu fp32", nil, inference.ErrBadRequest, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := recipe.Recipe{Model: filepath.Join("..", "inference", "testdata", "checkpoints", tt.model), Device: tt.device, Precision: tt.precision}
			e := NewEngine(Models{Shelf: &catalogue.Shelf{Dir: t.TempDir()}}, tt.devices, slog.New(slog.DiscardHandler))
			var notes []inference.Note
			_, err := e.Prepare(context.Background(), r, func(v inference.Event) { notes = append(notes, v.Note) })
			device, precision := e.Using()
			if err != nil || device+" "+precision != tt.uses {
				t.Fatalf("uses %s %s, %v, want %s", device, precision, err, tt.uses)
			}
			if len(notes) != len(tt.notes) || !reflect.DeepEqual(notes, e.SetupNotes()) && len(notes) > 0 {
				t.Fatalf("notes %v and %v, want %q", notes, e.SetupNotes(), tt.notes)
			}
			for i, want := range tt.notes {
				if !strings.Contains(notes[i].String(), want) {
					t.Errorf("notes %q, want %q", notes[i], want)
				}
			}
			e = NewEngine(Models{Shelf: &catalogue.Shelf{Dir: t.TempDir()}}, tt.devices, slog.New(slog.DiscardHandler))
			e.Strict = true
			_, err = e.Prepare(context.Background(), r, func(inference.Event) {})
			if !errors.Is(err, tt.strict) || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("strict: got %v, want %v with %q", err, tt.strict, tt.says)
			}
		})
	}
}
