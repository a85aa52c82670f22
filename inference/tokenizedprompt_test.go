package inference

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"cascata/inference/sampler"
)

// numbered is n words w1 to wn.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "w%d ", i+1)
	}
	return strings.TrimSpace(b.String())
}

func TestTokenize(t *testing.T) {
	for _, tt := range []struct {
		name, prompt, same string // same: the plain text of equal tokens
		weights            []float32
		cut                string
		used               int
	}{
		{"nothing", "", "", nil, "", 0},
		{"plain", "a b c", "a b c", []float32{1, 1, 1}, "", 3},
		{"weight 1", "a (b:1.0) c", "a b c", []float32{1, 1, 1}, "", 3},
		{"weights", "a (b c:2) [[d]]", "a b c d", []float32{1, 2, 2, 1 / 1.21}, "", 4},
		{"long", "(w0:2) " + numbered(80), "w0 " + numbered(74), []float32{2, 1}, "w75 w76 w77 w78 w79 w80", 81},
		{"cut inside a weight", numbered(74) + " (a b c:2), (d) e", numbered(74) + " a", nil, "b c, d e", 80},
		{"cut between weights", numbered(75) + " (b:2) c", numbered(75), nil, "b c", 77},
		{"full", "(" + numbered(75) + ":2)", numbered(75), []float32{2}, "", 75},
	} {
		got, err := tokenize(words{}, tt.prompt, false, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, err := words{}.Encode(tt.same)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.IDs, want.IDs) || !slices.Equal(got.Mask, want.Mask) {
			t.Errorf("%s: other tokens than %q: %v", tt.name, tt.same, got.IDs)
		}
		if got.Cut != tt.cut || got.used != tt.used {
			t.Errorf("%s: got %d tokens and cut %q, want %d and %q", tt.name, got.used, got.Cut, tt.used, tt.cut)
		}
		if w := got.weights; len(w) != 77 || w[0] != 1 || w[76] != 1 || !slices.Equal(w[1:1+len(tt.weights)], tt.weights) {
			t.Errorf("%s: got weights %v, want %v", tt.name, w, tt.weights)
		}
		used, limit, cut, err := CountTokens(words{}, tt.prompt, sampler.Comfy)
		if used != tt.used || limit != 75 || cut != tt.cut || err != nil {
			t.Errorf("%s: counted %d of %d, cut %q, %v", tt.name, used, limit, cut, err)
		}
	}
	if used, _, _, _ := CountTokens(words{}, "a ( b : 2 )", sampler.Diffusers); used != 6 {
		t.Errorf("diffusers: got %d tokens, want all 6", used)
	}
	if _, _, _, err := CountTokens(words{}, strings.Repeat("a", maxPrompt+1), ""); !errors.Is(err, ErrBadRequest) {
		t.Errorf("a prompt too long: got %v", err)
	}
}

// Stage C gets the hidden states of both texts multiplied, the pooled text as
// it is; a weight of 1 changes no bit; diffusers weighs nothing.
func TestWeightsReachStageC(t *testing.T) {
	f, p := newFake(t, Options{Keep: true, Serial: true})
	inputs := func(preset sampler.Preset, prompt, negative string) (hidden, pooled [2][]float32) {
		t.Helper()
		f.hidden, f.pooled = nil, nil
		r := Request{Prompt: prompt, Negative: negative, Preset: preset, Steps: 1, Guidance: 2, DecoderSteps: 1, Draft: true, Width: 128, Height: 128}
		if _, err := p.Generate(context.Background(), []Request{r}, nil); err != nil {
			t.Fatal(err)
		}
		return [2][]float32(f.hidden), [2][]float32(f.pooled)
	}
	plain, plainPooled := inputs("", "a b c", "d e")
	one, _ := inputs("", "a (b:1.0) c", "(d e:1)")
	heavy, heavyPooled := inputs("", "a (b:3) c", "d [e]")
	for i, weights := range [2]map[int]float32{{2: 3}, {2: 1 / 1.1}} {
		if !slices.Equal(one[i], plain[i]) {
			t.Errorf("text %d: a weight of 1 changes it", i)
		}
		if !slices.Equal(heavyPooled[i], plainPooled[i]) {
			t.Errorf("text %d: weights change the pooled text", i)
		}
		for k, v := range plain[i] {
			w, ok := weights[k/6]
			if !ok {
				w = 1
			}
			if heavy[i][k] != v*w {
				t.Fatalf("text %d, token %d: got %g, want %g times %g", i, k/6, heavy[i][k], v, w)
			}
		}
	}
	// The texts that the pipeline remembers: the same prompt means something
	// else to diffusers.
	other, _ := inputs(sampler.Diffusers, "a (b:3) c", "d [e]")
	want, _ := inputs(sampler.Diffusers, "a (b:3) c", "d [e]")
	tokens, err := tokenize(words{}, "a (b:3) c", true, nil)
	if err != nil {
		t.Fatal(err)
	}
	direct, _ := words{}.Encode("a (b:3) c")
	if slices.Equal(other[0], heavy[0]) || !slices.Equal(other[0], want[0]) || !slices.Equal(tokens.IDs, direct.IDs) {
		t.Error("diffusers does not take the prompt as it is")
	}
	again, _ := inputs("", "a (b:3) c", "d [e]")
	if !slices.Equal(again[0], heavy[0]) || !slices.Equal(again[1], heavy[1]) {
		t.Error("a remembered text is another")
	}
}

func TestWeightOutOfRange(t *testing.T) {
	f, p := newFake(t, Options{})
	for _, texts := range [][2]string{{"(a:11)", ""}, {"", "(b:-11)"}} {
		r := three()[0]
		r.Prompt, r.Negative = texts[0], texts[1]
		if _, err := p.Generate(context.Background(), []Request{r}, nil); !errors.Is(err, ErrBadRequest) || len(f.loads) > 0 {
			t.Errorf("%q: got %v, loaded %v", texts, err, f.loads)
		}
		r.Preset, r.Width, r.Height = sampler.Diffusers, 128, 128
		if _, err := p.Generate(context.Background(), []Request{r}, nil); err != nil {
			t.Errorf("diffusers, %q: got %v", texts, err)
		}
		f.loads = nil
	}
}
