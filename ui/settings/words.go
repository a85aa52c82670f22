package settings

import (
	"slices"
	"strings"

	"cascata/ui/format"
)

// NewWords are words of the picture's text that the present one lacks, as long
// as they are few beside those both have.
func NewWords(l Line) string {
	if l.Same || !l.Long || l.Now == "" {
		return ""
	}
	have := map[string]bool{}
	for _, w := range wordsOf(format.Clip(l.Now, ShownText)) {
		have[w] = true
	}
	var more []string
	its := wordsOf(format.Clip(l.Its, ShownText))
	for _, w := range its {
		if !have[w] && !slices.Contains(more, w) {
			more = append(more, w)
		}
	}
	if 2*len(more) > len(its) {
		return "" // another prompt altogether
	}
	return strings.Join(more, ", ")
}

func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" \t\r\n,.;:()[]{}|\"", r) })
}
