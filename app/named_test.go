package app

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// naming are the files that may name settings, those that they may name, and why:
// beside the table's own package it is the engine, which does what they say. All
// else takes them from the table, recipe.Settings.
var naming = []struct{ file, settings, why string }{
	{"app/recipe/", "*", "the table's own package: what a sketch asks for, and what changes several settings at once"},
	{"inference/", "*", "the engine: what they do"},
	{"app/tokencount.go", "Model Preset", "the engine: whose tokenizer counts, and how"},
	{"app/device.go", "Device", "the engine: whether a card was named"},
	{"app/engine.go", "Device Fast Height LoRAs Model Precision Width", "the engine: what it opens"},
	{"app/referencepicture.go", "DecoderGuidance DecoderSeed DecoderSteps Guidance Height Model Preset Prompt Seed Steps Width", "the engine: one picture that is known to the last bit"},
	{"app/loras.go", "Model", "the engine: whether LoRAs fit what it opens"},
	{"app/models.go", "Height Width", "the engine: what a model recommends"},
	{"app/forecast.go", "Height LoRAs Model Width", "the engine: how much memory a picture takes"},
	{"app/trial.go", "DecoderSteps Device Height Model Precision Preset Prompt Steps Width", "the engine: the least picture that tries a device"},
	{"app/studio/estimate.go", "DecoderGuidance DecoderSteps Guidance Height Width", "how long the engine takes"},
	{"ui/uitest/", "*", "tests"},
}

// noSettings are fields of a recipe that say which part of the work is done.
var noSettings = []string{"Composed", "Context", "Draft", "Enlarge", "Latent"}

// title is the one function that may hand out a setting alone: what a picture is
// called where there is room for one line, which happens to be its prompt.
const title = "Title"

// A setting is named in the table, where it is kept and where it is used up, and
// nowhere else: then a new one is one entry there.
//
// Counted as naming one is each place outside tests that reads, writes or fills in
// its field of a sketch, a recipe or a setup, by whatever type it lies in; that calls
// a function of package recipe which does no more than hand that field out or set it;
// that asks recipe.Find for an entry, by a constant or not; and that compares the Key
// of an entry with a constant.
//
// Not counted are operations on a sketch, which know what else changes (BeginAs,
// Choose, MakeWith), parts of the controls (InMood) and kinds of settings (Seed), for
// of each there may be many settings; and flags of commands, whose names are a
// contract.
func TestSettingsAreNotNamed(t *testing.T) {
	l := load(t, "app", "ui")
	fields := map[types.Object]string{}
	recipes := l.packages["cascata/app/recipe"].Scope()
	for _, of := range []string{"Sketch", "Setup"} {
		settingsOf(recipes.Lookup(of).Type(), fields)
	}
	if len(fields) < 25 {
		t.Fatalf("only %d settings were found", len(fields))
	}
	find, used, places := recipes.Lookup("Find"), map[string]bool{}, 0
	note := func(pos token.Pos, setting string) {
		at := l.Position(pos)
		file, _ := filepath.Rel("..", at.Filename)
		file = filepath.ToSlash(file)
		for _, n := range naming {
			if file == n.file || strings.HasSuffix(n.file, "/") && strings.HasPrefix(file, n.file) {
				if n.settings == "*" {
					used[n.file+"*"] = true
					return
				}
				if slices.Contains(strings.Fields(n.settings), setting) {
					used[n.file+setting] = true
					places++
					return
				}
			}
		}
		t.Errorf("%s:%d names the setting %s: take it from recipe.Settings, or say here why not", file, at.Line, setting)
	}
	for id, object := range l.Uses {
		if setting, ok := fields[object]; ok {
			note(id.Pos(), setting)
		}
	}
	key := fieldOf(recipes.Lookup("Setting").Type(), "Key")
	isKey := func(e ast.Expr) bool {
		sel, ok := e.(*ast.SelectorExpr)
		return ok && l.Uses[sel.Sel] == key
	}
	renamed, finds := map[types.Object]string{}, 0
	for _, f := range l.files["cascata/app/recipe"] {
		for _, d := range f.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name != title {
				if setting := fields[l.onlyField(f)]; setting != "" {
					renamed[l.Defs[f.Name]] = setting
				}
			}
		}
	}
	for id, object := range l.Uses {
		if setting := renamed[object]; setting != "" {
			note(id.Pos(), setting)
		}
		if object == find {
			finds++
			note(id.Pos(), "by Find")
		}
	}
	for _, files := range l.files {
		for _, f := range files {
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.BinaryExpr:
					for _, pair := range [][2]ast.Expr{{n.X, n.Y}, {n.Y, n.X}} {
						if text, ok := pair[1].(*ast.BasicLit); ok && isKey(pair[0]) {
							note(text.Pos(), text.Value)
						}
					}
				case *ast.SwitchStmt:
					if n.Tag != nil && isKey(n.Tag) {
						note(n.Pos(), "by its Key")
					}
				}
				return true
			})
		}
	}
	if finds == 0 || key == nil || l.onlyField(l.method("cascata/app/recipe", title)) == nil {
		t.Error("what is counted is not found in the table's own package either")
	}
	for _, n := range naming {
		for _, setting := range strings.Fields(n.settings) {
			if !used[n.file+setting] {
				t.Errorf("%s does not name %s any more: take it out of this list", n.file, setting)
			}
		}
	}
	if t.Failed() {
		return
	}
	t.Logf("%d settings, named in %d places of the engine beside its own folder, and in no other", len(fields), places)
}

