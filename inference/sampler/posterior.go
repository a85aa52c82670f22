package sampler

import "math"

// posteriorSchedule returns the schedule of diffusers' DDPMWuerstchenScheduler. Its
// coefficients are rounded to float32 after every operation, in torch's order;
// they differ from torch's by what its vectorised cosine is off.
//
//	al = abar(t)/abar(t')
//	x' = (x - (1-al)*eps/sqrt(1-abar(t))) / sqrt(al)
//	     + [t' != 0] * sqrt((1-al)*(1-abar(t'))/(1-abar(t))) * z
func posteriorSchedule(steps int) (Schedule, error) {
	if err := checkSteps(steps); err != nil {
		return nil, err
	}
	return posterior(steps, 1, single), nil
}

// posterior starts at time start and rounds the result of every operation by f.
func posterior(steps int, start float64, f func(float64) float64) Schedule {
	s, pi, one := f(offset), f(math.Pi), f(1+f(offset))
	angle := func(x float64) float64 { return f(f(f(x/one)*pi) * 0.5) }
	cos2 := func(x float64) float64 { return f(square(f(math.Cos(angle(x))))) }
	zero := cos2(s)
	abar := func(t float64) float64 {
		return min(max(f(cos2(f(t+s))/zero), f(floor)), f(ceiling))
	}
	// torch.linspace counts from the nearer end and rounds once.
	start = f(start)
	stride := f(-start / float64(steps))
	time := func(i int) float64 {
		if i < (steps+1)/2 {
			return f(start + stride*float64(i))
		}
		return f(-stride * float64(steps-i))
	}
	out := make(Schedule, steps)
	for i := range out {
		t, next := time(i), time(i+1)
		v, nextV := abar(t), abar(next)
		al := f(v / nextV)
		noise := f(math.Sqrt(f(f(f(1-al)*f(1-nextV)) / f(1-v))))
		if next == 0 {
			noise = 0
		}
		out[i] = Step{
			T: t, R: t,
			A: f(math.Sqrt(v)), B: f(math.Sqrt(f(1 - v))),
			Mean:      f(math.Sqrt(f(1 / al))),
			Beta:      f(1 - al),
			Sigma:     f(math.Sqrt(f(1 - v))),
			Noise:     noise,
			Draws:     true,
			posterior: true,
		}
	}
	return out
}
