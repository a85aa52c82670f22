package format

import "strings"

// Tail is the end of a text, at most n runes.
func Tail(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return "…" + string(r[len(r)-n+1:])
	}
	return s
}

// Clip is the beginning of a text, at most n runes.
func Clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// OneLine is text without its line breaks.
func OneLine(text string) string {
	out := []rune(text)
	for i, c := range out {
		if c == '\n' || c == '\t' || c == '\r' {
			out[i] = ' '
		}
	}
	return string(out)
}

// FirstLines is the beginning of a long text.
func FirstLines(text string, n int) string {
	lines := strings.SplitN(strings.TrimSpace(text), "\n", n+1)
	if len(lines) > n {
		lines[n] = "…"
	}
	const most = 600
	if r := []rune(strings.Join(lines, "\n")); len(r) > most {
		return string(r[:most]) + "…"
	}
	return strings.Join(lines, "\n")
}
