package ui

import (
	"runtime"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

func TestMenuKeys(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("keys have other signs there")
	}
	testApp(t)
	item := func(text string, mod fyne.KeyModifier, key fyne.KeyName) *fyne.MenuItem {
		m := fyne.NewMenuItem(text, nil)
		m.Shortcut = &desktop.CustomShortcut{KeyName: key, Modifier: mod}
		return m
	}
	more := fyne.NewMenuItem("More", nil)
	more.ChildMenu = fyne.NewMenu("", item("Below…", fyne.KeyModifierAlt, fyne.KeyUp))
	groups := menuKeys(fyne.NewMainMenu(
		fyne.NewMenu("Picture", item("Generate", fyne.KeyModifierControl|fyne.KeyModifierShift, fyne.KeyReturn), fyne.NewMenuItem("No key", nil), more),
		fyne.NewMenu("Nothing", fyne.NewMenuItem("No key", nil))))
	if len(groups) != 1 || groups[0].title != "Picture" {
		t.Fatalf("the groups are %v", groups)
	}
	want := []keyLine{{"Generate", "Ctrl+Shift+Enter"}, {"Below", "Alt+↑"}}
	if !slices.Equal(groups[0].keys, want) {
		t.Errorf("got %v, want %v", groups[0].keys, want)
	}
}

func TestHalfway(t *testing.T) {
	group := func(n int) keyGroup { return keyGroup{keys: make([]keyLine, n)} }
	for _, tt := range []struct {
		groups []keyGroup
		want   int
	}{
		{[]keyGroup{group(4), group(4)}, 1},
		{[]keyGroup{group(1), group(1), group(10)}, 2},
		{[]keyGroup{group(10), group(1), group(1)}, 1},
		{[]keyGroup{group(3)}, 1},
		{nil, 0},
	} {
		if got := halfway(tt.groups); got != tt.want {
			t.Errorf("halfway of %d groups: got %d, want %d", len(tt.groups), got, tt.want)
		}
	}
}
