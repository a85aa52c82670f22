package inference

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cascata/inference/lora"
)

// A wordOrText is text, or a word with tokens of its own.
type wordOrText struct {
	phrase
	word *lora.Word
}

// encode gives a text's tokens, or a word's in the same form: BOS first.
func (s wordOrText) encode(t Tokenizer) (Tokens, error) {
	if s.word == nil {
		return t.Encode(s.text)
	}
	out := Tokens{IDs: []int64{0}, Mask: []int64{1}}
	for i := range s.word.N {
		out.IDs, out.Mask, out.Starts = append(out.IDs, s.word.First+i), append(out.Mask, 1), append(out.Starts, 0)
	}
	return out, nil
}

// splitAtTriggers finds the triggers of words in phrases, in capitals or not, alone or
// after "embedding:" as ComfyUI writes it. A trigger inside a longer word is none.
func splitAtTriggers(parts []phrase, words []lora.Word) []wordOrText {
	var out []wordOrText
	if len(words) == 0 {
		for _, p := range parts {
			out = append(out, wordOrText{p, nil})
		}
		return out
	}
	longest := slices.Clone(words)
	slices.SortStableFunc(longest, func(a, b lora.Word) int { return cmp.Compare(len(b.Trigger), len(a.Trigger)) })
	any := make([]string, len(longest))
	for i, w := range longest {
		any[i] = "(" + regexp.QuoteMeta(w.Trigger) + ")"
	}
	triggers := regexp.MustCompile("(?i)(?:embedding:)?(?:" + strings.Join(any, "|") + ")")
	for _, p := range parts {
		rest := 0
		for _, m := range triggers.FindAllStringSubmatchIndex(p.text, -1) {
			if !apart(p.text, m[0], m[1]) {
				continue
			}
			if m[0] > rest {
				out = append(out, wordOrText{phrase{p.text[rest:m[0]], p.weight}, nil})
			}
			for i := range longest {
				if m[2*i+2] >= 0 {
					out = append(out, wordOrText{phrase{p.text[m[0]:m[1]], p.weight}, &longest[i]})
				}
			}
			rest = m[1]
		}
		if rest < len(p.text) {
			out = append(out, wordOrText{phrase{p.text[rest:], p.weight}, nil})
		}
	}
	return out
}

// apart reports whether no word goes on over an end of s[from:to].
func apart(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	first, _ := utf8.DecodeRuneInString(s[from:to])
	last, _ := utf8.DecodeLastRuneInString(s[from:to])
	after, _ := utf8.DecodeRuneInString(s[to:])
	inWord := func(r rune) bool {
		return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
	}
	return !(inWord(before) && inWord(first)) && !(inWord(last) && inWord(after))
}

// addOutputs adds what words do to the text encoder's hidden states [1, L, c].
func (r *tokenizedPrompt) addOutputs(hidden *Tensor) error {
	c := len(hidden.F32) / len(r.weights)
	for _, w := range r.words {
		v, err := w.Output()
		if err != nil {
			return err
		}
		for i, x := range v {
			hidden.F32[w.at*c+i] += x
		}
	}
	return nil
}
