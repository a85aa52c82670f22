package dialogs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"cascata/app"
	"cascata/app/cuda"
	"cascata/app/hub"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

var twoDevices = []inference.DeviceInfo{
	{Device: inference.Device{Provider: "cuda"}, Err: errors.New("x"), Why: "there is no card", Next: "install one"},
	{Device: inference.Device{Provider: "cpu"}, Precisions: []string{"fp32"}},
}

// threeDevices are a card without 16-bit numbers, one with, and the processor.
var threeDevices = []inference.DeviceInfo{
	{Device: inference.Device{Provider: "cuda"}, Precisions: []string{"fp32", "fp16"}},
	{Device: inference.Device{Provider: "webgpu"}, Precisions: []string{"fp32"}, Slow: true, Remarks: []string{"it does not compute in 16-bit numbers, so models take twice the memory there"}},
	{Device: inference.Device{Provider: "cpu"}, Precisions: []string{"fp32"}},
}

func openModels(t *testing.T, p ModelParams) (*ModelDialog, fyne.Canvas) {
	t.Helper()
	uitest.App(t)
	w := test.NewTempWindow(t, widget.NewLabel(""))
	w.Resize(fyne.NewSize(1100, 700))
	if p.Run == nil {
		p.Run = func(work, then func()) { work(); then() }
	}
	p.Look = func(name string) (app.ModelInfo, error) {
		all := []string{"text encoder", "stage c", "stage b", "stage a"}
		switch name {
		case recipe.Demo:
			return app.ModelInfo{Name: name, Parts: all, Width: 256, Height: 256, Bytes: 14e6}, nil
		case "/m/cascade":
			return app.ModelInfo{Name: name, Title: "Stable Cascade", Licence: "research", Parts: all, Width: 1024, Height: 1024, Bytes: 11.8e9}, nil
		case "/m/c.safetensors":
			return app.ModelInfo{Name: name, Title: "c", Parts: []string{"stage c"}, Refused: slices.Repeat([]checkpoint.Refusal{
				{Path: "/m/stage_b.ckpt", Kind: checkpoint.KindDecoder, Cause: "it is a pickle", Next: "download the .safetensors files instead"},
			}, 6)}, nil
		}
		return app.ModelInfo{}, fmt.Errorf("%w: %s", inference.ErrModelMissing, name)
	}
	if p.Devices == nil {
		p.Devices = func() ([]inference.DeviceInfo, error) { return twoDevices, nil }
	}
	d := NewModelDialog(p)
	d.Show(w.Canvas())
	return d, w.Canvas()
}

func TestModelDialogUse(t *testing.T) {
	var got []string
	d, c := openModels(t, ModelParams{Model: "/m/cascade", Device: "auto", OnUse: func(m, dev, p string) { got = []string{m, dev, p} }})
	for _, want := range []string{"Built-in model", "Stable Cascade", "1024 × 1024", "11.8 GB", "composition (Stage C)", "Licence: research",
		"NVIDIA card", "There is no card. Install one.", "Processor"} {
		if shown := uitest.Overlay(t, c); !strings.Contains(shown, want) {
			t.Errorf("%q is not shown in\n%s", want, shown)
		}
	}
	test.Tap(d.devices.Rows[1]) // CUDA, which does not work
	if d.device != "auto" {
		t.Errorf("a device that does not work was chosen: %s", d.device)
	}
	test.Tap(d.devices.Rows[2])
	d.precisions.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	test.Tap(d.use)
	if want := []string{"/m/cascade", "cpu", "fp32"}; !slices.Equal(got, want) {
		t.Errorf("used %q, want %q", got, want)
	}
	if widgets.Modal(c) {
		t.Error("the dialog stays open")
	}
}

func TestModelDialogRefuses(t *testing.T) {
	used := false
	d, c := openModels(t, ModelParams{Model: recipe.Demo, OnUse: func(string, string, string) { used = true }})
	d.path.SetText("/m/nowhere")
	d.path.OnSubmitted("/m/nowhere")
	if shown := uitest.Overlay(t, c); !strings.Contains(shown, "The model, or a part of it, was not found.") || !strings.Contains(shown, "/m/nowhere") {
		t.Errorf("the fault is not shown:\n%s", shown)
	}
	test.Tap(d.use)
	d.try("/m/c.safetensors")
	if shown := uitest.Overlay(t, c); !strings.Contains(shown, "Missing: words (text encoder), detail (Stage B), picture (Stage A)") {
		t.Errorf("what is missing is not shown:\n%s", shown)
	}
	for _, want := range []string{"Not used: stage_b.ckpt. It is a pickle. Download the .safetensors files instead.", "2 more files were not used."} {
		if shown := uitest.Overlay(t, c); !strings.Contains(shown, want) {
			t.Errorf("%q is not shown in\n%s", want, shown)
		}
	}
	test.Tap(d.use)
	if used {
		t.Error("a model that lacks parts was used")
	}
	d.models.Rows[0].TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	d.models.Rows[0].TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if !used {
		t.Error("Enter on a good model does not use it")
	}
}

