package ui

import (
	"go/ast"
	"go/token"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cascata/app/library"
	"cascata/app/studio"
)

// Every action stands on the main menu with a key of its own, and the main
// menu has nothing else.
func TestEveryActionIsOnAMenuWithItsKey(t *testing.T) {
	w, _ := newTestWindow(t, t.TempDir())
	used := map[desktop.CustomShortcut]string{}
	var compare func(menu *fyne.Menu, actions []action)
	compare = func(menu *fyne.Menu, actions []action) {
		items := slices.DeleteFunc(slices.Clone(menu.Items), func(i *fyne.MenuItem) bool { return i.IsSeparator })
		if len(items) != len(actions) {
			t.Fatalf("the menu %q has %d lines for %d actions", menu.Label, len(items), len(actions))
		}
		for i, a := range actions {
			item := items[i]
			switch {
			case item.Label != a.text:
				t.Errorf("the menu %q says %q for %q", menu.Label, item.Label, a.text)
			case a.sub != nil && item.ChildMenu != nil:
				compare(item.ChildMenu, a.sub(nil))
			case a.do == nil && a.job == nil && a.with == nil:
				t.Errorf("%q does nothing", a.text)
			case a.key.KeyName == "":
				t.Errorf("%q has no key", a.text)
			case used[a.key] != "" && global(a.key): // in a field Ctrl+C copies words
				t.Errorf("%q and %q have the same key", a.text, used[a.key])
			case itemKey(item) != keyText(a.key.Modifier, a.key.KeyName):
				t.Errorf("%q has the key %q on the menu, want that of %v", a.text, itemKey(item), a.key)
			}
			used[a.key] = a.text
		}
	}
	menus := w.actions()
	if len(menus) != len(w.menus.Items) {
		t.Fatalf("%d menus for %d tables", len(w.menus.Items), len(menus))
	}
	for i, m := range menus {
		compare(w.menus.Items[i], m.actions)
	}
	if len(used) < 70 {
		t.Errorf("found %d actions, want all of them", len(used))
	}
}

// Lines of menus are made from the tables, so that no view offers what the
// main menu lacks.
func TestMenusAreMadeFromActions(t *testing.T) {
	from := map[string]bool{"action.go": true}
	eachFile(t, "*.go", func(set *token.FileSet, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "NewMenuItem" {
				if at := set.Position(s.Pos()); !from[at.Filename] {
					t.Errorf("%s: a line of a menu that is no action", at)
				}
			}
			return true
		})
	})
}

// Each key alone is taken by the pictures, wherever they have the keyboard,
// and leads to its action.
func TestKeysOfPictures(t *testing.T) {
	l := newTestLibrary(t, 3)
	l.grid.Choose(2)
	for _, a := range flat(l.pictureActions()) {
		if a.key.Modifier != 0 || a.key.KeyName == fyne.KeySpace {
			continue
		}
		if b, ok := actionOf(l.pictureActions(), a.key.KeyName); !ok || b.text != a.text {
			t.Errorf("%s leads to %q, want %q", a.key.KeyName, b.text, a.text)
		}
		if len(a.key.KeyName) == 1 && !l.key(&fyne.KeyEvent{Name: a.key.KeyName}) {
			t.Errorf("the grid lets %s go on to the window", a.key.KeyName)
		}
	}
	l.grid.TypedRune('4')
	if got := l.lib.pics[2].Stars; got != 4 {
		t.Errorf("4 gives %d stars", got)
	}
	l.grid.TypedRune('c')
	if want := "“Compare” is not possible with what is selected."; !slices.Contains(l.said, want) {
		t.Errorf("C on one picture says %q", l.said)
	}
}

// The picture in the middle of Create has the actions of the library.
func TestActionsOfThePictureInTheMiddle(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	addTestPictures(t, w, 2)
	ids, err := w.p.Library.Find(library.Query{})
	if err != nil || len(ids) != 2 {
		t.Fatal(ids, err)
	}
	read := func(id int64) library.Picture {
		pics, err := w.p.Library.Get(id)
		if err != nil || len(pics) != 1 {
			t.Fatal(pics, err)
		}
		return pics[0]
	}
	s.queue = studio.Queue{Over: []studio.Job{{ID: 7, State: studio.Done, File: read(ids[1]).File}, {ID: 6, State: studio.Done, File: read(ids[0]).File}}}
	w.sync(s)
	w.open(s.queue.Over[0])
	w.stage.viewer.TypedRune('4')
	w.stage.viewer.TypedRune('f')
	if p := read(ids[1]); p.Stars != 4 || !p.Favourite {
		t.Errorf("it has %d stars, favourite %v", p.Stars, p.Favourite)
	}
	pressMenu(t, w, 0, fyne.Key2)
	if p, other := read(ids[1]), read(ids[0]); p.Stars != 2 || other.Stars != 0 {
		t.Errorf("by the menu it has %d stars, the other %d", p.Stars, other.Stars)
	}
	w.LibraryChanged()
	if got := w.stage.marks(); got != "♥ ★★☆☆☆" {
		t.Errorf("Create says %q", got)
	}
	if got := w.stage.facts(w.stage.Shown())[3]; got != "8 × 8" {
		t.Errorf("Create says that it has %q pixels", got)
	}
	pressMenu(t, w, 0, fyne.KeyC)
	if c := w.library.compare; !c.over.open() || len(c.pics) != 2 || c.pics[0].ID != ids[1] || c.pics[1].ID != ids[0] {
		t.Errorf("compares %v", pictureIDs(c.pics))
	}
	w.library.compare.over.close()
	pressMenu(t, w, ctrl|shift, fyne.KeyP)
	if got := w.p.App.Clipboard().Content(); got != read(ids[1]).File {
		t.Errorf("the path is %q", got)
	}
}

func TestMenuLetters(t *testing.T) {
	menu := func(s string) *fyne.Menu { return fyne.NewMenu(s) }
	got := menuLetters([]*fyne.Menu{menu("Picture"), menu("Prompt"), menu("Öl"), menu("P")})
	if want := []fyne.KeyName{"P", "R", "L", ""}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
