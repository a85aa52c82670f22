package sampler

import "math"

// Guided reports whether guidance w has an effect: up to 1 only the conditional
// prediction is computed.
func Guided(w float64) bool { return w > 1 }

// Guide writes the guided prediction uncond + w*(cond - uncond). A rescale rho
// above 0 brings the share rho of it back to the standard deviation of cond,
// taken over the whole tensor. dst may be cond or uncond.
func Guide(dst, cond, uncond []float32, w, rho float64) {
	var deviation float64
	if rho > 0 {
		deviation = std(cond) // before dst may overwrite it
	}
	cond, uncond = cond[:len(dst)], uncond[:len(dst)]
	v := float32(1 - w)
	for i := range dst {
		// As torch.lerp does for weights of 0.5 and more.
		dst[i] = cond[i] - float32(float32(cond[i]-uncond[i])*v)
	}
	if rho <= 0 {
		return
	}
	k := float32(rho*deviation/(std(dst)+1e-9) + 1 - rho)
	for i := range dst {
		dst[i] *= k
	}
}

// std is the unbiased standard deviation.
func std(x []float32) float64 {
	if len(x) < 2 {
		return 0
	}
	var sum float64
	for _, v := range x {
		sum += float64(v)
	}
	mean := sum / float64(len(x))
	sum = 0
	for _, v := range x {
		sum += square(float64(v) - mean)
	}
	return math.Sqrt(sum / float64(len(x)-1))
}