// fieldOf is a field of a struct, nil where it has none of that name.
func fieldOf(t types.Type, name string) types.Object {
	s := t.Underlying().(*types.Struct)
	for i := range s.NumFields() {
		if s.Field(i).Name() == name {
			return s.Field(i)
		}
	}
	return nil
}

// settingsOf adds the fields of a struct and of those that are embedded in it.
func settingsOf(t types.Type, fields map[types.Object]string) {
	s := t.Underlying().(*types.Struct)
	for i := range s.NumFields() {
		switch f := s.Field(i); {
		case f.Embedded():
			settingsOf(f.Type(), fields)
		case !slices.Contains(noSettings, f.Name()):
			fields[f] = f.Name()
		}
	}
}

// A loader type-checks our packages from their sources. Of the packages of
// others it knows the standard library's; what it cannot tell it leaves out.
type loader struct {
	*token.FileSet
	types.Info
	packages map[string]*types.Package
	files    map[string][]*ast.File // of the packages
	std      types.Importer
}

// method is a function or method of a package, by its name alone.
func (l *loader) method(pkg, name string) *ast.FuncDecl {
	for _, f := range l.files[pkg] {
		for _, d := range f.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == name {
				return f
			}
		}
	}
	return nil
}

// onlyField is the field that a function hands out or sets, doing no more; nil
// where it does something else.
func (l *loader) onlyField(f *ast.FuncDecl) types.Object {
	if f == nil || f.Body == nil || len(f.Body.List) != 1 {
		return nil
	}
	var at ast.Expr
	switch s := f.Body.List[0].(type) {
	case *ast.ReturnStmt:
		if len(s.Results) == 1 {
			at = s.Results[0]
		}
	case *ast.AssignStmt:
		if _, param := s.Rhs[0].(*ast.Ident); len(s.Lhs) == 1 && param {
			at = s.Lhs[0]
		}
	}
	if address, ok := at.(*ast.UnaryExpr); ok {
		at = address.X
	}
	if sel, ok := at.(*ast.SelectorExpr); ok {
		return l.Uses[sel.Sel]
	}
	return nil
}

// load checks the packages below some folders.
func load(t *testing.T, roots ...string) *loader {
	t.Helper()
	l := &loader{FileSet: token.NewFileSet(), packages: map[string]*types.Package{}, files: map[string][]*ast.File{},
		Info: types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}}
	var folders, std []string
	for _, root := range roots {
		filepath.WalkDir(filepath.Join("..", root), func(path string, d os.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			p, err := build.ImportDir(path, 0)
			if err != nil {
				return nil // no Go
			}
			rel, _ := filepath.Rel("..", path)
			folders = append(folders, "cascata/"+filepath.ToSlash(rel))
			for _, i := range p.Imports {
				if first, _, _ := strings.Cut(i, "/"); i != "C" && i != "unsafe" && first != "cascata" && !strings.Contains(first, ".") {
					std = append(std, i)
				}
			}
			return nil
		})
	}
	slices.Sort(std)
	out, err := exec.Command("go", append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}"}, slices.Compact(std)...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if name, file, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			exports[name] = file
		}
	}
	l.std = importer.ForCompiler(l.FileSet, "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("%s is not of the standard library", path)
		}
		return os.Open(exports[path])
	})
	for _, f := range folders {
		if _, err := l.Import(f); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// Import implements types.Importer.
func (l *loader) Import(path string) (*types.Package, error) {
	if p := l.packages[path]; p != nil {
		return p, nil
	}
	dir, ours := strings.CutPrefix(path, "cascata/")
	if !ours {
		p, err := l.std.Import(path)
		if err != nil {
			p = types.NewPackage(path, path[strings.LastIndex(path, "/")+1:])
			p.MarkComplete()
		}
		l.packages[path] = p
		return p, nil
	}
	dir = filepath.Join("..", filepath.FromSlash(dir))
	b, err := build.ImportDir(dir, 0)
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range b.GoFiles {
		f, err := parser.ParseFile(l.FileSet, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	l.files[path] = files
	conf := types.Config{Importer: l, FakeImportC: true, Error: func(error) {}} // what is of other packages is not known
	p, _ := conf.Check(path, l.FileSet, files, &l.Info)
	l.packages[path] = p
	return p, nil
}
