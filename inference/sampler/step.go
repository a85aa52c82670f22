package sampler

// Next takes the latent x one step on, in place, and writes the clean latent
// predicted from it to x0. eps is the network's prediction for x, z standard
// normal noise, or nil for a step that draws none. All have the same length;
// x, x0, eps and z must not overlap.
func (s Step) Next(x, x0, eps, z []float32) {
	s.X0(x0, x, eps)
	if z == nil {
		z = eps // read, but multiplied by nothing
		s.Noise = 0
	}
	if s.posterior {
		s.nextPosterior(x, eps, z)
		return
	}
	a, e, n := float32(s.NextA), float32(s.NextEps), float32(s.Noise)
	x0, eps, z = x0[:len(x)], eps[:len(x)], z[:len(x)]
	for i := range x {
		x[i] = float32(float32(a*x0[i])+float32(e*eps[i])) + float32(n*z[i])
	}
}

// nextPosterior computes in torch's order, so that the same float32 inputs
// give the same float32 outputs; the conversions forbid fused operations.
func (s Step) nextPosterior(x, eps, z []float32) {
	mean, beta, sigma, n := float32(s.Mean), float32(s.Beta), float32(s.Sigma), float32(s.Noise)
	eps, z = eps[:len(x)], z[:len(x)]
	for i := range x {
		mu := mean * float32(x[i]-float32(float32(beta*eps[i])/sigma))
		x[i] = float32(mu) + float32(n*z[i])
	}
}

// X0 writes the clean latent that x and the network's prediction eps imply.
// dst may be x.
func (s Step) X0(dst, x, eps []float32) {
	a, b := float32(s.A), float32(s.B)
	x, eps = x[:len(dst)], eps[:len(dst)]
	for i := range dst {
		dst[i] = float32(x[i]-float32(b*eps[i])) / a
	}
}
