package meta

import (
	"slices"
	"strings"
)

// readComfy reads ComfyUI's graph by following the sampler's links. The text
// of A1111, which some nodes write too, goes before it.
func readComfy(i *Info, t map[string]string) bool {
	g, ok := parseGraph(t["prompt"])
	if o, isObject := parseObject(t["workflow"]); !ok && (!isObject || o["nodes"] == nil) {
		return false
	}
	base, decoder := g.samplers()
	readA1111(i, t)
	i.Program = ComfyUI
	if base == "" { // a graph that makes no picture from words, or only the editor's view of one
		i.leave("prompt", t["prompt"])
		i.leave("workflow", t["workflow"])
		return true
	}
	g.describe(i, base, decoder)
	return true
}

// maxPasses bounds how many samplers are followed from one to the one before.
const maxPasses = 32

// samplers are the one that makes the composition, and the one of Stage B
// where Stable Cascade is made, each "" when there is none.
func (g graph) samplers() (base, decoder string) {
	last := g.last()
	for seen := map[string]bool{}; last != "" && !seen[last] && len(seen) < maxPasses; {
		seen[last] = true
		n := g[last]
		before := ""
		for _, input := range []string{"positive", "guider"} {
			if id, _ := n.from(input); id != "" && before == "" {
				stage := g.find(id, func(id string) bool { return g[id].Class == "StableCascade_StageB_Conditioning" })
				if stage == "" {
					continue
				}
				if from, _ := g[stage].from("stage_c"); from != "" {
					before = g.find(from, g.sampler)
					decoder = last
				}
			}
		}
		if before == "" { // a second pass begins with the first one's latent
			if id, _ := n.from("latent_image"); id != "" {
				before = g.find(id, g.sampler)
			}
		}
		if before == "" || seen[before] {
			break
		}
		last = before
	}
	return last, decoder
}

// last is the sampler nearest to what is saved, or any that no other one uses.
func (g graph) last() string {
	ids := make([]string, 0, len(g))
	for id := range g {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { // 9 before 10
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	for _, class := range []string{"SaveImage", "Save", "PreviewImage", "VAEDecode"} {
		ends := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !strings.Contains(g[id].Class, class) })
		if s := g.findFrom(ends, g.sampler); s != "" {
			return s
		}
	}
	for _, id := range slices.Backward(ids) {
		if g.sampler(id) {
			return id
		}
	}
	return ""
}

// words are the prompt that a conditioning was made of, nil where none is found.
func (g graph) words(id string, slot int, seen map[string]bool) *string {
	n, ok := g[id]
	if !ok || seen[id] {
		return nil
	}
	seen[id] = true
	var parts []string
	for _, name := range []string{"text", "text_g", "text_l", "clip_l", "t5xxl", "prompt", "string"} {
		if n.Inputs[name] == nil {
			continue
		}
		s, ok := scalar(n.Inputs[name])
		if !ok {
			if to, _ := n.from(name); to != "" {
				s, ok = g.value(to, name)
			}
		}
		if s = strings.TrimSpace(s); ok && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	if parts != nil {
		s := strings.Join(parts, "\n")
		return &s
	}
	if n.Class == "ConditioningZeroOut" {
		return new(string)
	}
	links := n.links
	if n.Inputs["positive"] != nil && n.Inputs["negative"] != nil { // ControlNet and others pass both on
		want := []string{"positive", "negative"}[min(max(slot, 0), 1)]
		links = slices.DeleteFunc(slices.Clone(links), func(l link) bool { return l.input != want })
	}
	for _, l := range links {
		if slices.Contains([]string{"clip", "model", "vae", "stage_c"}, l.input) {
			continue
		}
		if s := g.words(l.id, l.slot, seen); s != nil && !slices.Contains(parts, *s) {
			parts = append(parts, *s)
		}
	}
	if parts == nil {
		return nil
	}
	s := strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n")
	return &s
}

// guided is the node that holds a sampler's prompts and scale: itself or its guider.
func (g graph) guided(id string) string {
	if to, _ := g[id].from("guider"); to != "" {
		return to
	}
	return id
}

// setting is a value of a sampler or of the nodes that feed it.
func (g graph) setting(sampler string, feeders []string, names ...string) (string, bool) {
	n := g[sampler]
	for _, name := range names {
		if n.Inputs[name] != nil {
			return g.value(sampler, name)
		}
	}
	for _, feeder := range feeders {
		to, _ := n.from(feeder)
		holder := g.find(to, func(id string) bool {
			return slices.ContainsFunc(names, func(name string) bool { return g[id].Inputs[name] != nil })
		})
		if holder != "" {
			return g.value(holder, names...)
		}
	}
	return "", false
}

// describe fills in what is not known yet.
func (g graph) describe(i *Info, base, decoder string) {
	guider := g.guided(base)
	if i.Prompt == nil {
		for _, input := range []string{"positive", "conditioning"} {
			if to, slot := g[guider].from(input); to != "" && i.Prompt == nil {
				i.Prompt = g.words(to, slot, map[string]bool{})
			}
		}
		if to, slot := g[guider].from("negative"); to != "" {
			i.Negative = g.words(to, slot, map[string]bool{})
		}
	}
	put := func(known bool, place, key, sampler string, feeders []string, names ...string) {
		if s, ok := g.setting(sampler, feeders, names...); ok && !known {
			i.set(place, key, s)
		}
	}
	put(i.Steps != nil, "steps", "steps", base, []string{"sigmas"}, "steps")
	put(i.Guidance != nil, "guidance", "cfg", base, []string{"guider"}, "cfg")
	put(i.Seed != nil, "seed", "seed", base, []string{"noise"}, "seed", "noise_seed")
	put(false, "", "sampler", base, []string{"sampler"}, "sampler_name")
	put(false, "", "scheduler", base, []string{"sigmas"}, "scheduler")
	put(false, "", "denoise", base, []string{"sigmas"}, "denoise")
	if decoder != "" {
		put(i.DecoderSteps != nil, "decoder steps", "decoder steps", decoder, []string{"sigmas"}, "steps")
		put(i.DecoderGuidance != nil, "decoder guidance", "decoder cfg", decoder, []string{"guider"}, "cfg")
		put(i.DecoderSeed != nil, "decoder seed", "decoder seed", decoder, []string{"noise"}, "seed", "noise_seed")
	}
	if i.Width == nil {
		size := g.find(base, func(id string) bool { return g[id].Inputs["width"] != nil && g[id].Inputs["height"] != nil })
		w, _ := g.value(size, "width")
		h, _ := g.value(size, "height")
		i.setSize(w + "x" + h)
	}
	if i.Model == nil {
		for _, from := range []string{base, guider} {
			to, _ := g[from].from("model")
			loader := g.find(to, func(id string) bool { return g.modelName(id) != "" })
			if name := g.modelName(loader); name != "" {
				i.Model = &name
				break
			}
		}
	}
}

func (g graph) modelName(id string) string {
	for _, key := range []string{"ckpt_name", "unet_name", "model_name"} {
		if s := g[id].Inputs.text(key); s != "" {
			return s
		}
	}
	return ""
}
