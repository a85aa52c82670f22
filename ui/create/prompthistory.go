package create

import (
	"slices"

	"cascata/app/studio"
)

// Prompts remembers what was asked for. *studio.Store is one.
type Prompts interface {
	Remember(prompt, negative string, group int64) error
	Prompts(text string, limit int) ([]studio.PastPrompt, error)
}

// pastMost is how many prompts Alt+Up goes back.
const pastMost = 200

// A promptHistory is where Alt+Up and Alt+Down stand among the earlier prompts. The zero
// value stands at the prompt being written.
type promptHistory struct {
	at      int // 0: the prompt being written
	now     studio.PastPrompt
	earlier []studio.PastPrompt
}

// step goes by prompts into the past, or back, from the prompt in the controls.
func (h *promptHistory) step(by int, written studio.PastPrompt, prompts Prompts) (studio.PastPrompt, error) {
	if h.at == 0 {
		all, err := prompts.Prompts("", pastMost)
		if err != nil {
			return studio.PastPrompt{}, err
		}
		h.now = written
		h.earlier = slices.DeleteFunc(all, func(p studio.PastPrompt) bool { return p.Prompt == written.Prompt && p.Negative == written.Negative })
	}
	h.at = min(max(h.at+by, 0), len(h.earlier))
	if h.at == 0 {
		return h.now, nil
	}
	return h.earlier[h.at-1], nil
}
