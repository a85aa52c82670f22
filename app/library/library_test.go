package library

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

	"cascata/app/disk"
	"cascata/app/meta"
	"cascata/app/recipe"
	"cascata/inference"
)

// A shelf is a library in folders of a test.
type shelf struct {
	*Library
	t      *testing.T
	params Params
	dir    string // of the pictures
	clock  time.Time
}

func newShelf(t *testing.T) *shelf {
	root := t.TempDir()
	dir := filepath.Join(root, "pictures")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := &shelf{t: t, dir: dir, clock: time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local), params: Params{
		State: filepath.Join(root, "state"), Cache: filepath.Join(root, "cache"), Trash: filepath.Join(root, "Trash"),
		Pictures: func() string { return dir }, Read: meta.Read,
	}}
	s.open()
	t.Cleanup(func() { s.Close() })
	return s
}

func (s *shelf) open() {
	s.t.Helper()
	l, aside, err := Open(s.params)
	if err != nil || aside.File != "" {
		s.t.Fatalf("OpenLibrary: aside %+v, error %v", aside, err)
	}
	s.Library = l
}

// file writes a picture of ours; each is a minute newer than the one before.
func (s *shelf) file(name string, m recipe.Embedded) string {
	s.t.Helper()
	return s.sizedFile(name, m, 4, 4)
}

