package app

import (
	"context"
	"errors"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"cascata/app/meta"
	"cascata/inference"
)

// A shelf is a library in folders of a test.
type shelf struct {
	*Library
	t      *testing.T
	params LibraryParams
	dir    string // of the pictures
	clock  time.Time
}

func newShelf(t *testing.T) *shelf {
	root := t.TempDir()
	dir := filepath.Join(root, "pictures")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := &shelf{t: t, dir: dir, clock: time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local), params: LibraryParams{
		State: filepath.Join(root, "state"), Cache: filepath.Join(root, "cache"), Trash: filepath.Join(root, "Trash"),
		Pictures: func() string { return dir }, Read: meta.Read,
	}}
	s.open()
	t.Cleanup(func() { s.Close() })
	return s
}

func (s *shelf) open() {
	s.t.Helper()
	l, note, err := OpenLibrary(s.params)
	if err != nil || note != "" {
		s.t.Fatalf("OpenLibrary: note %q, error %v", note, err)
	}
	s.Library = l
}

// file writes a picture of ours; each is a minute newer than the one before.
func (s *shelf) file(name string, m Made) string {
	s.t.Helper()
	return s.sizedFile(name, m, 4, 4)
}

func (s *shelf) sizedFile(name string, m Made, width, height int) string {
	s.t.Helper()
	path := name
	if !filepath.IsAbs(name) {
		path = filepath.Join(s.dir, name)
	}
	s.clock = s.clock.Add(time.Minute)
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	img.Set(0, 0, color.RGBA{uint8(s.clock.Minute()), uint8(s.clock.Hour()), 1, 255})
	data, err := encodePicture(img, m, nil)
	if err == nil {
		err = WriteFile(path, data)
	}
	if err == nil {
		err = os.Chtimes(path, s.clock, s.clock)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return path
}

func (s *shelf) add(name string, m Made) Picture {
	s.t.Helper()
	p, err := s.Add(s.file(name, m))
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// sized adds a picture of so many pixels.
func (s *shelf) sized(name string, width, height int) {
	s.t.Helper()
	if _, err := s.Add(s.sizedFile(name, recipe("any"), width, height)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelf) scan() Scan {
	s.t.Helper()
	got, err := s.Rescan(context.Background(), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	got.Took = 0
	return got
}

// names are the file names of what a query shows.
func (s *shelf) names(q Query) []string {
	s.t.Helper()
	ids, err := s.Find(q)
	if err != nil {
		s.t.Fatalf("%+v: %v", q, err)
	}
	pictures, err := s.Get(ids...)
	if err != nil {
		s.t.Fatal(err)
	}
	names := []string{}
	for _, p := range pictures {
		names = append(names, filepath.Base(p.File))
	}
	return names
}

func (s *shelf) shows(q Query, want ...string) {
	s.t.Helper()
	if got := s.names(q); !slices.Equal(got, want) {
		s.t.Errorf("%+v: got %q want %q", q, got, want)
	}
}

// well fails the test when Check finds something.
func (s *shelf) well() {
	s.t.Helper()
	wrong, err := s.Check(context.Background())
	if err != nil || len(wrong) > 0 {
		s.t.Errorf("Check: %q, error %v", wrong, err)
	}
}

func (s *shelf) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func recipe(prompt string) Made {
	return Made{Recipe: Recipe{Request: inference.Request{Prompt: prompt, Steps: 20, DecoderSteps: 10, Seed: 7}, Model: "demo"}}
}

func TestLibraryAdd(t *testing.T) {
	s := newShelf(t)
	m := recipe("a lighthouse at dusk")
	m.Negative, m.Seed, m.Model, m.Steps, m.DecoderSteps = "people", 1<<64-1, "stable-cascade", 30, 12
	p := s.add("one.png", m)
	want := Picture{
		ID: p.ID, File: filepath.Join(s.dir, "one.png"), Width: 4, Height: 4, Bytes: p.Bytes, Made: s.clock, Program: meta.Cascata,
		Prompt: m.Prompt, Negative: m.Negative, Model: m.Model, Seed: m.Seed, Steps: 30, DecoderSteps: 12, Family: p.ID, Kin: 1,
	}
	if !p.Made.Equal(want.Made) {
		t.Errorf("made: got %v want %v", p.Made, want.Made)
	}
	p.Made = want.Made
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got  %+v\nwant %+v", p, want)
	}
	if again, err := s.Add(p.File); err != nil || again.ID != p.ID {
		t.Errorf("added again: %v, %v; want the same picture", again.ID, err)
	}
	if _, err := s.Add(filepath.Join(s.dir, "none.png")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	s.must(os.WriteFile(filepath.Join(s.dir, "broken.png"), []byte("\x89PNG\r\n\x1a\nno"), 0o644))
	if _, err := s.Add(filepath.Join(s.dir, "broken.png")); !errors.Is(err, meta.ErrNotPicture) {
		t.Errorf("a file that is no picture: %v", err)
	}
	s.shows(Query{}, "one.png")
}

func TestLibraryFind(t *testing.T) {
	s := newShelf(t)
	lighthouse := recipe("A lighthouse on a cliff, gouache")
	lighthouse.Negative, lighthouse.Model = "people, text", "stable-cascade-lite"
	a := s.add("a.png", lighthouse)
	b := s.add("B.png", recipe("people at a lighthouse, 山水画, crème brûlée 🦊"))
	draft := recipe("seaside \"quoted\" lights")
	draft.Draft, draft.Seed = true, 99
	c := s.add("Drafts/c.png", draft)
	d := s.add("d.png", recipe("oil painting of a fox"))
	s.must(s.SetStars(3, a.ID, d.ID))
	s.must(s.SetStars(5, b.ID))
	s.must(s.SetFavourite(true, d.ID))
	s.must(s.Tag("Night", true, a.ID, b.ID))
	s.must(s.Tag("night sky", true, c.ID))
	album, err := s.NewAlbum("Series")
	s.must(err)
	s.must(s.AddToAlbum(album.ID, c.ID, a.ID, 12345))
	for _, tt := range []struct {
		q    Query
		want []string
	}{
		{Query{}, []string{"d.png", "c.png", "B.png", "a.png"}},
		{Query{Sort: Oldest}, []string{"a.png", "B.png", "c.png", "d.png"}},
		{Query{Sort: BestFirst}, []string{"B.png", "d.png", "a.png", "c.png"}},
		{Query{Sort: ByName}, []string{"a.png", "B.png", "c.png", "d.png"}},
		{Query{Sort: LargestFirst}, []string{"d.png", "c.png", "B.png", "a.png"}},
		{Query{Text: "light"}, []string{"c.png", "B.png", "a.png"}},
		{Query{Text: "LIGHTHOUSE"}, []string{"B.png", "a.png"}},
		{Query{Text: "house"}, nil},
		{Query{Text: "lighthouse -people"}, []string{"a.png"}}, // left out of the negative prompt is no people
		{Query{Text: "people"}, []string{"B.png", "a.png"}},
		{Query{Text: "-light"}, []string{"d.png"}},
		{Query{Text: `"oil painting"`}, []string{"d.png"}},
		{Query{Text: `"painting oil"`}, nil},
		{Query{Text: `"oil pain`}, []string{"d.png"}},
		{Query{Text: `"`}, []string{"d.png", "c.png", "B.png", "a.png"}},
		{Query{Text: ` , - -- "" `}, []string{"d.png", "c.png", "B.png", "a.png"}},
		{Query{Text: `quoted" OR NEAR(`}, nil},
		{Query{Text: "水画"}, []string{"B.png"}},
		{Query{Text: "creme brulee"}, []string{"B.png"}},
		{Query{Text: "cre\u0300me"}, []string{"B.png"}}, // not composed
		{Query{Text: "🦊"}, []string{"B.png"}},
		{Query{Text: "model:LITE"}, []string{"a.png"}},
		{Query{Text: "-model:lite light"}, []string{"c.png", "B.png"}},
		{Query{Text: "model:%"}, nil},
		{Query{Text: "stars>3"}, []string{"B.png"}},
		{Query{Text: "stars>=3 stars<5"}, []string{"d.png", "a.png"}},
		{Query{Text: "stars:0"}, []string{"c.png"}},
		{Query{Text: "-stars=3"}, []string{"c.png", "B.png"}},
		{Query{Text: "tag:night"}, []string{"c.png", "B.png", "a.png"}},
		{Query{Text: `tag:"night s"`}, []string{"c.png"}},
		{Query{Text: "-tag:night"}, []string{"d.png"}},
		{Query{Text: "night"}, []string{"c.png", "B.png", "a.png"}},
		{Query{Text: "seed:99"}, []string{"c.png"}},
		{Query{Text: "seed:x"}, nil},
		{Query{Text: "is:draft"}, []string{"c.png"}},
		{Query{Text: "-is:draft -is:favourite"}, []string{"B.png", "a.png"}},
		{Query{Text: "is:imported"}, nil},
		{Query{Text: "is:missing"}, nil},
		{Query{Drafts: true}, []string{"c.png"}},
		{Query{Favourites: true}, []string{"d.png"}},
		{Query{MinStars: 3, Sort: Oldest}, []string{"a.png", "B.png", "d.png"}},
		{Query{Model: "stable-cascade-lite"}, []string{"a.png"}},
		{Query{Model: "none"}, nil},
		{Query{Tag: "NIGHT"}, []string{"B.png", "a.png"}},
		{Query{Album: album.ID}, []string{"c.png", "a.png"}},
		{Query{Album: album.ID, Text: "gouache"}, []string{"a.png"}},
		{Query{From: b.Made, To: d.Made}, []string{"c.png", "B.png"}},
		{Query{From: time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), To: time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)}, []string{"d.png", "c.png", "B.png", "a.png"}},
	} {
		s.shows(tt.q, tt.want...)
	}
	if _, err := s.Find(Query{Sort: 77}); err == nil {
		t.Error("an order that is not there: no error")
	}
	s.well()
}

func TestLibraryFindBySize(t *testing.T) {
	s := newShelf(t)
	for _, p := range []struct {
		name string
		w, h int
	}{{"wide.png", 12, 8}, {"high.png", 8, 12}, {"square.png", 8, 8}, {"large.png", 16, 16}} {
		s.sized(p.name, p.w, p.h)
	}
	for _, tt := range []struct {
		q    Query
		want []string
	}{
		{Query{Text: "size:12x8"}, []string{"wide.png"}},
		{Query{Text: "size=12X8"}, []string{"wide.png"}},
		{Query{Text: "SIZE:12×8"}, []string{"wide.png"}},
		{Query{Text: "-size:12x8"}, []string{"large.png", "square.png", "high.png"}},
		{Query{Text: "size:8"}, []string{"square.png"}},
		{Query{Text: "size>=12x8"}, []string{"large.png", "wide.png"}},
		{Query{Text: "size>12x8"}, []string{"large.png"}},
		{Query{Text: "size<=8x12"}, []string{"square.png", "high.png"}},
		{Query{Text: "width>8"}, []string{"large.png", "wide.png"}},
		{Query{Text: "height<=8 -width:8"}, []string{"wide.png"}},
		{Query{Text: "height:12"}, []string{"high.png"}},
		{Query{Text: "is:landscape"}, []string{"wide.png"}},
		{Query{Text: "is:portrait"}, []string{"high.png"}},
		{Query{Text: "is:square"}, []string{"large.png", "square.png"}},
		{Query{Text: "-is:square"}, []string{"high.png", "wide.png"}},
		{Query{Text: "size:12x"}, nil}, // words
		{Query{Text: "size:axb"}, nil},
		{Query{Text: "width:wide"}, nil},
		{Query{Shape: Landscape}, []string{"wide.png"}},
		{Query{Shape: Portrait}, []string{"high.png"}},
		{Query{Shape: Square, Sort: LargestFirst}, []string{"large.png", "square.png"}},
		{Query{MinWidth: 9}, []string{"large.png", "wide.png"}},
		{Query{MinWidth: 8, MinHeight: 12}, []string{"large.png", "high.png"}},
		{Query{MinHeight: 17}, nil},
	} {
		s.shows(tt.q, tt.want...)
	}
}

// An index of the first form is brought to the newest, with all that is in it.
func TestLibraryUpgrade(t *testing.T) {
	s := newShelf(t)
	newest := librarySchema
	s.must(s.Close())
	s.must(os.Remove(s.indexPath()))
	librarySchema = newest[:1]
	t.Cleanup(func() { librarySchema = newest })
	s.open()
	s.sized("wide.png", 12, 8)
	p := s.add("square.png", recipe("a kite"))
	s.must(s.SetStars(4, p.ID))
	s.must(s.Close())
	librarySchema = newest
	s.open()
	s.shows(Query{}, "square.png", "wide.png")
	s.shows(Query{Text: "kite stars:4 is:square"}, "square.png")
	s.shows(Query{Shape: Landscape}, "wide.png")
	var version int
	s.must(s.read.QueryRow("PRAGMA user_version").Scan(&version))
	if version != len(newest) {
		t.Errorf("the index is of form %d, want %d", version, len(newest))
	}
	s.well()
}

func TestLibraryDays(t *testing.T) {
	s := newShelf(t)
	s.clock = time.Date(2026, 3, 1, 23, 57, 0, 0, time.Local)
	for _, name := range []string{"a.png", "b.png", "c.png", "d.png"} { // 23:58 to 00:01
		s.add(name, recipe(name))
	}
	s.clock = time.Date(2026, 3, 29, 12, 0, 0, 0, time.Local) // a day without all its hours in many places
	child := recipe("e fox")
	child.Parent = "a.png"
	s.add("e.png", child)
	first, second, last := Day{time.Date(2026, 3, 1, 0, 0, 0, 0, time.Local), 2}, Day{time.Date(2026, 3, 2, 0, 0, 0, 0, time.Local), 2}, Day{time.Date(2026, 3, 29, 0, 0, 0, 0, time.Local), 1}
	less := func(d Day) Day { d.Count--; return d }
	for _, tt := range []struct {
		q    Query
		want []Day
	}{
		{Query{}, []Day{last, second, first}},
		{Query{Sort: Oldest}, []Day{first, second, last}},
		{Query{Text: "-a"}, []Day{last, second, less(first)}},
		{Query{Text: "fox"}, []Day{last}},
		{Query{Text: "none"}, nil},
		{Query{Collapse: true}, []Day{last, second, less(first)}},
		{Query{Sort: ByName}, nil},
		{Query{Sort: BestFirst, Collapse: true}, nil},
	} {
		ids, days, err := s.FindDays(tt.q)
		s.must(err)
		if !slices.EqualFunc(days, tt.want, func(a, b Day) bool { return a.Start.Equal(b.Start) && a.Count == b.Count }) {
			t.Errorf("%+v: days %v want %v", tt.q, days, tt.want)
		}
		if found, err := s.Find(tt.q); err != nil || !slices.Equal(ids, found) {
			t.Errorf("%+v: FindDays finds %v, Find %v, %v", tt.q, ids, found, err)
		}
	}
}

// Days are cut right at the ends of time that files may have.
func TestDaysOfAnyTime(t *testing.T) {
	var c dayCount
	for _, made := range []int64{-1 << 63, -1 << 63, 0, 1<<63 - 1, 1<<63 - 1} {
		c.add(made)
	}
	n := 0
	for _, d := range c.days {
		n += d.Count
	}
	if n != 5 {
		t.Errorf("%d of 5 times are in days", n)
	}
}

// Filters but that of dates are answered, in every order, from the indexes alone: 100,000 rows with
// their prompts are not read.
func TestLibraryFiltersStayInTheIndex(t *testing.T) {
	s := newShelf(t)
	for sort, order := range orders {
		q := newSearch(Query{Text: "stars>1 width>1 height>1 size>1 seed:1 is:square is:draft", Favourites: true, Imported: true, MinStars: 1, Model: "demo",
			Shape: Landscape, MinWidth: 1, MinHeight: 1})
		rows, err := s.read.Query("EXPLAIN QUERY PLAN SELECT id FROM pictures WHERE "+strings.Join(q.where, " AND ")+" ORDER BY "+order, q.args...)
		s.must(err)
		plan := ""
		for rows.Next() {
			var id, parent, unused int
			var detail string
			s.must(rows.Scan(&id, &parent, &unused, &detail))
			plan += detail + "\n"
		}
		s.must(rows.Err())
		if !strings.Contains(plan, "pictures USING COVERING INDEX by_") || strings.Contains(plan, "TEMP B-TREE FOR ORDER") {
			t.Errorf("order %d:\n%s", sort, plan)
		}
	}
}

func TestLibraryMarks(t *testing.T) {
	s := newShelf(t)
	a, b := s.add("a.png", recipe("one")), s.add("b.png", recipe("two"))
	s.must(s.SetStars(4, a.ID))
	s.must(s.Tag("  two \n words ", true, a.ID, b.ID))
	s.must(s.Tag("TWO WORDS", true, a.ID)) // the same
	s.must(s.Tag("x", true, a.ID))
	s.must(s.Tag("X", false, a.ID))
	for _, err := range []error{s.SetStars(6, a.ID), s.SetStars(-1, a.ID), s.Tag(" \t", true, a.ID), s.Tag(string(make([]byte, 500)), true, a.ID)} {
		if err == nil {
			t.Error("a mark that nobody can give: no error")
		}
	}
	one, err := s.NewAlbum("One")
	s.must(err)
	two, err := s.NewAlbum("Two")
	s.must(err)
	if _, err := s.NewAlbum("ONE"); !errors.Is(err, errAlbumTaken) {
		t.Errorf("the same name: %v", err)
	}
	if err := s.RenameAlbum(two.ID, "one"); !errors.Is(err, errAlbumTaken) {
		t.Errorf("renamed to the same name: %v", err)
	}
	s.must(s.RenameAlbum(two.ID, "TWO"))
	s.must(s.AddToAlbum(one.ID, a.ID, b.ID))
	s.must(s.AddToAlbum(two.ID, b.ID))
	s.must(s.RemoveFromAlbum(one.ID, a.ID))
	c, err := s.Counts()
	s.must(err)
	if want := []Album{{one.ID, "One", 1}, {two.ID, "TWO", 1}}; !slices.Equal(c.Albums, want) {
		t.Errorf("albums: got %+v want %+v", c.Albums, want)
	}
	if len(c.Tags) != 1 || c.Tags[0].Name != "two words" || c.Tags[0].Count != 2 {
		t.Errorf("tags: %+v", c.Tags)
	}
	if c.All != 2 || c.Bytes != a.Bytes+b.Bytes || !slices.Equal(c.Models, []string{"demo"}) {
		t.Errorf("counts: %+v", c)
	}
	s.must(s.DeleteAlbum(two.ID))
	got, err := s.Get(b.ID, 999, a.ID)
	s.must(err)
	if len(got) != 2 || got[1].Stars != 4 || !slices.Equal(got[0].Tags, []string{"two words"}) {
		t.Errorf("got %+v", got)
	}
	s.well()
}

func TestLibraryFamilies(t *testing.T) {
	s := newShelf(t)
	child := recipe("child")
	child.Parent = "root.png"
	grandchild := recipe("grandchild")
	grandchild.Parent = "child.png"
	// Children come before their parents, which a look through folders may bring.
	g := s.add("grandchild.png", grandchild)
	c := s.add("child.png", child)
	r := s.add("root.png", recipe("root"))
	s.add("alone.png", recipe("alone"))
	family := func(want ...string) {
		t.Helper()
		pictures, err := s.Family(c.ID)
		s.must(err)
		var got []string
		for _, p := range pictures {
			got = append(got, p.Prompt)
			if p.Family != pictures[0].Family || p.Kin != len(pictures) {
				t.Errorf("%s: family %d of %d", p.Prompt, p.Family, p.Kin)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("family: got %q want %q", got, want)
		}
	}
	family("grandchild", "child", "root")
	p, err := s.Get(g.ID, c.ID, r.ID)
	s.must(err)
	if p[0].Parent != c.ID || p[1].Parent != r.ID || p[2].Parent != 0 || p[0].Family != r.ID {
		t.Errorf("parents %d %d %d, family %d; want %d %d 0, family %d", p[0].Parent, p[1].Parent, p[2].Parent, p[0].Family, c.ID, r.ID, r.ID)
	}
	s.shows(Query{Collapse: true}, "alone.png", "root.png")
	s.must(s.SetStars(1, g.ID))
	s.shows(Query{Collapse: true}, "alone.png", "grandchild.png")
	s.shows(Query{Collapse: true, Text: "child"}, "child.png") // the best of what is found
	gone, err := s.Trash(r.ID)
	s.must(err)
	family("grandchild", "child")
	s.must(s.Restore(gone))
	family("grandchild", "child", "root")
	// Of two pictures with the parent's name the one in the same folder counts.
	s.add("other/root.png", recipe("other root"))
	other := s.add("other/child.png", child)
	if pictures, err := s.Family(other.ID); err != nil || len(pictures) != 2 || pictures[0].Prompt != "other root" {
		t.Errorf("family in another folder: %+v, %v", pictures, err)
	}
	family("grandchild", "child", "root")
	// Each says to come from the other.
	x, y := recipe("x"), recipe("y")
	x.Parent, y.Parent = "y.png", "x.png"
	s.add("x.png", x)
	s.add("y.png", y)
	s.well()
}

func TestLibraryTrash(t *testing.T) {
	s := newShelf(t)
	p := s.add("a b%ä.png", recipe("one"))
	s.add("b.png", recipe("two"))
	album, err := s.NewAlbum("Series")
	s.must(err)
	s.must(s.SetStars(2, p.ID))
	s.must(s.SetFavourite(true, p.ID))
	s.must(s.Tag("tag", true, p.ID))
	s.must(s.AddToAlbum(album.ID, p.ID))
	before, err := s.Get(p.ID)
	s.must(err)
	gone, err := s.Trash(p.ID)
	s.must(err)
	if gone.Count() != 1 {
		t.Errorf("in the trash: %d", gone.Count())
	}
	s.shows(Query{}, "b.png")
	if _, err := os.Stat(p.File); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
	if got := s.scan(); got.Added != 0 || got.Missing != 0 {
		t.Errorf("a look after the trash: %+v", got)
	}
	s.must(s.Restore(gone))
	after, err := s.Get(p.ID)
	s.must(err)
	if !reflect.DeepEqual(after, before) {
		t.Errorf("after: %+v\nbefore: %+v", after, before)
	}
	s.shows(Query{Text: "tag:tag one"}, "a b%ä.png")
	s.shows(Query{Album: album.ID}, "a b%ä.png")
	if left, _ := filepath.Glob(filepath.Join(s.params.Trash, "*", "*")); len(left) != 0 {
		t.Errorf("left in the trash: %q", left)
	}
	// The place was taken meanwhile, and a look through the folders was faster.
	gone, err = s.Trash(p.ID)
	s.must(err)
	s.add("a b%ä.png", recipe("taken"))
	s.must(s.Restore(gone))
	s.shows(Query{Text: "one"}, "a b%ä (2).png")
	s.shows(Query{Text: "taken"}, "a b%ä.png")
	// Emptied meanwhile.
	gone, err = s.Trash(p.ID)
	s.must(err)
	s.must(os.RemoveAll(s.params.Trash))
	if err := s.Restore(gone); !errors.Is(err, ErrWrite) {
		t.Errorf("restored from an emptied trash: %v", err)
	}
	s.well()
}

func TestLibraryTrashFails(t *testing.T) {
	s := newShelf(t)
	p := s.add("a.png", recipe("one"))
	s.must(os.WriteFile(s.params.Trash, nil, 0o644)) // a file where the folder should be
	if gone, err := s.Trash(p.ID); !errors.Is(err, ErrWrite) || gone.Count() != 0 {
		t.Errorf("Trash: %d, %v", gone.Count(), err)
	}
	s.shows(Query{}, "a.png")
	s.well()
}

func TestLibraryRescan(t *testing.T) {
	s := newShelf(t)
	s.file("a.png", recipe("one"))
	s.file("sub/deep/b.png", recipe("two"))
	s.file(".hidden/c.png", recipe("hidden"))
	s.file(".cascata-123.png", recipe("unfinished"))
	s.must(os.WriteFile(filepath.Join(s.dir, "broken.png"), []byte("no picture"), 0o644))
	s.must(os.WriteFile(filepath.Join(s.dir, "note.txt"), []byte("no picture"), 0o644))
	if got, want := s.scan(), (Scan{Files: 3, Added: 2, Failed: 1}); got != want {
		t.Errorf("first: got %+v want %+v", got, want)
	}
	s.must(os.Remove(filepath.Join(s.dir, "broken.png")))
	if got, want := s.scan(), (Scan{Files: 2}); got != want {
		t.Errorf("again: got %+v want %+v", got, want)
	}
	ids, _ := s.Find(Query{Text: "two"})
	s.must(s.SetStars(5, ids...))
	s.must(os.Rename(filepath.Join(s.dir, "sub"), filepath.Join(s.dir, "other")))
	s.file("a.png", recipe("three"))
	if got, want := s.scan(), (Scan{Files: 2, Changed: 1, Moved: 1, Missing: 1}); got != want {
		t.Errorf("moved and changed: got %+v want %+v", got, want)
	}
	s.shows(Query{Text: "stars:5"}, "b.png")
	s.shows(Query{Text: "one"})
	s.shows(Query{Text: "three"}, "a.png")
	// A file that is away for a while keeps what was said of it.
	file := filepath.Join(s.dir, "other", "deep", "b.png")
	s.must(os.Rename(file, file+".away"))
	if got, want := s.scan(), (Scan{Files: 1, Missing: 1}); got != want {
		t.Errorf("away: got %+v want %+v", got, want)
	}
	s.shows(Query{}, "a.png")
	s.shows(Query{Text: "is:missing"}, "b.png")
	s.must(os.Rename(file+".away", file))
	s.scan()
	s.shows(Query{Text: "stars:5"}, "b.png")
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := s.Rescan(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	s.well()
}

func TestLibraryImport(t *testing.T) {
	s := newShelf(t)
	mine := s.file("mine.png", recipe("mine"))
	outside := t.TempDir()
	s.file(filepath.Join(outside, "new.png"), recipe("new"))
	data, err := os.ReadFile(mine)
	s.must(err)
	s.must(os.WriteFile(filepath.Join(outside, "copy.png"), data, 0o644))
	s.scan()
	if err := s.AddFolder(filepath.Join(outside, "none")); err == nil {
		t.Error("a folder that is not there: no error")
	}
	s.must(s.AddFolder(outside))
	if got, want := s.scan(), (Scan{Files: 3, Added: 2, Copies: 1}); got != want {
		t.Errorf("got %+v want %+v", got, want)
	}
	s.shows(Query{}, "new.png", "mine.png")
	s.shows(Query{Imported: true}, "new.png")
	s.shows(Query{Text: "is:copy"}, "copy.png")
	ids, _ := s.Find(Query{Text: "mine"})
	s.must(s.SetStars(3, ids...))
	if _, err := s.Trash(ids...); err != nil {
		t.Fatal(err)
	}
	s.shows(Query{Text: "mine"}, "copy.png") // the copy is shown now
	new, _ := s.Find(Query{Text: "new"})
	s.must(s.SetStars(4, new...))
	s.must(s.RemoveFolder(outside))
	s.shows(Query{})
	s.well()
	s.must(s.AddFolder(outside))
	s.scan()
	s.shows(Query{Text: "stars:4"}, "new.png")
	s.well()
}

// Large files have the same begin and end, and differ in the middle.
func TestLibraryCopiesOfLargeFiles(t *testing.T) {
	s := newShelf(t)
	small, err := os.ReadFile(s.file("small.png", recipe("x")))
	s.must(err)
	// Programs ignore what follows the end of a PNG file.
	large := func(name string, filling byte) {
		tail := make([]byte, 200_000)
		tail[100_000] = filling
		s.must(os.WriteFile(filepath.Join(s.dir, name), append(slices.Clone(small), tail...), 0o644))
	}
	large("one.png", 1)
	large("two.png", 2)
	large("one again.png", 1)
	if got, want := s.scan(), (Scan{Files: 4, Added: 4, Copies: 1}); got != want {
		t.Errorf("got %+v want %+v", got, want)
	}
	s.well()
}

func TestLibraryDamaged(t *testing.T) {
	s := newShelf(t)
	p := s.add("a.png", recipe("one"))
	s.add("b.png", recipe("two"))
	album, err := s.NewAlbum("Series")
	s.must(err)
	s.must(s.AddToAlbum(album.ID, p.ID))
	s.must(s.SetStars(2, p.ID))
	s.must(s.Tag("night", true, p.ID))
	s.must(s.Close())
	path := filepath.Join(s.params.State, "library.db")
	s.must(os.WriteFile(path, []byte("this is no database, and it is longer than its header"), 0o644))
	l, note, err := OpenLibrary(s.params)
	s.must(err)
	s.Library = l
	if _, err := os.Stat(note); err != nil {
		t.Errorf("put aside: %v", err)
	}
	s.scan()
	s.shows(Query{Text: "stars:2 tag:night one"}, "a.png")
	c, err := s.Counts()
	s.must(err)
	if c.All != 2 || len(c.Albums) != 1 || c.Albums[0].Count != 1 {
		t.Errorf("counts: %+v", c)
	}
	s.well()
	s.must(s.Close())
	// Removed by the artist.
	for _, tail := range []string{"", "-wal", "-shm"} {
		os.Remove(path + tail)
	}
	s.open()
	s.scan()
	s.shows(Query{Text: "stars:2 tag:night one"}, "a.png")
	// Found out while it was in use.
	s.checkIndex()
	if _, err := os.Stat(path + damagedTail); err == nil {
		t.Error("a whole index is marked as damaged")
	}
	s.must(os.WriteFile(path+damagedTail, nil, 0o644))
	s.must(s.Close())
	if l, note, err = OpenLibrary(s.params); err != nil || note == "" {
		t.Fatalf("a marked index: note %q, error %v", note, err)
	}
	s.Library = l
	s.scan()
	s.shows(Query{Text: "stars:2 tag:night one"}, "a.png")
}

func TestLibraryThumb(t *testing.T) {
	s := newShelf(t)
	p := s.add("a.png", recipe("one"))
	path, err := s.Thumb(p)
	s.must(err)
	img, err := decodePicture(path)
	s.must(err)
	if img.Bounds().Dx() != 4 {
		t.Errorf("thumbnail of %v", img.Bounds())
	}
	moved := filepath.Join(s.dir, "b.png")
	s.must(os.Rename(p.File, moved))
	s.scan()
	again, err := s.Get(p.ID)
	s.must(err)
	if got, err := s.Thumb(again[0]); err != nil || got != path {
		t.Errorf("after a move: %s, %v; want %s", got, err, path)
	}
	_, err = s.Trash(p.ID)
	s.must(err)
	s.scan()
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the thumbnail of a picture that is gone: %v", err)
	}
	if _, err := s.Thumb(p); !errors.Is(err, errGone) {
		t.Errorf("of a picture that is gone: %v", err)
	}
}

// The command line and the window may have the index open at once.
func TestLibraryOpenTwice(t *testing.T) {
	s := newShelf(t)
	a, b := s.add("a.png", recipe("one")), s.add("b.png", recipe("two"))
	other, note, err := OpenLibrary(s.params)
	if err != nil || note != "" {
		t.Fatalf("note %q, error %v", note, err)
	}
	defer other.Close()
	s.shows(Query{Sort: BestFirst}, "b.png", "a.png")
	s.must(other.SetStars(2, a.ID))
	s.shows(Query{Sort: BestFirst}, "a.png", "b.png")
	s.must(s.SetStars(3, b.ID))
	s.shows(Query{Sort: BestFirst}, "b.png", "a.png")
	_, err = other.Trash(b.ID)
	s.must(err)
	s.shows(Query{Sort: BestFirst}, "a.png")
	s.shows(Query{Collapse: true}, "a.png")
	s.well()
}
