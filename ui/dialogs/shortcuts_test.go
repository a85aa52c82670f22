package dialogs

import (
	"runtime"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cascata/ui/uitest"
)

func TestMenuKeys(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("keys have other signs there")
	}
	uitest.App(t)
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

func TestParts(t *testing.T) {
	for _, tt := range []struct {
		lengths []int // of the groups
		n       int
		want    []int // groups in each part
	}{
		{[]int{4, 4}, 2, []int{1, 1}},
		{[]int{1, 1, 10}, 2, []int{2, 1}},
		{[]int{10, 1, 1}, 2, []int{1, 2}},
		{[]int{12, 5, 3, 7, 2, 1, 4, 3, 2, 4}, 3, []int{2, 4, 4}},
		{[]int{3}, 3, []int{1, 0, 0}},
		{nil, 2, []int{0, 0}},
	} {
		var groups []keyGroup
		for _, n := range tt.lengths {
			groups = append(groups, keyGroup{keys: make([]keyLine, n)})
		}
		var got []int
		for _, p := range parts(groups, tt.n) {
			got = append(got, len(p))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v in %d parts: got %v, want %v", tt.lengths, tt.n, got, tt.want)
		}
	}
}
