package widgets

import (
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
)

func items(keys ...string) []Item {
	var all []Item
	for _, k := range keys {
		all = append(all, Item{Key: k, Text: k})
	}
	return all
}

func many(n int) []Item {
	var all []Item
	for i := range n {
		all = append(all, Item{Key: fmt.Sprint(i)})
	}
	return all
}

func TestTilesAreReused(t *testing.T) {
	s := NewStrip()
	open(t, 400, 100, s)
	s.SetItems(items("a", "b", "c"))
	a, c := s.tiles["a"], s.tiles["c"]
	s.SetItems(items("new", "a", "c"))
	if s.tiles["a"] != a || s.tiles["c"] != c || s.tiles["b"] != nil || len(s.tiles) != 3 {
		t.Error("a tile was made anew, or one stayed without an item")
	}
	if a.Position().X <= s.tiles["new"].Position().X || a.Size().Height < 80 {
		t.Errorf("tiles lie at %v and %v", s.tiles["new"].Position(), a.Position())
	}
	img := picture(20, 10)
	s.Update(Item{Key: "a", Image: img, Badge: "draft"})
	s.Update(Item{Key: "unknown"})
	if a.item.Badge != "draft" || s.Items()[1].Image != img || len(s.Items()) != 3 {
		t.Errorf("updated to %+v", s.Items())
	}
}

func TestStripKeepsWhatIsInView(t *testing.T) {
	s := NewStrip()
	open(t, 400, 100, s)
	all := many(40)
	s.SetItems(all)
	s.SetItems(append(items("new"), all...))
	if s.scroll.Offset.X != 0 {
		t.Error("at the beginning the new one is not shown")
	}
	s.ScrollTo("20")
	before := s.tiles["20"].Position().X - s.scroll.Offset.X
	if before < 0 || before > 400 {
		t.Fatalf("20 is at %g", before)
	}
	s.SetItems(append(items("newer", "new"), all...))
	if after := s.tiles["20"].Position().X - s.scroll.Offset.X; after != before {
		t.Errorf("what was at %g is at %g", before, after)
	}
	s.SetItems(nil)
	if s.scroll.Offset.X != 0 {
		t.Errorf("nothing is scrolled by %g", s.scroll.Offset.X)
	}
}

func TestTilesByKeyboard(t *testing.T) {
	sheet := NewSheet(90)
	w := open(t, 320, 300, sheet)
	sheet.SetItems(many(8))
	var got []string
	sheet.OnChoose = func(k string, _ fyne.KeyModifier) { got = append(got, k) }
	sheet.OnOpen = func(k string) { got = append(got, "open "+k) }
	sheet.OnTick = func(k string) { got = append(got, "tick "+k) }
	sheet.OnKey = func(k string, e *fyne.KeyEvent) bool {
		got = append(got, string(e.Name)+" "+k)
		return e.Name == fyne.KeyDelete
	}
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { got = append(got, "window "+string(e.Name)) })
	w.Canvas().Focus(sheet)
	key(sheet, fyne.KeyEnd, fyne.KeyUp, fyne.KeyRight, fyne.KeyDown, fyne.KeyHome)
	if want := []string{"7", "4", "5", "7", "0"}; !slices.Equal(got, want) {
		t.Errorf("three in a row, eight in all: went to %v, want %v", got, want)
	}
	got = nil
	key(sheet, fyne.KeyRight, fyne.KeyDown, fyne.KeyReturn, fyne.KeySpace, fyne.KeyUp, fyne.KeyLeft, fyne.KeyLeft,
		fyne.KeyEnd, fyne.KeyDelete, fyne.KeyEscape)
	want := []string{"1", "4", "open 4", "tick 4", "1", "0", "7", "Delete 7", "Escape 7", "window Escape"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	if !sheet.tiles["7"].cursor || sheet.tiles["0"].cursor {
		t.Error("the keyboard's place is not shown")
	}
	w.Canvas().Unfocus()
	if sheet.tiles["7"].cursor {
		t.Error("it is shown without the keyboard")
	}
}

