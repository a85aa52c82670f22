package sampler

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"cascata/inference/noise"
)

// testdata/make_runs.py says how runs.json was made.
type recordedRun struct {
	Kind         string
	Seed         uint64
	Steps        int
	DecoderSteps int `json:"decoder_steps"`
	Shift        float64
	CFG, Rho     float64
	Eta          float64
	Out          []float32
	DecoderOut   []float32 `json:"decoder_out"`
}

// formula stands in for a network.
func formula(eps, x []float32, r, c float64) {
	for i, v := range x {
		eps[i] = float32(c*math.Tanh(float64(v)) + 0.1*r)
	}
}

// sample runs a schedule over n values and returns the last x0 and x.
func sample(s Schedule, g *noise.Generator, n int, w, rho float64) (x0, x []float32) {
	x0, x = make([]float32, n), make([]float32, n)
	eps, uncond, z := make([]float32, n), make([]float32, n), make([]float32, n)
	g.Normal(x)
	for _, st := range s {
		formula(eps, x, st.R, 0.8)
		if Guided(w) {
			formula(uncond, x, st.R, 0.6)
			Guide(eps, eps, uncond, w, rho)
		}
		if !st.Draws {
			st.Next(x, x0, eps, nil)
			continue
		}
		g.Normal(z)
		st.Next(x, x0, eps, z)
	}
	return x0, x
}

// Whole runs equal the reference programs', noise and all. They amplify
// differences as trained networks do not, so closeness is relative to the
// largest value.
func TestRunsEqualReferences(t *testing.T) {
	data, err := os.ReadFile("testdata/runs.json")
	if err != nil {
		t.Fatal(err)
	}
	var runs []recordedRun
	if err := json.Unmarshal(data, &runs); err != nil {
		t.Fatal(err)
	}
	if len(runs) < 12 {
		t.Fatalf("got %d runs", len(runs))
	}
	for _, r := range runs {
		g := noise.New(r.Seed)
		if r.Kind == "official" {
			s, err := cosineSchedule(r.Steps, r.Shift, r.Eta, 1)
			if err != nil {
				t.Fatal(err)
			}
			x0, _ := sample(s, g, len(r.Out), r.CFG, r.Rho)
			same(t, r, x0, r.Out)
			continue
		}
		for _, stage := range []struct {
			steps int
			w     float64
			out   []float32
		}{{r.Steps, r.CFG, r.Out}, {r.DecoderSteps, 0, r.DecoderOut}} {
			s, err := Diffusers.Rules().Prior(stage.steps)
			if err != nil {
				t.Fatal(err)
			}
			_, x := sample(s, g, len(stage.out), stage.w, 0)
			same(t, r, x, stage.out)
		}
	}
}

func same(t *testing.T, r recordedRun, got, want []float32) {
	t.Helper()
	var most, off float64
	for i := range want {
		most = max(most, math.Abs(float64(want[i])))
		off = max(off, math.Abs(float64(got[i]-want[i])))
	}
	t.Logf("%s, seed %d, %d steps: off by %.2g of %.3g", r.Kind, r.Seed, r.Steps, off, most)
	if !(off <= 3e-5*most) {
		t.Errorf("%s, seed %d, %d steps: off by %g where the largest value is %g", r.Kind, r.Seed, r.Steps, off, most)
	}
}
