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
	k, aside := OpenSettings(path, Settings{Sketch: recipe.Usual(recipe.Demo)}, func(err error) { failed = err })
	if aside.File != "" {
		t.Error(aside)
	}
	for i := range 50 {
		k.Change(func(s *Settings) {
			s.Sketch.Prompt = strings.Repeat("x", i)
			s.Window.Open = map[string]bool{"style": true}
		})
	}
	k.Close()
	again, aside := OpenSettings(path, Settings{}, func(err error) { failed = err })
	defer again.Close()
	if got := again.Get(); aside.File != "" || got.Sketch.Prompt != strings.Repeat("x", 49) || got.Sketch.Steps != 20 || !got.Window.Open["style"] {
		t.Errorf("came back as %+v, %+v", got, aside)
	}
	if err := os.WriteFile(path, []byte(`{"sketch": {`), 0o600); err != nil {
		t.Fatal(err)
	}
	broken, aside := OpenSettings(path, Settings{Sketch: recipe.Usual(recipe.Demo)}, func(err error) { failed = err })
	defer broken.Close()
	if data, err := os.ReadFile(aside.File); err != nil || string(data) != `{"sketch": {` || broken.Get().Sketch.Steps != 20 {
		t.Errorf("damaged settings: put aside as %+v, %v", aside, err)
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

// What version 0.1.0 wrote is read, and written again as it was.
func TestSettingsOfTheFirstVersion(t *testing.T) {
	old, err := os.ReadFile("testdata/settings-0.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	k, aside := OpenSettings(path, Settings{}, func(err error) { t.Error(err) })
	s := k.Get()
	if aside.File != "" || s.Sketch.Seed != 48 || s.Sketch.Style != "Ink" || *s.Sketch.Eta != 0.8 || !s.Sketch.OwnDecoderSeed || len(s.Named) != 1 || s.Named[0].Sketch.Count != 4 {
		t.Errorf("read as %+v, %+v", s, aside)
	}
	k.Change(func(s *Settings) { s.Theme = "dark" })
	k.Close()
	again, aside := OpenSettings(path, Settings{}, func(err error) { t.Error(err) })
	again.Change(func(s *Settings) { s.Theme = "light" })
	again.Close()
	if data, err := os.ReadFile(path); aside.File != "" || err != nil || string(data) != string(old) {
		t.Errorf("%+v, %v; written as\n%s\nwas\n%s", aside, err, data, old)
	}
}

// Settings of a newer version are put aside as they are; who only reads leaves them.
func TestSettingsOfANewerVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	const newer = `{"version": 2, "pictures": {"folder": "/a"}, "theme": "dark"}`
	if err := os.WriteFile(path, []byte(newer), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadSettings(path); err == nil {
		t.Error("settings of a newer version were read")
	}
	k, aside := OpenSettings(path, Settings{Theme: "light"}, func(err error) { t.Error(err) })
	defer k.Close()
	if data, err := os.ReadFile(aside.File); err != nil || string(data) != newer || !aside.Newer || k.Get().Theme != "light" {
		t.Errorf("put aside as %+v with %q, %v; begins with %+v", aside, data, err, k.Get())
	}
}