func TestTilesByPointer(t *testing.T) {
	s := NewStrip()
	w := open(t, 500, 100, s)
	s.SetItems([]Item{{Key: "a", Tickable: true}, {Key: "b"}})
	var got []string
	s.OnChoose = func(k string, m fyne.KeyModifier) { got = append(got, fmt.Sprint(k, m)) }
	s.OnOpen = func(k string) { got = append(got, "open "+k) }
	s.OnTick = func(k string) { got = append(got, "tick "+k) }
	s.OnMenu = func(k string, p fyne.Position) { got = append(got, fmt.Sprint("menu ", k, p.X)) }
	a, b := s.tiles["a"], s.tiles["b"]
	press(a, 20, 60)
	press(a, a.Size().Width-10, 10)
	press(b, 30, 30)
	press(b, 31, 30)
	b.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary, Modifier: fyne.KeyModifierControl, PointEvent: fyne.PointEvent{Position: fyne.NewPos(70, 70)}})
	b.TappedSecondary(&fyne.PointEvent{AbsolutePosition: fyne.NewPos(7, 8)})
	want := []string{"a0", "tick a", "b0", "b0", "open b", "b2", "menu b7"}
	if !slices.Equal(got, want) || w.Canvas().Focused() != s {
		t.Errorf("got %v\nwant %v; keyboard at %T", got, want, w.Canvas().Focused())
	}
}

func TestTilesMove(t *testing.T) {
	for _, tt := range []struct {
		from     string
		onto     string  // dragged onto this tile
		share    float32 // of its width
		want     string
		byArrow  fyne.KeyName
		arrowGot string
	}{
		{"c", "b", 0.2, "c before b", fyne.KeyLeft, "c before b"},
		{"b", "d", 0.8, "b before ", fyne.KeyRight, "b before d"},
		{"b", "d", 0.2, "b before d", fyne.KeyLeft, ""},
		{"d", "a", 0.2, "d before b", fyne.KeyRight, ""},
		{"b", "e", 0.9, "b before ", "", ""},
		{"b", "b", 0.8, "", "", ""},
		{"c", "b", 0.8, "", "", ""},
		{"a", "d", 0.8, "", "", ""},
	} {
		s := NewStrip()
		w := open(t, 800, 100, container.NewStack(s))
		all := items("a", "b", "c", "d", "e")
		for i := 1; i <= 3; i++ {
			all[i].Movable = true
		}
		s.SetItems(all)
		got := ""
		s.OnMove = func(k, before string) { got = k + " before " + before }
		tile, onto := s.tiles[tt.from], s.tiles[tt.onto]
		at := onto.Position().AddXY(onto.Size().Width*tt.share, 20).Subtract(tile.Position())
		tile.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: at}})
		if shown := s.mark.Visible(); shown != tile.item.Movable {
			t.Errorf("dragging %s: the mark is shown: %v", tt.from, shown)
		}
		tile.DragEnd()
		if got != tt.want || s.mark.Visible() {
			t.Errorf("%s dragged onto %s at %g: %q, want %q", tt.from, tt.onto, tt.share, got, tt.want)
		}
		if tt.byArrow != "" {
			got = ""
			w.Canvas().Focus(s)
			s.ScrollTo(tt.from)
			shortcut(s, tt.byArrow, fyne.KeyModifierShortcutDefault)
			if got != tt.arrowGot {
				t.Errorf("%s moved by %s: %q, want %q", tt.from, tt.byArrow, got, tt.arrowGot)
			}
		}
	}
}

func TestSheetMoveBetweenRows(t *testing.T) {
	s := NewSheet(90)
	open(t, 320, 300, s)
	all := many(8)
	for i := range all {
		all[i].Movable = true
	}
	s.SetItems(all)
	got := ""
	s.OnMove = func(k, before string) { got = k + " before " + before }
	drag := func(from, onto string, share float32) {
		a, b := s.tiles[from], s.tiles[onto]
		at := b.Position().AddXY(b.Size().Width*share, 30).Subtract(a.Position())
		a.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: at}})
		a.DragEnd()
	}
	for _, tt := range []struct {
		from, onto string
		share      float32
		want       string
	}{{"0", "4", 0.2, "0 before 4"}, {"7", "2", 0.9, "7 before 3"}, {"1", "7", 0.9, "1 before "}} {
		if drag(tt.from, tt.onto, tt.share); got != tt.want {
			t.Errorf("%s onto %s: %q, want %q", tt.from, tt.onto, got, tt.want)
		}
	}
}

func TestSheetScrolls(t *testing.T) {
	s := NewSheet(90)
	open(t, 320, 200, s)
	s.SetItems(many(60))
	last := s.tiles["59"]
	if got := s.box.MinSize().Height; got < last.Position().Y+last.Size().Height {
		t.Errorf("the sheet is %g high, the last tile ends at %g", got, last.Position().Y+last.Size().Height)
	}
	s.ScrollTo("59")
	if y := last.Position().Y - s.scroll.Offset.Y; y < 0 || y+last.Size().Height > 200 {
		t.Errorf("the last tile is at %g of 200", y)
	}
}
