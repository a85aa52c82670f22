package widgets

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// An edit replaces the runes from From up to To of a text, and leaves the
// caret at Caret, counted in the new text.
type edit struct {
	From, To int
	With     string
	Caret    int
}

const (
	weightMin = 0.05
	weightMax = 2
)

// weigh changes by delta how much a part of a prompt counts, in the notation
// of A1111: (words:1.2), where bare brackets mean 1.1. The part is the group
// around from and to, else the text between them, else the word at from. A
// weight of 1 takes the brackets away. It is false where nothing is to weigh.
func weigh(text string, from, to int, delta float64) (edit, bool) {
	r := []rune(text)
	if from < 0 || to > len(r) || from > to {
		return edit{}, false
	}
	if open, end, ok := group(r, from, to); ok {
		words, weight := split(string(r[open+1 : end-1]))
		return weighted(open, end, words, weight+delta, from-open-1), true
	}
	caret := to
	if from == to {
		from, to = word(r, from)
	}
	for from < to && unicode.IsSpace(r[from]) {
		from++
	}
	for from < to && unicode.IsSpace(r[to-1]) {
		to--
	}
	if from == to {
		return edit{}, false
	}
	return weighted(from, to, string(r[from:to]), 1+delta, caret-from), true
}

// weighted writes words with a weight; caret is counted in them.
func weighted(from, to int, words string, weight float64, caret int) edit {
	weight = math.Round(min(max(weight, weightMin), weightMax)*100) / 100
	caret = from + min(max(caret, 0), len([]rune(words)))
	if weight == 1 {
		return edit{from, to, words, caret}
	}
	return edit{from, to, "(" + words + ":" + strconv.FormatFloat(weight, 'f', -1, 64) + ")", caret + 1}
}

// group is the innermost pair of brackets around from and to: r[open] is the
// first, r[end-1] the last. A bracket behind a backslash is a letter.
func group(r []rune, from, to int) (open, end int, ok bool) {
	var stack []int
	for i := 0; i < len(r); i++ {
		switch r[i] {
		case '\\':
			i++
		case '(':
			stack = append(stack, i)
		case ')':
			if len(stack) == 0 {
				continue
			}
			o := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if o <= from && to <= i+1 && (from > o || to > o+1) {
				return o, i + 1, true
			}
		}
	}
	return 0, 0, false
}

// split takes "words:1.2" apart; without a number the weight is 1.1.
func split(s string) (string, float64) {
	if i := strings.LastIndexByte(s, ':'); i >= 0 {
		if w, err := strconv.ParseFloat(strings.TrimSpace(s[i+1:]), 64); err == nil && w >= 0 && w < 100 {
			return s[:i], w
		}
	}
	return s, 1.1
}

// word is where the word at a caret begins and ends.
func word(r []rune, at int) (from, to int) {
	in := func(c rune) bool {
		return unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) || c == '-' || c == '_' || c == '\''
	}
	from, to = at, at
	for from > 0 && in(r[from-1]) {
		from--
	}
	for to < len(r) && in(r[to]) {
		to++
	}
	return from, to
}
