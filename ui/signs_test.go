package ui

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/font/sfnt"

	"cascata/ui/look"
)

// Every sign of the window is in a font that comes with the program: what the
// system's fonts hold is not known.
func TestEverySignIsInOurFonts(t *testing.T) {
	var fonts []*sfnt.Font
	for _, r := range []fyne.Resource{look.New(look.Dark).Font(fyne.TextStyle{}), theme.DefaultTextFont(), theme.DefaultSymbolFont()} {
		f, err := sfnt.Parse(r.Content())
		if err != nil {
			t.Fatal(err)
		}
		fonts = append(fonts, f)
	}
	known := func(r rune) bool {
		for _, f := range fonts {
			if i, err := f.GlyphIndex(nil, r); err == nil && i != 0 {
				return true
			}
		}
		return r < ' '
	}
	read := 0
	check := func(where, text string) {
		read++
		for _, r := range text {
			if !known(r) {
				t.Errorf("%s: %q of %q is in none of our fonts; draw it in assets/symbols/make.py", where, r, text)
			}
		}
	}
	for _, language := range []string{"en", "de"} {
		data, err := os.ReadFile("../assets/translations/" + language + ".json")
		var texts map[string]json.RawMessage
		if err == nil {
			err = json.Unmarshal(data, &texts)
		}
		if err != nil {
			t.Fatal(err)
		}
		for key, text := range texts {
			check(language+" "+key, string(text))
		}
	}
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "uitest") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil {
					check(path, text)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || read < 2000 {
		t.Errorf("%d texts looked at, %v", read, err)
	}
}
