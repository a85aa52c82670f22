package menu

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
)

func TestMenuLetters(t *testing.T) {
	menu := func(s string) *fyne.Menu { return fyne.NewMenu(s) }
	got := letters([]*fyne.Menu{menu("Picture"), menu("Prompt"), menu("Öl"), menu("P")})
	if want := []fyne.KeyName{"P", "R", "L", ""}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
