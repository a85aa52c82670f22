package ort

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"cascata/inference"
)

// TestGraphicsMemoryRunsOut multiplies to a matrix of 1.6 GB, several times, on
// a graphics driver that may have 3.5 GB, in a process of its own. WebGPU only
// says that a buffer is invalid.
func TestGraphicsMemoryRunsOut(t *testing.T) {
	const env = "CASCATA_TEST_MEMORY"
	if os.Getenv(env) == "" {
		needsVulkan(t)
		libraryPath(t)
		cmd := exec.Command(os.Args[0], "-test.run=^TestGraphicsMemoryRunsOut$")
		cmd.Env = append(os.Environ(), env+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	limit := syscall.Rlimit{Cur: 3500 << 20, Max: 3500 << 20}
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &limit); err != nil {
		t.Fatal(err)
	}
	const n = 20000
	r := open(t, Options{})
	proto := modelProto(
		inputProto("x", 1, n, 1), inputProto("z", 1, 1, n), outputProto("y", 1, 1, 1),
		nodeProto("MatMul", []string{"x", "z"}, []string{"a"}), nodeProto("MatMul", []string{"x", "z"}, []string{"b"}),
		nodeProto("MatMul", []string{"x", "z"}, []string{"c"}), nodeProto("Add", []string{"a", "b"}, []string{"d"}),
		nodeProto("Add", []string{"c", "d"}, []string{"e"}), nodeProto("ReduceMean", []string{"e"}, []string{"y"}))
	x, z, y := inference.NewTensor(n, 1), inference.NewTensor(1, n), inference.NewTensor(1, 1)
	err := bind(t, r, webgpu, proto, tensors{"x": x, "z": z}, tensors{"y": y}).Run(none)
	if !errors.Is(err, inference.ErrOutOfMemory) {
		t.Errorf("got %v, want %v", err, inference.ErrOutOfMemory)
	}
}
