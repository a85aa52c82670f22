package gallery

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"cascata/ui/menu"
)

// Each key alone is taken by the pictures, wherever they have the keyboard,
// and leads to its action.
func TestKeysOfPictures(t *testing.T) {
	l := newTestLibrary(t, 3)
	l.Grid.Choose(2)
	for _, a := range menu.Flat(l.Actions.All()) {
		if a.Key.Modifier != 0 || a.Key.KeyName == fyne.KeySpace {
			continue
		}
		if b, ok := menu.ActionOf(l.Actions.All(), a.Key.KeyName); !ok || b.Text != a.Text {
			t.Errorf("%s leads to %q, want %q", a.Key.KeyName, b.Text, a.Text)
		}
		if len(a.Key.KeyName) == 1 && !l.key(&fyne.KeyEvent{Name: a.Key.KeyName}) {
			t.Errorf("the grid lets %s go on to the window", a.Key.KeyName)
		}
	}
	l.Grid.TypedRune('4')
	if got := l.lib.pics[2].Stars; got != 4 {
		t.Errorf("4 gives %d stars", got)
	}
	l.Grid.TypedRune('c')
	if want := "“Compare” is not possible with what is selected."; !slices.Contains(l.said, want) {
		t.Errorf("C on one picture says %q", l.said)
	}
}
