package inference

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"cascata/inference/checkpoint"
)

// conditioning is one encoded text.
type conditioning struct {
	hidden *Tensor // [1, L, c]
	pooled *Tensor // [1, 1, p]
	cut    string  // the start of what did not fit, for a note
}

// maxTexts bounds how many encoded texts a pipeline remembers.
const maxTexts = 16

// textSize says how many tokens the encoder takes and how many it knows. A
// ready-made graph does not say; CLIP's numbers hold for every released one.
func textSize(n *checkpoint.Network) (length, vocab int) {
	if n.TextConfig == nil {
		return 77, 49408
	}
	return n.TextConfig.MaxPositions, n.TextConfig.VocabSize
}

// encode fills in what the prompts of a job mean to the networks.
func (p *Pipeline) encode(ctx context.Context, j *job) error {
	r := &j.result.Request
	var err error
	if j.cond, err = p.mixed(ctx, j); err != nil {
		return err
	}
	if j.guided() {
		j.uncond, err = p.text(ctx, j, r.Negative)
		if err == nil && j.uncond.cut != "" {
			j.report(Event{Note: Note{Kind: NoteNegativeCut, Text: j.uncond.cut}})
		}
	}
	return err
}

// A textKey is what an encoded text depends on.
type textKey struct {
	text  string
	plain bool
	lora  string // merged into the text encoder
}

func (p *Pipeline) text(ctx context.Context, j *job, s string) (*conditioning, error) {
	key := textKey{s, j.rules.PlainText, j.loras.Key(p.checkpoint.Text)}
	if c := p.texts[key]; c != nil {
		return c, nil
	}
	r, err := tokenize(p.tokenizer, s, key.plain, j.loras.Words())
	if err != nil {
		return nil, err
	}
	n, err := p.network(ctx, StageText, j)
	if err != nil {
		return nil, err
	}
	if j.skips(StageC) || j.result.Request.Composed != nil {
		p.loadAhead(ctx, StageB, j)
	} else {
		p.loadAhead(ctx, StageC, j)
	}
	c, err := runText(ctx, j, n, r.Tokens, p.checkpoint.Text.TextConfig)
	if err != nil {
		return nil, err
	}
	c.cut = short(r.Cut, 200)
	if err := r.addOutputs(c.hidden); err != nil {
		return nil, err
	}
	r.weigh(c.hidden)
	if len(p.texts) >= maxTexts {
		clear(p.texts)
	}
	p.texts[key] = c
	return c, nil
}

func runText(ctx context.Context, j *job, n *network, tokens Tokens, cfg *checkpoint.TextConfig) (*conditioning, error) {
	length := int64(len(tokens.IDs))
	in := map[string]*Tensor{
		"input_ids":      {Shape: []int64{1, length}, I64: tokens.IDs},
		"attention_mask": {Shape: []int64{1, length}, I64: tokens.Mask},
	}
	if n.has("output_hidden_states") { // a switch of exported bundles
		in["output_hidden_states"] = &Tensor{Shape: n.ports["output_hidden_states"].Shape, I64: []int64{1}}
	}
	hiddenName, err := n.output(append([]string{"hidden_states"}, lastHidden(n)...)...)
	if err != nil {
		return nil, err
	}
	pooledName, err := n.output("text_embeds")
	if err != nil {
		return nil, err
	}
	width, pooled := outDim(n, hiddenName, 1280), outDim(n, pooledName, 1280)
	if cfg != nil {
		width, pooled = int64(cfg.HiddenSize), int64(cfg.ProjectionDim)
	}
	c := &conditioning{hidden: NewTensor(1, length, width), pooled: NewTensor(1, pooled)}
	call, err := n.Bind(in, map[string]*Tensor{hiddenName: c.hidden, pooledName: c.pooled})
	if err != nil {
		return nil, err
	}
	defer call.Close()
	if err := j.call(ctx, call); err != nil {
		return nil, err
	}
	c.pooled.Shape = []int64{1, 1, pooled}
	if !finite(c.hidden.F32) || !finite(c.pooled.F32) {
		return nil, fmt.Errorf("text encoder: %w", ErrNotFinite)
	}
	return c, nil
}

// lastHidden names the deepest of the outputs hidden_states.N that exported
// bundles have: the last layer's, before the final LayerNorm.
func lastHidden(n *network) []string {
	last := -1
	for _, port := range n.Outputs() {
		if s, ok := strings.CutPrefix(port.Name, "hidden_states."); ok {
			if i, err := strconv.Atoi(s); err == nil && i > last {
				last = i
			}
		}
	}
	if last < 0 {
		return nil
	}
	return []string{"hidden_states." + strconv.Itoa(last)}
}

// outDim is the length of an output's last axis, or unknown where it is open.
func outDim(n *network, name string, unknown int64) int64 {
	for _, port := range n.Outputs() {
		if k := len(port.Shape); port.Name == name && k > 0 && port.Shape[k-1] > 0 {
			return port.Shape[k-1]
		}
	}
	return unknown
}

// finite reports whether every number is neither infinite nor NaN.
func finite(v []float32) bool {
	for _, x := range v {
		if x-x != 0 {
			return false
		}
	}
	return true
}
