package ui

import (
	"context"
	"errors"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/library"
	"cascata/app/meta"
	"cascata/ui/widgets"
)

// Pictures are written under names that are free, and one that cannot be read
// keeps no other back.
func TestExportAll(t *testing.T) {
	src := testPicture(t, "a picture.png", 30, 20, color.RGBA{200, 10, 10, 255})
	dir := filepath.Join(t.TempDir(), "new folder")
	files, err := exportAll(meta.Export, dir, []string{src, "gone.png", src}, meta.ExportOptions{Format: meta.JPEG, PrintWidthCM: 10})
	if err == nil || !strings.Contains(err.Error(), "gone.png") {
		t.Errorf("the error is %v", err)
	}
	want := []string{filepath.Join(dir, "a picture.jpg"), filepath.Join(dir, "a picture-2.jpg")}
	if !slices.Equal(files, want) {
		t.Fatalf("got %q, want %q", files, want)
	}
	for _, f := range files {
		if img, err := readPicture(f); err != nil || img.Rect.Dx() != 30 {
			t.Errorf("%s: %v", f, err)
		}
	}
	files, err = exportAll(meta.Export, dir, []string{src}, meta.ExportOptions{Format: meta.PNG})
	if err != nil || len(files) != 1 || filepath.Base(files[0]) != "a picture.png" {
		t.Errorf("got %q, %v", files, err)
	}
	if _, err := exportAll(meta.Export, src, []string{src}, meta.ExportOptions{Format: meta.PNG}); err == nil {
		t.Error("a file is taken for a folder")
	}
}

// What is exported does not come back as another picture of the library.
func TestExportFolderIsOutside(t *testing.T) {
	for _, pictures := range []string{"/home/a/Pictures/Cascata", "/data/", "/p q"} {
		if rel, err := filepath.Rel(pictures, exportFolder(pictures)); err != nil || !strings.HasPrefix(rel, "..") {
			t.Errorf("exports of %s go to %s", pictures, exportFolder(pictures))
		}
	}
}

func TestExportDialog(t *testing.T) {
	testApp(t)
	w := test.NewTempWindow(t, widgetsGap())
	w.Resize(fyne.NewSize(900, 700))
	var asked []meta.ExportOptions
	var into []string
	into2 := t.TempDir()
	var done []string
	d := ShowExport(w.Canvas(), ExportParams{Run: inPlace, Files: []string{"/x/a.png"}, Width: 1024, Into: t.TempDir(),
		Folder: func(_ string, then func(string)) { then(into2) },
		Export: func(dst, _ string, o meta.ExportOptions) error {
			asked, into = append(asked, o), append(into, dst)
			return nil
		},
		OnDone: func(files []string, err error) { done = files }})
	if !d.quality.Disabled() {
		t.Error("a PNG has a quality")
	}
	test.Tap(button(t, d.rows.Objects[len(d.rows.Objects)-1], "Choose…"))
	d.format.Choose(1)
	d.print.SetValue(20)
	d.strip.Tapped(nil)
	d.say()
	if got := overlay(t, w.Canvas()); d.quality.Disabled() || !strings.Contains(got, "130 dots per inch") || !strings.Contains(got, "Nobody can read") {
		t.Errorf("shown %q", got)
	}
	d.start()
	want := meta.ExportOptions{Format: meta.JPEG, Quality: 90, Strip: true, PrintWidthCM: 20}
	if len(asked) != 1 || asked[0] != want || into[0] != filepath.Join(into2, "a.jpg") || len(done) != 1 {
		t.Errorf("asked %+v into %q, done %q", asked, into, done)
	}
	if got := ExportDone(done, errors.New("disk full")); !strings.Contains(got, "exported") || !strings.Contains(got, "disk full") {
		t.Errorf("said %q", got)
	}
}

