package app

import (
	"os/exec"
	"strings"
	"testing"
)

// The arrows of README.md, "How it is built".
func TestImports(t *testing.T) {
	const (
		mod  = "cascata/"
		fyne = "fyne.io/"
		ort  = "github.com/yalue/onnxruntime_go"
		tok  = "github.com/daulet/tokenizers"
	)
	for _, tt := range []struct {
		pkg string
		not []string
	}{
		{"ui", []string{ort, tok, "fyne.io/fyne/v2/app"}},
		{"app", []string{fyne, mod + "ui", ort, tok}},
		{"assets", []string{fyne, mod + "ui", mod + "app", mod + "inference"}},
		{"inference", []string{fyne, mod + "ui", mod + "app", ort, tok, "runtime/cgo"}},
		{"inference/ort", []string{fyne, mod + "ui", mod + "app", tok}},
		{"inference/tokenizer", []string{fyne, mod + "ui", mod + "app", ort}},
		{"inference/sampler", []string{mod + "inference/checkpoint", mod + "inference/graph"}},
	} {
		out, err := exec.Command("go", "list", "-deps", mod+tt.pkg).CombinedOutput()
		if err != nil {
			t.Fatalf("go list %s: %v\n%s", tt.pkg, err, out)
		}
		for dep := range strings.FieldsSeq(string(out)) {
			for _, bad := range tt.not {
				if strings.HasPrefix(dep, bad) {
					t.Errorf("%s imports %s", tt.pkg, dep)
				}
			}
		}
	}
}
