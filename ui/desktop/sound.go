package desktop

import "math"

const chimeRate = 44100 // samples a second

// chimeSamples are two soft tones, a fifth apart, each dying away: one channel
// in [-1, 1], half a second.
func chimeSamples() []float32 {
	const length = chimeRate / 2
	s := make([]float32, length)
	tone := func(hz float64, from int) {
		for i := from; i < length; i++ {
			t := float64(i-from) / chimeRate
			rise := min(t/0.008, 1)
			s[i] += float32(0.12 * rise * math.Exp(-9*t) * math.Sin(2*math.Pi*hz*t))
		}
	}
	tone(587.33, 0)
	tone(880, chimeRate/9)
	fade := chimeRate / 20
	for i := range fade {
		s[length-1-i] *= float32(i) / float32(fade)
	}
	return s
}
