package ort

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The library is opened beside a provider of its own version, and as it is where
// the version is another one or a library cannot be loaded.
func TestCUDABeside(t *testing.T) {
	path, err := Find("")
	if err != nil {
		t.Skip(err)
	}
	version, err := versionOf(path)
	if err != nil || !strings.HasPrefix(version, "1.") {
		t.Fatalf("%s is of version %q, %v", path, version, err)
	}
	dir := t.TempDir()
	provider := []string{filepath.Join(dir, "libonnxruntime_providers_cuda.so")}
	for range 2 { // the second finds the twin
		twin, err := (&CUDA{Version: version, Provider: provider}).beside(path)
		if err != nil || filepath.Dir(twin) != dir || !same(path, twin) {
			t.Fatalf("got %q, %v", twin, err)
		}
	}
	if _, err := (&CUDA{Version: "1.2.3", Provider: provider}).beside(path); err == nil || !strings.Contains(err.Error(), "devices install cuda") {
		t.Errorf("another version: %v", err)
	}
	broken := filepath.Join(dir, "libcudart.so.13")
	if err := os.WriteFile(broken, []byte("not a library"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := &Runtime{opts: Options{CUDA: &CUDA{Version: version, Provider: provider, Preload: []string{broken}}}, log: slog.New(slog.DiscardHandler)}
	if got := r.prepare(path); got != path {
		t.Errorf("with a broken library %s is opened", got)
	}
}

// On Windows the version stands in the library's resources.
func TestVersionOfDLL(t *testing.T) {
	write := func(resources []byte) string {
		var b bytes.Buffer
		put := func(v any) {
			if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
				t.Fatal(err)
			}
		}
		const head = 20 + 40 // of the file and of a section
		put(pe.FileHeader{Machine: pe.IMAGE_FILE_MACHINE_AMD64, NumberOfSections: 1})
		put(pe.SectionHeader32{Name: [8]uint8{'.', 'r', 's', 'r', 'c'}, SizeOfRawData: uint32(len(resources)), PointerToRawData: head})
		put(resources)
		path := filepath.Join(t.TempDir(), "onnxruntime.DLL")
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	info := append(make([]byte, 52), fixedInfo...) // something else comes first
	if got, err := versionOf(write(append(info, 30, 0, 1, 0, 0x8d, 3, 2, 0))); got != "1.30.2" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	for name, bad := range map[string][]byte{"cut short": info, "nothing": make([]byte, 64)} {
		if got, err := versionOf(write(bad)); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}
