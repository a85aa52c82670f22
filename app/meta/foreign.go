package meta

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// readStabilityMatrix reads the JSON that StabilityMatrix writes beside the
// text of A1111.
func readStabilityMatrix(i *Info, t map[string]string) []string {
	o, ok := parseObject(t["parameters-json"])
	if !ok {
		return nil
	}
	low := object{}
	for _, key := range slices.Sorted(maps.Keys(o)) {
		low[lowerFirst(key)] = o[key] // older versions begin names with a capital
	}
	i.Program = StabilityMatrix
	i.use(low, map[string]string{
		"positivePrompt": "prompt", "negativePrompt": "negative", "steps": "steps", "cfgScale": "guidance",
		"seed": "seed", "width": "width", "height": "height", "modelName": "model",
	})
	return i.withText(t, "parameters-json")
}

// withText adds the key of A1111's text to those that were taken, where it says
// the same.
func (i *Info) withText(t map[string]string, took ...string) []string {
	if i.takesToo(t[paramsKey]) {
		took = append(took, paramsKey)
	}
	return took
}

func lowerFirst(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// readSwarm reads the JSON of SwarmUI.
func readSwarm(i *Info, t map[string]string) []string {
	o, ok := parseObject(t[paramsKey])
	if !ok {
		return nil
	}
	params, ok := parseObject(string(o["sui_image_params"]))
	if !ok {
		return nil
	}
	i.Program = SwarmUI
	delete(o, "sui_image_params")
	i.use(params, map[string]string{
		"prompt": "prompt", "negativeprompt": "negative", "model": "model", "seed": "seed", "steps": "steps",
		"cfgscale": "guidance", "width": "width", "height": "height",
	})
	i.use(o, nil)
	return []string{paramsKey}
}

// readFooocus reads both schemes of Fooocus, and the comment of early versions.
func readFooocus(i *Info, t map[string]string) []string {
	places := map[string]string{
		"prompt": "prompt", "negative_prompt": "negative", "seed": "seed", "steps": "steps", "guidance_scale": "guidance",
		"resolution": "size", "base_model": "model",
	}
	scheme := t["fooocus_scheme"]
	o, ok := parseObject(t[paramsKey])
	if ok && (scheme == "fooocus" || o["metadata_scheme"] != nil || o["base_model"] != nil) {
		i.Program = Fooocus
		i.use(o, places)
		return []string{paramsKey, "fooocus_scheme"}
	}
	if scheme == "a1111" || strings.HasPrefix(t["Software"], "Fooocus") {
		took := readA1111(i, t)
		if took == nil {
			return nil
		}
		i.Program = Fooocus
		// The text has what styles made of the prompts; these are what was typed.
		i.typed("Raw prompt", "Full prompt", &i.Prompt)
		i.typed("Raw negative prompt", "Full negative prompt", &i.Negative)
		return append(took, "fooocus_scheme")
	}
	if o, ok = parseObject(t["Comment"]); ok && o["prompt"] != nil && (o["base_model"] != nil || o["performance"] != nil) {
		i.Program = Fooocus
		places["cfg"], places["width"], places["height"] = "guidance", "width", "height"
		i.use(o, places)
		return []string{"Comment"}
	}
	return nil
}

// typed puts a value that had no place in one's stead, which is left.
func (i *Info) typed(key, as string, to **string) {
	raw, ok := i.Unused[key]
	if !ok {
		return
	}
	before := value(*to)
	delete(i.Unused, key)
	if *to = &raw; before != raw {
		i.leave(as, before)
	}
}

// readInvoke reads InvokeAI's JSON, its former one and its first command lines.
func readInvoke(i *Info, t map[string]string) []string {
	places := map[string]string{
		"positive_prompt": "prompt", "negative_prompt": "negative", "seed": "seed", "steps": "steps", "cfg_scale": "guidance",
		"width": "width", "height": "height",
	}
	if o, ok := parseObject(t["invokeai_metadata"]); ok {
		i.Program = InvokeAI
		if model, ok := parseObject(string(o["model"])); ok {
			if i.Model = said(model.text("name"), model.text("model_name")); i.Model != nil {
				delete(model, "name")
				delete(model, "model_name")
				delete(o, "model")
				for _, key := range sorted(model) {
					i.leaveText("model."+key, compact(model[key]))
				}
			}
		} else {
			places["model"] = "model"
		}
		i.use(o, places)
		return []string{"invokeai_metadata"}
	}
	if o, ok := parseObject(t["sd-metadata"]); ok {
		img, ok := parseObject(string(o["image"]))
		if !ok {
			return nil
		}
		i.Program = InvokeAI
		delete(o, "image")
		var weighed []struct{ Prompt string }
		if json.Unmarshal(img["prompt"], &weighed) == nil {
			var all []string
			for _, w := range weighed {
				all = append(all, w.Prompt)
			}
			i.splitBrackets(strings.Join(all, " "))
			delete(img, "prompt")
		}
		places["prompt"] = "prompt"
		i.use(img, places)
		i.use(o, map[string]string{"model_weights": "model"})
		return []string{"sd-metadata"}
	}
	if line, ok := t["Dream"]; ok && readDream(i, line) {
		return []string{"Dream"}
	}
	return nil
}

// splitBrackets takes the words in square brackets as the negative prompt, as
// InvokeAI's first versions did.
func (i *Info) splitBrackets(prompt string) {
	var plain, negative strings.Builder
	depth := 0
	for _, r := range prompt {
		switch {
		case r == '[':
			if depth++; negative.Len() > 0 {
				negative.WriteByte(' ')
			}
		case r == ']' && depth > 0:
			depth--
		case depth > 0:
			negative.WriteRune(r)
		default:
			plain.WriteRune(r)
		}
	}
	i.set("prompt", "", strings.TrimSpace(plain.String()))
	i.set("negative", "", strings.TrimSpace(negative.String()))
}

// dreamPlaces are the flags that have a place.
var dreamPlaces = map[string]string{"-s": "steps", "-S": "seed", "-W": "width", "-H": "height", "-C": "guidance"}

// readDream reads `"a prompt" -s 50 -S 42 -W 512 -H 512 -C 7.5 -A k_lms`.
func readDream(i *Info, line string) bool {
	end := strings.LastIndexByte(line, '"')
	if !strings.HasPrefix(line, `"`) || end < 1 {
		return false
	}
	var flags []pair
	var others []string // with no value, or with no flag
	known := false
	words := strings.Fields(line[end+1:])
	for k := 0; k < len(words); k++ {
		flag, value := words[k], ""
		switch {
		case !strings.HasPrefix(flag, "-"):
		case k+1 < len(words) && !strings.HasPrefix(words[k+1], "-"):
			k++
			value = words[k]
		case len(flag) > 2 && !strings.HasPrefix(flag, "--"): // -s50
			flag, value = flag[:2], flag[2:]
		}
		if value == "" {
			others = append(others, flag)
			continue
		}
		flags = append(flags, pair{flag, value})
		known = known || dreamPlaces[flag] != ""
	}
	if !known { // a text that begins with a quotation
		return false
	}
	i.Program = InvokeAI
	i.splitBrackets(line[1:end])
	for _, f := range flags {
		i.set(dreamPlaces[f.key], f.key, f.value)
	}
	i.leave("Dream", strings.Join(others, " "))
	return true
}

// readNovelAI reads the JSON of NovelAI. Its first versions put the prompt
// beside it, all of them the model.
func readNovelAI(i *Info, t map[string]string) []string {
	o, ok := parseObject(t["Comment"])
	if !ok || t["Software"] != "NovelAI" {
		return nil
	}
	i.Program = NovelAI
	i.Model = said(t["Source"])
	i.use(o, map[string]string{
		"prompt": "prompt", "uc": "negative", "seed": "seed", "steps": "steps", "scale": "guidance", "width": "width", "height": "height",
	})
	if d := t["Description"]; d != "" {
		i.set("prompt", "Description", d)
	}
	return []string{"Comment", "Software", "Description", "Source"}
}

// readDrawThings reads the JSON that Draw Things puts into XMP.
func readDrawThings(i *Info, t map[string]string) []string {
	key := "xmp:UserComment"
	if t[key] == "" {
		key = paramsKey // some editors move it to EXIF
	}
	o, ok := parseObject(t[key])
	if !ok || o["c"] == nil || o["uc"] == nil && o["v2"] == nil {
		return nil
	}
	i.Program = DrawThings
	model := strings.ToLower(o.text("model"))
	cascade := strings.Contains(model, "cascade") || strings.Contains(model, "wurstchen") || strings.Contains(model, "wuerstchen")
	if v2, ok := parseObject(string(o["v2"])); ok && cascade { // elsewhere the second stage is set but not used
		for _, p := range [][2]string{{"stage2Steps", "decoder steps"}, {"stage2Guidance", "decoder guidance"}, {"stage2Cfg", "decoder guidance"}} {
			if s := v2.text(p[0]); s != "" {
				i.set(p[1], p[0], s)
			}
		}
	}
	i.use(o, map[string]string{
		"c": "prompt", "uc": "negative", "model": "model", "seed": "seed", "scale": "guidance", "steps": "steps", "size": "size",
	})
	return []string{key}
}

// readEasyDiffusion reads the JSON that Easy Diffusion writes into a comment,
// or the texts under the same keys that it writes into PNG files.
func readEasyDiffusion(i *Info, t map[string]string) []string {
	took := []string{paramsKey}
	o, ok := parseObject(t[paramsKey])
	if !ok {
		o, took = object{}, nil
		for _, key := range sorted(t) {
			if raw, err := json.Marshal(t[key]); err == nil && !strings.HasPrefix(key, "xmp:") && key != xmpKey {
				o[key], took = raw, append(took, key)
			}
		}
	}
	if o["prompt"] == nil || o["num_inference_steps"] == nil || o["guidance_scale"] == nil || o["seed"] == nil {
		return nil
	}
	i.Program = EasyDiffusion
	i.use(o, map[string]string{
		"prompt": "prompt", "negative_prompt": "negative", "seed": "seed", "num_inference_steps": "steps", "guidance_scale": "guidance",
		"width": "width", "height": "height", "use_stable_diffusion_model": "model",
	})
	return took
}
