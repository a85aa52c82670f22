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
	"cascata/ui/format"
	"cascata/ui/menu"
)

// Every action stands on the main menu with a key of its own, and the main
// menu has nothing else.
func TestEveryActionIsOnAMenuWithItsKey(t *testing.T) {
	w, _ := newTestWindow(t, t.TempDir())
	used := map[desktop.CustomShortcut]string{}
	var compare func(menu *fyne.Menu, actions []menu.Action)
	compare = func(myMenu *fyne.Menu, actions []menu.Action) {
		items := slices.DeleteFunc(slices.Clone(myMenu.Items), func(i *fyne.MenuItem) bool { return i.IsSeparator })
		if len(items) != len(actions) {
			t.Fatalf("the menu %q has %d lines for %d actions", myMenu.Label, len(items), len(actions))
		}
		for i, a := range actions {
			item := items[i]
			switch {
			case item.Label != a.Text:
				t.Errorf("the menu %q says %q for %q", myMenu.Label, item.Label, a.Text)
			case a.Sub != nil && item.ChildMenu != nil:
				compare(item.ChildMenu, a.Sub(nil))
			case a.Do == nil && a.Job == nil && a.With == nil:
				t.Errorf("%q does nothing", a.Text)
			case a.Key.KeyName == "":
				t.Errorf("%q has no key", a.Text)
			case used[a.Key] != "" && menu.Global(a.Key): // in a field Ctrl+C copies words
				t.Errorf("%q and %q have the same key", a.Text, used[a.Key])
			case menu.ItemKey(item) != format.KeyText(a.Key.Modifier, a.Key.KeyName):
				t.Errorf("%q has the key %q on the menu, want that of %v", a.Text, menu.ItemKey(item), a.Key)
			}
			used[a.Key] = a.Text
		}
	}
	menus := w.actions()
	if len(menus) != len(w.menus.Main().Items) {
		t.Fatalf("%d menus for %d tables", len(w.menus.Main().Items), len(menus))
	}
	for i, m := range menus {
		compare(w.menus.Main().Items[i], m.Actions)
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
	w.middle.open(s.queue.Over[0])
	w.middle.stage.Viewer.TypedRune('4')
	w.middle.stage.Viewer.TypedRune('f')
	if p := read(ids[1]); p.Stars != 4 || !p.Favourite {
		t.Errorf("it has %d stars, favourite %v", p.Stars, p.Favourite)
	}
	pressMenu(t, w, 0, fyne.Key2)
	if p, other := read(ids[1]), read(ids[0]); p.Stars != 2 || other.Stars != 0 {
		t.Errorf("by the menu it has %d stars, the other %d", p.Stars, other.Stars)
	}
	w.LibraryChanged()
	if got := w.middle.stage.Marks(); got != "♥ ★★☆☆☆" {
		t.Errorf("Create says %q", got)
	}
	if got := w.middle.stage.Facts(w.middle.stage.Shown())[3]; got != "8 × 8" {
		t.Errorf("Create says that it has %q pixels", got)
	}
	pressMenu(t, w, 0, fyne.KeyC)
	if c := w.pictures.view.Comparison; !c.Over.Open() || !slices.Equal(w.pictures.view.Pointed(), []int64{ids[1], ids[0]}) {
		t.Errorf("compares %v", w.pictures.view.Pointed())
	}
	w.pictures.view.Comparison.Over.Close()
	pressMenu(t, w, menu.Ctrl|menu.Shift, fyne.KeyP)
	if got := w.p.App.Clipboard().Content(); got != read(ids[1]).File {
		t.Errorf("the path is %q", got)
	}
}
