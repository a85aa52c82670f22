package format

import (
	"os"
	"testing"

	"fyne.io/fyne/v2/lang"

	"cascata/ui/numbers"
)

// The chosen language holds whatever the system speaks, and can be left again.
func TestTranslate(t *testing.T) {
	defer Translate("en")
	for _, tt := range []struct{ system, chosen, want, number string }{
		{"C.UTF-8", "de", "Einstellungen", "1,5"},
		{"en_US.UTF-8", "de", "Einstellungen", "1,5"},
		{"de_DE.UTF-8", "en", "Preferences", "1.5"},
		{"de_AT.UTF-8", "", "Einstellungen", "1,5"},
		{"en_GB.UTF-8", "", "Preferences", "1.5"},
		{"fr_FR.UTF-8", "", "Preferences", "1.5"},
		{"de_CH.UTF-8", "de", "Einstellungen", "1.5"},
		{"fr_FR.UTF-8", "de", "Einstellungen", "1,5"},
	} {
		t.Setenv("LC_ALL", tt.system)
		t.Setenv("LANGUAGE", "")
		if err := Translate(tt.chosen); err != nil {
			t.Fatal(err)
		}
		if got := lang.X("prefs.title", "Preferences"); got != tt.want {
			t.Errorf("system %s, chosen %q: got %q, want %q", tt.system, tt.chosen, got, tt.want)
		}
		if got := numbers.Fixed(1.5, 1); got != tt.number {
			t.Errorf("system %s, chosen %q: a number is %q, want %q", tt.system, tt.chosen, got, tt.number)
		}
		if got := os.Getenv("LC_ALL"); got != tt.system {
			t.Errorf("the environment says %q afterwards, want %q", got, tt.system)
		}
	}
}
