package desktop

import (
	"math"
	"testing"
)

// The sound is neither loud nor does it click at its ends.
func TestChime(t *testing.T) {
	s := chimeSamples()
	var peak float64
	for _, v := range s {
		peak = max(peak, math.Abs(float64(v)))
	}
	if peak < 0.05 || peak > 0.3 {
		t.Errorf("the loudest sample is %v, want between 0.05 and 0.3", peak)
	}
	if s[0] != 0 || math.Abs(float64(s[len(s)-1])) > 1e-3 {
		t.Errorf("it begins with %v and ends with %v, want silence", s[0], s[len(s)-1])
	}
}
