package preview

// StageC previews the latents of Stable Cascade's Stage C, 16 channels, for
// models whose cascata.json has no matrix of its own. It is coarse: two digits,
// read off published reference values for these latents, which give v in
// [-1, 1], by rgb = (v + 1)/2. fit.py fits finer matrices to pairs of latents and
// pictures of any model; they belong into its cascata.json. The demo's were
// fitted by the same least squares.
var StageC = &Linear{M: [][3]float32{
	{-0.02, -0.01, -0.01}, {-0.08, -0.02, 0.01}, {0.04, 0.03, 0}, {-0.03, 0.02, 0.07},
	{0.04, -0.02, -0.09}, {-0.04, -0.03, -0.08}, {0.09, 0.06, 0.05}, {0.04, 0.07, 0.02},
	{-0.09, -0.09, -0.07}, {0.12, 0.08, 0.05}, {0.1, 0.05, 0.03}, {0.01, 0.02, 0},
	{0.02, -0.03, -0.09}, {-0.08, -0.05, -0.07}, {0.03, 0.08, 0.07}, {-0.02, -0.08, -0.13},
	{0.5, 0.5, 0.5},
}}