func (s *shelf) sizedFile(name string, m recipe.Embedded, width, height int) string {
	s.t.Helper()
	path := name
	if !filepath.IsAbs(name) {
		path = filepath.Join(s.dir, name)
	}
	s.clock = s.clock.Add(time.Minute)
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	img.Set(0, 0, color.RGBA{uint8(s.clock.Minute()), uint8(s.clock.Hour()), 1, 255})
	data, err := recipe.EncodePicture(img, m, nil)
	if err == nil {
		err = disk.WriteFile(path, data)
	}
	if err == nil {
		err = os.Chtimes(path, s.clock, s.clock)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return path
}

func (s *shelf) add(name string, m recipe.Embedded) Picture {
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
	if _, err := s.Add(s.sizedFile(name, testRecipe("any"), width, height)); err != nil {
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

func testRecipe(prompt string) recipe.Embedded {
	return recipe.Embedded{Recipe: recipe.Recipe{Request: inference.Request{Prompt: prompt, Steps: 20, DecoderSteps: 10, Seed: 7}, Model: "demo"}}
}

func TestLibraryAdd(t *testing.T) {
	s := newShelf(t)
	m := testRecipe("a lighthouse at dusk")
	m.Negative, m.Seed, m.Model, m.Steps, m.DecoderSteps = "people", 1<<64-1, "stable-cascade", 30, 12
	p := s.add("one.png", m)
	want := Picture{
		ID: p.ID, File: filepath.Join(s.dir, "one.png"), Width: 4, Height: 4, Bytes: p.Bytes, Made: s.clock, Program: meta.Cascata,
		Prompt: m.Prompt, Negative: m.Negative, Model: m.Model, Seed: m.Seed, Steps: 30, DecoderSteps: 12, Family: p.ID, Kin: 1, Files: 1,
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
	if _, err := s.Add(filepath.Join(s.dir, "broken.png")); !errors.Is(err, disk.ErrNotPicture) {
		t.Errorf("a file that is no picture: %v", err)
	}
	s.shows(Query{}, "one.png")
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
	_, err := s.write.Exec(newest[2]) // what pictures are written with now
	s.must(err)
	s.sized("wide.png", 12, 8)
	p := s.add("square.png", testRecipe("a kite"))
	s.must(s.SetStars(4, p.ID))
	_, err = s.write.Exec("DROP TABLE others")
	s.must(err)
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
	s.scan() // the newest form wants all files read again
	s.well()
}

func TestLibraryDamaged(t *testing.T) {
	s := newShelf(t)
	p := s.add("a.png", testRecipe("one"))
	s.add("b.png", testRecipe("two"))
	album, err := s.NewAlbum("Series")
	s.must(err)
	s.must(s.AddToAlbum(album.ID, p.ID))
	s.must(s.SetStars(2, p.ID))
	s.must(s.Tag("night", true, p.ID))
	s.must(s.Close())
	path := filepath.Join(s.params.State, "library.db")
	s.must(os.WriteFile(path, []byte("this is no database, and it is longer than its header"), 0o644))
	l, aside, err := Open(s.params)
	s.must(err)
	s.Library = l
	if _, err := os.Stat(aside.File); err != nil {
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
	if l, aside, err = Open(s.params); err != nil || aside.File == "" {
		t.Fatalf("a marked index: aside %+v, error %v", aside, err)
	}
	s.Library = l
	s.scan()
	s.shows(Query{Text: "stars:2 tag:night one"}, "a.png")
}

// An index of a newer version is refused and left as it is, or put aside where
// the program says so; then what the artist said of the pictures is still there.
func TestLibraryOfANewerVersion(t *testing.T) {
	s := newShelf(t)
	p := s.add("a.png", testRecipe("one"))
	s.must(s.SetStars(2, p.ID))
	_, err := s.write.Exec("PRAGMA user_version = 1000")
	s.must(err)
	s.must(s.Close())
	before, err := os.ReadFile(s.indexPath())
	s.must(err)
	if _, _, err := Open(s.params); !errors.Is(err, disk.ErrNewer) {
		t.Fatalf("opened: %v", err)
	}
	if now, err := os.ReadFile(s.indexPath()); err != nil || !slices.Equal(now, before) {
		t.Errorf("what was refused was changed: %v", err)
	}
	s.params.Replace = true
	l, aside, err := Open(s.params)
	s.must(err)
	s.Library = l
	if now, err := os.ReadFile(aside.File); err != nil || !aside.Newer || !slices.Equal(now, before) {
		t.Errorf("put aside: %+v, %v", aside, err)
	}
	s.scan()
	s.shows(Query{Text: "stars:2 one"}, "a.png")
	s.well()
}

// Marks that cannot be read are not written over.
func TestMarksOfANewerVersion(t *testing.T) {
	s := newShelf(t)
	s.must(s.Close())
	s.must(os.Remove(s.indexPath()))
	const newer = `{"version": 1000, "words": ["kept"]}`
	s.must(os.WriteFile(s.Marks.path, []byte(newer), 0o600))
	s.open()
	p := s.add("a.png", testRecipe("one"))
	s.must(s.SetStars(2, p.ID))
	s.must(s.Close())
	kept, err := filepath.Glob(s.Marks.path + ".newer-*")
	s.must(err)
	if len(kept) != 1 {
		t.Fatalf("put aside: %q", kept)
	}
	if data, err := os.ReadFile(kept[0]); err != nil || string(data) != newer {
		t.Errorf("put aside as %q, %v", data, err)
	}
	if data, err := os.ReadFile(s.Marks.path); err != nil || !strings.Contains(string(data), "a.png") {
		t.Errorf("written since: %q, %v", data, err)
	}
	s.open()
}

func TestLibraryThumb(t *testing.T) {
	s := newShelf(t)
	p := s.add("a.png", testRecipe("one"))
	path, err := s.Thumb(p)
	s.must(err)
	img, err := disk.ReadPicture(path)
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
	a, b := s.add("a.png", testRecipe("one")), s.add("b.png", testRecipe("two"))
	other, aside, err := Open(s.params)
	if err != nil || aside.File != "" {
		t.Fatalf("aside %+v, error %v", aside, err)
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

// The index of version 0.1.0 opens with all that it held.
func TestLibraryOfTheFirstVersion(t *testing.T) {
	old, err := os.ReadFile("testdata/library-0.1.0.db")
	if err != nil {
		t.Fatal(err)
	}
	s := newShelf(t)
	s.Close()
	if err := os.WriteFile(filepath.Join(s.params.State, "library.db"), old, 0o600); err != nil {
		t.Fatal(err)
	}
	s.open()
	s.shows(Query{},
		"2026-11-28 21.32.58 seed 45.png", "2026-11-28 21.32.56 seed 45.png", "2026-11-28 21.32.55 seed 44.png", "2026-11-28 21.32.53 seed 43.png",
		"2026-11-28 21.32.53 seed 42.png", "2026-11-28 21.32.53 seed 41.png", "2026-11-28 21.32.39 seed 40.png")
	s.shows(Query{Text: "noon -ship"}, "2026-11-28 21.32.55 seed 44.png")
	s.shows(Query{MinStars: 4}, "2026-11-28 21.32.53 seed 42.png")
	s.shows(Query{Favourites: true}, "2026-11-28 21.32.53 seed 43.png")
	s.shows(Query{Tag: "sunny", Collapse: true}, "2026-11-28 21.32.58 seed 45.png")
	ids, err := s.Find(Query{Tag: "sunny"})
	if err != nil {
		t.Fatal(err)
	}
	pics, err := s.Get(ids...)
	if err != nil || len(pics) != 1 {
		t.Fatalf("%+v, %v", pics, err)
	}
	if p := pics[0]; p.File != "/home/artist/Pictures/Cascata/2026-11-28 21.32.58 seed 45.png" || p.Seed != 45 || p.Steps != 4 || p.Width != 256 || p.Kin != 2 || p.Parent == 0 {
		t.Errorf("%+v", p)
	}
}
