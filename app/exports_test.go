package app

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A source is one parsed file, and the package that it belongs to.
type source struct {
	pkg  string // its folder, from the module's root
	test bool
	*ast.File
}

// sources are all Go files of the module, whatever system they are for.
func sources(t *testing.T) (all []source) {
	err := filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (slices.Contains([]string{"testdata", "native", "bin", "shared"}, d.Name()) || strings.HasPrefix(d.Name(), ".git")) {
			return cmp.Or(err, fs.SkipDir)
		}
		if filepath.Ext(file) != ".go" {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err == nil {
			rel, _ := filepath.Rel("..", filepath.Dir(file))
			all = append(all, source{filepath.ToSlash(rel), strings.HasSuffix(file, "_test.go"), f})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A name is one that a package exports: at its top, or as a method of a type.
type name struct{ pkg, of, name string }

func (n name) String() string {
	if n.of != "" {
		return n.pkg + ": " + n.of + "." + n.name
	}
	return n.pkg + ": " + n.name
}

// An export is a name with its comment, and the constants declared with it.
type export struct {
	name
	doc    string
	beside []name
}

// exports are the names that a file exports.
func (s source) exports() (all []export) {
	for _, d := range s.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			of := ""
			if d.Recv != nil {
				of = receiver(d.Recv.List[0].Type)
			}
			if d.Name.IsExported() && (of == "" || ast.IsExported(of)) {
				all = append(all, export{name: name{s.pkg, of, d.Name.Name}, doc: d.Doc.Text()})
			}
		case *ast.GenDecl:
			all = append(all, s.declared(d)...)
		}
	}
	return all
}

func (s source) declared(d *ast.GenDecl) (all []export) {
	var beside []name
	add := func(id *ast.Ident, docs ...*ast.CommentGroup) {
		if !id.IsExported() {
			return
		}
		e := export{name: name{s.pkg, "", id.Name}, doc: d.Doc.Text()}
		for _, c := range docs {
			e.doc += c.Text()
		}
		if d.Tok == token.CONST {
			beside = append(beside, e.name)
		}
		all = append(all, e)
	}
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.ValueSpec:
			for _, id := range spec.Names {
				add(id, spec.Doc, spec.Comment)
			}
		case *ast.TypeSpec:
			add(spec.Name, spec.Doc, spec.Comment)
		}
	}
	for i := range all {
		all[i].beside = beside
	}
	return all
}

// receiver is the type that a method belongs to.
func receiver(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}

// speaksOf adds the types that a file's exported names are declared with.
func (s source) speaksOf(types map[name]bool) {
	look := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.IsExported() {
				types[name{s.pkg, "", id.Name}] = true
			}
			return true
		})
	}
	for _, d := range s.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d.Recv.List[0].Type))) {
				look(d.Type)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if t, ok := spec.(*ast.TypeSpec); ok && t.Name.IsExported() {
					look(t.Type)
				}
			}
		}
	}
}

// uses adds the names of other packages that a file has, and the packages that
// each name is selected in, whatever it is selected from.
func (s source) uses(used map[name]bool, selected map[string]map[string]bool) {
	imports := map[string]string{}
	for _, i := range s.Imports {
		p := strings.Trim(i.Path.Value, `"`)
		as := path.Base(p)
		if i.Name != nil {
			as = i.Name.Name
		}
		if strings.HasPrefix(p, "cascata/") {
			imports[as] = strings.TrimPrefix(p, "cascata/")
		}
	}
	ast.Inspect(s.File, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if selected[sel.Sel.Name] == nil {
			selected[sel.Sel.Name] = map[string]bool{}
		}
		selected[sel.Sel.Name][s.pkg] = true
		if id, ok := sel.X.(*ast.Ident); ok && imports[id.Name] != "" {
			used[name{imports[id.Name], "", sel.Sel.Name}] = true
		}
		return true
	})
}

// What a package exports is for others, and says what it is. Each name is used
// in another package, or is a type that exported names are declared with, a
// constant beside others that are used, or a method that implements an
// interface, as its comment says then.
func TestExports(t *testing.T) {
	used, types, selected := map[name]bool{}, map[name]bool{}, map[string]map[string]bool{}
	var exported []export
	for _, s := range sources(t) {
		s.uses(used, selected)
		if !s.test {
			s.speaksOf(types)
			exported = append(exported, s.exports()...)
		}
	}
	elsewhere := func(e export) bool {
		if e.of == "" {
			return used[e.name] || types[e.name] || slices.ContainsFunc(e.beside, func(n name) bool { return used[n] })
		}
		in := selected[e.name.name]
		return len(in) > 1 || len(in) == 1 && !in[e.pkg] || strings.Contains(e.doc, "implements")
	}
	for _, e := range exported {
		if !elsewhere(e) {
			t.Errorf("%s is used in no other package", e.name)
		}
		if e.doc == "" {
			t.Errorf("%s has no comment", e.name)
		}
	}
	if len(exported) < 500 {
		t.Errorf("%d exported names were found, which are too few", len(exported))
	}
}
