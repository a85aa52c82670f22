package app

import (
	"os"
	"strings"
	"testing"

	"cascata/app/meta"
)

// Whatever is typed, the search answers, and a text in quotes finds a picture
// whose prompt it is.
func FuzzFind(f *testing.F) {
	for _, s := range []string{
		"lighthouse -people model:lite stars>2", `"oil painting" tag:"night sky"`, `") OR words : *`, "stars>=", "seed:-1", "is:draft:x",
		"山水画", "\x00", `"`, "--", "a*b ^c", "NEAR(a b)", "{prompt} : x", "🦊", "\ufffd\xff", "-is:copy is:missing", "model:%_\\",
	} {
		f.Add(s)
	}
	dir := f.TempDir()
	l, _, err := OpenLibrary(LibraryParams{State: dir, Cache: dir, Pictures: func() string { return dir }, Read: meta.Read})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { l.Close() })
	e := &entry{file: dir + "/fuzz.png", key: []byte("key"), program: meta.Cascata}
	if err := os.WriteFile(e.file, nil, 0o644); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		if len(typed) > 2000 {
			return
		}
		e.prompt = clip(typed)
		var id int64
		err := l.in(func(b *batch) (err error) {
			id, _, err = b.put(e)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []Query{{Text: typed}, {Text: typed, Collapse: true, Sort: ByName}, {Tag: typed, Model: typed}} {
			if _, err := l.Find(q); err != nil {
				t.Fatalf("%q: %v", typed, err)
			}
		}
		phrase := strings.ReplaceAll(e.prompt, `"`, " ")
		found, err := l.Find(Query{Text: `"` + phrase + `"`})
		if err != nil || len(found) != 1 || found[0] != id {
			t.Fatalf("%q as a phrase: found %v, %v; want %d", phrase, found, err, id)
		}
	})
}

// A file of marks that anybody wrote loads or is refused, and what is loaded
// is written again.
func FuzzMarks(f *testing.F) {
	f.Add(`{"version":1,"folders":["/a","b"],"albums":["One",""],"pictures":[{"file":"a.png","key":"AAAA","stars":9,"tags":["x"," "],"albums":["One","Two"]}]}`)
	f.Add(`{"version":2}`)
	f.Add(`{"version":1,"pictures":[{"key":null,"stars":-3,"favourite":true}]}`)
	dir := f.TempDir()
	l, _, err := OpenLibrary(LibraryParams{State: dir, Cache: dir, Pictures: func() string { return dir }, Read: meta.Read})
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
		if err := os.WriteFile(l.marksPath(), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if l.loadMarks() != nil {
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
		if err := l.saveMarks(); err != nil {
			t.Fatal(err)
		}
	})
}
