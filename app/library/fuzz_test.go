package library

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cascata/app/meta"
)

var typedTexts = []string{
	"lighthouse -people model:lite stars>2", `"oil painting" tag:"night sky"`, `") OR words : *`, "stars>=", "seed:-1", "is:draft:x",
	"山水画", "\x00", `"`, "--", "a*b ^c", "NEAR(a b)", "{prompt} : x", "🦊", "\ufffd\xff", "-is:copy is:missing", "model:%_\\",
	"size:1024x768", "size>=-1×x", "width<=99999999999999999999", "is:landscape -is:square height:>",
}

// Whatever is typed becomes conditions with as many arguments as places, and
// words that FTS5 takes for nothing but words.
func FuzzSearch(f *testing.F) {
	for _, s := range typedTexts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		s := newSearch(Query{Text: typed})
		if got := strings.Count(strings.Join(s.where, " "), "?"); got != len(s.args) {
			t.Fatalf("%d places for %d arguments", got, len(s.args))
		}
		if len(s.where)+len(s.sets) > maxTerms+10 {
			t.Fatalf("%d conditions", len(s.where)+len(s.sets))
		}
		for _, term := range terms(typed) {
			phrase := match(term.text)
			if phrase == "" {
				continue
			}
			inside, ok := strings.CutPrefix(phrase, `"`)
			inside, ok2 := strings.CutSuffix(inside, `"*`)
			if !ok || !ok2 || strings.Contains(strings.ReplaceAll(inside, `""`, ""), `"`) || strings.Contains(inside, "\x00") {
				t.Fatalf("%q becomes %q", term.text, phrase)
			}
		}
	})
}

// Whatever is typed, the search answers, and a text in quotes finds a picture
// whose prompt it is. The texts are mixed anew each time.
func TestFindAnything(t *testing.T) {
	dir := t.TempDir()
	l, _, err := Open(Params{State: dir, Cache: dir, Pictures: func() string { return dir }, Read: meta.Read})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	e := &entry{file: filepath.Join(dir, "any.png"), key: []byte("key"), program: meta.Cascata}
	for range 1000 {
		typed := mixed()
		e.prompt = clip(typed)
		var id int64
		err := l.in(func(b *batch) (err error) {
			id, _, err = b.put(e)
			return err
		})
		if err != nil {
			t.Fatalf("%q: %v", typed, err)
		}
		for _, q := range []Query{{Text: typed}, {Text: typed, Collapse: true, Sort: ByName}, {Tag: typed, Model: typed}} {
			if _, err := l.Find(q); err != nil {
				t.Fatalf("%q: %v", typed, err)
			}
		}
		phrase := strings.ReplaceAll(e.prompt, `"`, " ")
		found, err := l.Find(Query{Text: `"` + phrase + `"`})
		// SQLite knows the letters of an older Unicode than Go does.
		if plain := strings.ContainsAny(phrase, "abcdefghijklmnopqrstuvwxyz"); err != nil || plain && (len(found) != 1 || found[0] != id) {
			t.Fatalf("%q as a phrase: found %v, %v; want %d", phrase, found, err, id)
		}
	}
}

const signs = ` "-:<>=*(){}^+'%_\`

// mixed joins pieces of typed texts and any characters.
func mixed() string {
	var b strings.Builder
	for range 1 + rand.IntN(6) {
		s := typedTexts[rand.IntN(len(typedTexts))]
		switch i := rand.IntN(len(s)); rand.IntN(4) {
		case 0:
			b.WriteString(s[:i])
		case 1:
			b.WriteString(s[i:])
		case 2:
			b.WriteRune(rune(rand.IntN(0x11000)))
		case 3:
			b.WriteByte(signs[rand.IntN(len(signs))])
		}
	}
	return b.String()
}

// A file of marks that anybody wrote loads or is refused, and what is loaded
// is written again.
func FuzzMarks(f *testing.F) {
	f.Add(`{"version":1,"folders":["/a","b"],"albums":["One",""],"pictures":[{"file":"a.png","key":"AAAA","stars":9,"tags":["x"," "],"albums":["One","Two"]}]}`)
	f.Add(`{"version":2}`)
	f.Add(`{"version":1,"pictures":[{"key":null,"stars":-3,"favourite":true}]}`)
	dir := f.TempDir()
	l, _, err := Open(Params{State: dir, Cache: dir, Pictures: func() string { return dir }, Read: meta.Read})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { l.Close() })
	f.Fuzz(func(t *testing.T, text string) {
		for _, table := range []string{"kept", "folders", "albums", "placed", "tagged"} {
			if _, err := l.write.Exec("DELETE FROM " + table); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(l.Marks.path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if l.Marks.load() != nil {
			return
		}
		err := l.in(func(b *batch) error {
			id, _, err := b.put(&entry{file: "a.png", key: []byte("key"), program: meta.Cascata})
			if err == nil {
				err = b.remove(id)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Marks.save(); err != nil {
			t.Fatal(err)
		}
	})
}