// Only what works on the chosen device is offered, and a precision that does
// not is let go of.
func TestModelDialogPrecisions(t *testing.T) {
	var used string
	use := func(_, _, precision string) { used = precision }
	p := ModelParams{Model: recipe.Demo, Device: "auto", Precision: "fp16", OnUse: use,
		Devices: func() ([]inference.DeviceInfo, error) { return threeDevices, nil },
		Notes:   []inference.Note{{Kind: inference.NotePrecision, Device: inference.Device{Provider: "cpu"}, Precision: "bf16", Instead: "fp32"}}}
	d, c := openModels(t, p)
	for _, tt := range []struct {
		row    int // of the devices
		offers []string
		chosen string
	}{
		{0, []string{"auto", "fp32", "fp16"}, "fp16"},
		{1, []string{"auto", "fp32", "fp16"}, "fp16"},
		{3, []string{"auto", "fp32"}, "auto"},
		{2, []string{"auto", "fp32"}, "auto"},
	} {
		test.Tap(d.devices.Rows[tt.row])
		if !slices.Equal(d.offered, tt.offers) || d.precision != tt.chosen || d.offered[d.precisions.Chosen()] != tt.chosen {
			t.Errorf("device %s: offers %q, chosen %q; want %q, %q", d.device, d.offered, d.precision, tt.offers, tt.chosen)
		}
	}
	for _, want := range []string{"It does not compute in 16-bit numbers", "Processor: bf16 does not work there. Pictures are made in fp32."} {
		if shown := uitest.Overlay(t, c); !strings.Contains(shown, want) {
			t.Errorf("%q is not shown in\n%s", want, shown)
		}
	}
	test.Tap(d.use)
	if used != "auto" {
		t.Errorf("used %q, want auto", used)
	}

	// Before the devices were tried, nothing is taken away.
	p.Devices = func() ([]inference.DeviceInfo, error) { return nil, inference.ErrNoRuntime }
	d, _ = openModels(t, p)
	if d.precision != "fp16" {
		t.Errorf("untried: %q, want fp16", d.precision)
	}
}

// A card is called what its driver calls it, and has the memory it is sold with.
func TestModelDialogNamesTheCard(t *testing.T) {
	_, c := openModels(t, ModelParams{Model: recipe.Demo, Devices: func() ([]inference.DeviceInfo, error) {
		return []inference.DeviceInfo{
			{Device: inference.Device{Provider: "cuda"}, Card: "NVIDIA GeForce RTX 4090", Memory: 25_393_692_672, Precisions: []string{"fp32"}},
			{Device: inference.Device{Provider: "webgpu"}, Card: "llvmpipe (LLVM 19.1.7, 256 bits)", Precisions: []string{"fp32"}},
			{Device: inference.Device{Provider: "cpu"}, Precisions: []string{"fp32"}},
		}, nil
	}})
	shown := uitest.Overlay(t, c)
	for _, want := range []string{"NVIDIA GeForce RTX 4090", "cuda · 24 GB", "llvmpipe (LLVM 19.1.7, 256 bits)", "Processor"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not shown in\n%s", want, shown)
		}
	}
}

// An answer that comes after the artist has named another model is dropped.
func TestModelDialogLateAnswer(t *testing.T) {
	var later []func()
	d, c := openModels(t, ModelParams{Model: recipe.Demo, Run: func(work, then func()) { later = append(later, func() { work(); then() }) }})
	d.try("/m/nowhere")
	d.try("/m/cascade")
	for i := len(later) - 1; i >= 0; i-- {
		later[i]()
	}
	if d.model != "/m/cascade" || strings.Contains(uitest.Overlay(t, c), "not found") {
		t.Errorf("the model is %q, shown is\n%s", d.model, uitest.Overlay(t, c))
	}
}

func TestModelDialogArrows(t *testing.T) {
	d, _ := openModels(t, ModelParams{Model: recipe.Demo, Past: []string{"/m/cascade", "/m/cascade", "/m/x"}})
	if len(d.names) != 3 {
		t.Fatalf("the rows are %q, want three", d.names)
	}
	d.models.Rows[0].TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if d.models.At != 1 || d.model != "/m/cascade" {
		t.Errorf("row %d, model %q after Down", d.models.At, d.model)
	}
	d.devices.Rows[0].TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown}) // over the one that does not work
	if d.device != "cpu" {
		t.Errorf("device %q after Down, want cpu", d.device)
	}
}

func TestModelDialogDeviceGone(t *testing.T) {
	d, _ := openModels(t, ModelParams{Model: recipe.Demo, Device: "webgpu"})
	if d.codes[d.devices.At] != "webgpu" {
		t.Errorf("the device in use is not kept: %q of %q", d.codes[d.devices.At], d.codes)
	}
	d, c := openModels(t, ModelParams{Model: recipe.Demo, Devices: func() ([]inference.DeviceInfo, error) { return nil, inference.ErrNoRuntime }})
	if !strings.Contains(uitest.Overlay(t, c), "ONNX Runtime was not found.") || len(d.codes) != 1 {
		t.Errorf("the fault is not shown:\n%s", uitest.Overlay(t, c))
	}
}

