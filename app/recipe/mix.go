package recipe

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"cascata/inference"
)

// mixText is the prompts that are mixed with the first, each with its weight. The
// first is not said, but for a weight of its own.
func mixText(m inference.Mix) string {
	if len(m.More) == 0 {
		return ""
	}
	var said []string
	if w := weightText(m.PromptWeight()); w != "" {
		said = append(said, w)
	}
	for _, p := range m.More {
		said = append(said, strings.TrimSpace(p.Prompt+" "+weightText(p.Weight)))
	}
	return strings.Join(said, " + ")
}

// mixed is the mix of a sketch as a picture with a seed is asked for: with the
// style, and with choices made. Prompts that say nothing and count for nothing are left out.
func (s Sketch) mixed(styles []Style, seed uint64) inference.Mix {
	m := s.Mix
	m.More = nil
	for _, p := range s.Mix.More {
		if strings.TrimSpace(p.Prompt) != "" {
			p.Prompt, _ = s.styled(styles, seed, p.Prompt, "")
			m.More = append(m.More, p)
		}
	}
	if m.More == nil {
		m.Main = nil // of one prompt it means nothing
	}
	return m
}

// MixedTexts are the prompts that are mixed with the first, in their order, as a
// picture with the sketch's seed is asked for.
func (s Sketch) MixedTexts(styles []Style) []string {
	texts := make([]string, len(s.Mix.More))
	for i, p := range s.Mix.More {
		texts[i], _ = s.styled(styles, s.Seed, p.Prompt, "")
	}
	return texts
}

// takeMix takes the mix that a picture of ours tells of.
func takeMix(s *Sketch, p Picture) bool {
	if p.Own == nil || len(p.Own.Mix.More) > inference.MaxMixed {
		return false
	}
	for _, m := range p.Own.Mix.More {
		if len(m.Prompt) > MaxText {
			return false
		}
	}
	s.Mix = p.Own.Mix
	return true
}

// parseMixed reads a prompt with "=weight" behind it where that is a number, else 1.
func parseMixed(text string) (inference.Mixed, error) {
	p := inference.Mixed{Prompt: text, Weight: 1}
	if at := strings.LastIndexByte(text, '='); at >= 0 {
		w, err := strconv.ParseFloat(strings.TrimSpace(text[at+1:]), 64)
		switch {
		case err != nil && !errors.Is(err, strconv.ErrRange): // it is of the words
		case !(w >= 0 && w <= inference.MaxMixWeight):
			return p, fmt.Errorf("the weight is %g; choose a number from 0 to %d", w, inference.MaxMixWeight)
		default:
			p = inference.Mixed{Prompt: strings.TrimSpace(text[:at]), Weight: w}
		}
	}
	if strings.TrimSpace(p.Prompt) == "" {
		return p, errors.New("it is empty; write a prompt, or one with =WEIGHT behind it")
	}
	return p, nil
}
