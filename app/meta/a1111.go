package meta

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// parameter is one "Key: value" of the line of settings; a value with a comma
// or colon is quoted as in JSON.
var parameter = regexp.MustCompile(`\s*([\p{L}\p{N}_][\p{L}\p{N}_ \-/]*):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)`)

// maxLine bounds the settings, in bytes.
const maxLine = 1 << 20

// a1111Places are the keys that have a place, in small letters: programs
// differ in capitals.
var a1111Places = map[string]string{
	"steps": "steps", "cfg scale": "guidance", "guidance scale": "guidance", "seed": "seed", "size": "size", "model": "model",
	"decoder steps": "decoder steps", "decoder cfg scale": "decoder guidance", "decoder seed": "decoder seed", "preset": "preset",
}

// readA1111 reads the text that A1111 and Forge write, and many others.
func readA1111(i *Info, t map[string]string) []string { return readA1111In(i, t, paramsKey, "Comment") }

// readA1111Anywhere reads it from where other programs put it.
func readA1111Anywhere(i *Info, t map[string]string) []string { return readA1111In(i, t, sorted(t)...) }

// readA1111In reads the text under the first of keys that holds one.
func readA1111In(i *Info, t map[string]string, keys ...string) []string {
	for _, key := range keys {
		a, ok := splitA1111(t[key])
		if !ok {
			continue
		}
		i.Program = A1111
		if strings.HasPrefix(a.value("Version"), "Cascata ") {
			i.Program = Cascata
		}
		i.set("prompt", "", a.prompt)
		i.set("negative", "", a.negative)
		for _, s := range slices.Backward(a.settings) { // the last counts, as in A1111
			i.set(a1111Places[strings.ToLower(s.key)], s.key, s.value)
		}
		i.leave(key, a.rest)
		return []string{key}
	}
	return nil
}

// An a1111Text is such a text taken apart. rest are words among the settings
// that belong to none.
type a1111Text struct {
	prompt, negative, rest string
	settings               []pair
}

type pair struct{ key, value string }

func (a a1111Text) value(key string) string {
	for _, s := range slices.Backward(a.settings) {
		if s.key == key {
			return s.value
		}
	}
	return ""
}

// splitA1111 takes the text apart: settings are the last lines, or the end of
// the only one where something took the line breaks away; "Negative prompt:"
// begins the negative prompt. ok is false for text without settings.
func splitA1111(text string) (a a1111Text, ok bool) {
	if text = strings.TrimSpace(lineBreaks(text)); text == "" || json.Valid([]byte(text)) {
		return a, false
	}
	at := findSettings(text)
	if at < 0 || len(text)-at > maxLine {
		return a, false
	}
	a.prompt, a.negative = splitPrompts(text[:at])
	for k, line := range strings.Split(text[at:], "\n") {
		a.addLine(line, k == 0)
	}
	return a, true
}

// lineBreaks makes one kind of line break of all. Text that went through JSON
// twice has them as letters.
func lineBreaks(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n").Replace(text)
	if !strings.Contains(text, "\n") && strings.Contains(text, `\nSteps: `) {
		text = strings.ReplaceAll(text, `\n`, "\n")
	}
	return text
}

// stepsInside is where settings may begin inside a line.
var stepsInside = regexp.MustCompile(`Steps: ?[0-9]+ ?,`)

// maxLooks bounds how many lines, and how many places in lines, are tried.
const maxLooks = 200

// findSettings is where the settings begin, -1 where there are none: at the
// last line that is one of settings, else inside a line.
func findSettings(text string) int {
	end := len(text)
	for range maxLooks {
		begin := strings.LastIndexByte(text[:end], '\n') + 1
		if line := text[begin:end]; len(line) <= maxLine && isSettings(line) {
			return begin
		}
		if begin == 0 {
			break
		}
		end = begin - 1
	}
	places := stepsInside.FindAllStringIndex(text, maxLooks)
	for _, at := range slices.Backward(places) {
		line, _, _ := strings.Cut(text[at[0]:], "\n")
		quoted := at[0] > 0 && strings.IndexByte("\"'{[", text[at[0]-1]) >= 0
		if !quoted && len(line) <= maxLine && knownSettings(line) >= 3 {
			return at[0]
		}
	}
	return -1
}

// isSettings reports whether a line is one of settings: with steps first, as all
// programs write it that are known, another key is enough. A caption may well
// be "Light: soft, Mood: calm, Lens: 50mm".
func isSettings(line string) bool {
	at := parameter.FindStringSubmatchIndex(line)
	if at == nil || strings.TrimSpace(line[:at[0]]) != "" {
		return false
	}
	known, first := knownSettings(line), strings.ToLower(strings.TrimSpace(line[at[2]:at[3]]))
	return slices.Contains(firstSettings, first) && (known >= 3 || known == 2 && first == "steps")
}

// firstSettings are those that a line begins with.
var firstSettings = []string{"steps", "seed", "cfg scale", "guidance scale", "size", "sampler", "schedule type", "model hash", "model", "clip skip", "version", "denoising strength"}

// knownSettings counts the settings that only a picture's recipe has, with
// values that they can have.
func knownSettings(line string) (n int) {
	settings, _ := splitSettings(line)
	seen := map[string]bool{}
	for _, s := range settings {
		var i Info
		ok, key := false, strings.ToLower(s.key)
		switch key {
		case "steps":
			ok = number(&i.Steps, s.value)
		case "seed":
			ok = seed(&i.Seed, strings.TrimPrefix(s.value, "-"))
		case "cfg scale", "guidance scale":
			ok = real(&i.Guidance, s.value)
		case "size":
			ok = i.setSize(s.value)
		case "sampler", "schedule type", "model hash":
			ok = s.value != ""
		}
		if ok && !seen[key] {
			seen[key] = true
			n++
		}
	}
	return n
}

