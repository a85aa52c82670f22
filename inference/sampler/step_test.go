package sampler

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// The golden runs of one number: the model is eps(x, r) = 0.8 tanh(x) + 0.1 r,
// x starts at 1, and the noise of step i is 0.1 (i+1) (-1)^i. They were
// computed in float64; the latents here are float32.
func TestGoldenRuns(t *testing.T) {
	for _, tt := range []struct {
		name  string
		make  func() (Schedule, error)
		first [4]float64
		x     float64 // 0: not recorded
		x0    float64
	}{
		{"diffusers 4", func() (Schedule, error) { return posteriorSchedule(4) },
			[4]float64{11.152449415, 19.265360347, 24.684674131, 26.469719765}, 26.469719765, 0},
		{"diffusers 10", func() (Schedule, error) { return posteriorSchedule(10) },
			[4]float64{4.656221502, 7.709602450, 10.806818028, 13.257060093}, 21.064941491, 0},
		{"diffusers 20", func() (Schedule, error) { return posteriorSchedule(20) },
			[4]float64{2.452828216, 3.397152303, 4.549855924, 5.249869869}, 12.804060380, 0},
		{"shift 1, 10", func() (Schedule, error) { return cosineSchedule(10, 1, 1, 1) },
			[4]float64{4.666140398, 7.729195640, 10.835612801, 13.294358619}, 0, 21.129407130},
		{"shift 2, 20", func() (Schedule, error) { return cosineSchedule(20, 2, 1, 1) },
			[4]float64{1.414750101, 1.446191255, 1.717896037, 1.534318147}, 1.403657793, 1.442038698},
		{"shift 2, 4", func() (Schedule, error) { return cosineSchedule(4, 2, 1, 1) },
			[4]float64{5.991964502, 11.448041077, 18.768191516, 23.901884051}, 0, 23.914265197},
		{"shift 2, 16, start 0.8", func() (Schedule, error) { return cosineSchedule(16, 2, 1, 0.8) },
			[4]float64{0.989849911, 0.812203711, 0.902979003, 0.640074667}, 0, 0.234405600},
		{"shift 2, 20, eta 0", func() (Schedule, error) { return cosineSchedule(20, 2, 0, 1) },
			[4]float64{1.844870273, 2.837423383, 3.827881489, 4.838751596}, 0, 25.005990482},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := tt.make()
			if err != nil {
				t.Fatal(err)
			}
			x, x0, eps, z := []float32{1}, []float32{0}, []float32{0}, []float32{0}
			for i, st := range s {
				eps[0] = float32(0.8*math.Tanh(float64(x[0])) + 0.1*st.R)
				z[0] = float32(0.1 * float64(i+1) * math.Pow(-1, float64(i)))
				st.Next(x, x0, eps, z)
				if i < len(tt.first) {
					near(t, "x after step", i, x[0], tt.first[i])
				}
			}
			if tt.x != 0 {
				near(t, "last x, step", len(s), x[0], tt.x)
			}
			if tt.x0 != 0 {
				near(t, "last x0, step", len(s), x0[0], tt.x0)
			}
		})
	}
}

func near(t *testing.T, what string, i int, got float32, want float64) {
	t.Helper()
	if !(math.Abs(float64(got)-want) <= 1e-5*max(1, math.Abs(want))) {
		t.Errorf("%s %d: got %.9f, want %.9f", what, i, got, want)
	}
}

// testdata/make_steps.py says how steps.json was made.
type recorded struct {
	Runs [][]struct {
		T               float32
		X, Eps, Z, Next []float32
	}
	Guides []struct {
		W, Rho            float64
		Cond, Uncond, Out []float32
	}
}

