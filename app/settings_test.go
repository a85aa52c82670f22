package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cascata/app/recipe"
)

func TestKeeper(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "settings.json")
	var failed error
	k, note := OpenSettings(path, Settings{Sketch: recipe.Usual(recipe.Demo)}, func(err error) { failed = err })
	if note != "" {
		t.Error(note)
	}
	for i := range 50 {
		k.Change(func(s *Settings) {
			s.Sketch.Prompt = strings.Repeat("x", i)
			s.Window.Open = map[string]bool{"style": true}
		})
	}
	k.Close()
	again, note := OpenSettings(path, Settings{}, func(err error) { failed = err })
	defer again.Close()
	if got := again.Get(); note != "" || got.Sketch.Prompt != strings.Repeat("x", 49) || got.Sketch.Steps != 20 || !got.Window.Open["style"] {
		t.Errorf("came back as %+v, %q", got, note)
	}
	if err := os.WriteFile(path, []byte(`{"sketch": {`), 0o600); err != nil {
		t.Fatal(err)
	}
	broken, note := OpenSettings(path, Settings{Sketch: recipe.Usual(recipe.Demo)}, func(err error) { failed = err })
	defer broken.Close()
	if data, err := os.ReadFile(note); err != nil || string(data) != `{"sketch": {` || broken.Get().Sketch.Steps != 20 {
		t.Errorf("damaged settings: put aside as %q, %v", note, err)
	}
	if failed != nil {
		t.Error(failed)
	}
}

func TestSettingsJSONIsFlat(t *testing.T) {
	b, err := json.Marshal(Settings{Sketch: recipe.Usual(recipe.Demo)})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"steps":20`, `"model":"demo"`, `"decoder_steps":10`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s is not in %s", want, b)
		}
	}
}
