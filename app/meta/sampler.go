package meta

import (
	"slices"
	"strings"
)

// sampler reports whether a node takes noise away: it has a latent and prompts, or
// seed, steps and scale and links to what it works with.
func (g graph) sampler(id string) bool {
	n := g[id]
	if n == nil {
		return false
	}
	for k := range n.inputs {
		if in := &n.inputs[k]; in.id != "" && in.has("latent", "latents", "samples") && n.input("positive", "guider", "basic_pipe", "sdxl_tuple") != nil &&
			n.input("steps", "sigmas", "noise", "noise_seed", "seed", "guider") != nil {
			return true
		}
	}
	linked := slices.ContainsFunc(n.inputs, func(in input) bool {
		return in.id != "" && in.has("model", "positive", "pipe", "tuple", "guider", "context", "ctx", "conditioning", "embeds")
	})
	return linked && n.input(seedNames...) != nil && n.input(stepsNames...) != nil && n.input("cfg", "cfg_scale", "guidance_scale", "sampler_name", "scheduler", "guidance") != nil
}

var (
	seedNames  = []string{"seed", "noise_seed", "seed_num"}
	stepsNames = []string{"steps", "num_steps", "total_steps", "steps_total", "num_inference_steps"}
	scaleNames = []string{"cfg", "cfg_scale", "guidance_scale"}
)

// maxPasses bounds how many samplers are followed from one to the one before.
const maxPasses = 32

// passes are the samplers that a picture went through, the last one first.
func (g graph) passes() []string {
	var all []string
	for id := g.last(); id != "" && !slices.Contains(all, id) && len(all) < maxPasses; {
		all = append(all, id)
		before := ""
		if stage := g.stageB(id); stage != "" {
			before = g.find([]string{g[stage].from("stage_c")}, anyInput, g.sampler)
		}
		if before == "" { // a second pass begins with the first one's latent or picture
			for k := range g[id].inputs {
				if in := &g[id].inputs[k]; in.id != "" && carries(in) && before == "" {
					before = g.find([]string{in.id}, carries, g.sampler)
				}
			}
		}
		id = before
	}
	return all
}

// stageB is the node that gives a sampler of Stable Cascade's second stage the
// first one's latent, "" for other samplers.
func (g graph) stageB(sampler string) string {
	for _, name := range []string{"positive", "guider"} {
		if id := g[sampler].from(name); id != "" {
			stage := g.find([]string{id}, anyInput, func(id string) bool { return g[id].class == "StableCascade_StageB_Conditioning" })
			if stage != "" {
				return stage
			}
		}
	}
	return ""
}

// last is the sampler nearest to what is saved, or any that no other one uses.
func (g graph) last() string {
	ids := g.ids()
	for _, follow := range []func(*input) bool{carries, anyInput} {
		for _, class := range []string{"SaveImage", "Save", "PreviewImage", "VAEDecode"} {
			ends := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !strings.Contains(g[id].class, class) })
			if s := g.find(ends, follow, g.sampler); s != "" {
				return s
			}
		}
	}
	for _, id := range slices.Backward(ids) {
		if g.sampler(id) {
			return id
		}
	}
	return ""
}

// setting is a value of a sampler or of the nodes that feed it.
func (g graph) setting(sampler, feeder string, names ...string) (string, bool) {
	holds := func(id string) bool { return g[id].input(names...) != nil }
	holder := sampler
	if !holds(sampler) {
		var links []string
		if id := g[sampler].from(feeder); id != "" {
			links = []string{id}
		} else {
			for k := range g[sampler].inputs {
				if in := &g[sampler].inputs[k]; in.id != "" && bundle(in) {
					links = append(links, in.id)
				}
			}
		}
		if holder = g.find(links, anyInput, holds); holder == "" {
			return "", false
		}
	}
	in := g[holder].input(names...)
	if s, ok := g.number(in, names...); ok {
		return s, true
	}
	return g.text(in, names...)
}
