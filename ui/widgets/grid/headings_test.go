package grid

import (
	"math/rand/v2"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cascata/ui/widgets"
)

// newHeadedGrid has sections of so many pictures, four beside each other.
func newHeadedGrid(t *testing.T, counts ...int) *Grid {
	t.Helper()
	n := 0
	var sections []Section
	for i, c := range counts {
		n += c
		sections = append(sections, Section{Title: string(rune('A' + i%26)), Count: c})
	}
	g := newTestGrid(t, n)
	g.SetKeys(slices.Clone(g.keys), sections...)
	return g
}

// headings are those in view, from above.
func (g *Grid) testHeadings() (titles []string) {
	var shown []*widgets.Text
	for _, o := range g.body.objects {
		if text, ok := o.(*widgets.Text); ok && text.Visible() && text.Position().Y >= g.offset && text.Position().Y < g.offset+g.clip.Size().Height {
			shown = append(shown, text)
		}
	}
	slices.SortFunc(shown, func(a, b *widgets.Text) int { return int(a.Position().Y - b.Position().Y) })
	for _, s := range shown {
		titles = append(titles, s.Text())
	}
	return titles
}

func TestGridHeadingsPlacesAndFindsAgree(t *testing.T) {
	counts := []int{1, 4, 5, 9, 3}
	g := newHeadedGrid(t, counts...)
	i, y := 0, float32(0)
	for k, n := range counts {
		if top := g.top(k); top < y {
			t.Errorf("section %d begins at %v, above the end of the one before at %v", k, top, y)
		}
		if g.find(fyne.NewPos(gridEdge+10, g.top(k)+10)) != -1 {
			t.Errorf("a picture is found in heading %d", k)
		}
		for c := range n {
			at := g.at(i)
			if want := gridEdge + float32(c%4)*(g.cell()+gridGap); at.X != want || c == 0 && at.Y != g.top(k)+gridHeading {
				t.Errorf("picture %d, number %d of its section, lies at %v", i, c, at)
			}
			if got := g.find(at.AddXY(50, 99)); got != i {
				t.Errorf("found %d where %d lies", got, i)
			}
			y = at.Y + g.cell()
			i++
		}
		if n%4 != 0 && g.find(g.at(i-1).AddXY(g.cell()+gridGap+5, 5)) != -1 {
			t.Errorf("a picture is found behind the last of section %d", k)
		}
	}
	if end := g.height(); end < y || end > y+2*gridGap {
		t.Errorf("the body ends at %v, the last picture at %v", end, y)
	}
}

func TestGridHeadingsInView(t *testing.T) {
	g := newHeadedGrid(t, 1, 2, 1, 30, 1)
	if got := g.testHeadings(); !slices.Equal(got[:2], []string{"A", "B"}) {
		t.Errorf("headings %q", got)
	}
	g.ScrollTo(20)
	if got := g.testHeadings(); len(got) > 1 || slices.Contains(g.seen, 1) {
		t.Errorf("in a long section headings %q", got)
	}
	g.ScrollTo(35)
	if got := g.testHeadings(); !slices.Equal(got, []string{"E"}) {
		t.Errorf("at the end headings %q", got)
	}
	g.ScrollTo(5)
	if y := g.at(4).Y - gridHeading - g.offset; y < 0 || !slices.Contains(g.testHeadings(), "D") {
		t.Errorf("the heading of what is gone to lies at %v, headings %q", y, g.testHeadings())
	}
	g.SetKeys(g.keys)
	if got := g.testHeadings(); got != nil {
		t.Errorf("without sections headings %q", got)
	}
}

// What fill shows is what lies in the view, wherever that is, and few objects
// do for very many sections.
func TestGridHeadingsAnywhere(t *testing.T) {
	counts := make([]int, 20_000)
	for i := range counts {
		counts[i] = 1 + rand.IntN(9)
	}
	g := newHeadedGrid(t, counts...)
	view := g.clip.Size().Height
	for range 200 {
		g.scrollTo(rand.Float32() * g.height())
		var want []int64
		for i := max(slices.Index(g.keys, g.seen[0])-20, 0); i < len(g.keys) && g.at(i).Y < g.offset+view; i++ {
			if g.at(i).Y+g.cell() > g.offset {
				want = append(want, g.keys[i])
			}
		}
		for _, k := range want {
			if !slices.Contains(g.seen, k) {
				t.Fatalf("at %v %d lies in the view and is not shown", g.offset, k)
			}
		}
		if len(g.seen) > len(want)+8 {
			t.Fatalf("at %v %d are shown where %d lie", g.offset, len(g.seen), len(want))
		}
	}
	if n := len(g.body.objects); n > 60 {
		t.Errorf("%d objects", n)
	}
}