func readRecorded(t *testing.T) recorded {
	t.Helper()
	data, err := os.ReadFile("testdata/steps.json")
	if err != nil {
		t.Fatal(err)
	}
	var r recorded
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// A step of posteriorSchedule is the scheduler's: the times bit by bit, the rest but
// for the last bit of torch's cosine.
func TestPosteriorEqualsDiffusers(t *testing.T) {
	runs := readRecorded(t).Runs
	if len(runs) < 10 {
		t.Fatalf("got %d runs", len(runs))
	}
	for _, run := range runs {
		s, err := posteriorSchedule(len(run))
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range run {
			x, x0 := append([]float32(nil), row.X...), make([]float32, len(row.X))
			s[i].Next(x, x0, row.Eps, row.Z)
			if float32(s[i].R) != row.T {
				t.Errorf("%d steps, step %d: got t %v, want %v", len(run), i, s[i].R, row.T)
			}
			for j := range x {
				size := max(1, math.Abs(float64(row.X[j])), math.Abs(float64(row.Eps[j])))
				if !(math.Abs(float64(x[j]-row.Next[j])) <= 3e-7*size*max(1, s[i].Mean)) {
					t.Errorf("%d steps, step %d, value %d: got %v, want %v", len(run), i, j, x[j], row.Next[j])
				}
			}
		}
	}
}

func TestGuideEqualsTorch(t *testing.T) {
	for _, g := range readRecorded(t).Guides {
		got := make([]float32, len(g.Cond))
		Guide(got, g.Cond, g.Uncond, g.W, g.Rho)
		for i := range got {
			if !(math.Abs(float64(got[i]-g.Out[i])) <= 1e-6*max(1, math.Abs(float64(g.Out[i])))) {
				t.Errorf("w %g, rho %g, value %d: got %v, want %v", g.W, g.Rho, i, got[i], g.Out[i])
			}
		}
	}
}

func TestGuide(t *testing.T) {
	cond, uncond := []float32{0.5, -1, 2, 0.25}, []float32{0.1, -0.4, 1, 0.3}
	for _, tt := range []struct {
		w, rho float64
		want   []float64
	}{
		{4, 0, []float64{1.7, -2.8, 5, 0.1}},
		{4, 0.7, []float64{0.960401686, -1.581838071, 2.824710841, 0.056494217}},
		{1, 0, []float64{0.5, -1, 2, 0.25}},
	} {
		got := make([]float32, 4)
		inCond, inUncond := append([]float32(nil), cond...), append([]float32(nil), uncond...)
		Guide(got, cond, uncond, tt.w, tt.rho)
		Guide(inCond, inCond, uncond, tt.w, tt.rho)
		Guide(inUncond, cond, inUncond, tt.w, tt.rho)
		for i, want := range tt.want {
			near(t, "value", i, got[i], want)
			if inCond[i] != got[i] || inUncond[i] != got[i] {
				t.Errorf("in place: got %v and %v, want %v", inCond[i], inUncond[i], got[i])
			}
		}
	}
	// Nothing to rescale to: no division by zero.
	flat := make([]float32, 3)
	Guide(flat, []float32{1, 1, 1}, []float32{1, 1, 1}, 4, 0.7)
	for i, v := range flat {
		near(t, "flat value", i, v, 0.3)
	}
}

func TestGuided(t *testing.T) {
	for w, want := range map[float64]bool{0: false, 1: false, 1.0001: true, 4: true, -3: false} {
		if got := Guided(w); got != want {
			t.Errorf("Guided(%g): got %v, want %v", w, got, want)
		}
	}
	if Guided(math.NaN()) {
		t.Error("NaN counts as guidance")
	}
}

func TestNextWithoutNoise(t *testing.T) {
	for _, p := range []Preset{Official, Diffusers} {
		s, err := p.Rules().Prior(10)
		if err != nil {
			t.Fatal(err)
		}
		eps := []float32{0.5, -2}
		a, b, x0 := []float32{1, 2}, []float32{1, 2}, []float32{0, 0}
		s[3].Next(a, x0, eps, nil)
		s[3].Next(b, x0, eps, []float32{0, 0})
		if a[0] != b[0] || a[1] != b[1] {
			t.Errorf("%s: got %v without noise, want %v", p, a, b)
		}
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	x, x0, eps, z := make([]float32, 64), make([]float32, 64), make([]float32, 64), make([]float32, 64)
	for _, p := range []Preset{Official, Diffusers} {
		s, err := p.Rules().Prior(10)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() {
			Guide(eps, eps, z, 4, 0.7)
			s[2].Next(x, x0, eps, z)
		}); n != 0 {
			t.Errorf("%s: got %v allocations a step, want none", p, n)
		}
	}
}

func BenchmarkStep(b *testing.B) {
	const n = 4 * 256 * 256
	x, x0, eps, z := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	for _, p := range []Preset{Official, Diffusers} {
		s, err := p.Rules().Decoder(10)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(string(p), func(b *testing.B) {
			for b.Loop() {
				s[2].Next(x, x0, eps, z)
			}
		})
	}
	b.Run("guide", func(b *testing.B) {
		for b.Loop() {
			Guide(x, eps, z, 4, 0.7)
		}
	})
}
