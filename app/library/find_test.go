package library

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestLibraryFind(t *testing.T) {
	s := newShelf(t)
	lighthouse := testRecipe("A lighthouse on a cliff, gouache")
	lighthouse.Negative, lighthouse.Model = "people, text", "stable-cascade-lite"
	a := s.add("a.png", lighthouse)
	b := s.add("B.png", testRecipe("people at a lighthouse, 山水画, crème brûlée 🦊"))
	draft := testRecipe("seaside \"quoted\" lights")
	draft.Draft, draft.Seed = true, 99
	c := s.add("Drafts/c.png", draft)
	fox := testRecipe("oil painting of a fox")
	fox.Steps = 10
	d := s.add("d.png", fox)
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
		{Query{Text: "steps:10"}, []string{"d.png"}},
		{Query{Text: "-steps>=20"}, []string{"d.png"}},
		{Query{Text: "steps:many"}, nil},
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

func TestLibraryDays(t *testing.T) {
	s := newShelf(t)
	s.clock = time.Date(2026, 3, 1, 23, 57, 0, 0, time.Local)
	for _, name := range []string{"a.png", "b.png", "c.png", "d.png"} { // 23:58 to 00:01
		s.add(name, testRecipe(name))
	}
	s.clock = time.Date(2026, 3, 29, 12, 0, 0, 0, time.Local) // a day without all its hours in many places
	child := testRecipe("e fox")
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

// Filters but those of dates and steps are answered, in every order, from the indexes alone: 100,000 rows with
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

func TestLibraryFamilies(t *testing.T) {
	s := newShelf(t)
	child := testRecipe("child")
	child.Parent = "root.png"
	grandchild := testRecipe("grandchild")
	grandchild.Parent = "child.png"
	// Children come before their parents, which a look through folders may bring.
	g := s.add("grandchild.png", grandchild)
	c := s.add("child.png", child)
	r := s.add("root.png", testRecipe("root"))
	s.add("alone.png", testRecipe("alone"))
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
	s.add("other/root.png", testRecipe("other root"))
	other := s.add("other/child.png", child)
	if pictures, err := s.Family(other.ID); err != nil || len(pictures) != 2 || pictures[0].Prompt != "other root" {
		t.Errorf("family in another folder: %+v, %v", pictures, err)
	}
	family("grandchild", "child", "root")
	// Each says to come from the other.
	x, y := testRecipe("x"), testRecipe("y")
	x.Parent, y.Parent = "y.png", "x.png"
	s.add("x.png", x)
	s.add("y.png", y)
	s.well()
}