func TestGridHeadingsByKeyboard(t *testing.T) {
	// Rows: 1 · 2 3 4 5 / 6 · 7 8 9 · 10 11 12 13 / 14 15 16 17
	g := newHeadedGrid(t, 1, 5, 3, 8)
	var held fyne.KeyModifier
	g.held = func() fyne.KeyModifier { return held }
	g.FocusGained()
	for i, s := range []struct {
		key    fyne.KeyName
		mod    fyne.KeyModifier
		cursor int64
		n      int
	}{
		{fyne.KeyDown, 0, 2, 1},
		{fyne.KeyRight, 0, 3, 1},
		{fyne.KeyRight, 0, 4, 1},
		{fyne.KeyDown, 0, 6, 1}, // a short row
		{fyne.KeyDown, 0, 9, 1}, // keeps to the third column
		{fyne.KeyDown, 0, 12, 1},
		{fyne.KeyUp, fyne.KeyModifierShift, 9, 4},
		{fyne.KeyUp, fyne.KeyModifierShift, 6, 7},
		{fyne.KeyLeft, 0, 5, 1},
		{fyne.KeyDown, 0, 6, 1},
		{fyne.KeyLeft, 0, 5, 1},
		{fyne.KeyRight, 0, 6, 1},
		{fyne.KeyDown, 0, 7, 1}, // left and right choose another column
		{fyne.KeyHome, 0, 1, 1},
		{fyne.KeyUp, 0, 1, 1},
		{fyne.KeyEnd, fyne.KeyModifierShift, 17, 17},
		{fyne.KeyDown, 0, 17, 1},
		{fyne.KeyPageDown, 0, 17, 1},
		{fyne.KeyPageUp, 0, 6, 1}, // three rows and their headings above
	} {
		held = s.mod
		g.TypedKey(&fyne.KeyEvent{Name: s.key})
		if g.Cursor() != s.cursor || g.Count() != s.n {
			t.Fatalf("step %d, %s %v: at %d with %d chosen, want %d with %d", i, s.key, s.mod, g.Cursor(), g.Count(), s.cursor, s.n)
		}
		if !slices.Contains(g.seen, s.cursor) {
			t.Fatalf("step %d: %d is not in view: %v", i, s.cursor, g.seen)
		}
	}
	// Every page goes on until the end and back.
	for _, key := range []fyne.KeyName{fyne.KeyPageUp, fyne.KeyPageUp, fyne.KeyPageUp} {
		g.TypedKey(&fyne.KeyEvent{Name: key})
	}
	if g.Cursor() != 1 {
		t.Errorf("pages up end at %d", g.Cursor())
	}
	for range 6 {
		g.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
	}
	if g.Cursor() != 17 {
		t.Errorf("pages down end at %d", g.Cursor())
	}
}

func TestGridHeadingsRubberBand(t *testing.T) {
	g := newHeadedGrid(t, 2, 5, 3)
	e := &desktop.MouseEvent{Button: left}
	e.Position = fyne.NewPos(2, 5) // in the first heading
	g.body.MouseDown(e)
	d := &fyne.DragEvent{}
	d.Position = g.at(2).AddXY(150, 20)
	g.body.Dragged(d)
	g.body.MouseUp(e)
	g.body.DragEnd()
	if got := g.Chosen(); !slices.Equal(got, []int64{1, 2, 3, 4}) {
		t.Errorf("the band chose %v, want the first two of two sections", got)
	}
	g.testPress(t, 6, left, fyne.KeyModifierShift)
	if got := g.Chosen(); len(got) == 0 || got[len(got)-1] != 6 {
		t.Errorf("Shift and a press chose %v", got)
	}
	g.set(g.within(g.at(2).AddXY(5, 5), g.at(7).AddXY(5, 5)), nil)
	if got := g.Chosen(); !slices.Equal(got, []int64{3, 7, 8}) {
		t.Errorf("a band over rows of two sections chose %v, want 3 7 8", got)
	}
}

func TestGridHeadingsKeepThePlace(t *testing.T) {
	g := newHeadedGrid(t, 40, 400, 400)
	g.ScrollTo(500)
	g.scrollTo(g.offset + 13)
	key, by := g.topmost()
	keys := append([]int64{2001}, g.Keys()...)
	g.SetKeys(keys, Section{"new", 1}, Section{"A", 40}, Section{"B", 400}, Section{"C", 400})
	if k, b := g.topmost(); k != key || b != by {
		t.Errorf("the view begins %v below %d, before it was %v below %d", b, k, by, key)
	}
	g.SetKeys(keys)
	if k, b := g.topmost(); g.at(slices.Index(g.keys, key)).Y != g.offset-by {
		t.Errorf("without headings the view begins %v below %d", b, k)
	}
	if New(100).height() != gridGap {
		t.Error("a grid without pictures has a height")
	}
}
