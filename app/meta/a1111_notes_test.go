package meta

import (
	"strings"
	"testing"
)

// What stands below the settings is not a part of the last one.
func TestLinesBelowTheSettings(t *testing.T) {
	for below, unused := range map[string]string{
		"my note wordvark":                     "wordvark",
		"Wildcard prompt: \"walrus, old\"":     "walrus, old",
		"it's nice: I like it, a lot: really":  "really",
		"\nTwo lines\nof a note: with a colon": "of a note",
	} {
		for _, last := range []string{"Seed: 77", "Size: 640x448", "Model: m"} {
			settings := []string{"Steps: 19", "Sampler: Euler", "CFG scale: 5.5"}
			for _, s := range []string{"Seed: 77", "Size: 640x448", "Model: m"} {
				if s != last {
					settings = append(settings, s)
				}
			}
			text := "a mill\nNegative prompt: fog\n" + strings.Join(append(settings, last), ", ") + "\n" + below
			var i Info
			if took := readA1111(&i, map[string]string{paramsKey: text}); took == nil {
				t.Fatalf("%q is not read", text)
			}
			if i.Prompt == nil || *i.Prompt != "a mill" || i.Seed == nil || *i.Seed != 77 || i.Width == nil || *i.Width != 640 || i.Model == nil || *i.Model != "m" {
				t.Errorf("%q: %+v", text, i)
			}
			var left strings.Builder
			for key, value := range i.Unused {
				left.WriteString(key + ": " + value + "\n")
			}
			if !strings.Contains(left.String(), unused) {
				t.Errorf("%q: %q is not among %q", text, unused, left.String())
			}
		}
	}
}
