package catalogue

// Needs is how much memory a model takes at its native size by precision, bytes; nil for
// what makes no pictures by itself. "fp32" and "int8" are of the processor's memory,
// "fp16" is of a graphics card's.
//
// The program's peak was measured at 1024 x 1024 in fp32 with random weights of
// the official shapes: 5.7 GB with both lite networks, 17.3 GB with both big
// ones. It is that of the larger network at work, for one is loaded at a time.
func (e Entry) Needs() map[string]int64 {
	largest := float64(max(e.Scale.Prior, e.Scale.Decoder))
	if largest == 0 {
		return nil
	}
	const base, share = 1.03e9, 1.133 // through both measurements
	needs := map[string]int64{}
	for precision, bytes := range map[string]float64{"fp32": 4, "fp16": 2, "int8": 1.15} {
		needs[precision] = int64(base + share*bytes*largest)
	}
	return needs
}

// Fits tells whether a model can be used with this much memory, bytes; also
// where that is 0, because it is not known.
func (e Entry) Fits(memory int64) bool {
	needs := e.Needs()
	return needs == nil || memory == 0 || min(needs["fp32"], needs["int8"]) <= memory
}
