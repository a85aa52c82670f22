package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"cascata/app/library"
	"cascata/ui/menu"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

// Ctrl+F leads to the search field from wherever the artist is.
func TestSearchFromEverywhere(t *testing.T) {
	for name, at := range map[string]func(w *Window){
		"create":   func(*Window) {},
		"library":  func(w *Window) { w.tabs.goTo(tabLibrary) },
		"lightbox": func(w *Window) { w.tabs.goTo(tabLibrary); w.pictures.view.Open(w.pictures.view.Grid.Keys()[0]) },
		"compare": func(w *Window) {
			w.tabs.goTo(tabLibrary)
			w.pictures.view.Changes.With(w.pictures.view.Grid.Keys(), func(p []library.Picture) { w.pictures.Compare(p...) })
		},
	} {
		w, _ := newTestWindow(t, t.TempDir())
		addTestPictures(t, w, 2)
		at(w)
		pressMenu(t, w, menu.Ctrl, fyne.KeyF)
		if w.tabs.at != tabLibrary || widgets.Modal(w.win.Canvas()) || w.win.Canvas().Focused() != w.pictures.view.Toolbar.Search {
			t.Errorf("from %s: place %d, covered %v, the keyboard has %T", name, w.tabs.at, widgets.Modal(w.win.Canvas()), w.win.Canvas().Focused())
		}
	}
	w, _ := newTestWindow(t, t.TempDir())
	w.openPreferences()
	pressMenu(t, w, menu.Ctrl, fyne.KeyF)
	if w.tabs.at != tabCreate || !widgets.Modal(w.win.Canvas()) {
		t.Error("it goes through a dialog")
	}
}

// addTestPictures saves pictures of different content and looks for them.
func addTestPictures(t *testing.T, w *Window, n int) {
	t.Helper()
	dir := w.p.Pictures()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		data, err := os.ReadFile(uitest.WritePicture(t, "a.png", 8+i, 8))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.png", i)), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.p.Library.Rescan(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

// pressMenu does what a key of the menu does.
func pressMenu(t *testing.T, w *Window, mod fyne.KeyModifier, key fyne.KeyName) {
	t.Helper()
	for _, m := range w.actions() {
		for _, a := range menu.Flat(m.Actions) {
			if a.Key == menu.Chord(mod, key) {
				w.act(a)
				return
			}
		}
	}
	t.Fatalf("no menu has the key %s", key)
}

// What is exported does not come back as another picture of the library.
func TestExportFolderIsOutside(t *testing.T) {
	for _, pictures := range []string{"/home/a/Pictures/Cascata", "/data/", "/p q"} {
		if rel, err := filepath.Rel(pictures, exportFolder(pictures)); err != nil || !strings.HasPrefix(rel, "..") {
			t.Errorf("exports of %s go to %s", pictures, exportFolder(pictures))
		}
	}
}
