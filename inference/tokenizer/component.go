package tokenizer

import (
	"encoding/json"
	"fmt"
	"regexp/syntax"
	"slices"

	"cascata/inference/checkpoint"
)

// component is a normaliser or a pre-tokeniser.
type component struct {
	Type          string      `json:"type"`
	Normalizers   []component `json:"normalizers"`   // Sequence
	Pretokenizers []component `json:"pretokenizers"` // Sequence
	Pattern       *pattern    `json:"pattern"`       // Replace, Split
	Content       string      `json:"content"`       // Replace
	Behavior      string      `json:"behavior"`      // Split
	Invert        bool        `json:"invert"`        // Split
	PrefixSpace   bool        `json:"add_prefix_space"`
	TrimOffsets   *bool       `json:"trim_offsets"`
	UseRegex      *bool       `json:"use_regex"`
}

// pattern is a text or a regular expression: exactly one is set.
type pattern struct {
	String string `json:",omitempty"`
	Regex  string `json:",omitempty"`
}

// The components a CLIP tokenizer may be made of, besides Sequence.
var (
	normalizers   = []string{"NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Replace"}
	preTokenizers = []string{"Split", "ByteLevel"}
	behaviors     = []string{"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"}
)

const (
	maxDepth      = 4
	maxComponents = 64
	maxPattern    = 512 // bytes
)

// check refuses types that are not in allowed. A nil component is none.
func (c *component) check(allowed []string, depth int) error {
	if c == nil {
		return nil
	}
	no := func(format string, a ...any) error {
		return fmt.Errorf("%w: %s; a CLIP tokenizer is needed", checkpoint.ErrUnsupported, fmt.Sprintf(format, a...))
	}
	parts := slices.Concat(c.Normalizers, c.Pretokenizers)
	switch {
	case depth > maxDepth || len(parts) > maxComponents:
		return no("it nests too many normalisers or pre-tokenisers")
	case c.Type == "Sequence":
		for i := range parts {
			if err := parts[i].check(allowed, depth+1); err != nil {
				return err
			}
		}
		return nil
	case !slices.Contains(allowed, c.Type):
		return no("it uses %q", tidy(c.Type))
	case c.Type == "Split" && !slices.Contains(behaviors, c.Behavior):
		return no("it splits in the manner %q", tidy(c.Behavior))
	case len(c.Content) > maxToken:
		return no("a replacement is %d bytes long", len(c.Content))
	}
	if c.Type != "Replace" && c.Type != "Split" {
		return nil
	}
	if c.Pattern == nil || (c.Pattern.String == "") == (c.Pattern.Regex == "") {
		return no("%s has no pattern", c.Type)
	}
	if p := c.Pattern.String + c.Pattern.Regex; len(p) > maxPattern {
		return no("a pattern is %d bytes long", len(p))
	}
	if c.Pattern.Regex != "" && !linear(c.Pattern.Regex) {
		return no("the pattern %q is not of the simple kind", tidy(c.Pattern.Regex))
	}
	return nil
}

// linear reports whether an expression is matched in time linear in the text by
// a matcher that backtracks: it repeats single characters only, and only at
// its end. CLIP's expressions do.
func linear(expr string) bool {
	re, err := syntax.Parse(expr, syntax.Perl)
	return err == nil && simple(re, true)
}

// simple accepts a repetition where last is set.
func simple(re *syntax.Regexp, last bool) bool {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return true
	case syntax.OpPlus:
		return last && len(re.Sub) == 1 && single(re.Sub[0])
	case syntax.OpCapture, syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(s *syntax.Regexp) bool { return !simple(s, last) })
	case syntax.OpConcat:
		for i, s := range re.Sub {
			if !simple(s, last && i == len(re.Sub)-1) {
				return false
			}
		}
		return true
	}
	return false
}

// single says that re matches one character.
func single(re *syntax.Regexp) bool {
	return re.Op == syntax.OpCharClass || re.Op == syntax.OpLiteral && len(re.Rune) == 1
}

// MarshalJSON writes the fields of c's type alone.
func (c component) MarshalJSON() ([]byte, error) {
	yes := func(b *bool) bool { return b == nil || *b }
	m := map[string]any{"type": c.Type}
	switch c.Type {
	case "Sequence":
		if c.Pretokenizers != nil {
			m["pretokenizers"] = c.Pretokenizers
		} else {
			m["normalizers"] = append([]component{}, c.Normalizers...) // never null
		}
	case "Replace":
		m["pattern"], m["content"] = c.Pattern, c.Content
	case "Split":
		m["pattern"], m["behavior"], m["invert"] = c.Pattern, c.Behavior, c.Invert
	case "ByteLevel":
		m["add_prefix_space"], m["trim_offsets"], m["use_regex"] = c.PrefixSpace, yes(c.TrimOffsets), yes(c.UseRegex)
	}
	return json.Marshal(m)
}
