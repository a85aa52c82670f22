package sampler

import (
	"fmt"
	"math"
)

// A Schedule is the steps of one stage, in order.
type Schedule []Step

// MaxShift bounds a schedule's shift, which lies above 0.
const MaxShift = 100

// A Step leads from the noisy latent x at time T to the next. It comes from
// cosineSchedule or posteriorSchedule.
type Step struct {
	T float64 // time: 1 is pure noise, 0 the clean latent
	R float64 // the timestep ratio that the network is given

	A, B float64 // x = A*x0 + B*eps at T

	// Draws says that noise is drawn for this step. posteriorSchedule draws it for the
	// last step too, where it has no effect but on the generator.
	Draws bool

	// Noise is the share of z in the next x. The rest of it is
	// NextA*x0 + NextEps*eps, or for a posterior step
	// Mean*(x - Beta*eps/Sigma).
	Noise             float64
	NextA, NextEps    float64
	Mean, Beta, Sigma float64

	posterior bool
}

// offset is the cosine schedule's s; abar is kept within floor and ceiling.
const (
	offset  = 0.008
	floor   = 0.0001
	ceiling = 0.9999
)

// abarOfZero normalises the schedule to 1 at t = 0 before it is clamped.
var abarOfZero = square(math.Cos(offset / (1 + offset) * math.Pi / 2))

// abar is the share of the signal's variance at time t.
func abar(t float64) float64 {
	raw := square(math.Cos((t+offset)/(1+offset)*math.Pi/2)) / abarOfZero
	return min(max(raw, floor), ceiling)
}

// ratio is what the network is given at time t: the time at which the unshifted
// schedule has the shifted one's variance. The result of every operation is
// rounded by f, in the order of the official code. The network multiplies the
// ratio by 10000 and takes its sine, so the last bit of a float32 shows.
func ratio(t, shift float64, f func(float64) float64) float64 {
	s, one := f(offset), f(1+offset)
	cos2 := func(x float64) float64 {
		return f(square(f(math.Cos(f(f(f(x/one)*f(math.Pi)) * 0.5)))))
	}
	zero := cos2(s)
	snr := func(t float64) float64 {
		v := min(max(f(cos2(f(s+t))/zero), f(floor)), f(ceiling))
		return f(math.Log(f(v / f(1-v))))
	}
	l := f(snr(f(t)) + f(2*math.Log(1/shift)))
	l = min(max(l, snr(1)), snr(0))
	v := f(1 / f(1+f(math.Exp(-l))))
	arc := f(math.Acos(f(math.Sqrt(f(v * zero)))))
	return min(max(f(f(f(arc/f(math.Pi*0.5))*one)-s), 0), 1)
}

// single is x as a float32 holds it.
func single(x float64) float64 { return float64(float32(x)) }

// shifted is abar after its log signal-to-noise ratio was moved by
// 2 ln(1/shift), within the limits of the unshifted one.
func shifted(t, shift float64) float64 {
	snr := logit(abar(t)) + 2*math.Log(1/shift)
	snr = min(max(snr, logit(floor)), logit(ceiling))
	return 1 / (1 + math.Exp(-snr))
}

func logit(p float64) float64  { return math.Log(p / (1 - p)) }
func square(x float64) float64 { return x * x }

// cosineSchedule returns the schedule of the official sampler: steps from time start
// down to 0 on the shifted cosine schedule. eta 1 is DDPM (what the official
// code and ComfyUI's euler_ancestral do), eta 0 is the deterministic DDIM.
//
//	x0 = (x - b*eps)/a
//	s  = eta * b'/b * sqrt(1 - a²/a'²)
//	x' = a'*x0 + sqrt(b'² - s²)*eps + s*z
//
// where primes mark the next time.
func cosineSchedule(steps int, shift, eta, start float64) (Schedule, error) {
	if err := checkSteps(steps); err != nil {
		return nil, err
	}
	switch {
	case !(shift > 0 && shift <= MaxShift):
		return nil, fmt.Errorf("schedule shift %g; choose above 0 to %d", shift, MaxShift)
	case !(eta >= 0 && eta <= 1):
		return nil, fmt.Errorf("eta %g; choose from 0 to 1", eta)
	case !(start >= 0 && start <= 1):
		return nil, fmt.Errorf("schedule start %g; choose from 0 to 1", start)
	}
	s := make(Schedule, steps)
	for i := range s {
		t, next := timeOf(i, steps, start), timeOf(i+1, steps, start)
		v, nextV := shifted(t, shift), shifted(next, shift)
		noise := eta * math.Sqrt((1-nextV)/(1-v)*max(0, 1-v/nextV))
		s[i] = Step{
			T: t, R: ratio(t, shift, single),
			A: math.Sqrt(v), B: math.Sqrt(1 - v),
			NextA:   math.Sqrt(nextV),
			NextEps: math.Sqrt(max(0, 1-nextV-noise*noise)),
			Noise:   noise,
			Draws:   i+1 < steps && noise > 0,
		}
	}
	return s, nil
}

func timeOf(i, steps int, start float64) float64 {
	return start - start*float64(i)/float64(steps)
}

// MaxSteps bounds a schedule.
const MaxSteps = 1000

func checkSteps(n int) error {
	if n < 1 || n > MaxSteps {
		return fmt.Errorf("%d steps; choose from 1 to %d", n, MaxSteps)
	}
	return nil
}
