package ort

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"cascata/inference"
)

func TestDevices(t *testing.T) {
	t.Setenv("CASCATA_FAST", "off")
	needsVulkan(t)
	r := open(t, Options{})
	list := r.Devices(none)
	for _, d := range list {
		t.Logf("%s, %s: err %v, why %q, next %q", d, d.Name, d.Err, d.Why, d.Next)
		if d.Err != nil && (!errors.Is(d.Err, inference.ErrNoDevice) || d.Why == "") {
			t.Errorf("%s: %v, why %q", d, d.Err, d.Why)
		}
	}
	last := list[len(list)-1]
	if last.Device != cpu || last.Err != nil || !slices.Equal(last.Precisions, []string{"fp32", "int8"}) {
		t.Errorf("the processor: %+v", last)
	}
	i := slices.IndexFunc(list, func(d DeviceInfo) bool { return d.Device == webgpu })
	if i < 0 || list[i].Err != nil || !list[i].Slow || !slices.Equal(list[i].Remarks, []string{remarks.slow, remarks.whole}) ||
		!slices.Equal(list[i].Precisions, []string{"fp32"}) {
		t.Errorf("SwiftShader should work, be slow and have no 16-bit numbers: %+v", list)
	}
}

func TestPick(t *testing.T) {
	needsVulkan(t)
	r := open(t, Options{})
	for _, tt := range []struct {
		want string
		d    inference.Device
		note string // a part
		err  error
	}{
		{"cpu", cpu, "", nil},
		{"webgpu", webgpu, "", nil}, // named, it is used however slow
		{"webgpu:0", webgpu, "", nil},
		{"auto", cpu, "The graphics card (WebGPU) is not used: it is slower", nil},
		{"webgpu:1", inference.Device{Provider: "webgpu", Index: 1}, "", inference.ErrNoDevice},
		{"coreml", inference.Device{Provider: "coreml"}, "", inference.ErrNoDevice},
		{"abacus", inference.Device{Provider: "abacus"}, "", inference.ErrBadRequest},
		{"cpu:x", cpu, "", inference.ErrBadRequest},
		{"cpu:-1", inference.Device{Provider: "cpu", Index: -1}, "", inference.ErrBadRequest},
	} {
		d, notes, err := r.Pick(none, tt.want)
		note := said(notes)
		if d.Device != tt.d || !errors.Is(err, tt.err) || (note == "") != (tt.note == "") || !strings.Contains(note, tt.note) {
			t.Errorf("%s: got %v, %q, %v; want %v, %q, %v", tt.want, d, note, err, tt.d, tt.note, tt.err)
		}
		if tt.err == inference.ErrNoDevice && (d.Why == "" || len(d.Precisions) > 0) {
			t.Errorf("%s: %+v does not say why", tt.want, d)
		}
	}
	ctx, cancel := context.WithCancel(none)
	cancel()
	if _, _, err := r.Pick(ctx, "auto"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

// said are notes in English.
func said(notes []inference.Note) string {
	var list []string
	for _, n := range notes {
		list = append(list, n.String())
	}
	return strings.Join(list, " ")
}

// TestNoGraphicsCard picks a device where Vulkan has no driver, in a process
// of its own.
func TestNoGraphicsCard(t *testing.T) {
	const env = "CASCATA_TEST_NO_CARD"
	if os.Getenv(env) == "" {
		libraryPath(t)
		cmd := exec.Command(os.Args[0], "-test.run=^TestNoGraphicsCard$")
		cmd.Env = append(os.Environ(), env+"=1", "VK_DRIVER_FILES=/none", "VK_ICD_FILENAMES=/none")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	r := open(t, Options{})
	d, notes, err := r.Pick(none, "auto")
	if d.Device != cpu || err != nil || !strings.Contains(said(notes), "no graphics card") {
		t.Errorf("auto: got %v, %q, %v", d, said(notes), err)
	}
	_, _, err = r.Pick(none, "webgpu")
	if !errors.Is(err, inference.ErrNoDevice) || !strings.Contains(err.Error(), "install") {
		t.Errorf("webgpu: got %v, want what to install", err)
	}
}

func TestWebGPU(t *testing.T) {
	needsVulkan(t)
	folder := t.TempDir()
	r := open(t, Options{Profile: folder})
	x, y, z := inference.NewTensor(16, 16), inference.NewTensor(16, 16), inference.NewTensor(16, 16)
	for i := range x.F32 {
		x.F32[i] = float32(i%5) / 4
	}
	for d, out := range map[inference.Device]*inference.Tensor{cpu: y, webgpu: z} {
		if err := bind(t, r, d, chain(16, 3), tensors{"x": x}, tensors{"y": out}).Run(none); err != nil {
			t.Fatal(err)
		}
	}
	for i := range y.F32 {
		if diff := y.F32[i] - z.F32[i]; diff > 1e-2 || diff < -1e-2 {
			t.Fatalf("element %d: cpu %v, webgpu %v", i, y.F32[i], z.F32[i])
		}
	}
}

// TestCancelWebGPU ends a first run, which compiles shaders for long.
func TestCancelWebGPU(t *testing.T) {
	needsVulkan(t)
	r := open(t, Options{})
	x, y := inference.NewTensor(16, 16), inference.NewTensor(16, 16)
	c := bind(t, r, webgpu, chain(16, 4), tensors{"x": x}, tensors{"y": y})
	if err := c.Run(after(t, 10*time.Millisecond)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	for i := range x.F32 {
		x.F32[i] = 0.25
	}
	if err := c.Run(none); err != nil || y.F32[0] != 64 { // 16^4 / 4^5
		t.Errorf("after it: got %v, %v, want 64", y.F32[0], err)
	}
}

func TestCPUNodes(t *testing.T) {
	needsVulkan(t)
	run := func(op string) []string {
		folder := t.TempDir()
		r := open(t, Options{Profile: folder})
		defer r.Close()
		proto := modelProto(
			inputProto("x", 1, -1, 4), outputProto("y", 1, -1, 4),
			nodeProto("Shape", []string{"x"}, []string{"s"}),
			nodeProto("Add", []string{"s", "s"}, []string{"t"}), // int64: left to the CPU
			nodeProto("Sub", []string{"t", "s"}, []string{"u"}),
			nodeProto(op, []string{"x"}, []string{"m"}),
			nodeProto("Reshape", []string{"m", "u"}, []string{"y"}))
		c := bind(t, r, webgpu, proto, tensors{"x": inference.NewTensor(4, 4)}, tensors{"y": inference.NewTensor(4, 4)})
		if err := c.Run(none); err != nil {
			t.Fatal(err)
		}
		r.Close() // writes the profile
		list, err := CPUNodes(folder)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if list := run("Tanh"); len(list) != 0 {
		t.Errorf("all on WebGPU but the shapes: got %q", list)
	}
	if list := run("Hardmax"); len(list) != 1 || !strings.HasPrefix(list[0], "Hardmax: ") {
		t.Errorf("WebGPU has no Hardmax: got %q", list)
	}
	if _, err := CPUNodes(t.TempDir()); err == nil {
		t.Error("a folder without a profile passes")
	}
}