const negativeMark = "negative prompt:"

// splitPrompts takes apart what stands before the settings. The mark stands at
// usually the begin of a line, which then counts.
func splitPrompts(text string) (prompt, negative string) {
	lines := strings.Split(text, "\n")
	if !slices.ContainsFunc(lines, func(l string) bool { _, begins := cutMark(strings.TrimSpace(l)); return begins }) {
		if at := strings.Index(asciiLower(text), negativeMark); at >= 0 {
			lines = []string{text[:at], text[at:]}
		}
	}
	var parts [2][]string
	at := 0
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if rest, begins := cutMark(line); begins {
			at, line = 1, strings.TrimSpace(rest)
		}
		if len(parts[at]) > 0 || line != "" { // nothing before the first words
			parts[at] = append(parts[at], line)
		}
	}
	return strings.TrimSpace(strings.Join(parts[0], "\n")), strings.TrimSpace(strings.Join(parts[1], "\n"))
}

func cutMark(line string) (rest string, begins bool) {
	if len(line) < len(negativeMark) || asciiLower(line[:len(negativeMark)]) != negativeMark {
		return line, false
	}
	return line[len(negativeMark):], true
}

// asciiLower keeps every byte where it is.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// onlyKey is a line that begins with a key of one to three words.
var onlyKey = regexp.MustCompile(`^\s*[\p{L}\p{N}_-]+(?: [\p{L}\p{N}_-]+){0,2}: ?\S`)

// ownLine is a setting that has a line of its own: the templates of the
// Dynamic Prompts extension, which may go on for several.
var ownLine = regexp.MustCompile(`^\s*(Template|Negative Template): ?(.*)$`)

// open reports whether a value may go on in the next line: a template's, or one that is
// quoted or bracketed and has no end yet.
func (p pair) open() bool {
	if strings.HasSuffix(p.key, "Template") {
		return true
	}
	begins := p.value != "" && strings.IndexByte("\"[{", p.value[0]) >= 0
	return begins && jsonValue(p.value) == 0 && unquote(p.value) == p.value
}

// addLine adds a line of settings. One behind the first is a setting of its
// own, goes on with the one before where that is open, or is a note of somebody's.
func (a *a1111Text) addLine(line string, first bool) {
	own := ownLine.FindStringSubmatch(line)
	switch last := len(a.settings) - 1; {
	case own != nil && !first:
		a.settings = append(a.settings, pair{own[1], unquote(strings.TrimSpace(own[2]))})
	case first || isSettings(line):
		settings, rest := splitSettings(line)
		a.settings = append(a.settings, settings...)
		a.rest = strings.TrimSpace(a.rest + "\n" + rest)
	case last >= 0 && a.settings[last].open():
		a.settings[last].value += "\n" + line
	default:
		settings, rest := splitSettings(line)
		if !onlyKey.MatchString(line) {
			settings, rest = nil, line
		}
		a.settings = append(a.settings, settings...)
		a.rest = strings.TrimSpace(a.rest + "\n" + rest)
	}
}

// splitSettings takes a line of settings apart. rest are words that belong to
// none.
func splitSettings(line string) (settings []pair, rest string) {
	var left []string
	for line != "" && len(settings) < maxKeys {
		at := parameter.FindStringSubmatchIndex(line)
		if at == nil {
			break
		}
		left = append(left, strings.Trim(line[:at[0]], ", "))
		key, value := strings.TrimSpace(line[at[2]:at[3]]), line[at[4]:]
		end := at[1]
		switch size := jsonValue(value); {
		case size > 0: // not quoted, though full of commas
			value, end = value[:size], at[4]+size
		case strings.HasSuffix(key, "Template") && !strings.HasPrefix(value, `"`): // likewise
			value, _, _ = strings.Cut(value, ", Negative Template:")
			end = at[4] + len(value)
		default:
			value = line[at[4]:at[5]]
		}
		settings = append(settings, pair{key, unquote(strings.TrimSpace(value))})
		line = line[end:]
	}
	left = append(left, strings.Trim(line, ", "))
	return settings, strings.Join(slices.DeleteFunc(left, func(s string) bool { return strings.TrimSpace(s) == "" }), ", ")
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

// takesToo reports whether a text of A1111 tells the same prompts as i does. What
// its settings say beyond that is left in i.
func (i *Info) takesToo(text string) bool {
	a, ok := splitA1111(text)
	if !ok || i.Prompt == nil || !sameWords(a.prompt, *i.Prompt) || !sameWords(a.negative, value(i.Negative)) {
		return false
	}
	if i.Program == Cascata && strings.HasPrefix(a.value("Version"), "Cascata ") {
		a.settings = nil // all of the recipe
	}
	for _, s := range a.settings {
		if a1111Places[strings.ToLower(s.key)] == "" || s.value != "" && !strings.Contains(i.placed(), "\n"+s.value+"\n") {
			i.leave(s.key, s.value)
		}
	}
	i.leave(paramsKey, a.rest)
	return true
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// sameWords compares texts but for the spaces between words, and for the one
// that keeps the mark of the negative prompt from being taken for it.
func sameWords(a, b string) bool {
	plain := func(s string) string {
		return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "Negative prompt :", "Negative prompt:")
	}
	return plain(a) == plain(b)
}
