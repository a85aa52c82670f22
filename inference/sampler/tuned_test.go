package sampler

import (
	"math"
	"strings"
	"testing"
)

// Rules pass their shift and eta on: the golden runs' first steps.
func TestTunedRules(t *testing.T) {
	for _, tt := range []struct {
		name       string
		shift, eta float64
		steps      int
		want       float64 // x after the first step, see TestGoldenRuns
	}{
		{"as it is", 2, 1, 20, 1.414750101},
		{"eta 0", 2, 0, 20, 1.844870273},
		{"shift 1", 1, 1, 10, 4.666140398},
	} {
		for _, stage := range []string{"prior", "decoder"} {
			r := Official.Rules()
			r.Eta = tt.eta
			r.PriorShift, r.DecoderShift = tt.shift, 9
			schedule := Rules.Prior
			if stage == "decoder" {
				r.PriorShift, r.DecoderShift = 9, tt.shift
				schedule = Rules.Decoder
			}
			s, err := schedule(r, tt.steps)
			if err != nil {
				t.Fatal(err)
			}
			x, x0 := []float32{1}, []float32{0}
			s[0].Next(x, x0, []float32{float32(0.8*math.Tanh(1) + 0.1*s[0].R)}, []float32{0.1})
			near(t, tt.name+", "+stage, 0, x[0], tt.want)
		}
	}
}

// The schedule of diffusers with another eta joins posteriorSchedule's at eta 1, has
// its times, and draws as often.
func TestEtaOfDiffusers(t *testing.T) {
	for _, steps := range []int{1, 2, 7, 20} {
		r := Diffusers.Rules()
		r.Eta = math.Nextafter(1, 0)
		got, err := r.Prior(steps)
		if err != nil {
			t.Fatal(err)
		}
		want, err := posteriorSchedule(steps)
		if err != nil {
			t.Fatal(err)
		}
		r.Eta = 0
		still, err := r.Prior(steps)
		if err != nil {
			t.Fatal(err)
		}
		x0, eps, z := []float32{0}, []float32{0.7}, []float32{-0.3}
		for i := range want {
			a, b := []float32{0.4}, []float32{0.4}
			got[i].Next(a, x0, eps, z)
			want[i].Next(b, x0, eps, z)
			near(t, "x after step", i, a[0], float64(b[0]))
			if s := still[i]; s.T != want[i].T || s.R != want[i].R || !s.Draws || s.Noise != 0 {
				t.Errorf("%d steps, step %d, eta 0: got %+v", steps, i, s)
			}
			if s := still[i]; math.Abs(square(s.NextA)+square(s.NextEps)-1) > 1e-12 {
				t.Errorf("%d steps, step %d, eta 0: the shares of x0 and eps do not make up all of x: %+v", steps, i, s)
			}
		}
	}
}

func TestTunedRulesRefuse(t *testing.T) {
	for name, tt := range map[string]struct {
		preset Preset
		change func(*Rules)
		says   string
	}{
		"shift of diffusers": {Diffusers, func(r *Rules) { r.PriorShift = 2 }, "choose official or comfy"},
		"shift 0":            {Official, func(r *Rules) { r.PriorShift = 0 }, "choose above 0"},
		"eta 2":              {Official, func(r *Rules) { r.Eta = 2 }, "choose from 0 to 1"},
		"eta of diffusers":   {Diffusers, func(r *Rules) { r.Eta = math.NaN() }, "choose from 0 to 1"},
	} {
		r := tt.preset.Rules()
		tt.change(&r)
		if _, err := r.Prior(4); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
