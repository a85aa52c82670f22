package inference

import (
	"context"
	"maps"
	"math"
	"regexp"
	"slices"
	"sync"
	"testing"

	"cascata/inference/checkpoint"
)

// fake is a Runtime whose networks are formulas of all their inputs.
type fake struct {
	run    func(ctx context.Context, network string) error // called by every run; may be nil
	mu     sync.Mutex                                      // of loads
	loads  []string
	hidden [][]float32 // clip_text of every run of Stage C
	pooled [][]float32 // clip_text_pooled of every run of Stage C
}

func port(name string, shape ...int64) Port { return Port{Name: name, Shape: shape, Type: "float32"} }

var fakePorts = map[string]struct{ in, out []Port }{
	"text encoder": {
		[]Port{port("input_ids", -1, 77), port("attention_mask", -1, 77)},
		[]Port{port("hidden_states", -1, 77, 6), port("text_embeds", -1, 5)},
	},
	"stage c": {
		[]Port{port("sample", -1, 16, -1, -1), port("timestep_ratio", -1), port("clip_text", -1, 77, 6), port("clip_text_pooled", -1, 1, 5), port("clip_img", -1, 1, 3)},
		[]Port{port("out_sample", -1, 16, -1, -1)},
	},
	"stage b": {
		[]Port{port("sample", -1, 4, -1, -1), port("timestep_ratio", -1), port("clip_text_pooled", -1, 1, 5), port("effnet", -1, 16, -1, -1)},
		[]Port{port("out_sample", -1, 4, -1, -1)},
	},
	"stage a": {[]Port{port("sample", -1, 4, -1, -1)}, []Port{port("latent_sample", -1, 3, -1, -1)}},
}

func (f *fake) Load(ctx context.Context, m Model, d Device) (Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.loads = append(f.loads, m.Name)
	return &fakeSession{f, m.Name}, ctx.Err()
}

type fakeSession struct {
	*fake
	name string
}

func (s *fakeSession) Inputs() []Port  { return fakePorts[s.name].in }
func (s *fakeSession) Outputs() []Port { return fakePorts[s.name].out }
func (s *fakeSession) Close() error    { return nil }
func (s *fakeSession) Bind(in, out map[string]*Tensor) (Call, error) {
	return &fakeCall{s, in, out}, nil
}

type fakeCall struct {
	*fakeSession
	in, out map[string]*Tensor
}

func (c *fakeCall) Close() error { return nil }

// Run makes every output element of a batch element depend on the inputs of
// that batch element, and on nothing else.
func (c *fakeCall) Run(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.run != nil {
		if err := c.run(ctx, c.name); err != nil {
			return err
		}
	}
	if t := c.in["clip_text"]; t != nil {
		c.hidden = append(c.hidden, slices.Clone(t.F32))
		c.pooled = append(c.pooled, slices.Clone(c.in["clip_text_pooled"].F32))
	}
	for _, out := range c.out {
		batch := out.Shape[0]
		for b := range batch {
			var sum float64
			for _, name := range slices.Sorted(maps.Keys(c.in)) {
				t := c.in[name]
				for i := range elems(t.Shape) / batch {
					k := b*elems(t.Shape)/batch + i
					if t.I64 != nil {
						sum += float64(len(name)) * float64(t.I64[k]%1009) * float64(i+1)
					} else {
						sum += float64(len(name)) * float64(t.F32[k]) * math.Cos(float64(i))
					}
				}
			}
			n := elems(out.Shape) / batch
			for i := range n {
				out.F32[b*n+i] = float32(0.5 + 0.5*math.Sin(math.Mod(sum, 64)+float64(i)))
			}
		}
	}
	return nil
}

// words gives every word an id of its own: 75 of them fit.
type words struct{}

func (words) Encode(text string) (Tokens, error) {
	t := Tokens{IDs: []int64{1000}, Mask: make([]int64, 77)}
	for _, at := range regexp.MustCompile(`\S+`).FindAllStringIndex(text, -1) {
		if len(t.Starts) == 75 {
			t.Cut = text[at[0]:]
		}
		t.Starts = append(t.Starts, at[0])
		id := int64(0)
		for _, r := range text[at[0]:at[1]] {
			id = (id*31 + int64(r)) % 997
		}
		if len(t.IDs) < 76 {
			t.IDs = append(t.IDs, id)
		}
	}
	t.IDs = append(t.IDs, 1001)
	for i := range t.IDs {
		t.Mask[i] = 1
	}
	for len(t.IDs) < 77 {
		t.IDs = append(t.IDs, 1002)
	}
	return t, nil
}

func newFake(t *testing.T, o Options) (*fake, *Pipeline) {
	t.Helper()
	network := func(k checkpoint.Kind) *checkpoint.Network { return &checkpoint.Network{Kind: k, ONNX: "/none"} }
	ck := &checkpoint.Checkpoint{
		Text: network(checkpoint.KindText), Prior: network(checkpoint.KindPrior),
		Decoder: network(checkpoint.KindDecoder), VQ: network(checkpoint.KindVQ),
		Meta: checkpoint.Meta{Width: 64, Height: 64},
	}
	f := &fake{}
	open := func(checkpoint.TokenizerFiles, int, int) (Tokenizer, error) { return words{}, nil }
	p, err := New(f, Device{Provider: "cpu"}, ck, open, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return f, p
}
