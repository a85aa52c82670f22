package golden

import (
	"context"
	"slices"
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
)

func TestText(t *testing.T) {
	rt := runtime(t)
	for _, name := range names {
		g := open(t, name)
		session := load(t, rt, g.checkpoint.Text)
		cfg := g.checkpoint.Text.TextConfig
		tok, err := openTokenizer(g.checkpoint.Tokenizer, cfg.MaxPositions, cfg.VocabSize)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range g.Text {
			tokens, err := tok.Encode(c.Prompt)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(tokens.IDs, c.IDs) || !slices.Equal(tokens.Mask, c.Mask) {
				t.Errorf("%s: %q: ids or mask differ", name, c.Prompt)
			}
			hidden, pooled := g.tensor(t, c.Hidden), g.tensor(t, c.Pooled)
			shape := []int64{1, int64(len(c.IDs))}
			out := map[string]*inference.Tensor{
				"hidden_states": inference.NewTensor(hidden.Shape...),
				"text_embeds":   inference.NewTensor(1, int64(len(pooled.F32))),
			}
			run(t, session, map[string]*inference.Tensor{
				"input_ids": {Shape: shape, I64: c.IDs}, "attention_mask": {Shape: shape, I64: c.Mask},
			}, out)
			compare(t, name+" hidden", out["hidden_states"], hidden)
			compare(t, name+" pooled", out["text_embeds"], pooled)
		}
	}
}

func TestNetworks(t *testing.T) {
	rt := runtime(t)
	for _, name := range names {
		g := open(t, name)
		networks := map[string]*checkpoint.Network{
			"prior": g.checkpoint.Prior, "decoder": g.checkpoint.Decoder, "vq": g.checkpoint.VQ, "previewer": g.checkpoint.Preview,
		}
		sessions := map[string]inference.Session{}
		for _, c := range g.Networks {
			if sessions[c.Network] == nil {
				sessions[c.Network] = load(t, rt, networks[c.Network])
			}
			in := map[string]*inference.Tensor{}
			for input, tensor := range c.Inputs {
				in[input] = g.tensor(t, tensor)
			}
			if r := in["timestep_ratio"]; r != nil {
				delete(in, "timestep_ratio")
				in["timestep_embedding"] = embed(r, networks[c.Network].UNetConfig.TimestepRatioEmbeddingDim)
			}
			want := g.tensor(t, c.Output)
			got := inference.NewTensor(want.Shape...)
			run(t, sessions[c.Network], in, map[string]*inference.Tensor{sessions[c.Network].Outputs()[0].Name: got})
			compare(t, name+" "+c.Name, got, want)
		}
	}
}

func TestPictures(t *testing.T) {
	rt := runtime(t)
	for _, name := range names {
		g := open(t, name)
		for _, keep := range []bool{true, false} {
			p, err := inference.New(rt, cpu, g.checkpoint, openTokenizer, inference.Options{Keep: keep, Serial: !keep})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range g.Pictures {
				d := g.check(t, p, c)
				t.Logf("%s %s: %v", name, c.Name, d)
				if !d.ok() {
					t.Errorf("%s %s, keep %v: %v", name, c.Name, keep, d)
				}
			}
			p.Close()
		}
	}
}

// A fault is not hidden by the tolerances.
func TestPicturesCanFail(t *testing.T) {
	rt := runtime(t)
	g := open(t, "diffusers-a")
	maskless := func(files checkpoint.TokenizerFiles, length, vocab int) (inference.Tokenizer, error) {
		tok, err := openTokenizer(files, length, vocab)
		return noMask{tok}, err
	}
	quick := *g.checkpoint
	cfg := *quick.Text.TextConfig
	cfg.HiddenAct = "quick_gelu"
	text := *quick.Text
	text.TextConfig = &cfg
	quick.Text = &text
	for _, fault := range []struct {
		name      string
		guidance  float64
		ck        *checkpoint.Checkpoint
		tokenizer inference.OpenTokenizer
	}{
		{"guidance 0.1 more", 0.1, g.checkpoint, openTokenizer},
		{"no attention mask", 0, g.checkpoint, maskless},
		{"another GELU", 0, &quick, openTokenizer},
	} {
		p, err := inference.New(rt, cpu, fault.ck, fault.tokenizer, inference.Options{Keep: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range g.Pictures {
			if c.Guidance <= 1 {
				continue
			}
			c.Guidance += fault.guidance
			if d := g.check(t, p, c); d.ok() {
				t.Errorf("%s, %s: %v, and no test would notice", c.Name, fault.name, d)
			}
		}
		p.Close()
	}
}

// noMask hides nothing from the text encoder.
type noMask struct{ inference.Tokenizer }

func (n noMask) Encode(text string) (inference.Tokens, error) {
	tokens, err := n.Tokenizer.Encode(text)
	for i := range tokens.Mask {
		tokens.Mask[i] = 1
	}
	return tokens, err
}

func load(t *testing.T, rt inference.Runtime, n *checkpoint.Network) inference.Session {
	t.Helper()
	m, err := graph.Build(n, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := rt.Load(context.Background(), inference.Model{Name: string(n.Kind), Proto: m.Proto, Root: m.Root}, cpu)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func run(t *testing.T, s inference.Session, in, out map[string]*inference.Tensor) {
	t.Helper()
	call, err := s.Bind(in, out)
	if err != nil {
		t.Fatal(err)
	}
	defer call.Close()
	if err := call.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func compare(t *testing.T, what string, got, want *inference.Tensor) {
	t.Helper()
	d, limit := farthest(got.F32, want.F32), networkTolerance*spread(want.F32)
	t.Logf("%s: %.1e of a range of %.2g", what, d, spread(want.F32))
	if !(d <= limit) {
		t.Errorf("%s: differs by %.2e, allowed %.2e", what, d, limit)
	}
}

// embed turns timestep ratios [B] into embeddings [B, dim].
func embed(r *inference.Tensor, dim int) *inference.Tensor {
	out := &inference.Tensor{Shape: []int64{int64(len(r.F32)), int64(dim)}}
	for _, v := range r.F32 {
		out.F32 = append(out.F32, graph.TimestepEmbedding(v, dim)...)
	}
	return out
}
