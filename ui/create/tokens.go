package create

import (
	"time"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/ui/async"
)

// countDelay is the debounce of the prompts before their tokens are counted.
const countDelay = 150 * time.Millisecond

// tokensParams are what tokens are counted with. All are required.
type tokensParams struct {
	Run    async.Runner
	Later  async.Later
	Styles func() []recipe.Style
	Count  func(r recipe.Recipe, prompt string) (app.TokenCount, error) // not called on the window's goroutine
	Show   func(prompt, negative app.TokenCount, mixed []app.TokenCount)
}

// tokens counts the tokens of all prompts, as they would be sent. Its methods
// belong to the window's goroutine.
type tokens struct {
	p      tokensParams
	rest   async.Debounce
	newest async.Newest
}

// newTokens counts nothing yet.
func newTokens(p tokensParams) *tokens {
	return &tokens{p: p, rest: async.Debounce{Later: p.Later, Wait: countDelay}}
}

// countSoon counts once nothing else is typed.
func (t *tokens) countSoon(s recipe.Sketch) { t.rest.Call(func() { t.Count(s) }) }

// Count counts now, and shows what came of it unless more is asked meanwhile.
// What cannot be counted shows as nothing.
func (t *tokens) Count(s recipe.Sketch) {
	prompt, negative := s.Texts(t.p.Styles())
	texts := append([]string{prompt, negative}, s.MixedTexts(t.p.Styles())...)
	async.Go(t.newest.On(t.p.Run), func() ([]app.TokenCount, error) {
		counts := make([]app.TokenCount, len(texts))
		for i, text := range texts {
			counts[i], _ = t.p.Count(s.Recipe, text)
		}
		return counts, nil
	}, func(counts []app.TokenCount, _ error) { t.p.Show(counts[0], counts[1], counts[2:]) })
}
