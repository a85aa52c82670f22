package ort

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"cascata/inference"
	"cascata/inference/inferencetest"
)

func TestMain(m *testing.M) { inferencetest.Main(m) }

// needsVulkan skips a test that needs a graphics card where there is none, but
// not where everything is to be tested.
func needsVulkan(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(inferencetest.SwiftShader); err == nil || os.Getenv("VK_DRIVER_FILES") != "" {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("needs SwiftShader: install the packages chromium and libvulkan1")
	}
	t.Skip("needs SwiftShader: install the packages chromium and libvulkan1")
}

var (
	cpu    = inference.Device{Provider: "cpu"}
	webgpu = inference.Device{Provider: "webgpu"}
	none   = context.Background()
)

// libraryPath finds the library by CASCATA_ORT or in the checkout. Without one
// a test is skipped, but not where everything is to be tested.
func libraryPath(t testing.TB) string {
	t.Helper()
	explicit := os.Getenv(libraryVariable)
	if explicit == "" {
		explicit = "../../native/lib"
	}
	path, err := Find(explicit)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skipf("needs the ONNX Runtime library: %v", err)
	}
	return path
}

// open opens the runtime for the time of a test.
func open(t testing.TB, opts Options) *Runtime {
	t.Helper()
	r, err := Open(libraryPath(t), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// bind loads a model on d and binds it for the time of a test.
func bind(t testing.TB, r *Runtime, d inference.Device, proto []byte, in, out map[string]*inference.Tensor) inference.Call {
	t.Helper()
	s, err := r.Load(none, inference.Model{Name: "test", Proto: proto}, d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	c, err := s.Bind(in, out)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

type tensors = map[string]*inference.Tensor

func floats(shape []int64, values ...float32) *inference.Tensor {
	return &inference.Tensor{Shape: shape, F32: values}
}

func ints(shape []int64, values ...int64) *inference.Tensor {
	return &inference.Tensor{Shape: shape, I64: values}
}

// chain multiplies x, [n, n], by itself k times and gives the result as y. It
// needs no weights and lasts as long as one likes.
func chain(n int64, k int) []byte {
	parts := []message{inputProto("x", 1, n, n), outputProto("y", 1, n, n)}
	last := "x"
	for i := range k {
		next := "y"
		if i < k-1 {
			next = filepath.Join("t", string(rune('a'+i%26)), string(rune('a'+i/26)))
		}
		parts = append(parts, nodeProto("MatMul", []string{last, "x"}, []string{next}))
		last = next
	}
	return modelProto(parts...)
}
