package inference

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// A Mixed is one more prompt and how much it counts beside the others.
type Mixed struct {
	Prompt string  `json:"prompt"` // as Request.Prompt
	Weight float64 `json:"weight"`
}

// A Mix is further prompts. What Stages C and B are given is the weighted mean
// of what the text encoder makes of each and of Request.Prompt: of the hidden
// states token by token, and of the pooled embedding.
type Mix struct {
	More []Mixed  `json:"mix,omitempty"`
	Main *float64 `json:"prompt_weight,omitempty"` // of Request.Prompt; nil: 1
}

// Limits of a mix. Weights are relative, none is below 0, and one at least is above.
const (
	MaxMixed     = 16  // prompts beside the first
	MaxMixWeight = 100 // of one
)

// PromptWeight is how much Request.Prompt counts.
func (m *Mix) PromptWeight() float64 {
	if m.Main == nil {
		return 1
	}
	return *m.Main
}

// check refuses what has no mean.
func (m *Mix) check(plain bool) error {
	if len(m.More) > MaxMixed {
		return fmt.Errorf("%w: %d prompts are mixed with the first; choose at most %d", ErrBadRequest, len(m.More), MaxMixed)
	}
	sum := 0.0
	for _, p := range append([]Mixed{{Weight: m.PromptWeight()}}, m.More...) {
		if !(p.Weight >= 0 && p.Weight <= MaxMixWeight) { // not NaN either
			return fmt.Errorf("%w: the weight %g of the prompt %q; choose from 0 to %d", ErrBadRequest, p.Weight, short(p.Prompt, 40), MaxMixWeight)
		}
		if sum += p.Weight; plain {
			continue
		}
		if err := checkWeights(p.Prompt); err != nil {
			return err
		}
	}
	if sum == 0 && len(m.More) > 0 {
		return fmt.Errorf("%w: all prompts that are mixed have the weight 0; give one a weight above it", ErrBadRequest)
	}
	return nil
}

// prompts are the texts that count, each once, in an order of their own: the
// order in which they are written makes no other picture. Weights are above 0.
func (r *Request) prompts() []Mixed {
	all := append([]Mixed{{r.Prompt, r.PromptWeight()}}, r.Mix.More...)
	if len(all) == 1 {
		return []Mixed{{r.Prompt, 1}}
	}
	slices.SortFunc(all, func(a, b Mixed) int { return cmp.Or(cmp.Compare(a.Prompt, b.Prompt), cmp.Compare(a.Weight, b.Weight)) })
	var out []Mixed
	for _, p := range all {
		switch n := len(out); {
		case p.Weight == 0:
		case n > 0 && out[n-1].Prompt == p.Prompt:
			out[n-1].Weight += p.Weight
		default:
			out = append(out, p)
		}
	}
	return out
}

// mixed is what the prompts of a request mean together.
func (p *Pipeline) mixed(ctx context.Context, j *job) (*conditioning, error) {
	var all []*conditioning
	var weights []float64
	for _, m := range j.result.Request.prompts() {
		c, err := p.text(ctx, j, m.Prompt)
		if err != nil {
			return nil, err
		}
		if c.cut != "" {
			j.report(Event{Note: Note{Kind: NoteCut, Text: c.cut}})
		}
		all, weights = append(all, c), append(weights, m.Weight)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	hidden, pooled := make([]*Tensor, len(all)), make([]*Tensor, len(all))
	for i, c := range all {
		hidden[i], pooled[i] = c.hidden, c.pooled
	}
	return &conditioning{hidden: mean(hidden, weights), pooled: mean(pooled, weights)}, nil
}

// mean is the weighted mean of tensors of one shape, computed in float64.
func mean(all []*Tensor, weights []float64) *Tensor {
	out := NewTensor(all[0].Shape...)
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	for i := range out.F32 {
		v := 0.0
		for k, t := range all {
			v += weights[k] * float64(t.F32[i])
		}
		out.F32[i] = float32(v / sum)
	}
	return out
}
