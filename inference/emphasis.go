package inference

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A phrase is a piece of a prompt whose tokens weigh the same: what the text
// encoder gives for each is multiplied by the weight.
type phrase struct {
	text   string
	weight float32
}

// maxWeight bounds the weight of words in a prompt, either way.
const maxWeight = 10

// What a pair of brackets without a number does to the weight.
const (
	stronger = 1.1
	weaker   = 1 / 1.1
)

// phrases reads a prompt in the notation of AUTOMATIC1111's web interface:
//
//	(words)       1.1 times the weight; pairs multiply
//	[words]       1/1.1 times
//	(words:1.3)   1.3 times
//	\( \) \[ \] \\   the character itself
//
// A bracket without its partner is text, and so is a colon without a number.
// Neighbours of equal weight are one phrase; none is empty. It takes time
// linear in the prompt's length.
func phrases(prompt string) []phrase {
	var out []phrase
	var text strings.Builder // of the last of out
	end := func() {
		if n := len(out); n > 0 {
			out[n-1].text = text.String()
			text.Reset()
		}
	}
	for _, p := range weigh(split(prompt)) {
		if n := len(out); n == 0 || out[n-1].weight != p.weight {
			end()
			out = append(out, p)
		}
		text.WriteString(p.text)
	}
	end()
	return out
}

// A span is text, or a bracket of a pair, which has no text.
type span struct {
	text   string
	opens  float64 // of the first of a pair: times what
	closes bool    // the last of a pair
}

// split finds the pairs of brackets.
func split(prompt string) []span {
	var spans []span
	var open []int        // brackets that may still find a partner, indices into spans
	waiting := [256]int{} // how many of each are in open
	closing := func(partner byte, factor float64) {
		for {
			i := open[len(open)-1]
			open = open[:len(open)-1]
			bracket := spans[i].text[0]
			waiting[bracket]--
			if bracket == partner {
				spans[i] = span{opens: factor}
				spans = append(spans, span{closes: true})
				return
			}
		}
	}
	start := 0 // of text that is not in spans yet
	flush := func(end int) {
		if start < end {
			spans = append(spans, span{text: prompt[start:end]})
		}
	}
	for i := 0; i < len(prompt); {
		c, n := prompt[i], 1
		switch {
		case c == '\\' && i+1 < len(prompt) && strings.IndexByte(`()[]\`, prompt[i+1]) >= 0:
			flush(i)
			start, n = i+1, 2 // the character goes with what follows
		case c == '(' || c == '[':
			flush(i)
			spans = append(spans, span{text: prompt[i : i+1]})
			open = append(open, len(spans)-1)
			waiting[c]++
			start = i + 1
		case c == ')' && waiting['('] > 0:
			flush(i)
			closing('(', stronger)
			start = i + 1
		case c == ']' && waiting['['] > 0:
			flush(i)
			closing('[', weaker)
			start = i + 1
		case c == ':' && waiting['('] > 0:
			if factor, length := number(prompt[i+1:]); length > 0 {
				flush(i)
				closing('(', factor)
				n += length
				start = i + n
			}
		}
		i += n
	}
	flush(len(prompt))
	return spans
}

// maxNumber bounds the digits of a weight, which need not be many.
const maxNumber = 32

// number reads " 1.3 )" at the start of s and says how long it is; 0 if
// there is none.
func number(s string) (v float64, length int) {
	end := strings.IndexByte(s[:min(len(s), maxNumber)], ')')
	if end < 0 {
		return 0, 0
	}
	digits := strings.Trim(s[:end], " \t\n\r")
	if strings.Trim(digits, "+-.0123456789") != "" {
		return 0, 0
	}
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, 0
	}
	return v, end + 1
}

// weigh gives every text the product of the pairs around it.
func weigh(spans []span) []phrase {
	out := make([]phrase, 0, len(spans))
	weight, outer := 1.0, []float64(nil)
	for _, s := range spans {
		switch {
		case s.closes:
			weight, outer = outer[len(outer)-1], outer[:len(outer)-1]
		case s.text == "":
			outer = append(outer, weight)
			weight *= s.opens
		default:
			out = append(out, phrase{s.text, float32(weight)})
		}
	}
	return out
}

// checkWeights refuses a prompt with weights that cannot be meant.
func checkWeights(prompt string) error {
	for _, p := range phrases(prompt) {
		if !(p.weight >= -maxWeight && p.weight <= maxWeight) {
			return fmt.Errorf("%w: the weight %g of %q; choose from %d to %d", ErrBadRequest, p.weight, short(p.text, 40), -maxWeight, maxWeight)
		}
	}
	return nil
}

// short is the start of a text, most characters of it, for a message.
func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return s
}
