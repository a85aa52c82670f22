package meta

import (
	"slices"
	"strings"
)

// readComfy reads ComfyUI's graph by following the sampler's links. The text
// of A1111, which some nodes write too, goes before it.
func readComfy(i *Info, t map[string]string) []string {
	graphs, editors := comfyTexts(t)
	if len(graphs) == 0 && len(editors) == 0 {
		return nil
	}
	took := readA1111(i, t)
	i.Program = ComfyUI
	others := slices.DeleteFunc(sorted(graphs), func(key string) bool { return key == "prompt" })
	for _, key := range append([]string{"prompt"}, others...) {
		g := graphs[key]
		passes := g.passes()
		if len(passes) == 0 { // it makes no picture from words
			continue
		}
		g.describe(i, passes)
		if i.Prompt != nil {
			g.leaveTo(i)
			took = append(took, key)
		}
	}
	for _, key := range editors {
		if i.Prompt != nil && len(graphs) > 0 {
			leaveEditor(i, t[key])
			took = append(took, key)
		}
	}
	return append(took, "") // none may be taken
}

// maxGraphs bounds how many texts of a file are looked at as graphs.
const maxGraphs = 4

// comfyTexts are graphs by their keys, and the keys of the editor's view of them: "prompt"
// and "workflow" mostly, but some nodes write others.
func comfyTexts(t map[string]string) (graphs map[string]graph, editors []string) {
	graphs = map[string]graph{}
	keys := slices.DeleteFunc(sorted(t), func(key string) bool { return key == "prompt" || key == "workflow" })
	for _, key := range append([]string{"prompt", "workflow"}, keys...) {
		switch text := t[key]; {
		case len(graphs) < maxGraphs && strings.Contains(text, `class_type`):
			if g, ok := parseGraph(text); ok {
				graphs[key] = g
			}
		case len(editors) < maxGraphs && strings.Contains(text, `"nodes"`) && strings.Contains(text, `"links"`):
			if o, ok := parseObject(text); ok && o["nodes"] != nil {
				editors = append(editors, key)
			}
		}
	}
	return graphs, editors
}

// describe fills in what is not known yet: of the first pass, which makes the
// composition, and of a second one where Stable Cascade is made.
func (g graph) describe(i *Info, passes []string) {
	base := passes[len(passes)-1]
	f := newFollower(g)
	for _, pass := range slices.Backward(passes) {
		if i.Prompt == nil {
			i.Prompt = f.words(ask{pass, 0, positive, true})
			if i.Negative == nil && i.Prompt != nil {
				i.Negative = f.words(ask{pass, 0, negative, false})
			}
		}
	}
	put := func(known bool, place, key, sampler, feeder string, names ...string) {
		if s, ok := g.setting(sampler, feeder, names...); ok && !known {
			i.set(place, key, s)
		}
	}
	put(i.Steps != nil, "steps", "steps", base, "sigmas", stepsNames...)
	put(i.Guidance != nil, "guidance", "cfg", base, "guider", scaleNames...)
	put(i.Seed != nil, "seed", "seed", base, "noise", seedNames...)
	put(false, "", "sampler", base, "sampler", "sampler_name")
	put(false, "", "scheduler", base, "sigmas", "scheduler")
	put(false, "", "denoise", base, "sigmas", "denoise")
	if decoder := passes[max(0, len(passes)-2)]; decoder != base && g.stageB(decoder) != "" {
		put(i.DecoderSteps != nil, "decoder steps", "decoder steps", decoder, "sigmas", stepsNames...)
		put(i.DecoderGuidance != nil, "decoder guidance", "decoder cfg", decoder, "guider", scaleNames...)
		put(i.DecoderSeed != nil, "decoder seed", "decoder seed", decoder, "noise", seedNames...)
	}
	if i.Width == nil {
		i.setSize(g.size(base))
	}
	if i.Model == nil {
		i.Model = said(g.model(base))
	}
}

// model is the name of the file that a sampler's model is loaded from.
func (g graph) model(sampler string) string {
	name := ""
	g.find([]string{sampler}, loads, func(id string) bool {
		n := g[id]
		for k := range n.inputs {
			in := &n.inputs[k]
			if !in.has("ckpt", "unet", "model", "checkpoint", "gguf") || in.has("lora", "vae", "clip", "control", "refiner", "strength", "upscale") || !loaderName(in) {
				continue
			}
			s, ok := g.text(in, in.name, "ckpt_name", "model_name")
			if ok && s != "" && (in.has("name") || aFile.MatchString(s)) {
				name = s
				return true
			}
		}
		return false
	})
	return name
}

// loaderName is false for the input that a model itself comes through.
func loaderName(in *input) bool { return in.id == "" && in.typed || in.id != "" && in.has("name") }
