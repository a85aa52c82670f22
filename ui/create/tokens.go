package create

import (
	"time"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference/sampler"
	"cascata/ui/async"
)

// countDelay is the debounce of the prompts before their tokens are counted.
const countDelay = 150 * time.Millisecond

// TokensParams are what tokens are counted with. All are required.
type TokensParams struct {
	Run    async.Runner
	Later  async.Later
	Styles func() []recipe.Style
	Count  func(model, prompt string, preset sampler.Preset) (app.Count, error) // not called on the window's goroutine
	Show   func(prompt, negative app.Count)
}

// Tokens counts the tokens of both prompts, as they would be sent. Its methods
// belong to the window's goroutine.
type Tokens struct {
	p      TokensParams
	rest   async.Debounce
	newest async.Newest
}

// NewTokens counts nothing yet.
func NewTokens(p TokensParams) *Tokens {
	return &Tokens{p: p, rest: async.Debounce{Later: p.Later, Wait: countDelay}}
}

// CountSoon counts once nothing else is typed.
func (t *Tokens) CountSoon(s recipe.Sketch) { t.rest.Call(func() { t.Count(s) }) }

// Count counts now, and shows what came of it unless more is asked meanwhile.
// What cannot be counted shows as nothing.
func (t *Tokens) Count(s recipe.Sketch) {
	prompt, negative := s.Texts(t.p.Styles(), s.Seed)
	async.Go(t.newest.On(t.p.Run), func() (counts [2]app.Count, _ error) {
		counts[0], _ = t.p.Count(s.Model, prompt, s.Preset)
		counts[1], _ = t.p.Count(s.Model, negative, s.Preset)
		return counts, nil
	}, func(counts [2]app.Count, _ error) { t.p.Show(counts[0], counts[1]) })
}
