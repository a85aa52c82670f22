package preview

// StageB previews the latents of Stable Cascade's Stage B, 4 channels, for
// models whose cascata.json has no matrix of its own. Like StageC it is coarse.
var StageB = &Linear{M: [][3]float32{
	{0.06, 0.1, 0.05}, {-0.1, -0.01, -0.01}, {-0.15, -0.08, 0.02}, {0.01, -0.08, -0.2},
	{0.5, 0.5, 0.5},
}}
