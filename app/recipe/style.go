package recipe

import (
	"math/rand/v2"
	"strings"
)

// A Style is text that is added to a prompt. "{prompt}" in it stands for what
// the artist wrote; without it the text is put behind.
type Style struct {
	Name     string `json:"name"`
	Prompt   string `json:"prompt,omitempty"`
	Negative string `json:"negative,omitempty"`
}

// Apply adds the style to both prompts.
func (s Style) Apply(prompt, negative string) (string, string) {
	return join(s.Prompt, prompt), join(s.Negative, negative)
}

func join(style, text string) string {
	const slot = "{prompt}"
	text = strings.TrimSpace(text)
	switch {
	case strings.Contains(style, slot):
		return strings.Trim(strings.ReplaceAll(style, slot, text), " ,")
	case style == "":
		return text
	case text == "":
		return strings.Trim(style, " ,")
	}
	return strings.TrimRight(text, " ,") + ", " + strings.Trim(style, " ,")
}

// choose replaces every {a|b|c} in text by one of its choices, the same for
// the same seed. Choices may hold choices. A pair of braces without "|" stays
// as it is, as does a brace without its pair; \{, \} and \| are plain.
func choose(text string, seed uint64) string {
	c := chooser{rng: rand.New(rand.NewPCG(seed, 0x6361736361746121))}
	return unescape(c.text([]rune(text), 0))
}

type chooser struct{ rng *rand.Rand }

// maxBraces bounds how deep choices may lie in one another.
const maxBraces = 32

func (c chooser) text(s []rune, depth int) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			out.WriteString(string(s[i : i+2]))
			i++
		case s[i] == '{' && depth < maxBraces:
			choices, end := split(s[i+1:])
			if len(choices) < 2 {
				out.WriteRune('{')
				continue
			}
			out.WriteString(c.text(choices[c.rng.IntN(len(choices))], depth+1))
			i += end + 1
		default:
			out.WriteRune(s[i])
		}
	}
	return out.String()
}

// split cuts what follows an opening brace at the bars of its own level, up to
// the closing brace at index end. Without a closing brace there are no choices.
func split(s []rune) (choices [][]rune, end int) {
	depth, from := 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '|':
			if depth == 0 {
				choices, from = append(choices, s[from:i]), i+1
			}
		case '}':
			if depth == 0 {
				return append(choices, s[from:i]), i
			}
			depth--
		}
	}
	return nil, 0
}

var unescape = strings.NewReplacer(`\{`, "{", `\}`, "}", `\|`, "|").Replace
