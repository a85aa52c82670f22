package inference

import (
	"fmt"
	"strings"

	"cascata/inference/lora"
	"cascata/inference/sampler"
)

// A tokenizedPrompt is a prompt as the text encoder gets it: a row of tokens, and what
// is made of its hidden states.
type tokenizedPrompt struct {
	Tokens
	weights []float32 // of every token of the row
	used    int       // tokens of the whole prompt, without BOS and EOS
	words   []placedWord
}

// A placedWord is a textual inversion and the row of its first token.
type placedWord struct {
	lora.Word
	at int
}

// maxPrompt bounds a prompt in bytes. No prompt that means something is near it.
const maxPrompt = 1 << 16

// tokenize encodes a prompt phrase by phrase; a plain one is a single phrase.
// BOS, EOS and pads weigh 1. Words stand for their own tokens.
func tokenize(t Tokenizer, prompt string, plain bool, words []lora.Word) (tokenizedPrompt, error) {
	if len(prompt) > maxPrompt {
		return tokenizedPrompt{}, fmt.Errorf("%w: the prompt is %d bytes long; shorten it to %d", ErrBadRequest, len(prompt), maxPrompt)
	}
	prompt = strings.ToValidUTF8(prompt, "\ufffd")
	parts := []phrase{{prompt, 1}}
	if !plain {
		parts = phrases(prompt)
	}
	frame, err := t.Encode("") // BOS, EOS and pads
	if err != nil {
		return tokenizedPrompt{}, err
	}
	length := len(frame.IDs)
	r := tokenizedPrompt{}
	r.add(frame, 0, 1, 1)
	var cut strings.Builder
	for _, p := range splitAtTriggers(parts, words) {
		tokens, err := p.encode(t)
		if err != nil {
			return tokenizedPrompt{}, err
		}
		n, room := len(tokens.Starts), length-1-len(r.IDs)
		if p.word != nil {
			if n > room {
				room = 0 // whole or not at all
			} else {
				r.words = append(r.words, placedWord{*p.word, len(r.IDs)})
			}
		}
		r.used += n
		switch {
		case cut.Len() > 0:
			cut.WriteString(p.text)
		case n > room:
			cut.WriteString(p.text[tokens.Starts[room]:])
		}
		r.add(tokens, 1, min(n, room), p.weight)
	}
	r.Cut = cut.String()
	r.add(frame, 1, 1, 1)
	for len(r.IDs) < length {
		r.add(frame, length-1, 1, 1)
	}
	return r, nil
}

// add appends n tokens of t from the one at from on.
func (r *tokenizedPrompt) add(t Tokens, from, n int, weight float32) {
	r.IDs = append(r.IDs, t.IDs[from:from+n]...)
	r.Mask = append(r.Mask, t.Mask[from:from+n]...)
	for range n {
		r.weights = append(r.weights, weight)
	}
}

// weigh multiplies hidden states [1, L, c], token by token. Their mean is left
// to move: that of the text encoder of Stable Cascade is near zero, so that
// restoring it would divide by noise.
func (r *tokenizedPrompt) weigh(hidden *Tensor) {
	c := len(hidden.F32) / len(r.weights)
	for i, w := range r.weights {
		if w == 1 {
			continue
		}
		row := hidden.F32[i*c : (i+1)*c]
		for k := range row {
			row[k] *= w
		}
	}
}

// CountTokens says how many tokens a prompt has and how many of them the text
// encoder reads, both without BOS and EOS, and what is cut off.
func CountTokens(t Tokenizer, prompt string, preset sampler.Preset) (used, limit int, cut string, err error) {
	r, err := tokenize(t, prompt, preset.Rules().PlainText, nil)
	if err != nil {
		return 0, 0, "", err
	}
	return r.used, len(r.IDs) - 2, r.Cut, nil
}
