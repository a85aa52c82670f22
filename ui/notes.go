package ui

import (
	"regexp"
	"strings"

	"fyne.io/fyne/v2/lang"
)

// noteForms are what the engine may note while it makes a picture, in its own
// words, and how the artist reads it.
var noteForms = []struct {
	says *regexp.Regexp
	text func(m []string) string
}{
	{regexp.MustCompile(`^With the preset (\w+) the picture becomes (\d+) by (\d+) pixels\.$`), func(m []string) string {
		return lang.X("note.size", "With the preset {{.Preset}} the picture becomes {{.W}} × {{.H}}.", map[string]any{"Preset": m[1], "W": m[2], "H": m[3]})
	}},
	{regexp.MustCompile(`(?s)^The prompt is too long; this part was not used: (.*)$`), func(m []string) string {
		return lang.X("note.cut", "The prompt is too long; this was not read: {{.Text}}", map[string]any{"Text": m[1]})
	}},
	{regexp.MustCompile(`(?s)^The negative prompt is too long; this part was not used: (.*)$`), func(m []string) string {
		return lang.X("note.cut.negative", "What to leave out is too long; this was not read: {{.Text}}", map[string]any{"Text": m[1]})
	}},
	{regexp.MustCompile(`^The .*\((\w+)\) is not used: (.*?)(?:; (.*))?\.$`), func(m []string) string {
		device := deviceName(strings.ToLower(m[1]))
		return lang.X("note.device", "{{.Device}}, not used: {{.Why}}", map[string]any{"Device": device, "Why": strings.TrimSpace(sentence(m[2]) + " " + sentence(m[3]))})
	}},
}

// noteText is a note of the engine's in the artist's language, or as it is.
func noteText(note string) string {
	for _, f := range noteForms {
		if m := f.says.FindStringSubmatch(note); m != nil {
			return f.text(m)
		}
	}
	return note
}
