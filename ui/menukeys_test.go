package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"cascata/ui/menu"
)

// The keys stand in the texts of the menus, where the toolkit draws them like
// the text, and fire by the same name.
func TestMenuKeysCanBeRead(t *testing.T) {
	w, _ := newTestWindow(t, t.TempDir())
	for i, m := range menu.DrawnMenu(w.menus.Main()).Items {
		var widths []float32
		for k, item := range m.Items {
			was := w.menus.Main().Items[i].Items[k]
			key := menu.ItemKey(was)
			if key == "" {
				continue
			}
			if _, drawn := item.Shortcut.(fyne.KeyboardShortcut); drawn {
				t.Errorf("%s: the toolkit draws the key as well", was.Label)
			}
			if item.Shortcut.ShortcutName() != was.Shortcut.ShortcutName() {
				t.Errorf("%s fires by %q, want %q", was.Label, item.Shortcut.ShortcutName(), was.Shortcut.ShortcutName())
			}
			if !strings.HasPrefix(item.Label, was.Label+"  ") || !strings.HasSuffix(item.Label, " "+key) && !strings.HasSuffix(item.Label, menu.HairSpace+key) {
				t.Errorf("the item reads %q, want %s and %s", item.Label, was.Label, key)
			}
			widths = append(widths, menu.MenuWidth(item.Label))
		}
		for _, width := range widths {
			if d := width - widths[0]; d > 2.5 || d < -2.5 {
				t.Errorf("%s: the keys are not one under the other: %v", m.Label, widths)
				break
			}
		}
	}
}

// Every line of the main menu, as it was made with the window, can be chosen
// in an empty window. What leaves the program is left out.
func TestEveryMenuLineWorks(t *testing.T) {
	w, _ := newTestWindow(t, t.TempDir())
	outside := []string{"Quit", "Show the log", "Open the picture folder", "Add a folder of pictures…", "Look at the picture on the clipboard", "Whole screen"}
	chosen := 0
	var choose func(items []*fyne.MenuItem)
	choose = func(items []*fyne.MenuItem) {
		for _, item := range items {
			if item.ChildMenu != nil {
				choose(item.ChildMenu.Items)
			}
			if item.Action == nil || slices.ContainsFunc(outside, func(text string) bool { return strings.HasPrefix(item.Label, text) }) {
				continue
			}
			item.Action()
			chosen++
			for top := w.win.Canvas().Overlays().Top(); top != nil; top = w.win.Canvas().Overlays().Top() {
				w.win.Canvas().Overlays().Remove(top)
			}
		}
	}
	for _, m := range w.menus.Main().Items {
		choose(m.Items)
	}
	if chosen < 50 {
		t.Errorf("%d lines were chosen", chosen)
	}
}

// The model's memory is freed from the menu, not on the window's goroutine, and it is said.
func TestFreeTheMemory(t *testing.T) {
	w, _ := newTestWindow(t, t.TempDir())
	pressMenu(t, w, menu.Ctrl|menu.Shift, fyne.Key0)
	if got := strings.Join(w.toasts.Texts(), "\n"); !strings.Contains(got, "memory") {
		t.Errorf("says %q", got)
	}
}
