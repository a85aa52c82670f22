package app

import (
	"io"
	"sync"

	"cascata/app/recipe"
	"cascata/inference"
)

// A TokenCount says how much of a prompt the model reads.
type TokenCount struct {
	Used, Limit int    // tokens
	Cut         string // what does not fit and will not be used
}

// words counts the tokens of prompts with a tokenizer of its own.
type words struct {
	mu        sync.Mutex // guards the fields below
	model     string
	tokenizer inference.Tokenizer
}

// Count counts the tokens of a prompt as a recipe's model reads it. It may open
// files; not for the window's goroutine. It does not wait for pictures. Errors are those of Models.Open and
// of reading the tokenizer.
func (e *Engine) Count(r recipe.Recipe, prompt string) (TokenCount, error) {
	model := r.Model
	w := &e.words
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tokenizer == nil || w.model != model {
		w.closeLocked()
		ck, err := e.models.Open(model)
		if err != nil {
			return TokenCount{}, err
		}
		length, vocab := 77, 49408 // CLIP's, for a graph that does not say
		if ck.Text != nil && ck.Text.TextConfig != nil {
			length, vocab = ck.Text.TextConfig.MaxPositions, ck.Text.TextConfig.VocabSize
		}
		if w.tokenizer, err = e.native.Tokenizer(ck.Tokenizer, length, vocab); err != nil {
			return TokenCount{}, err
		}
		w.model = model
	}
	used, limit, cut, err := inference.CountTokens(w.tokenizer, prompt, r.Preset)
	return TokenCount{used, limit, cut}, err
}

func (w *words) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closeLocked()
}

func (w *words) closeLocked() {
	if c, ok := w.tokenizer.(io.Closer); ok {
		c.Close()
	}
	w.tokenizer = nil
}
