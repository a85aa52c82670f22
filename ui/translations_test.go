package ui

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cascata/assets/translations"
	"cascata/ui/format"
)

// update writes en.json as the code says it. What a number decides, and what
// the other languages lack, is left to a translator.
var update = flag.Bool("update", false, "write assets/translations/en.json from the code")

// A phrase is a text of the program's.
type phrase struct {
	text   string // English, as in the code
	plural bool
	free   bool // the text of the file may be another than the code's
	at     token.Position
}

// A translation is what a file has for a phrase: its forms by "one" and
// "other"; a plain text is "other" alone.
type translation map[string]string

func (t *translation) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		*t = translation{"other": text}
		return nil
	}
	return json.Unmarshal(b, (*map[string]string)(t))
}

func (t translation) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t["other"])
	}
	return json.Marshal(map[string]string(t))
}

func TestTranslations(t *testing.T) {
	code := phrases(t)
	if len(code) < 100 {
		t.Fatalf("found %d texts in the code, want hundreds", len(code))
	}
	for _, l := range format.Languages {
		have := readTranslations(t, l.Code)
		if *update && l.Code == "en" {
			have = writeEnglish(t, code, have)
		}
		for _, key := range slices.Sorted(maps.Keys(code)) {
			p, tr := code[key], have[key]
			if tr == nil {
				t.Errorf("%s.json: %q is missing: %q (%s)", l.Code, key, p.text, p.at)
				continue
			}
			checkForms(t, l.Code, key, p, tr)
		}
		for _, key := range slices.Sorted(maps.Keys(have)) {
			if _, ok := code[key]; !ok {
				t.Errorf("%s.json: %q is not used", l.Code, key)
			}
			if strings.HasPrefix(key, "device.") && strings.Contains(have[key]["other"], "`") {
				t.Errorf("%s.json: %q names a command, which the window does not have", l.Code, key)
			}
		}
	}
}

func checkForms(t *testing.T, language, key string, p phrase, tr translation) {
	t.Helper()
	want := []string{"other"}
	if p.plural {
		want = []string{"one", "other"}
	}
	if got := slices.Sorted(maps.Keys(tr)); !slices.Equal(got, want) {
		t.Errorf("%s.json: %q has the forms %q, want %q", language, key, got, want)
	}
	if language == "en" && !p.free && tr["other"] != p.text {
		t.Errorf("en.json: %q is %q, in the code %q (%s)", key, tr["other"], p.text, p.at)
	}
	for form, text := range tr {
		if strings.TrimSpace(text) == "" && strings.TrimSpace(p.text) != "" {
			t.Errorf("%s.json: %q is empty", language, key)
		}
		got, want := slots(text), slots(p.text)
		if form == "one" { // "a picture" needs no number
			want = slices.DeleteFunc(want, func(s string) bool { return (s == "Count" || s == "N") && !slices.Contains(got, s) })
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s.json: %q (%s) has the places %q, want %q", language, key, form, got, want)
		}
	}
}

var slot = regexp.MustCompile(`{{\s*\.(\w+)\s*}}`)

