// Package inferencetest is what the tests of several packages of inference share.
// No program uses it.
package inferencetest

import (
	"encoding/json"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// SwiftShader is a Vulkan driver that draws with the processor, so that the
// path of a graphics card is tested without one. Debian's package chromium
// brings it.
const SwiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json"

// Main runs the tests of a package with SwiftShader as the only graphics card,
// where it is installed.
func Main(m *testing.M) {
	if _, err := os.Stat(SwiftShader); err == nil && os.Getenv("VK_DRIVER_FILES") == "" {
		os.Setenv("VK_DRIVER_FILES", SwiftShader)
		os.Setenv("VK_ICD_FILENAMES", SwiftShader)
	}
	if os.Getenv("XDG_RUNTIME_DIR") == "" {
		os.Setenv("XDG_RUNTIME_DIR", os.TempDir()) // Vulkan complains without
	}
	os.Exit(m.Run())
}

// Resident is this process's resident memory, bytes. Without /proc the test is
// skipped.
func Resident(t testing.TB) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip("needs /proc")
	}
	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

// Operators lists the operators in ONNX Runtime's profiles in a folder, in the
// order they ran.
func Operators(t testing.TB, folder string) (list []string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(folder, "*.json"))
	if len(files) == 0 {
		t.Fatalf("no profile in %s", folder)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var events []struct {
			Cat  string
			Args struct {
				Op string `json:"op_name"`
			}
		}
		if err := json.Unmarshal(text, &events); err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Cat == "Node" {
				list = append(list, e.Args.Op)
			}
		}
	}
	return list
}

// ReadPNG reads a picture.
func ReadPNG(t testing.TB, file string) image.Image {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}