func TestChipText(t *testing.T) {
	m := app.ModelInfo{Name: "/m", Title: "Stable Cascade"}
	for _, tt := range []struct {
		info              app.ModelInfo
		device, precision string
		want              string
	}{
		{m, "cuda:1", "bf16", "Stable Cascade · bf16 · NVIDIA card 1"},
		{m, "auto", "auto", "Stable Cascade"},
		{app.ModelInfo{Name: recipe.Demo, Title: "Cascata demo"}, "cpu", "fp32", "Built-in model · fp32 · Processor"},
	} {
		if got := ChipText(tt.info, tt.device, tt.precision); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

// A fakeCUDA does what the dialog asks of one.
type fakeCUDA struct {
	now cuda.Status
	did []string
}

func (f *fakeCUDA) Status() cuda.Status { return f.now }
func (f *fakeCUDA) Start()              { f.did = append(f.did, "start") }
func (f *fakeCUDA) Stop()               { f.did = append(f.did, "stop") }
func (f *fakeCUDA) Remove() error {
	f.did = append(f.did, "remove")
	f.now = cuda.Status{Plan: f.now.Plan}
	return nil
}

// CUDA is brought by one button, after its sizes and licences were shown; it says how
// far it is, can be stopped, goes on, and is deleted after a question.
func TestModelDialogCUDA(t *testing.T) {
	plan := cuda.Plan{Fetch: []cuda.Part{{Name: "provider", Version: "1.30.0", Bytes: 200e6}, {Name: "blas", Version: "13", Bytes: 400e6}}, Set: cuda.Set{Disk: 900e6}}
	f := &fakeCUDA{now: cuda.Status{Plan: plan}}
	visited := ""
	absent := inference.DeviceInfo{Device: inference.Device{Provider: "cuda"}, Err: inference.ErrNoDevice,
		Why: "ONNX Runtime's part for CUDA is not there", Next: "fetch it with `cascata devices install cuda`"}
	d, c := openModels(t, ModelParams{Model: recipe.Demo, CUDA: f, Visit: func(address string) { visited = address }, Fail: func(err error) { t.Error(err) },
		Devices: func() ([]inference.DeviceInfo, error) { return []inference.DeviceInfo{absent}, nil }})
	shows := func(when string, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if shown := uitest.Overlay(t, c); !strings.Contains(shown, want) {
				t.Errorf("%s: %q is not shown in\n%s", when, want, shown)
			}
		}
	}
	shows("the device", "Fetch it with the button beside “CUDA for NVIDIA cards”.")
	shows("at first", "CUDA for NVIDIA cards", "600 MB to download, 900 MB on the disk")
	test.Tap(d.cuda.main)
	if f.did != nil {
		t.Errorf("it begins before anything was accepted: %q", f.did)
	}
	shows("the question", "provider 1.30.0 · 200 MB", "blas 13 · 400 MB", "ONNX Runtime: MIT", "cuDNN")
	test.Tap(uitest.DialogButton(t, c, "CUDA: NVIDIA's end user licence agreement"))
	if visited != cuda.Licences[1].Address {
		t.Errorf("visited %q", visited)
	}
	test.Tap(uitest.DialogButton(t, c, "Accept and download"))
	d.CUDAChanged(cuda.Status{State: cuda.Running, Plan: plan})
	shows("before the first part", "Checking what is here already")
	d.CUDAChanged(cuda.Status{State: cuda.Running, Plan: plan, Part: "blas", Done: 300e6})
	shows("half-way", "300 MB of 600 MB", "blas")
	if got := d.cuda.bar.Done(); got[0] != 0.5 {
		t.Errorf("the bar is at %v", got)
	}
	test.Tap(d.cuda.main)
	f.now = cuda.Status{State: cuda.Stopped, Begun: true, Plan: cuda.Plan{Fetch: plan.Fetch[1:], Set: plan.Set}}
	d.CUDAChanged(cuda.Status{State: cuda.Stopped, Plan: plan})
	shows("stopped", "Some of it is here. 400 MB are still to be fetched")
	test.Tap(d.cuda.main)
	f.now.State, f.now.Err = cuda.Failed, fmt.Errorf("%w: pip says no", hub.ErrNetwork)
	d.CUDAChanged(f.now)
	shows("failed", "pip says no")
	test.Tap(d.cuda.main)
	f.now = cuda.Status{State: cuda.Complete, Fresh: true, Plan: cuda.Plan{Set: plan.Set}}
	d.CUDAChanged(f.now)
	shows("in the end", "It is here. Cascata uses it from its next start.")
	if d.cuda.main.Visible() {
		t.Error("there is something left to do")
	}
	test.Tap(d.cuda.second)
	test.Tap(uitest.DialogButton(t, c, "Delete"))
	shows("deleted", "to download")
	if want := []string{"start", "stop", "start", "start", "remove"}; !slices.Equal(f.did, want) {
		t.Errorf("it did %q, want %q", f.did, want)
	}
	f.now = cuda.Status{State: cuda.Impossible}
	d.CUDAChanged(f.now)
	if d.cuda.content.Visible() {
		t.Error("CUDA is offered where there are no parts")
	}
}
