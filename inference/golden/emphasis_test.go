package golden

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cascata/inference"
	"cascata/inference/safetensors"
)

// spy is a runtime that remembers what Stage C was bound to.
type spy struct {
	inference.Runtime
	bound []map[string]*inference.Tensor
}

type spySession struct {
	inference.Session
	*spy
}

func (s *spy) Load(ctx context.Context, m inference.Model, d inference.Device) (inference.Session, error) {
	session, err := s.Runtime.Load(ctx, m, d)
	if m.Name != "stage c" || err != nil {
		return session, err
	}
	return &spySession{session, s}, nil
}

func (s *spySession) Bind(in, out map[string]*inference.Tensor) (inference.Call, error) {
	s.bound = append(s.bound, in)
	return s.Session.Bind(in, out)
}

// texts are the hidden states and pooled texts that Stage C gets for a prompt
// and a negative prompt.
func (s *spy) texts(t *testing.T, p *inference.Pipeline, prompt, negative string) [2]map[string]*inference.Tensor {
	t.Helper()
	s.bound = nil
	r := small
	r.Prompt, r.Negative, r.Steps, r.Draft = prompt, negative, 1, true
	generate(t, p, r)
	return [2]map[string]*inference.Tensor(s.bound)
}

// Weighted prompts, positive and negative, reach Stage C as transformers
// computes them. A weight of 1 changes no bit.
func TestEmphasis(t *testing.T) {
	dir := filepath.Join(testdata, "golden", "emphasis")
	text, err := os.ReadFile(filepath.Join(dir, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Cases []struct{ Checkpoint, Prompt, Hidden, Pooled string }
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	tensors, err := safetensors.Open(filepath.Join(dir, "emphasis.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) *inference.Tensor {
		v, err := tensors.Floats(name)
		if err != nil {
			t.Fatal(err)
		}
		return &inference.Tensor{Shape: tensors.Tensors[name].Shape, F32: v}
	}
	rt := runtime(t)
	for _, name := range []string{"diffusers-a", "lite-bf16"} {
		s := &spy{Runtime: rt}
		p := newPipeline(t, s, name, inference.Options{Keep: true, Serial: true})
		plain := s.texts(t, p, "a red circle on white, middle", "")[0]
		one := s.texts(t, p, "a (red:1.0) circle on white, (middle:1)", "")[0]
		for input, want := range plain {
			if input != "sample" && !slices.Equal(one[input].F32, want.F32) {
				t.Errorf("%s: a weight of 1 changes %s", name, input)
			}
		}
		n := 0
		for _, c := range golden.Cases {
			if c.Checkpoint != name {
				continue
			}
			n++
			for which, got := range map[string]map[string]*inference.Tensor{
				"prompt": s.texts(t, p, c.Prompt, "")[0], "negative": s.texts(t, p, "a", c.Prompt)[1],
			} {
				compare(t, name+" "+which+" hidden", got["clip_text"], read(c.Hidden))
				compare(t, name+" "+which+" pooled", got["clip_text_pooled"], read(c.Pooled))
			}
		}
		if n < 6 {
			t.Errorf("%s: %d cases", name, n)
		}
	}
}
