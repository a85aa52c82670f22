package meta

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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
// and "workflow" as a rule, but some nodes write others.
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

// sampler says whether a node takes noise away: it has a latent and prompts, or
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

// resolution is a size in the words of a list: "832 x 1216 (2:3)".
var resolution = regexp.MustCompile(`([0-9]{2,5}) ?[x×*] ?([0-9]{2,5})`)

// size is that of the latent or picture which a sampler begins with, as
// "640x448"; "" where nothing on the way says it. Conditioning has sizes too,
// which say what the model is to believe.
func (g graph) size(sampler string) string {
	size := ""
	follow := func(in *input) bool { return carries(in) || in.has("embeds") && in.has("image", "latent") }
	g.find([]string{sampler}, follow, func(id string) bool {
		if id == sampler && !slices.ContainsFunc(g[id].inputs, func(in input) bool { return in.id != "" && carries(&in) }) || id != sampler {
			if size = g.sizeOf(g[id]); size == "" && g[id].scales() {
				return true // by how much is not known before the picture is
			}
		}
		return size != ""
	})
	return size
}

// sizeOf is the size that a node makes, "" for none.
func (g graph) sizeOf(n *node) string {
	swap := n.input("swap_dimensions", "invert", "swap")
	for k := range n.inputs {
		in := &n.inputs[k]
		if !in.has("resolution", "dimensions", "dimension", "size", "ratio", "preset") {
			continue
		}
		s, _ := g.text(in, in.name)
		if m := resolution.FindStringSubmatch(s); m != nil {
			if swap != nil && (swap.value == "true" || strings.EqualFold(swap.value, "on")) {
				m[1], m[2] = m[2], m[1]
			}
			return m[1] + "x" + m[2]
		}
	}
	for k := range n.inputs {
		wide := &n.inputs[k]
		if !wide.has("width") || wide.has("target", "crop", "original", "max", "min", "tile") {
			continue
		}
		high := n.input(strings.Replace(wide.name, "width", "height", 1))
		w, ok := g.number(wide, "width", wide.name)
		if !ok || high == nil {
			continue
		}
		if h, ok := g.number(high, "height", high.name); ok && w != "0" && h != "0" {
			return w + "x" + h
		}
	}
	return ""
}

// scales says whether a node makes pictures larger by something.
func (n *node) scales() bool {
	for _, name := range []string{"scale_by", "upscale_by", "scale", "factor", "scale_factor", "megapixels", "left", "top", "right", "bottom"} {
		if in := n.input(name); in != nil && in.value != "0" && in.value != "1" && in.value != "1.0" {
			return true
		}
	}
	return false
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

// maxStrings bounds how many strings of a graph are looked at for what is left.
const maxStrings = 4000

// leaveTo leaves the texts of a graph that have no place in i: a line each for
// what somebody wrote, all others in one.
func (g graph) leaveTo(i *Info) {
	var chosen []string
	placed, looks := clip(i.placed(), maxWords), 0
	for _, id := range g.ids() {
		n := g[id]
		for k := range n.inputs {
			in := &n.inputs[k]
			for _, s := range stringsIn(in.raw) {
				if looks++; looks > maxStrings {
					break
				}
				switch {
				case in.id != "" || saysWhole(placed, s) || in.name == "sampler_name" && s == i.Unused["sampler"] || in.name == "scheduler" && s == i.Unused["scheduler"]:
				case (holdsWords(in) || isProse(s)) && len(i.Unused) < maxKeys/2:
					i.leave(fmt.Sprintf("%s %s %s", n.class, id, in.name), s)
				case !slices.Contains(chosen, in.name+": "+s) && len(chosen) < maxKeys:
					chosen = append(chosen, in.name+": "+s)
				}
			}
		}
	}
	i.leave("other settings", strings.Join(chosen, ", "))
}

// saysWhole says whether a text says s in whole words; it says nothing always.
func saysWhole(text, s string) bool {
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	for s = strings.TrimSpace(s); s != ""; {
		at := strings.Index(text, s)
		if at < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(s):])
		if !inWord(before) && !inWord(after) {
			return true
		}
		text = text[at+len(s):]
	}
	return true
}

// leaveEditor leaves what only the editor's view of a graph says: notes, and
// the titles of nodes and groups.
func leaveEditor(i *Info, text string) {
	type part struct {
		Title  string
		Values json.RawMessage `json:"widgets_values"`
	}
	var view struct {
		Nodes, Groups []part
		Definitions   struct {
			Subgraphs []struct{ Nodes, Groups []part }
		}
		Extra struct{ Info json.RawMessage }
	}
	raw := []byte(text)
	if !json.Valid(raw) {
		raw = withoutNaN(raw)
	}
	json.Unmarshal(raw, &view) // what does not fit is empty
	said := i.placed()
	for _, key := range sorted(i.Unused) {
		said += clip(i.Unused[key], maxWords) + "\n"
	}
	said = clip(said, maxWords)
	var more []string
	looks := 0
	all := append(view.Nodes, view.Groups...)
	for _, sub := range view.Definitions.Subgraphs {
		all = append(append(all, sub.Nodes...), sub.Groups...)
	}
	for _, n := range all {
		for _, s := range append([]string{n.Title}, stringsIn(n.Values)...) {
			if looks++; looks > maxStrings {
				break
			}
			if !saysWhole(said, s) && !slices.Contains(more, s) && len(more) < maxKeys {
				more = append(more, s)
			}
		}
	}
	for _, s := range stringsIn(view.Extra.Info) {
		more = append(more, s)
	}
	i.leave("workflow", strings.Join(more, "\n"))
}

// stringsIn are the strings in a JSON value, in their order.
func stringsIn(raw json.RawMessage) []string {
	d := json.NewDecoder(strings.NewReader(string(raw)))
	var found []string
	type level struct{ object, key bool }
	var open []level
	for {
		token, err := d.Token()
		if err != nil {
			return found
		}
		top := len(open) - 1
		isKey := top >= 0 && open[top].object && open[top].key
		if top >= 0 && token != json.Delim('}') && token != json.Delim(']') {
			open[top].key = !open[top].key
		}
		switch token := token.(type) {
		case json.Delim:
			if token == '{' || token == '[' {
				open = append(open, level{object: token == '{', key: true})
			} else {
				open = open[:top]
			}
		case string:
			if !isKey {
				found = append(found, token)
			}
		}
	}
}