func TestFamilyTree(t *testing.T) {
	testApp(t)
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := func(id, parent int64) library.Picture {
		return library.Picture{ID: id, Parent: parent, Made: day.Add(time.Duration(id) * time.Hour)}
	}
	for _, tt := range []struct {
		name     string
		pictures []library.Picture
		want     [][2]int64 // ID and depth
	}{
		{"one", []library.Picture{p(1, 0)}, [][2]int64{{1, 0}}},
		{"two generations", []library.Picture{p(4, 2), p(3, 1), p(2, 1), p(1, 0)}, [][2]int64{{1, 0}, {2, 1}, {4, 2}, {3, 1}}},
		{"the parent is gone", []library.Picture{p(3, 99), p(2, 99)}, [][2]int64{{2, 0}, {3, 0}}},
		{"its own parent", []library.Picture{p(1, 1)}, [][2]int64{{1, 0}}},
		{"a ring", []library.Picture{p(1, 2), p(2, 1)}, [][2]int64{{1, 0}, {2, 1}}},
		{"none", nil, nil},
	} {
		var got [][2]int64
		for _, b := range familyTree(tt.pictures, make([]meta.Info, len(tt.pictures))) {
			got = append(got, [2]int64{b.p.ID, int64(b.depth)})
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
	child := ours()
	child.DecoderSteps, child.Prompt = at(25), at("a lighthouse at night")
	tree := familyTree([]library.Picture{p(1, 0), p(2, 1)}, []meta.Info{ours(), child})
	if got := changeText(tree[1].changed); got != "Prompt · Detail steps 25" {
		t.Errorf("the change is %q", got)
	}
	tree[0].p.Stars = 2
	if got := best(tree); got != 1 {
		t.Errorf("the best is %d", got)
	}
	tree[0].p.Stars = 0
	if got := best(tree); got != 2 {
		t.Errorf("the best of equals is %d", got)
	}
}

func TestFamilyDialog(t *testing.T) {
	testApp(t)
	w := test.NewTempWindow(t, widgetsGap())
	w.Resize(fyne.NewSize(900, 700))
	var opened int64
	cancelled := 0
	p := FamilyParams{Run: inPlace,
		Family: func() ([]library.Picture, error) {
			return []library.Picture{{ID: 1, Prompt: "fox"}, {ID: 2, Parent: 1, Stars: 5}}, nil
		},
		Read:   func(string) (meta.Info, error) { return meta.Info{}, errors.New("gone") },
		Thumb:  func(library.Picture, func(*image.RGBA)) func() { return func() { cancelled++ } },
		OnOpen: func(p library.Picture) { opened = p.ID }}
	ShowFamily(w.Canvas(), p)
	if got := overlay(t, w.Canvas()); !strings.Contains(got, "fox") || !strings.Contains(got, "★★★★★ · the best") {
		t.Errorf("shown %q", got)
	}
	open := widgets.NewDialog("", widgetsGap())
	open.Show(w.Canvas())
	row, _ := familyRow(branch{p: library.Picture{ID: 2}}, false, p, open)
	test.Tap(button(t, row, "Show"))
	if opened != 2 {
		t.Errorf("opened %d", opened)
	}
	p.Family = func() ([]library.Picture, error) { return nil, errors.New("database is locked") }
	ShowFamily(w.Canvas(), p)
	if got := overlay(t, w.Canvas()); !strings.Contains(got, "database is locked") {
		t.Errorf("shown %q", got)
	}
}

// A fakeAlbums keeps albums in memory.
type fakeAlbums struct {
	albums []library.Album
	in     map[int64][]int64
}

func (f *fakeAlbums) Counts() (library.Counts, error) {
	c := library.Counts{}
	for _, a := range f.albums {
		a.Count = len(f.in[a.ID])
		c.Albums = append(c.Albums, a)
	}
	return c, nil
}
func (f *fakeAlbums) Find(q library.Query) ([]int64, error) { return f.in[q.Album], nil }
func (f *fakeAlbums) NewAlbum(name string) (library.Album, error) {
	if slices.ContainsFunc(f.albums, func(a library.Album) bool { return a.Name == name }) {
		return library.Album{}, errors.New("there is an album of this name")
	}
	a := library.Album{ID: int64(len(f.albums) + 1), Name: name}
	f.albums = append(f.albums, a)
	return a, nil
}
func (f *fakeAlbums) RenameAlbum(id int64, name string) error { f.albums[id-1].Name = name; return nil }
func (f *fakeAlbums) DeleteAlbum(id int64) error {
	f.albums = slices.DeleteFunc(f.albums, func(a library.Album) bool { return a.ID == id })
	return nil
}
func (f *fakeAlbums) AddToAlbum(id int64, ids ...int64) error {
	f.in[id] = append(f.in[id], ids...)
	return nil
}
func (f *fakeAlbums) RemoveFromAlbum(id int64, ids ...int64) error {
	f.in[id] = slices.DeleteFunc(f.in[id], func(i int64) bool { return slices.Contains(ids, i) })
	return nil
}

// tickOf is the box of a row.
func tickOf(t *testing.T, o fyne.CanvasObject) *widgets.Check {
	t.Helper()
	for _, c := range o.(*fyne.Container).Objects {
		if c, ok := c.(*widgets.Check); ok {
			return c
		}
	}
	t.Fatal("the row has no box")
	return nil
}

func TestAlbums(t *testing.T) {
	testApp(t)
	w := test.NewTempWindow(t, widgetsGap())
	w.Resize(fyne.NewSize(900, 700))
	f := &fakeAlbums{albums: []library.Album{{ID: 1, Name: "Sea"}}, in: map[int64][]int64{1: {7}}}
	changed := 0
	d := ShowAlbums(w.Canvas(), inPlace, f, func() { changed++ }, 7, 8)
	check := tickOf(t, d.list.Objects[0])
	if check.Ticked() {
		t.Error("one of two is shown as both")
	}
	check.Tapped(nil)
	if !slices.Equal(f.in[1], []int64{7, 7, 8}) && !slices.Equal(f.in[1], []int64{7, 8}) {
		t.Errorf("in the album: %v", f.in[1])
	}
	if check = tickOf(t, d.list.Objects[0]); !check.Ticked() {
		t.Error("both are not shown as in")
	}
	check.Tapped(nil)
	if len(f.in[1]) != 0 {
		t.Errorf("left in the album: %v", f.in[1])
	}
	d.name.SetText("  Portraits ")
	d.add()
	if len(f.albums) != 2 || f.albums[1].Name != "Portraits" || !slices.Equal(f.in[2], []int64{7, 8}) || d.name.Text != "" {
		t.Errorf("albums %+v with %v", f.albums, f.in)
	}
	d.name.SetText("Sea")
	d.add()
	if !strings.Contains(d.note.Text(), "of this name") {
		t.Errorf("said %q", d.note.Text())
	}
	if changed != 4 {
		t.Errorf("told %d times", changed)
	}
}

func TestImport(t *testing.T) {
	testApp(t)
	w := test.NewTempWindow(t, widgetsGap())
	w.Resize(fyne.NewSize(900, 700))
	folder, shown := "", ""
	var done library.Scan
	var cancelled error
	p := ImportParams{Run: inPlace, Do: func(f func()) { f() },
		Folder:    func(_ string, then func(string)) { then("/pictures/old") },
		AddFolder: func(dir string) error { folder = dir; return nil },
		Rescan: func(ctx context.Context, progress func(done, total int)) (library.Scan, error) {
			progress(5, 10)
			return library.Scan{Files: 10, Added: 8, Copies: 1, Failed: 2, Unread: "/pictures/old/half.png\n"}, nil
		},
		OnDone: func(s library.Scan) { done = s }, OnShow: func(dir string) { shown = dir }}
	Import(w.Canvas(), p)
	got := overlay(t, w.Canvas())
	if folder != "/pictures/old" || done.Added != 8 || !strings.Contains(got, "8 new pictures · one of them was there already, as a copy · 2 could not be read") {
		t.Errorf("folder %q, done %+v, shown %q", folder, done, got)
	}
	if !strings.Contains(got, "Not read: /pictures/old/half.png") {
		t.Errorf("what could not be read is not named: %q", got)
	}
	d := ShowImport(w.Canvas(), p, "/pictures/new")
	test.Tap(d.show)
	if shown != "/pictures/new" {
		t.Errorf("shown are the pictures of %q", shown)
	}
	p.AddFolder = func(string) error { return os.ErrPermission }
	d = ShowImport(w.Canvas(), p, "/closed/secret")
	if !strings.Contains(d.note.Text(), os.ErrPermission.Error()) {
		t.Errorf("said %q", d.note.Text())
	}
	// Closing the dialog ends the look.
	p.AddFolder = func(string) error { return nil }
	var work, then func()
	p.Run = func(w, t func()) { work, then = w, t }
	p.Rescan = func(ctx context.Context, _ func(done, total int)) (library.Scan, error) {
		cancelled = ctx.Err()
		return library.Scan{}, cancelled
	}
	d = ShowImport(w.Canvas(), p, "/pictures/old")
	d.dialog.Close()
	work()
	then()
	if !errors.Is(cancelled, context.Canceled) {
		t.Errorf("the look goes on: %v", cancelled)
	}
}
