package picture

import (
	"errors"
	"image"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/library"
	"cascata/app/meta"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

func TestFamilyTree(t *testing.T) {
	uitest.App(t)
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
	child := uitest.Ours()
	child.DecoderSteps, child.Prompt = at(25), at("a lighthouse at night")
	tree := familyTree([]library.Picture{p(1, 0), p(2, 1)}, []meta.Info{uitest.Ours(), child})
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
	uitest.App(t)
	w := test.NewTempWindow(t, uitest.Gap())
	w.Resize(fyne.NewSize(900, 700))
	var opened int64
	cancelled := 0
	p := FamilyParams{Run: uitest.InPlace,
		Family: func() ([]library.Picture, error) {
			return []library.Picture{{ID: 1, Prompt: "fox"}, {ID: 2, Parent: 1, Stars: 5}}, nil
		},
		Read:   func(string) (meta.Info, error) { return meta.Info{}, errors.New("gone") },
		Thumb:  func(library.Picture, func(*image.RGBA)) func() { return func() { cancelled++ } },
		OnOpen: func(p library.Picture) { opened = p.ID }}
	ShowFamily(w.Canvas(), p)
	if got := uitest.Overlay(t, w.Canvas()); !strings.Contains(got, "fox") || !strings.Contains(got, "★★★★★ · the best") {
		t.Errorf("shown %q", got)
	}
	open := widgets.NewDialog("", uitest.Gap())
	open.Show(w.Canvas())
	row, _ := familyRow(branch{p: library.Picture{ID: 2}}, false, p, open)
	test.Tap(uitest.Button(t, row, "Show"))
	if opened != 2 {
		t.Errorf("opened %d", opened)
	}
	p.Family = func() ([]library.Picture, error) { return nil, errors.New("database is locked") }
	ShowFamily(w.Canvas(), p)
	if got := uitest.Overlay(t, w.Canvas()); !strings.Contains(got, "database is locked") {
		t.Errorf("shown %q", got)
	}
}
