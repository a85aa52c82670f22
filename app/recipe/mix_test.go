package recipe

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"cascata/app/meta"
	"cascata/inference"
)

// Prompts that are mixed get the style and their choices as the first does; empty
// ones are left out, and a weight alone is none.
func TestSketchMix(t *testing.T) {
	s := Usual(Demo)
	w := 0.5
	s.Prompt, s.Style, s.Seed, s.SeedMode = "a boat", "Ink", 3, SeedKeep
	s.Mix = inference.Mix{Main: &w, More: []inference.Mixed{{Prompt: "a {red|blue} house", Weight: 2}, {Prompt: "  ", Weight: 1}}}
	styles := []Style{{Name: "Ink", Prompt: "{prompt}, ink", Negative: "colour"}}
	recipes, next := s.Recipes(styles, false)
	got := recipes[0].Mix
	if len(got.More) != 1 || got.More[0].Weight != 2 || got.PromptWeight() != 0.5 || got.More[0].Prompt != "a red house, ink" && got.More[0].Prompt != "a blue house, ink" {
		t.Errorf("mixed: %+v", got)
	}
	if len(next.Mix.More) != 2 || next.Mix.More[0].Prompt != "a {red|blue} house" {
		t.Errorf("the sketch was changed: %+v", next.Mix)
	}
	s.Mix.More = s.Mix.More[1:]
	if recipes, _ = s.Recipes(styles, false); recipes[0].Mix.More != nil || recipes[0].Mix.Main != nil {
		t.Errorf("nothing to mix: %+v", recipes[0].Mix)
	}
}

// What a picture of ours tells of its mix comes back, and is said in its text.
func TestMixOfPictures(t *testing.T) {
	w := 1.5
	m := Embedded{Recipe: Recipe{Model: "a/b", Request: inference.Request{Prompt: "a boat", Mix: inference.Mix{Main: &w, More: []inference.Mixed{{Prompt: "red/blue, night", Weight: 0.5}}}}}}
	if text := m.parameters(); !strings.Contains(text, "Mixed with: × 1.5 + red/blue_ night × 0.5") || !strings.Contains(text, "Model: b,") {
		t.Errorf("its text is %s", text)
	}
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	s := Usual(Demo)
	if take := Find("mix").Take; !take(&s, PictureOf(meta.Info{Recipe: data})) || len(s.Mix.More) != 1 || s.Mix.More[0].Weight != 0.5 || s.Mix.PromptWeight() != 1.5 {
		t.Errorf("taken: %+v", s.Mix)
	}
	if Find("mix").Take(&s, PictureOf(meta.Info{})) {
		t.Error("another program's picture says nothing of a mix")
	}
	long := Embedded{Recipe: Recipe{Request: inference.Request{Mix: inference.Mix{More: []inference.Mixed{{Prompt: strings.Repeat("a", MaxText+1)}}}}}}
	if data, _ = json.Marshal(long); Find("mix").Take(&s, PictureOf(meta.Info{Recipe: data})) {
		t.Error("a prompt without end is taken")
	}
}

func TestParseMixed(t *testing.T) {
	for text, want := range map[string]string{
		"night": "{night 1} <nil>", "night=0.5": "{night 0.5} <nil>", "a=b": "{a=b 1} <nil>", "E=mc² = 2": "{E=mc² 2} <nil>", "night=": "{night= 1} <nil>",
		"night=-1": "the weight is -1; choose a number from 0 to 100", "night=NaN": "the weight is NaN; choose a number from 0 to 100",
		"night=1e400": "the weight is +Inf; choose a number from 0 to 100", "night=-1e400": "the weight is -Inf; choose a number from 0 to 100",
		"=1": "it is empty; write a prompt, or one with =WEIGHT behind it", " ": "it is empty; write a prompt, or one with =WEIGHT behind it",
	} {
		p, err := parseMixed(text)
		got := fmt.Sprint(p, " ", err)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
