//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLooks keeps pictures of the window at four sizes, in both themes and
// both languages, for people to look at; it needs SHOTS, a folder.
func TestLooks(t *testing.T) {
	if os.Getenv("SHOTS") == "" {
		t.Skip("SHOTS names no folder")
	}
	for _, look := range []struct{ name, screen, scale string }{
		{"small", "900x600", "1"}, {"scaled", "1440x900", "2"}, {"usual", "1440x900", "1"}, {"large", "2560x1440", "1"},
	} {
		for _, theme := range []string{"dark", "light"} {
			for _, language := range []string{"en", "de"} {
				t.Run(strings.Join([]string{look.name, theme, language}, "-"), func(t *testing.T) {
					s := newScreen(t, look.screen, "FYNE_SCALE="+look.scale)
					settings := `{"welcomed": true, "theme": "` + theme + `", "language": "` + language + `"}`
					if err := os.MkdirAll(filepath.Join(s.home, "config", "cascata"), 0o700); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(filepath.Join(s.home, "config", "cascata", "settings.json"), []byte(settings), 0o600); err != nil {
						t.Fatal(err)
					}
					s.start()
					w, h, _ := strings.Cut(look.screen, "x")
					s.run("xdotool", "windowmove", s.window, "0", "0", "windowsize", "--sync", s.window, w, h)
					s.rest(time.Second)
					name := func(what string) string { return strings.Join([]string{look.name, theme, language, what}, "-") }
					s.shot(name("1-empty"))
					for _, prompt := range []string{"a pink star at night", "a large green fish in the desert", "a purple car on the snow",
						"a red boat at sea, (small:1.2), on the left, under a wide and cloudy sky"} {
						s.key("ctrl+a")
						s.typeText(prompt)
						s.key("ctrl+Return")
					}
					s.awaitQueue("four pictures", func(e event) bool { return len(e.Over) == 4 })
					s.key("ctrl+p")
					s.key("ctrl+Return", "ctrl+Return", "ctrl+shift+q")
					s.shot(name("2-create"))
					s.key("ctrl+shift+q", "ctrl+comma")
					s.shot(name("3-preferences"))
					s.key("Escape", "ctrl+m")
					s.rest(3 * time.Second)
					s.shot(name("4-models"))
					s.key("Escape", "ctrl+slash")
					s.shot(name("5-keys"))
					s.key("Escape", "ctrl+h")
					s.shot(name("6-history"))
					s.key("Escape", "ctrl+shift+s")
					s.shot(name("7-styles"))
					s.key("Escape", "ctrl+p")
					s.awaitQueue("six pictures", func(e event) bool { return len(e.Over) == 6 })
					s.key("ctrl+d")
					s.awaitQueue("six drafts", func(e event) bool { return len(e.Over) == 12 })
					s.key("space", "Right", "Right", "space")
					s.shot(name("8-sheet"))
					s.key("ctrl+f")
					s.rest(2 * time.Second)
					s.key("Escape", "Right")
					s.rest(time.Second)
					s.shot(name("9-library"))
					s.key("ctrl+i")
					s.shot(name("10-library-details"))
				})
			}
		}
	}
}