// slots are the names between braces, sorted.
func slots(text string) []string {
	names := []string{}
	for _, m := range slot.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func readTranslations(t *testing.T, language string) map[string]translation {
	b, err := translations.FS.ReadFile(language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]translation{}
	if err := json.Unmarshal(b, &have); err != nil {
		t.Fatalf("%s.json: %v", language, err)
	}
	return have
}

func writeEnglish(t *testing.T, code map[string]phrase, old map[string]translation) map[string]translation {
	have := map[string]translation{}
	for key, p := range code {
		tr := translation{"other": p.text}
		if p.free && old[key] != nil {
			tr = old[key]
		}
		if p.plural {
			tr["one"] = cmp.Or(old[key]["one"], p.text)
		}
		have[key] = tr
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(have); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("../assets/translations/en.json", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return have
}

// phrases are all texts that the window shows: what the views give to package
// lang, what the table of settings and app.Explain say, and what is known of devices.
func phrases(t *testing.T) map[string]phrase {
	found := map[string]phrase{}
	add := func(key string, p phrase) {
		if old, ok := found[key]; ok && (old.text != p.text || old.plural != p.plural) {
			t.Errorf("%q is %q (%s) and %q (%s)", key, old.text, old.at, p.text, p.at)
		}
		found[key] = p
	}
	for _, files := range []string{"*.go", "*/*.go", "*/*/*.go"} {
		eachFile(t, files, func(set *token.FileSet, f *ast.File) {
			ast.Inspect(f, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					langCall(t, set, call, add)
				}
				return true
			})
		})
	}
	eachFile(t, "../app/recipe/*.go", func(set *token.FileSet, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && fmt.Sprint(call.Fun) == "phrase" {
				key, constKey := constant(call.Args[0])
				english, constText := constant(call.Args[1])
				if !constKey || !constText {
					t.Errorf("%s: key and text must be constant", set.Position(n.Pos()))
				}
				add(key, phrase{text: english, at: set.Position(n.Pos())})
			}
			return true
		})
	})
	listed := func(file, prefix, what string, least int) {
		n := len(found)
		eachFile(t, file, func(set *token.FileSet, f *ast.File) {
			ast.Inspect(f, func(node ast.Node) bool {
				lit, ok := node.(*ast.CompositeLit)
				if !ok || len(lit.Elts) < 2 {
					return true
				}
				for _, e := range lit.Elts[len(lit.Elts)-2:] {
					if s, ok := constant(e); ok && s != "" && !strings.Contains(s, "$") {
						add(prefix+s, phrase{text: s, free: true, at: set.Position(e.Pos())})
					}
				}
				return true
			})
		})
		if len(found) < n+least {
			t.Errorf("%s: found %d %s, want more", file, len(found)-n, what)
		}
	}
	listed("../app/explain.go", "error.", "messages", 10)
	listed("../inference/ort/errors.go", "device.", "remarks", 10)
	listed("../app/trial.go", "device.", "remarks", 2)
	return found
}

// langCall takes key and text of a call of package lang. Both must be
// constant; only what app and the runtime say goes by its own words.
func langCall(t *testing.T, set *token.FileSet, call *ast.CallExpr, add func(string, phrase)) {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	if pkg, ok := sel.X.(*ast.Ident); !ok || pkg.Name != "lang" {
		return
	}
	at := set.Position(call.Pos())
	var text ast.Expr
	switch sel.Sel.Name {
	case "X", "LocalizeKey", "XN", "LocalizePluralKey":
		text = call.Args[1]
	case "L", "Localize", "N", "LocalizePlural":
		text = call.Args[0]
	default:
		return
	}
	key, constKey := constant(call.Args[0])
	english, constText := constant(text)
	if ofTable := fmt.Sprint(call.Args[0]) == "&{p Key}" && fmt.Sprint(text) == "&{p English}"; ofTable {
		return // a recipe.Phrase, which phrases finds
	}
	if !constKey || !constText {
		if prefix := leading(call.Args[0]); prefix != "error." && prefix != "device." {
			t.Errorf("%s: key and text must be constant", at)
		}
		return
	}
	add(key, phrase{text: english, plural: strings.Contains(sel.Sel.Name, "N") || strings.Contains(sel.Sel.Name, "Plural"), at: at})
}

// constant is the value of a string literal, or of several with + between.
func constant(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		a, ok := constant(e.X)
		b, ok2 := constant(e.Y)
		return a + b, ok && ok2
	}
	return "", false
}

// leading is the constant beginning of a sum of strings.
func leading(e ast.Expr) string {
	if b, ok := e.(*ast.BinaryExpr); ok {
		return leading(b.X)
	}
	s, _ := constant(e)
	return s
}

func eachFile(t *testing.T, pattern string, do func(*token.FileSet, *ast.File)) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		do(set, f)
	}
}

func TestMain(m *testing.M) {
	if err := format.Translate("en"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
