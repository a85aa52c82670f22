package meta

import (
	"encoding/json"
	"regexp"
	"strings"
)

// parameter is one "Key: value" of the line of settings; a value with a comma
// or colon is quoted as in JSON.
var parameter = regexp.MustCompile(`\s*([\p{L}\p{N}_][\p{L}\p{N}_ \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)`)

// maxLine bounds the line of settings.
const maxLine = 1 << 20

// a1111Places are the keys that have a place.
var a1111Places = map[string]string{
	"Steps": "steps", "CFG scale": "guidance", "Seed": "seed", "Size": "size", "Model": "model",
	"Decoder steps": "decoder steps", "Decoder CFG scale": "decoder guidance", "Decoder seed": "decoder seed", "Preset": "preset",
}

// readA1111 reads the text that A1111 and Forge write, and many others.
func readA1111(i *Info, t map[string]string) bool {
	text, ok := t[paramsKey]
	if !ok {
		text, ok = t["Comment"] // JPEG
	}
	if !ok {
		return false
	}
	prompt, negative, settings, ok := splitA1111(text)
	if !ok {
		return false
	}
	i.Program = A1111
	if strings.HasPrefix(settings["Version"], "Cascata ") {
		i.Program = Cascata
	}
	i.set("prompt", "", prompt)
	i.set("negative", "", negative)
	for _, key := range sorted(settings) {
		i.set(a1111Places[key], key, settings[key])
	}
	if extra := t["postprocessing"]; extra != "" {
		i.leave("postprocessing", extra)
	}
	return true
}

// splitA1111 takes the text apart: the last line holds the settings when at
// least three are found in it; a line that begins with "Negative prompt:"
// begins the negative prompt. ok is false for text without settings.
func splitA1111(text string) (prompt, negative string, settings map[string]string, ok bool) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	last := lines[len(lines)-1]
	if len(last) > maxLine {
		return "", "", nil, false
	}
	if settings, ok = splitSettings(last); !ok {
		return "", "", nil, false
	}
	var parts [2][]string
	at := 0
	for _, line := range lines[:len(lines)-1] {
		line = strings.TrimSpace(line)
		if rest, begins := strings.CutPrefix(line, "Negative prompt:"); begins {
			at, line = 1, strings.TrimSpace(rest)
		}
		if len(parts[at]) > 0 || line != "" { // nothing before the first words
			parts[at] = append(parts[at], line)
		}
	}
	return strings.Join(parts[0], "\n"), strings.Join(parts[1], "\n"), settings, true
}

// splitSettings takes the line of settings apart. ok is false when it is none.
func splitSettings(line string) (settings map[string]string, ok bool) {
	settings = map[string]string{}
	n := 0
	for ; n < maxKeys; n++ {
		at := parameter.FindStringSubmatchIndex(line)
		if at == nil {
			break
		}
		key, value := line[at[2]:at[3]], line[at[4]:]
		end := at[1]
		if size := jsonValue(value); size > 0 { // not quoted, though full of commas
			value, end = value[:size], at[4]+size
		} else {
			value = line[at[4]:at[5]]
		}
		settings[key] = unquote(strings.TrimSpace(value))
		line = line[end:]
	}
	return settings, n >= 3
}

// jsonValue is how many bytes a JSON array or object takes that s begins with.
func jsonValue(s string) int {
	if s == "" || s[0] != '[' && s[0] != '{' {
		return 0
	}
	var raw json.RawMessage
	d := json.NewDecoder(strings.NewReader(s))
	if d.Decode(&raw) != nil {
		return 0
	}
	return int(d.InputOffset())
}

func unquote(s string) string {
	var plain string
	if len(s) >= 2 && s[0] == '"' && json.Unmarshal([]byte(s), &plain) == nil {
		return plain
	}
	return s
}
