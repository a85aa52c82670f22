package gallery

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"cascata/app/library"
	"cascata/app/meta"
	"cascata/ui/uitest"
)

// compare shows pictures side by side.
func (l *libraryTest) compare(ids ...int64) {
	pics, _ := l.lib.Get(ids...)
	l.Compare(pics...)
}

func TestCompare(t *testing.T) {
	l := newTestLibrary(t, 6)
	l.compare(1)
	if l.Comparison.Over.Open() || len(l.said) != 1 {
		t.Errorf("one picture: said %q", l.said)
	}
	l.compare(6, 4)
	c := l.Comparison
	if !c.Over.Open() || len(c.viewers) != 2 || !c.ways.Visible() {
		t.Fatalf("open %v with %d", c.Over.Open(), len(c.viewers))
	}
	c.viewers[1].TypedRune('w')
	if c.wipe == nil {
		t.Fatal("no wipe")
	}
	c.viewers[0].TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	if c.wipe.Share <= 0.5 {
		t.Errorf("the line is at %v", c.wipe.Share)
	}
	if w := c.wipe.Clip.Size().Width / c.wipe.Content.Size().Width; w < 0.51 || w > 0.53 || c.viewers[0].Size() != c.viewers[1].Size() {
		t.Errorf("the left one has %v of the width, sizes %v and %v", w, c.viewers[0].Size(), c.viewers[1].Size())
	}
	c.viewers[0].ZoomIn()
	c.viewers[0].ZoomIn()
	if c.viewers[1].View() != c.viewers[0].View() || c.viewers[0].Percent() == 0 {
		t.Errorf("views %+v and %+v", c.viewers[0].View(), c.viewers[1].View())
	}
	c.viewers[0].TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if c.Over.Open() || len(c.viewers) != 0 {
		t.Error("Escape does not close")
	}
	l.compare(1, 2, 3)
	if c.wipe != nil || c.ways.Visible() {
		t.Error("three pictures have no wipe")
	}
}

// A key alone marks what is compared, as it does in the grid. That is seen under
// the pictures, said over them, and can be taken back.
func TestKeysMarkWhatIsCompared(t *testing.T) {
	l := newTestLibrary(t, 6)
	l.compare(6, 4)
	c := l.Comparison
	c.viewers[0].TypedRune('5')
	if l.lib.pics[6].Stars != 5 || l.lib.pics[4].Stars != 5 || l.lib.pics[5].Stars == 5 {
		t.Errorf("5 gives %d and %d stars", l.lib.pics[6].Stars, l.lib.pics[4].Stars)
	}
	if got := uitest.Texts(c.Content); !slices.Contains(got, "★★★★★") {
		t.Errorf("under the pictures stands %q", got)
	}
	if got := c.Toasts.Texts(); !slices.Equal(got, []string{"2 pictures have ★★★★★ now."}) || len(l.said) != 0 {
		t.Errorf("says %q there and %q below", got, l.said)
	}
	l.win.Canvas().OnTypedRune()('f')
	if !l.lib.pics[6].Favourite || !l.lib.pics[4].Favourite {
		t.Error("F makes no favourites")
	}
	l.p.Undo.Undo()
	l.p.Undo.Undo()
	if l.lib.pics[6].Stars != 2 || l.lib.pics[4].Stars != 0 || l.lib.pics[6].Favourite {
		t.Errorf("after undo %+v", l.lib.pics)
	}
	c.viewers[0].TypedRune('v') // is about one picture
	if len(l.acts.Did) > 0 || len(l.said) > 0 {
		t.Errorf("V did %q and said %q", l.acts.Did, l.said)
	}
	c.OnClose()
}

// What differs between the recipes stands under the pictures, by the difference
// that the details show.
func TestDifferences(t *testing.T) {
	uitest.App(t)
	a, b := uitest.Ours(), uitest.Ours()
	seed, guidance, prompt := uint64(8), 6.5, *a.Prompt+", at night"
	b.Seed, b.Guidance, b.Prompt = &seed, &guidance, &prompt
	pics := []library.Picture{{File: "/x/a.png", Model: "big"}, {File: "/x/b.png", Model: "big"}}
	got := differences(pics, []*meta.Info{&a, &b})
	want := [][]string{{"Prompt a lighthouse", "Guidance 5.5", "Seed 77"}, {"Prompt a lighthouse, at night", "Guidance 6.5", "Seed 8"}}
	for i := range want {
		want[i][0], got[i][0] = "", "" // the prompt is told by its words, see below
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("under picture %d stands %q, want %q", i, got[i], want[i])
		}
	}
	long, longer := "a lighthouse on a cliff above the sea, gulls", "a lighthouse on a cliff above the sea, gulls, fog"
	a.Prompt, b.Prompt = &long, &longer
	if got := differences(pics, []*meta.Info{&a, &b}); got[1][0] != "Prompt: + fog" || got[0][0] != "Prompt "+long {
		t.Errorf("of long prompts %q and %q", got[0][0], got[1][0])
	}
	if got := differences(pics, []*meta.Info{&a, &a}); !slices.Equal(got[0], []string{"a.png", "the same recipe"}) {
		t.Errorf("of the same recipe %q", got)
	}
	pics[1].Model = "lite"
	if got := differences(pics, []*meta.Info{nil, nil}); !slices.Equal(got[0], []string{"big"}) || !slices.Equal(got[1], []string{"lite"}) {
		t.Errorf("of other models %q", got)
	}
}
