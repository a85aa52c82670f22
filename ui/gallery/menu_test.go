package gallery

import (
	"slices"
	"strings"
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
}

// What cannot be done says why: how many pictures must be selected, where that
// is the reason.
func TestActionsSayHowManyPicturesTheyTake(t *testing.T) {
	l := newTestLibrary(t, 6)
	for _, tt := range []struct {
		n    int
		key  fyne.KeyName
		want string
	}{
		{1, fyne.KeyC, "Select two to four pictures to compare."},
		{5, fyne.KeyC, "Select two to four pictures to compare."},
		{2, fyne.KeyU, "“Use its settings” takes one picture at a time: select only one."},
		{1, fyne.KeyK, "“Show its family” is not possible with what is selected."}, // it has none
		{2, fyne.KeyK, "“Show its family” is not possible with what is selected."},
	} {
		l.said = nil
		l.Actions.press(tt.key, l.Grid.Keys()[:tt.n]...)
		if !slices.Equal(l.said, []string{tt.want}) {
			t.Errorf("%s on %d pictures says %q, want %q", tt.key, tt.n, l.said, tt.want)
		}
	}
	for _, a := range menu.Flat(l.Actions.All()) {
		if want := "“" + strings.TrimSuffix(a.Text, "…") + "” needs a picture, and none is selected."; a.Cannot == "" && menu.CannotText(a, nil) != want {
			t.Errorf("with none selected it says %q, want %q", menu.CannotText(a, nil), want)
		}
	}
}
