package app

import (
	"os"
	"os/exec"
	"path"
	"slices"
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

// arrows are what each package of app and ui may import of them, all of it in
// use. What is not here needs a reason first.
var arrows = map[string]string{
	"ui":                "app app/catalogue app/cuda app/disk app/finder app/library app/meta app/recipe app/studio ui/async ui/create ui/desktop ui/dialogs ui/format ui/gallery ui/look ui/menu ui/models ui/numbers ui/picture ui/undo ui/widgets",
	"ui/create":         "app app/disk app/recipe app/studio ui/async ui/format ui/look ui/menu ui/numbers ui/settings ui/widgets",
	"ui/gallery":        "app/disk app/library app/meta ui/async ui/format ui/look ui/menu ui/numbers ui/settings ui/undo ui/widgets ui/widgets/grid",
	"ui/picture":        "app/disk app/library app/meta app/recipe app/studio ui/async ui/format ui/look ui/menu ui/numbers ui/settings ui/undo ui/widgets",
	"ui/dialogs":        "app app/cuda app/meta app/recipe ui/async ui/format ui/look ui/widgets",
	"ui/uitest":         "app app/library app/meta app/recipe app/studio ui/format ui/look ui/widgets",
	"ui/models":         "app/catalogue app/finder app/hub ui/async ui/format ui/look ui/widgets",
	"ui/settings":       "app/meta app/recipe app/studio ui/format ui/numbers ui/widgets",
	"ui/menu":           "app/library app/studio ui/format ui/widgets",
	"ui/async":          "app/disk app/library app/studio",
	"ui/widgets/grid":   "ui/look ui/widgets",
	"ui/format":         "app app/recipe app/studio ui/numbers",
	"ui/widgets":        "ui/look ui/numbers",
	"ui/look":           "",
	"ui/numbers":        "",
	"ui/undo":           "",
	"ui/desktop":        "app/disk",
	"app/cli":           "app app/catalogue app/cuda app/disk app/finder app/hub app/library app/meta app/recipe",
	"app/studio":        "app app/disk app/recipe",
	"app/library":       "app/disk app/meta app/recipe",
	"app":               "app/catalogue app/cuda app/disk app/finder app/hub app/recipe",
	"app/recipe":        "app/disk app/meta",
	"app/catalogue":     "app/disk app/hub",
	"app/hub":           "app/disk",
	"app/hub/hubtest":   "",
	"app/cuda":          "app/disk app/hub",
	"app/finder":        "",
	"app/disk":          "",
	"app/disk/disktest": "",
	"app/meta":          "app/disk",
}

func TestArrows(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "cascata/app/...", "cascata/ui/...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(strings.ReplaceAll(line, "cascata/", ""))
		allowed, ok := arrows[words[0]]
		if !ok {
			t.Errorf("%s is a new package; say which others it may import", words[0])
		}
		used := map[string]bool{}
		for _, w := range words[1:] {
			used[w] = true
			ours := w == "app" || w == "ui" || strings.HasPrefix(w, "app/") || strings.HasPrefix(w, "ui/")
			if ours && !slices.Contains(strings.Fields(allowed), w) {
				t.Errorf("%s may not import %s", words[0], w)
			}
		}
		for w := range strings.FieldsSeq(allowed) {
			if !used[w] {
				t.Errorf("%s does not import %s, and need not be allowed to", words[0], w)
			}
		}
	}
}

// Each folder of code has its line in README.md, "How it is built".
func TestTree(t *testing.T) {
	data, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, tree, _ := strings.Cut(string(data), "## How it is built")
	tree, _, found := strings.Cut(tree, "Arrows point one way")
	if !found {
		t.Fatal("README.md has no tree")
	}
	seen := map[string]bool{}
	for _, s := range sources(t) {
		folder := path.Base(s.pkg)
		if s.pkg != "." && s.pkg != "scripts/package/tool" && !seen[s.pkg] && !strings.Contains(" "+tree, " "+folder+"/") && !strings.Contains(tree, "\n"+folder+"/") {
			t.Errorf("%s is not in the tree of README.md", s.pkg)
		}
		seen[s.pkg] = true
	}
}
