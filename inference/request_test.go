package inference

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"

	"cascata/inference/sampler"
)

func at(v float64) *float64 { return &v }

// A request survives being stored, but for what only this run knows.
func TestRequestJSON(t *testing.T) {
	full := Request{
		Prompt: "a", Negative: "b", Preset: sampler.Comfy, Width: 64, Height: 128, Steps: 3, Guidance: 4.5,
		DecoderSteps: 2, DecoderGuidance: 1.1, Seed: math.MaxUint64, DecoderSeed: math.MaxUint64 - 1, Draft: true,
		Tuning: Tuning{Shift: at(2), DecoderShift: at(1.5), Rescale: at(0), Eta: at(0.25)},
	}
	for want, r := range map[string]Request{
		`{"prompt":"a","negative":"b","preset":"comfy","width":64,"height":128,"steps":3,"guidance":4.5,"decoder_steps":2,"decoder_guidance":1.1,` +
			`"seed":18446744073709551615,"decoder_seed":18446744073709551614,"shift":2,"decoder_shift":1.5,"rescale":0,"eta":0.25,"draft":true}`: full,
		`{"prompt":"","steps":0,"guidance":0,"decoder_steps":0,"decoder_guidance":0,"seed":0,"decoder_seed":0}`: {},
	} {
		stored := r
		stored.Context, stored.Latent = context.Background(), NewTensor(1, 16, 1, 1)
		b, err := json.Marshal(stored)
		if err != nil || string(b) != want {
			t.Errorf("got %s, %v, want %s", b, err, want)
		}
		var back Request
		if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, r) {
			t.Errorf("came back as %+v, %v", back, err)
		}
	}
}

// Every tuned value changes the picture, its own value does not, and those of
// Stage B leave Stage C alone.
func TestTuning(t *testing.T) {
	_, p := newFake(t, Options{Keep: true})
	made := func(r Request) *Result {
		t.Helper()
		results, err := p.Generate(context.Background(), []Request{r}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return results[0]
	}
	for preset, tunes := range map[sampler.Preset][]struct {
		name         string
		own, other   Tuning
		prior, final bool // what the other value changes
	}{
		sampler.Official: {
			{"shift", Tuning{Shift: at(2)}, Tuning{Shift: at(3)}, true, true},
			{"decoder shift", Tuning{DecoderShift: at(1)}, Tuning{DecoderShift: at(3)}, false, true},
			{"rescale", Tuning{Rescale: at(0.7)}, Tuning{Rescale: at(0)}, true, true},
			{"eta", Tuning{Eta: at(1)}, Tuning{Eta: at(0)}, true, true},
		},
		sampler.Diffusers: {
			{"rescale", Tuning{Rescale: at(0)}, Tuning{Rescale: at(1)}, true, true},
			{"eta", Tuning{Eta: at(1), Shift: at(1)}, Tuning{Eta: at(0.5)}, true, true},
		},
	} {
		r := three()[0]
		r.Preset, r.Width, r.Height = preset, 128, 128
		plain := made(r)
		for _, tt := range tunes {
			r.Tuning = tt.own
			if own := made(r); !slices.Equal(own.Decoded.F32, plain.Decoded.F32) {
				t.Errorf("%s: its own %s makes another picture", preset, tt.name)
			}
			r.Tuning = tt.other
			other := made(r)
			if changed := !slices.Equal(other.Latent.F32, plain.Latent.F32); changed != tt.prior {
				t.Errorf("%s: another %s changes Stage C: %t", preset, tt.name, changed)
			}
			if changed := !slices.Equal(other.Decoded.F32, plain.Decoded.F32); changed != tt.final {
				t.Errorf("%s: another %s changes Stage B: %t", preset, tt.name, changed)
			}
		}
	}
}

func TestWrongTuning(t *testing.T) {
	f, p := newFake(t, Options{Keep: true})
	nan := math.NaN()
	for _, tt := range []struct {
		preset sampler.Preset
		tuning Tuning
	}{
		{"", Tuning{Shift: at(0)}}, {"", Tuning{Shift: &nan}}, {"", Tuning{DecoderShift: at(-1)}}, {"", Tuning{DecoderShift: at(1e9)}},
		{"", Tuning{Rescale: at(1.1)}}, {"", Tuning{Rescale: &nan}}, {"", Tuning{Eta: at(-0.1)}}, {"", Tuning{Eta: at(1.1)}},
		{sampler.Diffusers, Tuning{Shift: at(2)}}, {sampler.Diffusers, Tuning{DecoderShift: at(2)}},
	} {
		r := three()[0]
		r.Preset, r.Tuning, r.Width, r.Height = tt.preset, tt.tuning, 128, 128
		if _, err := p.Generate(context.Background(), []Request{r}, nil); !errors.Is(err, ErrBadRequest) {
			t.Errorf("%+v: got %v, want ErrBadRequest", tt, err)
		}
	}
	if len(f.loads) > 0 {
		t.Errorf("%v were loaded before the requests were refused", f.loads)
	}
}
