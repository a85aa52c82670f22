package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"cascata/app"
)

func TestCompare(t *testing.T) {
	l := newTestLibrary(t, 6)
	l.Compare(1)
	if l.compare.over.open() || len(l.said) != 1 {
		t.Errorf("one picture: said %q", l.said)
	}
	l.Compare(6, 4)
	c := l.compare
	if !c.over.open() || len(c.viewers) != 2 || !c.ways.Visible() {
		t.Fatalf("open %v with %d", c.over.open(), len(c.viewers))
	}
	c.viewers[1].TypedRune('w')
	if c.wipe == nil {
		t.Fatal("no wipe")
	}
	c.viewers[0].TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	if c.wipe.share <= 0.5 {
		t.Errorf("the line is at %v", c.wipe.share)
	}
	if w := c.wipe.clip.Size().Width / c.wipe.content.Size().Width; w < 0.51 || w > 0.53 || c.viewers[0].Size() != c.viewers[1].Size() {
		t.Errorf("the left one has %v of the width, sizes %v and %v", w, c.viewers[0].Size(), c.viewers[1].Size())
	}
	c.viewers[0].ZoomIn()
	c.viewers[0].ZoomIn()
	if c.viewers[1].View() != c.viewers[0].View() || c.viewers[0].Percent() == 0 {
		t.Errorf("views %+v and %+v", c.viewers[0].View(), c.viewers[1].View())
	}
	c.viewers[0].TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if c.over.open() || len(c.viewers) != 0 {
		t.Error("Escape does not close")
	}
	l.Compare(1, 2, 3)
	if c.wipe != nil || c.ways.Visible() {
		t.Error("three pictures have no wipe")
	}
}

func TestDifferences(t *testing.T) {
	a := app.Picture{File: "/x/a.png", Steps: 20, Seed: 7, Model: "big"}
	b := a
	b.File, b.Seed = "/x/b.png", 8
	if got := differences([]app.Picture{a, b}); !slices.Equal(got, []string{"seed 7", "seed 8"}) {
		t.Errorf("%q", got)
	}
	b.Seed = 7
	if got := differences([]app.Picture{a, b}); !slices.Equal(got, []string{"a.png", "b.png"}) {
		t.Errorf("the same settings: %q", got)
	}
}
